/* copy.h - marketing copy for one product: schemas/copy.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_COPY_H
#define COMMON_COPY_H

#include "common/answer.h"

struct copy {
    struct str sku;
    struct str headline;
    struct str body;
    struct str call_to_action; /* may be empty */
    struct str language;
    struct str model;
    enum answer_source source;
    const struct fact *facts;
    size_t facts_count;
};

/* ERR_ANSWER: a text is missing or longer than the schema allows. */
MUST_USE enum err copy_encode(struct arena *arena, const struct reply_to *to,
                              const struct copy *copy, struct output *ret_output);

#endif
