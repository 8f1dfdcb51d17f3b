/* model_generate.c - see model_generate.h. */
#include "worker/adapter/model_generate.h"

#include "worker/adapter/model_http.h"

#define GENERATE_TEXT_BYTES_MAX 4096 /* of an address or a label */

static enum err generate_write(const struct model_http *http, const struct prompt *prompt,
                               struct buf *buf)
{
    (void)http;
    return completion_write_plain(prompt, buf);
}

enum err model_generate_create(const struct model_generate_options *options,
                               struct model **ret_model, struct note *note)
{
    static const struct model_ops ops = { "generate", model_http_ask, model_http_cancel };
    static const struct model_dialect dialect = { &ops, generate_write, completion_read_plain };
    CLEANUP(buf_fini) struct buf url;
    buf_init(&url, GENERATE_TEXT_BYTES_MAX);
    CLEANUP(buf_fini) struct buf label;
    buf_init(&label, GENERATE_TEXT_BYTES_MAX);
    TRY(model_http_url(options->url, STR_NONE, STR("/generate"), &url));
    TRY(buf_printf(&label, "generate:%.*s", STR_ARG(options->name)));
    const struct model_http_options http_options = {
        .dialect = &dialect,
        .loop = options->loop,
        .http = options->http,
        .url = buf_str(&url),
        .key = options->key,
        .label = buf_str(&label),
        .wish = { .model = options->name, .json = COMPLETION_OFF },
        .response_bytes_max = options->response_bytes_max,
    };
    return model_http_create(&http_options, ret_model, note);
}
