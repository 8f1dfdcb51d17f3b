/* rank_trees.h - small decision trees that look closer at whether a product is bought again.
 *
 * A sum of straight lines (rank_habit.c) cannot say that something counts only together with
 * something else; trees can, and are noisier. The mean of both errs less than either: their errors
 * are not the same ones.
 *
 * The trees are boosted ones (Friedman, "Greedy Function Approximation: A Gradient Boosting
 * Machine", 2001) for the logarithm of the odds, fitted outside of this repository with LightGBM
 * 4.7.0 to what those customers had that the weights of rank_habit.c come from, over the same
 * baskets, as far as these weights give a product more than some 2 % (HABIT_LOOK_LEAST). A product
 * counts by one over the square root of how many its customer had, a shop by how many these are,
 * instacart threefold. Bounds: 160 trees of at most 16 leaves and depth 5, steps of 0.05, at least
 * 300 products and a sum of hessians of 30 in each leaf, ridge 20, of each tree 40 % of the inputs
 * and 60 % of the products, at most 31 bounds of one input, seed 11. More days since the product
 * was bought, or since the newest order, never make a tree add less (monotone constraints): few
 * ask right after an order, and who did was offered it all again. docs/recommendations.md says
 * what came out for customers that they were not fitted to.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_TREES_H
#define ANSWER_RANK_TREES_H

#include "common/base.h"

#define RANK_TREES 160
#define RANK_TREE_NODES 31

/* Of one product for one customer. "Log" is the natural logarithm; rank_habit.c tells what is
 * added so that nothing has one of zero. */
enum rank_tree_input {
    RANK_TREE_BY_SIZE,      /* log of its share of all orders, fading by age and size */
    RANK_TREE_BY_AGE,       /* the same by steps of age, */
    RANK_TREE_BY_AGE_FAST,  /* by larger steps */
    RANK_TREE_BY_DAYS,      /* and by days */
    RANK_TREE_LATELY,       /* log of its share of the newest five orders */
    RANK_TREE_LOYALTY,      /* how much of what the customer buys is bought again, 0 to 1 */
    RANK_TREE_PLACE,        /* its mean place in its orders, 0 to 1 */
    RANK_TREE_RHYTHM,       /* log of how many of the times between were like the present one */
    RANK_TREE_AGAIN,        /* log of how many in the shop bought it again */
    RANK_TREE_OFTEN,        /* log of how often they did */
    RANK_TREE_ORDERS,       /* how many have it */
    RANK_TREE_NEWEST,       /* the age of the newest of them, in orders, from 1 */
    RANK_TREE_OLDEST,       /* of the oldest */
    RANK_TREE_DENSE,        /* its share of the orders since the oldest */
    RANK_TREE_USUAL_DAYS,   /* mean log of the days between purchases; 9: bought once */
    RANK_TREE_OFF_DAYS,     /* how far log of the days since is above that; 0: bought once */
    RANK_TREE_USUAL_ORDERS, /* both the same in orders */
    RANK_TREE_OFF_ORDERS,
    RANK_TREE_SINCE,        /* days since it was bought */
    RANK_TREE_GAP,          /* days since the newest order */
    RANK_TREE_USUAL_GAP,    /* mean days between orders */
    RANK_TREE_SIZE,         /* mean products of an order */
    RANK_TREE_ALL_ORDERS,
    RANK_TREE_NEXT,         /* log of how often it is in the shop's very next orders, too */
    RANK_TREE_IN_LAST_NEXT, /* the same if the newest order has it; 0: it has not */
    RANK_TREE_INPUTS
};

/* The logarithm of the odds. Any input will do. */
double rank_trees_sum(const double inputs[RANK_TREE_INPUTS]);

#endif
