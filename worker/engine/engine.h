/* engine.h - decides what may run when, and what may be committed.
 *
 * Records come in from a source; each becomes a turn, waits in its lane, runs, and leaves as
 * an outcome in a batch. The engine does no I/O: the ports do, and call back. After any
 * callback the driver calls engine_tick() before it waits again.
 *
 * This is for who drives an engine; its parts share engine_state.h.
 *
 * Pure: no I/O; time is the clock that the driver keeps. Thread: the loop's. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "worker/engine/engine_state.h"

/* What a tick begins at most, so that what has come meanwhile is read in between: about half a
 * millisecond of beginning turns, and as much of calling models. What ends has slices, too:
 * landing.h, ask.h, batch.h, flight_lock.h. */
#define ENGINE_RUNS_SLICE 32
#define ENGINE_CALLS_SLICE 8

/* And what it wakes: most only begin again, but one whose time is over is handed to a person. */
#define ENGINE_WAKES_SLICE 16

/* Copies `options` (the strings stay the caller's) and wires itself to the source. NULL when
 * out of memory. */
struct engine *engine_create(const struct engine_options *options,
                             const struct engine_ports *ports,
                             const struct engine_events *events);

/* Everything that runs must have ended: drained, or its ports closed. Accepts NULL. */
void engine_destroy(struct engine *engine);

/* Does some of what can be done now: of each kind of work a slice, so that a burst of one neither
 * holds up the others nor what comes in meanwhile. Only what is dropped (a partition is lost, the
 * process ends) is dropped in one go. Returns the monotonic time at which it wants to
 * be called again at the latest: now, if there is more to do; or ALARM_NEVER. */
int64_t engine_tick(struct engine *engine);

/* Takes no new work, lets what runs finish until `until_ms`, commits, then on_drained. Called
 * again with an earlier time, it hurries. */
void engine_drain(struct engine *engine, int64_t until_ms);

/* For readiness: at least one partition is stopped. */
bool engine_is_stuck(const struct engine *engine);

#endif
