/* model_openai.h - a model behind a chat completions interface (OpenAI's and its likes).
 *
 * `url` is the base address, with or without /v1, or the full address that ends in
 * /chat/completions.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MODEL_OPENAI_H
#define ADAPTER_MODEL_OPENAI_H

#include "worker/adapter/http.h"
#include "worker/answer/completion.h"
#include "worker/engine/model.h"

/* All borrowed until the model is destroyed, the strings until create returns. */
struct model_openai_options {
    struct loop *loop;
    struct http *http;
    struct str url;
    struct str name;
    struct str key; /* empty: no Authorization header */
    int64_t max_tokens;
    double temperature;
    enum completion_json json;
    size_t response_bytes_max;
};

/* ERR_CONFIG: the address cannot be used. ERR_NOMEM. To be given to model_http_destroy(). */
MUST_USE enum err model_openai_create(const struct model_openai_options *options,
                                      struct model **ret_model, struct note *note);

#endif
