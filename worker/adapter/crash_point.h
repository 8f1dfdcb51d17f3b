/* crash_point.h - places where a test can make the process die or stand still, and defences that
 * it can lower.
 *
 * Only in builds with -DDESKHAND_FAULTS (make VARIANT=faults); in all others both are nothing.
 * DESKHAND_TEST_CRASH_AT=after-produce:3 ends the process without warning, as SIGKILL does, the
 * third time it gets there. DESKHAND_TEST_LOWER=done-map,resends lowers the named defences: the
 * negative controls of the fault harness, which must then find damage.
 *
 * Defences: "done-map" (a new owner skips what the map names), "resends" (a transaction request
 * that was sent twice leaves the result unknown), "epochs" (a batch of a partition that was given
 * away is not committed), "fencing" (offsets go with the group metadata of the assignment),
 * "witness" (a claim waits until the hand-offs of earlier owners were read), "marks" (a dead letter
 * that is marked as settled is not sent again), "flight-lock" (of all workers one asks a model for
 * what all may share), "monotonic" (deadlines do not hang on the wall clock), "lookups" (the loop
 * does not wait for name servers), "redirects" (none is followed), "breaker" (a backend that
 * does not answer is left alone), "fair" (each tenant waits in a queue of its own).
 *
 * Thread: any. */
#ifndef ADAPTER_CRASH_POINT_H
#define ADAPTER_CRASH_POINT_H

#include "common/base.h"

#ifdef DESKHAND_FAULTS
#define CRASH_POINT(name) crash_point_reach("" name)
#define DEFENCE_IS_LOWERED(name) defence_is_lowered("" name)
#else
#define CRASH_POINT(name) ((void)sizeof("" name))
#define DEFENCE_IS_LOWERED(name) (sizeof("" name) == 0)
#endif

/* Dies or stands still here if that is what the environment asks for. */
void crash_point_reach(const char *name);

/* True if the environment lowers this defence. */
bool defence_is_lowered(const char *name);

#endif
