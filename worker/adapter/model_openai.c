/* model_openai.c - see model_openai.h. */
#include "worker/adapter/model_openai.h"

#include "worker/adapter/model_http.h"

#define OPENAI_TEXT_BYTES_MAX 4096 /* of an address or a label */

static enum err openai_write(const struct model_http *http, const struct prompt *prompt,
                             struct buf *buf)
{
    return completion_write_chat(&http->wish, prompt, buf);
}

/* The label goes into cache keys, so it tells all that shapes an answer. */
enum err model_openai_create(const struct model_openai_options *options, struct model **ret_model,
                             struct note *note)
{
    static const struct model_ops ops = { "openai", model_http_ask, model_http_cancel };
    static const struct model_dialect dialect = { &ops, openai_write, completion_read_chat };
    CLEANUP(buf_fini) struct buf url;
    buf_init(&url, OPENAI_TEXT_BYTES_MAX);
    CLEANUP(buf_fini) struct buf label;
    buf_init(&label, OPENAI_TEXT_BYTES_MAX);
    TRY(model_http_url(options->url, STR("/v1"), STR("/chat/completions"), &url));
    static const char *const forms[] = { "schema", "object", "off" };
    TRY(buf_printf(&label, "openai:%.*s max_tokens=%lld temperature=%g json=%s",
                   STR_ARG(options->name), (long long)options->max_tokens, options->temperature,
                   forms[options->json]));
    const struct model_http_options http_options = {
        .dialect = &dialect,
        .loop = options->loop,
        .http = options->http,
        .url = buf_str(&url),
        .key = options->key,
        .label = buf_str(&label),
        .wish = { .model = options->name,
                  .max_tokens = options->max_tokens,
                  .temperature = options->temperature,
                  .json = options->json },
        .response_bytes_max = options->response_bytes_max,
    };
    return model_http_create(&http_options, ret_model, note);
}
