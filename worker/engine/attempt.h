/* attempt.h - how an attempt at a turn begins and ends: once more, with a person, as a dead letter.
 *
 * What is done within one is in answering.c. What fails in there, in ask.c or in conclude.c is told
 * here, where it is decided what comes of it; so these modules call each other. That has an end:
 * conclude_handoff() and conclude_dead_letter() come back with attempt_again() alone, which waits.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_ATTEMPT_H
#define ENGINE_ATTEMPT_H

#include "worker/engine/turn.h"

/* Gives the turn fresh space for one attempt. ERR_NOMEM: it keeps what it had. */
MUST_USE enum err attempt_make_work(struct turn *turn);

/* Its event is too old to be answered. */
bool attempt_is_late(const struct turn *turn);

/* Something has failed: again later, a person, or a dead letter. */
void attempt_fail(struct turn *turn, enum err why, int64_t retry_after_ms);

/* Again much later, within the attempts that it has: so far there are too many repeats. */
void attempt_later(struct turn *turn);

/* Again later, however often that was: for what must not be given up. */
void attempt_again(struct turn *turn, enum err why);

/* From the beginning at once: facts and keys are fetched anew, as for another backend. */
void attempt_restart(struct turn *turn, enum err why);

/* The time of a WAITING or GATED turn has come. */
void attempt_wake(struct turn *turn);

/* A person answers a turn that is_given_up, now or as soon as it can. */
void attempt_give_up(struct turn *turn);

#endif
