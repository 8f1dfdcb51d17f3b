/* landing.h - what has become of flights, told to their turns a few at a time.
 *
 * To check a reply, to write what is published, memo and cache costs more than to read it. Were it
 * done as each reply is read, a hundred that come at once would wait for each other unread, and
 * their calls would look slower than the model is; and a reply that thousands of turns share would
 * hold up everything for a second. So a reply is taken in first, and its flight waits here until
 * ticks have told all its turns, in the order in which they boarded. Flights take turns, in the
 * order of arrival: one with thousands of seats does not keep another's reply waiting. A flight
 * whose call was made holds its place under inflight.max until its last turn is told.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_LANDING_H
#define ENGINE_LANDING_H

#include "worker/engine/flight.h"

#define LANDING_SLICE 4 /* turns a tick: about half a millisecond */

struct engine;

/* The call of `flight` has ended with `err`; its call keeps what was said. Who boards it meanwhile
 * shares an answer; one that failed is closed, and a new turn makes a call of its own. */
void landing_add(struct engine *engine, struct flight *flight, enum err err);

/* The flight makes no call, since it needs none (`found`) or there is a reason (`err`). It is
 * closed. The first turn is told at once, the others by landing_take(). The flight may be gone
 * then. */
void landing_found(struct engine *engine, struct flight *flight, struct str found);
void landing_fail(struct engine *engine, struct flight *flight, enum err err);

/* Tells turns of the first flights, at most LANDING_SLICE of them. */
void landing_take(struct engine *engine);

#endif
