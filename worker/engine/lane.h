/* lane.h - one queue for each conversation.
 *
 * Kafka keeps order per partition, but a customer only notices order inside one
 * conversation. A lane lets one turn of a conversation run at a time, so a single partition
 * can serve thousands of conversations at once.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_LANE_H
#define ENGINE_LANE_H

#include "common/list.h"
#include "common/map.h"

struct lane;

/* A turn's place in its lane, embedded in the turn. */
struct lane_place {
    struct list_node node;
    struct lane *lane;
};

struct lanes {
    struct map map;
    struct list idle; /* lanes that were emptied, kept for the next conversation */
};

/* At most `lanes_max` conversations at a time. */
MUST_USE enum err lanes_init(struct lanes *lanes, size_t lanes_max, const uint64_t seed[2]);
void lanes_fini(struct lanes *lanes); /* must be empty, or zeroed */

/* Queues `place` behind the earlier turns of the lane `key` (copied) until lanes_leave().
 * ERR_FULL, ERR_NOMEM: nothing was queued. */
MUST_USE enum err lanes_enter(struct lanes *lanes, struct str key, struct lane_place *place);

/* True if no earlier turn stands before this one. */
bool lane_is_first(const struct lane_place *place);

/* The one behind it in its lane, or NULL. */
struct lane_place *lane_next(const struct lane_place *place);

/* Takes a turn out, wherever it stands. Returns the place that is first now and was not
 * before, or NULL. */
struct lane_place *lanes_leave(struct lanes *lanes, struct lane_place *place);

size_t lanes_count(const struct lanes *lanes);

#endif
