/* answering.h - the steps of a turn, from its start to its outcome.
 *
 * load: memo and facts, side by side. recall: the cache. ask: flight, gate, model.
 * What a step that fails leads to is in attempt.c; the steps of an order event are in order_turn.c.
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

#endif
