/* recommendation.h - products for a customer, best first: schemas/recommendation.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_RECOMMENDATION_H
#define COMMON_RECOMMENDATION_H

#include "common/answer.h"

struct recommended {
    struct str sku;
    struct str name; /* may be empty */
    double score;
    struct str reason;
    const struct str *because; /* ids of orders, or skus */
    size_t because_count;
};

struct recommendation {
    struct str customer_id;
    const struct recommended *items;
    size_t items_count;
    struct str language;
    struct str model;
    enum answer_source source;
};

/* ERR_ANSWER: there are no items, or a reason is longer than the schema allows. */
MUST_USE enum err recommendation_encode(struct arena *arena, const struct reply_to *to,
                                        const struct recommendation *recommendation,
                                        struct output *ret_output);

#endif
