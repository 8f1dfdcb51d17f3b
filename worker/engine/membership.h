/* membership.h - this worker's part in the consumer group.
 *
 * The client's callback notes what happened and returns. What follows from it is done later, on
 * the loop: claims (a reading first, then an assignment with explicit offsets), revocations
 * (the engine drains first), losses (at once). The client is told of an assignment before the
 * reading, with nothing in it, so that it goes on with heartbeats and notices losses; the
 * partitions follow one by one.
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_MEMBERSHIP_H
#define ENGINE_MEMBERSHIP_H

#include "common/clock.h"
#include "common/list.h"
#include "common/log.h"
#include "worker/engine/group.h"
#include "worker/engine/holding.h"

struct membership {
    struct group *group;       /* the client */
    struct source *port;       /* the engine's side */
    const struct clock *clock;
    struct log *log;
    struct holdings holdings;
    struct ticket *ticket;     /* NULL: not in the group, or not sure */
    struct ticket *last;       /* the one with which our partitions were given to us; or NULL */
    struct list noted;         /* what the callback has noted, in order */
    bool is_refused;           /* a new ticket is wanted */
    bool is_stopped;           /* the engine wants nothing new */
    bool is_leaving;           /* the engine is gone: everything goes back at once */
};

/* Borrows group, port, clock and log, which are set. */
void membership_init(struct membership *membership);
void membership_fini(struct membership *membership); /* may be called again */

enum membership_event {
    MEMBERSHIP_ASSIGNED,
    MEMBERSHIP_REVOKED,
    /* Of a member that the group knows as before: what is named. Else whatever it says: nothing is
     * ours any more. */
    MEMBERSHIP_LOST
};

/* From the client's callback: notes, and returns. */
void membership_note(struct membership *membership, enum membership_event event,
                     const struct partition_id *ids, size_t count);

/* Does what was noted. `is_all`: the client has told all that it had to tell by now. */
void membership_act(struct membership *membership, bool is_all);

/* A reading is done; what the client asked for is filled in. */
void membership_read(struct reading *reading);

/* The time of ops->wake_at has come. */
void membership_wake(struct membership *membership);

/* The engine lets go of these. */
void membership_release(struct membership *membership, const struct partition_id *ids,
                        size_t count);

/* Gives the partition up and claims it again: its offsets are not there any more. */
void membership_retake(struct membership *membership, struct partition_id id);

/* The broker has refused the ticket: the group has moved on. What has become of our partitions
 * is told with the event that follows, and a new ticket comes with it; one that is taken earlier
 * could carry a lost partition past the fence. Only where no event may follow is one taken
 * without, as soon as there is nothing left to be told. */
void membership_refused(struct membership *membership);

/* Takes no claims any more; stays in the group. */
void membership_stop(struct membership *membership);

/* The engine is not called any more; what is revoked goes back at once. */
void membership_leave(struct membership *membership);

#endif
