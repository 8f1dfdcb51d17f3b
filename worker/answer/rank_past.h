/* rank_past.h - the orders of one customer, and what they say about products.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_PAST_H
#define ANSWER_RANK_PAST_H

#include "worker/answer/rank.h"

/* Merges an order event into the customer's orders; what is new there is counted for its
 * products and ties them to what was bought with them and before them. ERR_NOMEM. */
MUST_USE enum err rank_past_take(struct rank *rank, struct rank_customer *customer,
                                 const struct order *order, int64_t at_wall_ms);

/* Frees the customer. What was counted for products stays. */
void rank_past_forget(struct rank *rank, struct rank_customer *customer);
void rank_past_forget_oldest(struct rank *rank); /* there is at least one */

/* rank.c: the product of an order's line, made if it is new. Stays NULL beyond the limit.
 * ERR_NOMEM. */
MUST_USE enum err rank_take_item(struct rank *rank, const struct rank_shop *shop,
                                 const struct order_item *from, struct rank_item **ret_item);

#endif
