/* copy.h - marketing copy for one product: schemas/copy.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_COPY_H
#define COMMON_COPY_H

#include "common/answer.h"
#include "common/copy_request.h"

#define COPY_PARTS_MAX 8

/* What a channel shows of a variant, with its length there. */
struct copy_part {
    const char *name;
    struct str text;
    size_t length;
    size_t limit;
    const char *unit; /* of both */
};

struct copy_variant {
    struct str headline;
    struct str body;
    struct str call_to_action; /* may be empty */
    struct copy_part parts[COPY_PARTS_MAX];
    size_t parts_count; /* 0: the channel is not known */
};

struct copy {
    struct str sku;
    struct copy_variant variants[COPY_VARIANTS_MAX]; /* the first also stands for the whole */
    size_t variants_count;
    struct str channel; /* as it was asked for */
    struct str market;
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
