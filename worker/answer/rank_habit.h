/* rank_habit.h - how likely a customer's next order has a product that earlier ones had.
 *
 * A weighted sum of what the orders say, put through the logistic function. Nothing is learned
 * while running: the weights stand in rank_habit.c. What is summed up:
 *
 * - How often and how lately it was bought, orders fading by their age in orders and in days
 *   (TIFU-kNN: Hu, He, Gao and Zhang, "Modeling Personalized Item Frequency Information for
 *   Next-basket Recommendation", 2020; by a power: Anderson and Schooler, "Reflections of the
 *   Environment in Memory", 1991). A small order says more of each of its products, and what
 *   comes first in an order is what the customer came for.
 * - Whether it is due: by the mean logarithm of the times between its purchases, which one long
 *   pause moves little (a renewal process: Bhagat, Muralidharan, Lobzhanidze and Vishwanath, "Buy
 *   It Again", 2018), and how many of these times were about as long as the present one, of those
 *   that were not shorter.
 * - How likely the shop's customers are to buy the product again, and how often.
 * - How much of what the customer buys is bought again: who comes back to everything will come back
 *   to what was bought last, or only once.
 *
 * What that sum gives some chance is looked at again by trees (rank_trees.h), and the mean of both
 * counts.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_HABIT_H
#define ANSWER_RANK_HABIT_H

#include "worker/answer/rank.h"

/* One order of the customer, as it counts now. */
struct rank_habit_order {
    int64_t at_wall_ms;
    int64_t now_wall_ms;
    uint32_t age; /* in orders; the newest is 1 */
    double size;  /* in products, 1 at least */
    double fade;  /* its weight by age; below: by age and size, by steps of age, and by days */
    double by_size;
    double by_age;
    double by_age_fast;
    double by_days;
};

/* The sums over all orders of the customer. */
struct rank_habits {
    uint32_t orders;
    uint32_t lines;
    uint32_t products;
    double by_size;
    double by_age;
    double by_age_fast;
    double by_days;
    int64_t now_wall_ms;
    int64_t newest_wall_ms;
    int64_t oldest_wall_ms;
};

/* What the customer's orders say of one product. All zero: none has it. */
struct rank_habit {
    uint32_t orders;
    uint32_t lately; /* of the newest five */
    uint32_t longer; /* times between purchases that were not shorter than the present one */
    uint32_t newest; /* the age of the newest order that has it, from 1; of the oldest one */
    uint32_t oldest;
    double by_size;
    double by_age;
    double by_age_fast;
    double by_days;
    double fade;
    double place;    /* its places in the orders, from 0 to 1 in each, weighed by `fade` */
    double alike;    /* times between purchases that were as long as the present one, about */
    double log_days; /* the logarithms of these times, in days and half a day more */
    double log_ages; /* the same in orders */
    int64_t newest_wall_ms;
    int64_t oldest_wall_ms;
};

/* The next older order, of `lines` products; call from the newest one on. */
struct rank_habit_order rank_habits_add(struct rank_habits *habits, int64_t at_wall_ms,
                                        uint32_t lines);

/* The order has the product, at `place` among its products, from 0; call from the newest one on. */
void rank_habit_add(struct rank_habit *habit, struct rank_habits *habits,
                    const struct rank_habit_order *order, uint32_t place);

/* From 0 to 1, however strange the numbers are. 0 where nobody in the shop buys a thing twice. */
double rank_habit_chance(const struct rank_habit *habit, const struct rank_habits *habits,
                         const struct rank_shop *shop, const struct rank_item *item);

/* How often what a customer of the shop has bought is bought again, from 0 to 1. */
double rank_habit_usual(const struct rank_shop *shop);

#endif
