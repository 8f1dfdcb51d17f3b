/* gate.h - when which call of one backend may be made.
 *
 * Three things have to agree: the limit (how many at once), the breaker (whether at all) and the
 * admitter (who may pay for one more). Who waits is let in fairly between tenants.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_GATE_H
#define ENGINE_GATE_H

#include "worker/engine/admission.h"
#include "worker/engine/breaker.h"
#include "worker/engine/fair.h"
#include "worker/engine/limit.h"

struct gate {
    struct limit limit;
    struct breaker breaker;
    struct fair waiting; /* struct gate_pass */
    size_t running;
    size_t probing; /* of those: they come on top of the limit */
    uint64_t made; /* calls, so far */
    int64_t held_ms; /* when the limit last made someone wait; INT64_MIN: never */
    int64_t claimed_until_ms; /* someone is on the way to make the next probe */
};

/* Embedded in whoever wants to call. */
struct gate_pass {
    struct fair_place place;
    bool is_waiting;
    bool is_back;       /* was let in and refused before: goes ahead of its tenant's others */
    unsigned opening;   /* of the breaker, which its call probes; 0: none */
    int64_t since_ms;   /* when it began to wait */
    int64_t started_ms; /* when it was let in */
    uint64_t serial;    /* of its call */
    struct errand errand;
    enum err refused;   /* OK: it may go ahead */
};

/* What its end did to the gate. */
enum gate_change { GATE_SAME, GATE_SHUT, GATE_OPENED };

/* At most `inflight_max` calls at once, `start` to begin with. */
void gate_init(struct gate *gate, size_t inflight_max, size_t start);

/* Waits until gate_next() returns it. */
void gate_join(struct gate *gate, struct gate_pass *pass, int64_t now_ms);

/* A waiting one that wants no more. */
void gate_cancel(struct gate *gate, struct gate_pass *pass);

/* The next that waits no longer; NULL: none. Either it is counted as running, and gate_leave()
 * follows, or `refused` says why it is not. `admitter` may be NULL. */
struct gate_pass *gate_next(struct gate *gate, struct admitter *admitter, int64_t now_ms);

/* Its call has ended with `err`. */
enum gate_change gate_leave(struct gate *gate, struct gate_pass *pass, enum err err,
                            int64_t now_ms);

/* From time to time: calls that do not end are a sign too. */
enum gate_change gate_watch(struct gate *gate, int64_t now_ms);

/* Calls are made as the limit allows; false: only a probe now and then. */
bool gate_is_open(const struct gate *gate);

/* One more would be of use here: the gate is open, or it is time for a probe and nobody is there
 * to make it, or on the way. */
bool gate_wants(const struct gate *gate, int64_t now_ms);

/* Someone comes because a shut gate wants one. */
void gate_claim(struct gate *gate, int64_t now_ms);

/* The one that waits first in its fair order, whether it may go or not; NULL: nobody waits. */
struct gate_pass *gate_first(const struct gate *gate);

/* When gate_next() may find one, or gate_wants() change, though nothing else has happened;
 * INT64_MAX: never. */
int64_t gate_next_ms(const struct gate *gate, int64_t now_ms);

#endif
