/* sink_lines.h - outcomes told one by one to a callback, which prints or collects them.
 *
 * For wirings without Kafka: there is nothing that could abort, so every batch commits.
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
    sink_outcome_fn *on_outcome;
    void *owner;
};

/* NULL when out of memory. */
struct sink *sink_lines_create(const struct sink_lines_options *options);
void sink_lines_destroy(struct sink *sink); /* no batch is under way; accepts NULL */

#endif
