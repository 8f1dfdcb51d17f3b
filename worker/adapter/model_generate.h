/* model_generate.h - a model behind POST /generate {"text": ...} -> {"response": ...}.
 *
 * `url` is the base address or the full one that ends in /generate. The parts of the prompt
 * become one text.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MODEL_GENERATE_H
#define ADAPTER_MODEL_GENERATE_H

#include "worker/adapter/http.h"
#include "worker/engine/model.h"

/* All borrowed until the model is destroyed, the strings until create returns. */
struct model_generate_options {
    struct loop *loop;
    struct http *http;
    struct str url;
    struct str name; /* for labels and cache keys; may be empty */
    struct str key;  /* empty: no Authorization header */
    size_t response_bytes_max;
};

/* ERR_CONFIG: the address cannot be used. ERR_NOMEM. To be given to model_http_destroy(). */
MUST_USE enum err model_generate_create(const struct model_generate_options *options,
                                        struct model **ret_model, struct note *note);

#endif
