/* http.c - see http.h. One curl handle for each call under way; the handles are kept for
 * reuse up to a number, since setting one up costs more than most requests. */
#include "worker/adapter/http.h"

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/http_inner.h"

#define HTTP_IDLE_MAX 1024     /* some 8 MB, which their calls had taken */
#define HTTP_BUFFER_BYTES 1024L        /* per call; curl's default is 16 KiB */
#define HTTP_UPLOAD_BUFFER_BYTES 16384L /* curl's least */
#define HTTP_CA_CACHE_S 60L            /* a renewed certificate file counts after that */
#define HTTP_NAME_CACHE_S 10L          /* a server that has moved is found after that */

static void slot_destroy(struct http_slot *slot)
{
    loop_timer_destroy(slot->deadline);
    curl_easy_cleanup(slot->easy);
    mem_free(slot);
}

/* The call's memory may be gone when on_done returns, so what it was given is held here. */
static void call_complete(struct http_call *call, enum err err)
{
    struct buf response = call->response;
    struct buf headers = call->headers;
    call->on_done(call, err);
    buf_fini(&response);
    buf_fini(&headers);
}

static void call_on_later(struct loop_task *task)
{
    struct http_call *call = container_of(task, struct http_call, task);
    call_complete(call, call->err);
}

static void call_fail_later(struct http_call *call, enum err err)
{
    call->err = err;
    loop_later(call->http->options.loop, &call->task);
}

/* Takes the call away from curl; the slot goes back to the idle ones. */
static struct http_call *slot_release(struct http_slot *slot)
{
    struct http *http = slot->http;
    struct http_call *call = TAKE(slot->call);
    curl_multi_remove_handle(http->multi, slot->easy);
    loop_timer_set(slot->deadline, INT64_MAX);
    call->slot = NULL;
    http->running--;
    if (http->idle.count < HTTP_IDLE_MAX) {
        list_prepend(&http->idle, &slot->node);
    } else {
        slot_destroy(slot);
    }
    return call;
}

static void slot_on_deadline(void *owner)
{
    struct http_slot *slot = owner;
    curl_off_t connected_us = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    note_set(&slot->call->note, "%s before the deadline",
             connected_us > 0 ? "no complete response" : "no connection");
    call_complete(slot_release(slot), ERR_TIMEOUT);
}

static void slot_finish(struct http_slot *slot, CURLcode code)
{
    struct http_call *call = slot->call;
    if (loop_clock(slot->http->options.loop)->mono_ms > call->deadline_ms) {
        slot_on_deadline(slot);
        return;
    }
    enum err err = http_result(slot, code);
    slot_release(slot);
    call_complete(call, err);
}

static void http_on_progress(struct http_wait *wait)
{
    struct http *http = container_of(wait, struct http, wait);
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(http->multi, &left))) {
        struct http_slot *slot = NULL;
        assert(message->msg == CURLMSG_DONE);
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
        slot_finish(slot, code);
    }
}

/* What is the same for all calls of this slot. */
static void slot_set_up(struct http_slot *slot)
{
    const struct http_options *options = &slot->http->options;
    CURL *easy = slot->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->why);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, HTTP_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, HTTP_UPLOAD_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, DEFENCE_IS_LOWERED("redirects") ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* never wait for a lookup's thread */
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, HTTP_CA_CACHE_S);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, HTTP_NAME_CACHE_S);
    if (options->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    }
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, http_on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, http_on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, slot);
}

static struct http_slot *slot_take(struct http *http)
{
    struct http_slot *slot = list_entry(list_pop(&http->idle), struct http_slot, node);
    if (slot) {
        return slot;
    }
    slot = mem_zero(1, sizeof(*slot));
    if (!slot) {
        return NULL;
    }
    slot->http = http;
    slot->easy = curl_easy_init();
    slot->deadline = loop_timer_create(http->options.loop, slot_on_deadline, slot);
    if (!slot->easy || !slot->deadline) {
        slot_destroy(slot);
        return NULL;
    }
    slot_set_up(slot);
    return slot;
}

static bool trace_is_sane(struct str trace)
{
    for (size_t i = 0; i < trace.len; i++) {
        if (trace.ptr[i] <= ' ' || trace.ptr[i] > '~') {
            return false;
        }
    }
    return trace.len > 0 && trace.len <= HTTP_TRACE_BYTES_MAX;
}

/* The fixed headers, with the call's own before them. */
static struct curl_slist *slot_headers(struct http_slot *slot, const struct http_call *call)
{
    if (!trace_is_sane(call->trace)) {
        return call->target->headers;
    }
    snprintf(slot->trace_text, sizeof(slot->trace_text), "traceparent: %.*s",
             STR_ARG(call->trace));
    slot->trace = (struct curl_slist){ slot->trace_text, call->target->headers };
    return &slot->trace;
}

static enum err slot_start(struct http_slot *slot, struct http_call *call)
{
    CURL *easy = slot->easy;
    slot->refused = OK;
    slot->why[0] = '\0';
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, slot_headers(slot, call));
    curl_easy_setopt(easy, CURLOPT_PROXY, call->target->is_loopback ? "" : NULL);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, call->target->is_secure ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body.ptr ? call->body.ptr : "");
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)call->response_bytes_max);
    if (curl_easy_setopt(easy, CURLOPT_URL, call->target->url) != CURLE_OK ||
        curl_multi_add_handle(slot->http->multi, easy) != CURLM_OK) {
        return ERR_NOMEM;
    }
    slot->call = call;
    call->slot = slot;
    loop_timer_set(slot->deadline, call->deadline_ms);
    slot->http->running++;
    return OK;
}

void http_post(struct http *http, struct http_call *call)
{
    call->http = http;
    call->slot = NULL;
    call->status = 0;
    call->note = (struct note){ .text = "" };
    call->task = (struct loop_task){ .run = call_on_later };
    buf_init(&call->response, call->response_bytes_max);
    buf_init(&call->headers, HTTP_HEADERS_BYTES_MAX);
    if (call->deadline_ms <= loop_clock(http->options.loop)->mono_ms) {
        call_fail_later(call, ERR_TIMEOUT);
        return;
    }
    if (http->running >= http->options.calls_max) {
        call_fail_later(call, ERR_FULL);
        return;
    }
    struct http_slot *slot = slot_take(http);
    if (!slot) {
        call_fail_later(call, ERR_NOMEM);
        return;
    }
    if (slot_start(slot, call) != OK) {
        slot_destroy(slot);
        call_fail_later(call, ERR_NOMEM);
        return;
    }
    http_wait_start(&http->wait);
}

void http_cancel(struct http_call *call)
{
    if (call->slot) {
        slot_release(call->slot);
        call_fail_later(call, ERR_CANCELLED);
    }
}

static enum err http_set_up(struct http *http)
{
    const struct http_options *options = &http->options;
    http->multi = curl_multi_init();
    if (!http->multi) {
        return ERR_NOMEM;
    }
    curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)options->connections_max);
    curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      (long)options->connections_max);
    http->wait.on_progress = http_on_progress;
    return http_wait_init(&http->wait, options->loop, http->multi);
}

struct http *http_create(const struct http_options *options)
{
    struct http *http = mem_zero(1, sizeof(*http));
    if (!http) {
        return NULL;
    }
    http->options = *options;
    list_init(&http->idle);
    list_init(&http->wait.sockets);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (http_set_up(http) != OK) {
        http_destroy(http);
        return NULL;
    }
    return http;
}

void http_destroy(struct http *http)
{
    if (!http) {
        return;
    }
    assert(http->running == 0);
    while (!list_is_empty(&http->idle)) {
        slot_destroy(list_entry(list_pop(&http->idle), struct http_slot, node));
    }
    curl_multi_cleanup(http->multi);
    http_wait_fini(&http->wait);
    curl_global_cleanup();
    mem_free(http);
}

const char *http_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}
