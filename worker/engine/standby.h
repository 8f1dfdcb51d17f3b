/* standby.h - what a turn does that waits for a backend: how long, and where it turns then.
 *
 * While calls are merely held back (limit, budget) it waits until its event's own deadline. When
 * the backend is shut it goes to the next one of the chain that is open; when none is, it waits,
 * without spending attempts, until the outage has lasted too long, and goes to a person.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_STANDBY_H
#define ENGINE_STANDBY_H

#include "worker/engine/turn.h"

/* Sets turn->backend for the attempt that begins. False: there is none for what it wants. */
bool standby_choose(struct turn *turn);

/* When its event is too old to be answered by a model, monotonic; INT64_MAX: never. */
int64_t standby_deadline_ms(const struct turn *turn);

/* The turn is GATED: sets its alarm. */
void standby_begin(struct turn *turn);

/* The alarm of a GATED turn has rung. */
void standby_wake(struct turn *turn);

/* Its call has failed while the backend is shut: that was no attempt of the turn. */
void standby_again(struct turn *turn, enum err why);

/* The backend will not answer this turn, whatever is tried. True: another one is asked instead. */
bool standby_move_down(struct turn *turn);

/* A GATED turn's backend is shut and another one is not. */
void standby_change(struct turn *turn);

#endif
