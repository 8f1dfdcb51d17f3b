/* claiming.h - partitions on their way to the engine: what was given to us is read first, then
 * taken over and fetched (membership.h).
 *
 * A reading that comes back after its partition was revoked or lost is known by its number.
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_CLAIMING_H
#define ENGINE_CLAIMING_H

#include "worker/engine/membership.h"

/* Reads all that is being claimed and was not asked for. */
void claiming_start(struct membership *membership);

/* A reading has come back: what could be read is the engine's now. Frees it. */
void claiming_done(struct reading *reading);

/* Gives back what the client fetches and we do not hold any more. */
void claiming_unassign(struct membership *membership);

#endif
