/* order_event.h - what happens to orders in the simulation, and what the store is to know of it.
 *
 * A conversation on a partition of orders is one order of one customer. When an event happened has
 * nothing to do with its place in the topic, and each one names other things of the order: what one
 * has said is seen in the state until a later one says otherwise. */
#ifndef TESTS_SIM_ORDER_EVENT_H
#define TESTS_SIM_ORDER_EVENT_H

#include "common/order.h"
#include "tests/sim/cluster.h"

/* The event, and its record's value; both are the arena's. Out of memory ends the program. */
struct order order_event(const struct question *question, struct arena *arena);
struct str order_event_value(const struct question *question, struct arena *arena);

#endif
