/* builtin_order.h - what can be said of an order.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_ORDER_H
#define ANSWER_BUILTIN_ORDER_H

#include "common/arena.h"
#include "worker/answer/brief.h"
#include "worker/answer/order_asked.h"

/* One sentence: its state, and who brings it when as far as that is known. ERR_NOMEM. */
MUST_USE enum err builtin_order_state(struct arena *arena, const struct brief *brief,
                                      const struct order *order, struct str *ret_text);

/* What the text asks of the orders that it names, or of all: how many there are, what they cost,
 * what is in them, when they were placed. ERR_NO_FACTS: the facts do not tell; ERR_NOMEM. */
MUST_USE enum err builtin_order_sums(struct arena *arena, const struct brief *brief,
                                     enum order_asked asked, struct str *ret_text);

/* The same of several, a line for each. ERR_NOMEM. */
MUST_USE enum err builtin_order_states(struct arena *arena, const struct brief *brief,
                                       const struct order *const *orders, size_t count,
                                       struct str *ret_text);

#endif
