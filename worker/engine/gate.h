/* gate.h - how many model calls may run now.
 *
 * A fixed limit and a queue in order of arrival. The limit is a field so that what adapts it
 * need not touch who waits.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include "common/list.h"

struct gate {
    size_t limit;
    size_t running;
    struct list waiting; /* struct gate_pass */
};

/* Embedded in whoever wants to call. */
struct gate_pass {
    struct list_node node;
    bool is_waiting;
};

void gate_init(struct gate *gate, size_t limit);

/* True: go ahead, and say gate_leave() afterwards. False: wait until gate_next() returns it. */
bool gate_enter(struct gate *gate, struct gate_pass *pass);

/* A call has ended. */
void gate_leave(struct gate *gate);

/* A waiting one that wants no more. */
void gate_cancel(struct gate *gate, struct gate_pass *pass);

/* The next that may go ahead, already counted as running; NULL: none. */
struct gate_pass *gate_next(struct gate *gate);

#endif
