/* landing.h - what the models have said, taken up a few replies at a time.
 *
 * To check a reply, to write what is published, memo and cache costs more than to read it. Were it
 * done as each reply is read, a hundred that come at once would wait for each other unread, and
 * their calls would look slower than the model is. So a reply is taken in first, and its flight
 * waits here until a tick takes it up, in the order of arrival. A flight that waits here holds its
 * place under inflight.max, so there are never more than that.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_LANDING_H
#define ENGINE_LANDING_H

#include "worker/engine/flight.h"

#define LANDING_SLICE 4 /* replies a tick: about half a millisecond */

struct engine;

/* The call of `flight` has ended with `err`; its call keeps what was said. Who boards it meanwhile
 * shares an answer; one that failed is closed, and a new turn makes a call of its own. */
void landing_add(struct engine *engine, struct flight *flight, enum err err);

/* Gives the turns of the first flights what their model said, of at most LANDING_SLICE. */
void landing_take(struct engine *engine);

#endif
