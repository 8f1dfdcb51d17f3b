/* order_turn.h - order events become the state of orders, and that becomes facts.
 *
 * The state of a customer's orders is one key with one field for each order. Merging is
 * idempotent, so a redelivered or late event does no harm.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_ORDER_TURN_H
#define ENGINE_ORDER_TURN_H

#include "worker/engine/turn.h"

/* Orders kept of one customer, the ones that happened last. */
#define ORDER_TURN_ORDERS_MAX 200

/* Starts the turn of an order event. It is settled only when the store has the new state; as
 * long as the store is away, or holds a state of a newer version, it waits with bounded back-off
 * and holds its partition back. An event that says it happened more than a day after its record
 * was made counts as of the record's time. */
void order_turn_start(struct turn *turn);

/* Under what the orders of a customer are stored. */
MUST_USE enum err order_turn_key(struct turn *turn, struct str customer_id, struct str *ret_key);

/* The stored orders of a customer, newest first, into the brief. ERR_NO_FACTS: one is of a newer
 * version. ERR_NOMEM. */
MUST_USE enum err order_turn_read(struct arena *arena, const struct store_call *call,
                                  struct brief *brief);

#endif
