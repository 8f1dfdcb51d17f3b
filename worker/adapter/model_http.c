/* model_http.c - see model_http.h. */
#include "worker/adapter/model_http.h"

#include "common/mem.h"
#include "common/retry_after.h"
#include "worker/adapter/now.h"

#define MODEL_HEADER_BYTES_MAX ((size_t)66 << 10)

/* One call under way. */
struct model_request {
    struct http_call post;
    struct model_http *model;
    struct model_call *call;
    struct http_target *target; /* may be replaced while this is under way */
    struct buf body;
    int64_t started_us;
};

enum err model_http_url(struct str base, struct str lead, struct str tail, struct buf *ret_url)
{
    size_t question = str_find(base, STR("?"));
    struct str query = str_slice(base, question, base.len);
    struct str front = str_slice(base, 0, question);
    while (front.len > 0 && front.ptr[front.len - 1] == '/') {
        front.len--;
    }
    size_t scheme = str_find(front, STR("://"));
    struct str behind = str_slice(front, scheme + 3, front.len);
    bool has_path = str_find(behind, STR("/")) < behind.len;
    bool is_whole = front.len >= tail.len &&
                    str_eq(str_slice(front, front.len - tail.len, tail.len), tail);
    TRY(buf_add(ret_url, front));
    if (!is_whole && !has_path) {
        TRY(buf_add(ret_url, lead));
    }
    if (!is_whole) {
        TRY(buf_add(ret_url, tail));
    }
    return buf_add(ret_url, query);
}

enum err model_http_status(int status)
{
    if (status >= 200 && status < 300) {
        return OK;
    }
    switch (status) {
    case 401:
    case 402:
    case 403:
    case 407:
        return ERR_AUTH;
    case 404:
        return ERR_NO_MODEL;
    case 429:
    case 503:
    case 529: /* "overloaded", by some */
        return ERR_BUSY;
    case 408:
    case 409:
    case 425:
        return ERR_BACKEND;
    default:
        return status >= 500 ? ERR_BACKEND : ERR_REFUSED;
    }
}

static void request_destroy(struct model_request *request)
{
    buf_fini(&request->body);
    http_target_unref(request->target);
    mem_free(request);
}

/* What people can do about it. */
static const char *model_http_advice(int status)
{
    switch (status) {
    case 401:
    case 403:
        return "; check model.key.file";
    case 404:
        return "; check model.url and model.name";
    default:
        return status >= 300 && status < 400 ? "; redirects are not followed: check model.url" : "";
    }
}

static struct retry_said request_said(const struct http_call *post)
{
    static const struct {
        const char *remaining;
        const char *reset;
    } names[RETRY_LIMITS_MAX] = {
        { "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
        { "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
        { "x-ratelimit-remaining", "x-ratelimit-reset" },
    };
    struct retry_said said = { 0 };
    (void)http_header(post, "retry-after-ms", &said.retry_after_ms);
    (void)http_header(post, "retry-after", &said.retry_after);
    for (size_t i = 0; i < RETRY_LIMITS_MAX; i++) {
        (void)http_header(post, names[i].remaining, &said.limits[i].remaining);
        (void)http_header(post, names[i].reset, &said.limits[i].reset);
    }
    return said;
}

/* The response's own words may quote the customer: only its status and a code are told. */
static enum err request_refused(struct model_request *request, enum err err)
{
    struct model_call *call = request->call;
    const struct http_call *post = &request->post;
    char out[COMPLETION_CODE_BYTES];
    struct str code = completion_error_code(buf_str(&post->response), out);
    const struct retry_said said = request_said(post);
    call->retry_after_ms = retry_after_ms(&said, loop_clock(request->model->loop)->wall_ms);
    note_set(&call->note, "HTTP status %d%s%.*s%s", post->status, code.len > 0 ? ", " : "",
             STR_ARG(code), model_http_advice(post->status));
    return err;
}

static enum err request_read(struct model_request *request)
{
    struct model_http *model = request->model;
    struct model_call *call = request->call;
    struct completion said = { .tokens_in = -1, .tokens_out = -1, .tokens_cached = -1 };
    struct note note = { .text = "" };
    enum err err = model_http_status(request->post.status);
    if (err != OK) {
        return request_refused(request, err);
    }
    err = model->dialect->read(call->arena, buf_str(&request->post.response), &said, &note);
    call->tokens_in = said.tokens_in;
    call->tokens_out = said.tokens_out;
    call->tokens_cached = said.tokens_cached;
    struct str name = said.model.len > 0 ? said.model : model->wish.model;
    TRY(arena_copy(call->arena, name, &call->model));
    if (err != OK) {
        note_set(&call->note, "%s%s%s", note.text, note.pointer[0] ? " at " : "", note.pointer);
        return err;
    }
    call->text = said.text;
    return OK;
}

static void request_on_done(struct http_call *post, enum err err)
{
    struct model_request *request = container_of(post, struct model_request, post);
    struct model_call *call = request->call;
    call->took_us = now_mono_us() - request->started_us;
    if (err == OK) {
        err = request_read(request);
    } else {
        call->note = post->note;
    }
    if (err != OK && call->note.text[0] == '\0') {
        note_set(&call->note, "%s", err_text(err));
    }
    request_destroy(request);
    call->inner = NULL;
    call->on_done(call, err);
}

static enum err request_create(struct model_http *model, struct model_call *call)
{
    struct model_request *request = mem_zero(1, sizeof(*request));
    if (!request) {
        return ERR_NOMEM;
    }
    request->model = model;
    request->call = call;
    request->target = http_target_ref(model->target);
    buf_init(&request->body, MODEL_REQUEST_BYTES_MAX);
    enum err err = model->dialect->write(model, call->prompt, &request->body);
    if (err != OK) {
        request_destroy(request);
        note_set(&call->note, "the request cannot be written: %s", err_text(err));
        return err == ERR_NOMEM ? err : ERR_REFUSED;
    }
    call->inner = request;
    return OK;
}

void model_http_ask(struct model *model, struct model_call *call)
{
    struct model_http *http = container_of(model, struct model_http, model);
    call->inner = NULL;
    call->text = STR_NONE;
    call->model = STR_NONE;
    call->retry_after_ms = -1;
    call->tokens_in = -1;
    call->tokens_out = -1;
    call->tokens_cached = -1;
    call->took_us = 0;
    call->is_json = http->wish.json != COMPLETION_OFF && call->prompt->schema.len > 0;
    call->note = (struct note){ .text = "" };
    int64_t started_us = now_mono_us();
    enum err err = request_create(http, call);
    if (err != OK) {
        model_later_add(&http->later, call, err);
        return;
    }
    struct model_request *request = call->inner;
    request->started_us = started_us;
    request->post.target = request->target;
    request->post.body = buf_str(&request->body);
    request->post.trace = call->trace;
    request->post.deadline_ms = call->deadline_ms;
    request->post.response_bytes_max = http->response_bytes_max;
    request->post.on_done = request_on_done;
    http_post(http->http, &request->post);
}

void model_http_cancel(struct model *model, struct model_call *call)
{
    (void)model;
    struct model_request *request = call->inner;
    if (request) {
        http_cancel(&request->post);
    }
}

static enum err make_target(const char *url, struct str key, struct http_target **ret_target,
                            struct note *note)
{
    CLEANUP(buf_fini) struct buf header;
    buf_init(&header, MODEL_HEADER_BYTES_MAX);
    const char *headers[] = { NULL, NULL };
    if (key.len > 0) {
        TRY(buf_printf(&header, "Authorization: Bearer %.*s", STR_ARG(key)));
        TRY(buf_add_char(&header, '\0'));
        headers[0] = header.ptr;
    }
    struct note why = { .text = "" };
    enum err err = http_target_create(url, headers, ret_target, &why);
    if (header.ptr) {
        explicit_bzero(header.ptr, header.size);
    }
    if (err == ERR_CONFIG) {
        note_set(note, "model.url: %s", why.text);
    }
    return err;
}

static void model_http_fini(struct model_http *model)
{
    model_later_fini(&model->later);
    http_target_unref(model->target);
    mem_free(model->url);
    mem_free(model->name);
    mem_free(model->label);
}

static enum err model_http_init(struct model_http *model, const struct model_http_options *options,
                                struct note *note)
{
    char *url = mem_dup_str(options->url);
    struct http_target *target = NULL;
    enum err err = url ? make_target(url, options->key, &target, note) : ERR_NOMEM;
    if (err != OK) {
        mem_free(url);
        return err;
    }
    *model = (struct model_http){ .dialect = options->dialect,
                                  .loop = options->loop,
                                  .http = options->http,
                                  .target = target,
                                  .wish = options->wish,
                                  .response_bytes_max = options->response_bytes_max,
                                  .url = url,
                                  .name = mem_dup_str(options->wish.model),
                                  .label = mem_dup_str(options->label) };
    model_later_init(&model->later, options->loop);
    if (!model->name || !model->label) {
        model_http_fini(model);
        return ERR_NOMEM;
    }
    model->wish.model = str_from(model->name);
    model->model = (struct model){ .ops = options->dialect->ops, .label = str_from(model->label) };
    return OK;
}

enum err model_http_create(const struct model_http_options *options, struct model **ret_model,
                           struct note *note)
{
    struct model_http *model = mem_zero(1, sizeof(*model));
    if (!model) {
        return ERR_NOMEM;
    }
    enum err err = model_http_init(model, options, note);
    if (err != OK) {
        mem_free(model);
        return err;
    }
    *ret_model = &model->model;
    return OK;
}

void model_http_destroy(struct model *model)
{
    if (model) {
        struct model_http *http = container_of(model, struct model_http, model);
        model_http_fini(http);
        mem_free(http);
    }
}

enum err model_http_rekey(struct model *model, struct str key, struct note *note)
{
    struct model_http *http = container_of(model, struct model_http, model);
    struct http_target *target = NULL;
    TRY(make_target(http->url, key, &target, note));
    http_target_unref(http->target);
    http->target = target;
    return OK;
}
