/* answering.h - the steps of a turn, from its start to its outcome.
 *
 * load: memo and facts, side by side. recall: the cache. ask: flight, gate, model.
 * The steps of an order event are in order_turn.c.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_ANSWERING_H
#define ENGINE_ANSWERING_H

#include "worker/engine/turn.h"

/* Starts a RUNNABLE turn. */
void answering_start(struct turn *turn);

/* A store request that the turn waited for is done. */
void answering_called(struct turn *turn, enum turn_call which);

/* One of the things that the turn waited for is there. */
void answering_arrived(struct turn *turn);

/* Something has failed: again later, a person, or a dead letter. */
void answering_fail(struct turn *turn, enum err why, int64_t retry_after_ms);

/* What the turn waits for is in the cache meanwhile. */
void answering_found(struct turn *turn, struct str bytes);

/* Again much later, within the attempts that it has: so far there are too many repeats. */
void answering_later(struct turn *turn);

/* Again later, however often that was: for what must not be given up. */
void answering_again(struct turn *turn, enum err why);

/* From the beginning at once: facts and keys are fetched anew, as for another backend. */
void answering_restart(struct turn *turn, enum err why);

/* The time of a WAITING or GATED turn has come. */
void answering_wake(struct turn *turn);

/* A person answers a turn that is_given_up, now or as soon as it can. */
void answering_give_up(struct turn *turn);

/* Gives the turn fresh space for one attempt. ERR_NOMEM: it keeps what it had. */
MUST_USE enum err answering_make_work(struct turn *turn);

/* Makes the request for what was said to the event before, bound to tenant, lane and payload, since
 * producers reuse ids; its arena is the caller's to set. ERR_NOMEM. */
MUST_USE enum err answering_load_memo(struct turn *turn);

/* Under what the history of the event's conversation is stored. */
MUST_USE enum err answering_history_key(struct turn *turn, struct str *ret_key);

#endif
