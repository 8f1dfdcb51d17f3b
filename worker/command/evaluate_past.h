/* evaluate_past.h - what was bought before the held back baskets, in numbers, and the rankings
 * that others are measured against.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_EVALUATE_PAST_H
#define COMMAND_EVALUATE_PAST_H

#include "worker/command/evaluate_baskets.h"

#define EVALUATE_COUNT 10 /* products that a ranking gives */

struct past_buy {
    uint32_t item;
    uint32_t orders; /* of the customer that have it */
};

struct past {
    const struct baskets *baskets;
    struct past_buy *buys; /* by customer, then item */
    uint64_t *starts;      /* by customer: its first in buys; one more at the end */
    uint32_t *sold;        /* by item: baskets */
    uint32_t *buyers;      /* by item: customers */
    uint32_t *top;         /* items, most sold first, equal ones by sku */
    double *scores;        /* by item, for one ranking */
    bool has_repeats;      /* someone bought something twice */
};

/* The result is to be given to past_fini() even after an error. ERR_NOMEM. */
MUST_USE enum err past_init(struct past *past, const struct baskets *baskets);
void past_fini(struct past *past);

/* NULL: the customer did not buy it before. */
const struct past_buy *past_find(const struct past *past, uint32_t customer, uint32_t item);

/* Each gives up to EVALUATE_COUNT items and their number. Where nobody buys a thing twice, what
 * the customer has is left out. */

/* What most baskets have. */
uint32_t past_rank_popular(struct past *past, uint32_t customer, uint32_t *ret_items);

/* GP-TopFreq: what most baskets of the customer have, filled up by what most have (Li et al., "A
 * Next Basket Recommendation Reality Check", 2023). */
uint32_t past_rank_personal(struct past *past, uint32_t customer, uint32_t *ret_items);

/* Item k-nearest-neighbours with all neighbours: the sum of the cosines, over customers, to all
 * that the customer bought (Deshpande and Karypis, 2004). */
uint32_t past_rank_neighbours(struct past *past, uint32_t customer, uint32_t *ret_items);

#endif
