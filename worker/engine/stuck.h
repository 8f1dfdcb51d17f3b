/* stuck.h - finds the lane that a partition's commit position waits for.
 *
 * One conversation that does not come to its end holds the position of its partition: what is
 * settled behind it fills the done-map, until nothing more can be committed there. Such a lane is
 * named by topic, partition, offset and a digest of its key, which only who has the seal key can
 * make from a conversation; with lane.stuck.action=handoff it goes to a person, whole and in order.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_STUCK_H
#define ENGINE_STUCK_H

#include "common/buf.h"
#include "worker/engine/part.h"

#define STUCK_NAME_BYTES 17 /* 16 hexadecimal digits and their NUL */
#define STUCK_TOLD_MAX 16   /* lanes that are named to readiness and metrics */

/* A lane that is stuck. */
struct stuck_lane {
    struct str topic;
    int32_t partition;
    int64_t offset; /* of the event that it waits for: the commit position */
    int64_t for_ms;
    char name[STUCK_NAME_BYTES];
};

/* Looks at every partition, if it is time to. Only a turn that has started counts: one that waits
 * for a free place is no fault of its lane, and one with an outcome waits for the brokers. */
void stuck_look(struct engine *engine);

/* When to look again, or ALARM_NEVER. */
int64_t stuck_next_ms(const struct engine *engine);

/* The stuck lanes, at most `max`; gives their number. */
size_t stuck_lanes(const struct engine *engine, struct stuck_lane *ret_lanes, size_t max);

/* Appends a line for each, for readiness. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err stuck_explain(const struct engine *engine, struct buf *buf);

/* Appends each as a metric with labels. At most STUCK_TOLD_MAX, and nothing of an event is among
 * the labels. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err stuck_render(const struct engine *engine, struct buf *buf);

#endif
