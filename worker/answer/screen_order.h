/* screen_order.h - which of the customer's orders a place in a sentence speaks of.
 *
 * Sentences are plain (plain.h). Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_ORDER_H
#define ANSWER_SCREEN_ORDER_H

#include "worker/answer/screen_facts.h"

/* The order whose number stands last in front of `at`; without one, the only order that has what is
 * named there ("your blanket has been shipped"); else `spoken`, of the sentences before. */
int screen_order_at(const struct screen_facts *facts, struct str sentence, size_t at, int spoken);

/* True if a clause names one order, and with it something that other orders have and it has not:
 * "order 100234 with the blanket". */
bool screen_order_is_mixed_up(const struct screen_facts *facts, struct str sentence);

/* "Both orders", 都: what is said there is said of each of them. */
bool screen_order_is_each(struct str clause);

#endif
