/* ask.h - brings turns and the model together: flight, gate, call.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_ASK_H
#define ENGINE_ASK_H

#include "worker/engine/turn.h"

/* What the turn wants of a model. */
enum ask_kind ask_kind_of(const struct turn *turn);

/* Once, before any turn asks. */
void ask_init(struct engine *engine);

/* From the backend whose answers are wanted, or from one that stood in for it. */
enum answer_source ask_source(const struct turn *turn);

/* Takes a seat in the flight for this turn's key; the first one waits for all at the gate
 * of turn->backend. */
void ask_model(struct turn *turn);

/* The turn wants no answer any more. If the call was made already, the turn keeps its seat: what
 * the call gives is paid for, and is memoised for whoever works on the event next. */
void ask_leave(struct turn *turn);

/* The turn wants no answer any more, and nobody after it: it loses its seat, and a call that
 * nobody waits for is called off. */
void ask_give_up(struct turn *turn);

/* Calls off what is with the model; each call still completes, later. */
void ask_cancel_all(struct engine *engine);

#define ASK_SHED_SLICE 32 /* turns a tick: some microseconds each */

/* Looks whether the backends still answer, and sends turns that wait at the gate of one that does
 * not to another one, at most ASK_SHED_SLICE of them. True: there may be more. */
bool ask_watch(struct engine *engine);

/* Lets in who waits at a gate, at most `max` of them; returns how many it were. */
size_t ask_admit(struct engine *engine, size_t max);

/* A closed flight without seats goes, as soon as its lock is given up. */
void ask_end(struct flight *flight);

#endif
