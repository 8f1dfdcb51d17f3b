/* partition.h - names of what Kafka gives a worker to work on.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_PARTITION_H
#define ENGINE_PARTITION_H

#include <stdatomic.h>

#include "common/topic.h"

struct partition_id {
    enum topic topic;
    int32_t number;
};

/* Raised each time a partition is gained or lost. Read by the commit thread before it sends
 * offsets: a batch whose epoch has passed must not commit. The only memory that the loop
 * and the commit thread share by address; it lives as long as the engine. */
struct epoch {
    _Atomic uint32_t now;
};

static inline uint32_t epoch_now(const struct epoch *epoch)
{
    return atomic_load(&epoch->now);
}

#endif
