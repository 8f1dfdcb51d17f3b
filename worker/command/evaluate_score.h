/* evaluate_score.h - how well a list of ten foretold a basket.
 *
 * Recall, nDCG with binary gain (Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR
 * Techniques", 2002) and hit rate, each the mean over customers: over all of the basket, and
 * apart over what had been bought before and what had not, of customers whose basket has such.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_EVALUATE_SCORE_H
#define COMMAND_EVALUATE_SCORE_H

#include "worker/command/evaluate_past.h"

enum score_part { SCORE_ALL, SCORE_REPEAT, SCORE_EXPLORE, SCORE_PARTS };

struct score_sum {
    double recall;
    double ndcg;
    double hits;
    uint64_t customers;
};

struct score {
    struct score_sum sums[SCORE_PARTS];
    bool *is_offered; /* by item; borrowed */
    uint64_t offered; /* different items in all lists */
    double ms_sum;
    double ms_max;
};

/* Adds one customer's list. `items` are different from each other. */
void score_add(struct score *score, const struct past *past, const struct basket *truth,
               const uint32_t *items, uint32_t count);

#endif
