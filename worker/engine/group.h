/* group.h - port: what a member can ask of the client that speaks to its consumer group.
 *
 * Thread: the loop's. */
#ifndef ENGINE_GROUP_H
#define ENGINE_GROUP_H

#include "worker/engine/source.h"
#include "worker/engine/ticket.h"

struct membership;

/* Committed offset, done-map and range of partitions that are being claimed. */
struct reading {
    struct membership *membership;
    size_t count;
    struct claim *claims;  /* their ids; the client fills in the rest where is_read */
    bool *is_read;
    uint32_t *numbers;     /* the membership's: which claim of the partition this is */
};

struct group;

struct group_ops {
    /* In the eager protocol an assignment is always the whole of it. */
    bool (*is_eager)(struct group *group);

    /* With one reference; NULL when the client is in no group now, or out of memory. */
    struct ticket *(*take_ticket)(struct group *group);

    /* Fetches these as well, each from claim->start, and not paused. None at all is the answer
     * to an assignment of which nothing can be fetched yet. */
    void (*assign)(struct group *group, const struct claim *claims, size_t count);

    /* Fetches these no more; the answer to a revocation or a loss. */
    void (*unassign)(struct group *group, const struct partition_id *ids, size_t count);

    /* Reads, and calls membership_read() later, on the loop. What it put into the claims is
     * valid until that returns. False: it cannot now, and will not call. */
    bool (*read)(struct group *group, struct reading *reading);

    /* Calls membership_wake() then; ALARM_NEVER: not any more. */
    void (*wake_at)(struct group *group, int64_t at_ms);
};

struct group {
    const struct group_ops *ops;
    bool is_static; /* it may miss generations without being thrown out */
    bool is_silent; /* its epoch may move without an event (KIP-848) */
};

#endif
