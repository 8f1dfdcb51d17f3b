/* model_http.h - what models behind HTTP share: one POST for a call, and what its response
 * means. The dialect is the model's own.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MODEL_HTTP_H
#define ADAPTER_MODEL_HTTP_H

#include "worker/adapter/http.h"
#include "worker/adapter/model_later.h"
#include "worker/answer/completion.h"

#define MODEL_REQUEST_BYTES_MAX ((size_t)8 << 20)

struct model_http;

/* How this model is spoken to. */
struct model_dialect {
    const struct model_ops *ops;
    /* Appends the request. */
    enum err (*write)(const struct model_http *http, const struct prompt *prompt, struct buf *buf);
    /* Reads the response of a 200. */
    enum err (*read)(struct arena *arena, struct str body, struct completion *ret_completion,
                     struct note *note);
};

struct model_http {
    struct model model;
    const struct model_dialect *dialect;
    struct loop *loop;
    struct http *http;
    struct http_target *target;
    struct model_later later;
    struct completion_wish wish;
    size_t response_bytes_max;
    char *url;
    char *name;  /* wish.model */
    char *label; /* model.label */
};

/* Borrowed until init returns, but for the pointers to objects. */
struct model_http_options {
    const struct model_dialect *dialect;
    struct loop *loop;
    struct http *http;
    struct str url; /* complete */
    struct str key;
    struct str label;
    struct completion_wish wish;
    size_t response_bytes_max;
};

/* ERR_CONFIG, ERR_NOMEM: nothing is left behind. */
MUST_USE enum err model_http_create(const struct model_http_options *options,
                                    struct model **ret_model, struct note *note);
void model_http_destroy(struct model *model); /* no call is under way; accepts NULL */

/* Calls from now on carry another key. ERR_NOMEM, ERR_CONFIG: nothing has changed. */
MUST_USE enum err model_http_rekey(struct model *model, struct str key, struct note *note);

void model_http_ask(struct model *model, struct model_call *call);
void model_http_cancel(struct model *model, struct model_call *call);

/* Appends `base` with `tail` ("/generate"), unless its path ends so already; before `tail`
 * comes `lead` ("/v1") when the base has no path of its own. A query stays at the end. */
MUST_USE enum err model_http_url(struct str base, struct str lead, struct str tail,
                                 struct buf *ret_url);

/* What a status means; OK for those that carry an answer. */
enum err model_http_status(int status);

#endif
