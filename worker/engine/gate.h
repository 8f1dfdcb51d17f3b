/* gate.h - how many calls of one backend may run now, and who is next.
 *
 * A limit, and a queue in order of arrival. Whoever is next is let in only if the admitter, when
 * there is one, says so.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include "common/list.h"
#include "worker/engine/admission.h"

struct gate {
    size_t limit;
    size_t running;
    struct list waiting; /* struct gate_pass */
    int64_t closed_until_ms; /* the admitter lets nobody in before that */
};

/* Embedded in whoever wants to call. */
struct gate_pass {
    struct list_node node;
    bool is_waiting;
    int64_t since_ms;    /* when it began to wait */
    struct errand errand;
    enum err refused;    /* OK: it may go ahead */
};

void gate_init(struct gate *gate, size_t limit);

/* Waits until gate_next() returns it. */
void gate_join(struct gate *gate, struct gate_pass *pass, int64_t now_ms);

/* A waiting one that wants no more. */
void gate_cancel(struct gate *gate, struct gate_pass *pass);

/* The next that waits no longer; NULL: none. Either it is counted as running, and gate_leave()
 * follows, or `refused` says why it is not. `admitter` may be NULL. */
struct gate_pass *gate_next(struct gate *gate, struct admitter *admitter, int64_t now_ms);

/* A call has ended. */
void gate_leave(struct gate *gate);

/* When gate_next() may find one though nothing else has happened; INT64_MAX: never. */
int64_t gate_next_ms(const struct gate *gate, int64_t now_ms);

#endif
