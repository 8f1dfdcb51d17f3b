/* rank_score.h - the candidates for one customer and their scores.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_SCORE_H
#define ANSWER_RANK_SCORE_H

#include "worker/answer/rank_habit.h"
#include "worker/answer/rank_pick.h"

#define RANK_CANDIDATES_MAX 8192
#define RANK_FAVOURITES_MAX 16 /* categories of one customer that candidates come from */

struct rank_candidate {
    struct rank_item *item;
    double near;             /* how strongly what was bought lately leads to it */
    double context;          /* how strongly what is looked at leads to it */
    double favourite; /* share of the customer's buying in its category; 0: not from there */
    double score;
    double tie_strength;
    const struct rank_near *tie; /* the strongest one that leads to it; NULL: none */
    const struct rank_item *from;
    const struct rank_near *context_tie;
    uint32_t returned; /* orders of the customer that sent it back */
};

struct rank_favourite {
    const struct rank_category *category;
    double share;
};

struct rank_table {
    struct rank *rank;
    const struct rank_shop *shop;
    const struct rank_customer *customer; /* NULL: new */
    const struct rank_item *context;      /* NULL: none */
    struct rank_habits habits;            /* of the customer */
    int64_t now_wall_ms;
    struct rank_candidate *candidates;
    size_t count;
    size_t own_count;        /* the first ones: what the customer has bought, or sent back */
    struct rank_habit *own;  /* of those, by the orders that kept them */
    struct rank_favourite favourites[RANK_FAVOURITES_MAX];
    size_t favourites_count;
};

/* What the customer's orders say of a candidate; NULL: none has kept it. */
const struct rank_habit *rank_score_habit(const struct rank_table *table,
                                          const struct rank_candidate *candidate);

/* All products that there is any reason for, with their scores, in the order in which they were
 * found. ERR_NOMEM. */
MUST_USE enum err rank_score(struct rank_table *table, struct arena *arena);

#endif
