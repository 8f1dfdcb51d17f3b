/* rank_best.h - candidates in the order of their scores, as far as someone asks.
 *
 * Of some thousand candidates a few dozen are looked at, so they are kept as a heap, and only what
 * is asked for is put in order (a heap by Floyd's method, 1964: linear in their number).
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_BEST_H
#define ANSWER_RANK_BEST_H

#include "worker/answer/rank_score.h"

/* A candidate that is still in the heap, with its score beside it. */
struct rank_waiting {
    double score;
    const struct rank_candidate *candidate;
};

struct rank_best {
    const struct rank_candidate **candidates; /* best first; a caller may set what it took NULL */
    size_t count;                             /* of those that are in order by now */
    size_t max;
    struct rank_waiting *waiting; /* a heap by score */
    size_t waiting_count;
};

/* The candidates of the table with a score above 0, of which at most `max` come into order. All
 * memory is the arena's. ERR_NOMEM. */
MUST_USE enum err rank_best_init(struct rank_best *best, struct arena *arena,
                                 const struct rank_table *table, size_t max);

/* Puts candidates in order until candidates[at] is. Equal scores go by sku. False: there are not so
 * many, or `at` is not below `max`. */
bool rank_best_reach(struct rank_best *best, size_t at);

#endif
