/* sink_lines.h - outcomes as JSON lines to a descriptor, or to a callback.
 *
 * A batch is committed when all of its lines are written. A reader that is slow makes batches
 * wait; it never blocks the loop.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_SINK_LINES_H
#define ADAPTER_SINK_LINES_H

#include "worker/adapter/loop.h"
#include "worker/engine/sink.h"

/* One outcome; borrowed until return. */
typedef void sink_outcome_fn(void *owner, const struct delivery *delivery);

struct sink_lines_options {
    struct loop *loop;
    int fd;                      /* stays the caller's; -1: none */
    sink_outcome_fn *on_outcome; /* NULL: none */
    void *owner;
};

/* NULL when out of memory. Lines are {"topic","key","headers","value"}. */
struct sink *sink_lines_create(const struct sink_lines_options *options);
void sink_lines_destroy(struct sink *sink); /* no batch is under way; accepts NULL */

#endif
