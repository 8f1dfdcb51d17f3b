/* rank_next.h - how often a product of one order is in the customer's very next order, too.
 *
 * Each two orders of a customer that follow one another are a pair: of each product of the
 * earlier one it is counted that another order came after it, and whether that one has it again.
 * Cancelled orders and those without lines are in no pair. Whoever changes an order, or its place
 * among the others, takes its pairs back before and counts them anew after; so the counts are
 * those of the orders as they stand, in whichever sequence their events came. What was counted
 * for orders that are forgotten since stays.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_NEXT_H
#define ANSWER_RANK_NEXT_H

#include "worker/answer/rank.h"

/* The customer's order at `at` stands where it belongs from now on, with its lines. */
void rank_next_count(struct rank_customer *customer, uint32_t at);

/* It does not stand there any more. */
void rank_next_uncount(struct rank_customer *customer, uint32_t at);

/* After lines have been added to the order; it had `lines_before` of them. */
void rank_next_recount(struct rank_customer *customer, uint32_t at, uint32_t lines_before);

#endif
