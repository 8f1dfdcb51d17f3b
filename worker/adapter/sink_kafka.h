/* sink_kafka.h - outcomes to Kafka, together with the offsets they settle.
 *
 * With delivery=exactly-once a batch is one transaction (txn.h), whose result is known even
 * after a fault, since committed offsets are read back. With delivery=at-least-once it is an
 * idempotent produce, a flush and an offset commit.
 *
 * Thread: the loop's; hands each batch to the commit thread and back. */
#ifndef ADAPTER_SINK_KAFKA_H
#define ADAPTER_SINK_KAFKA_H

#include "common/metric.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/adapter/source_kafka.h"
#include "worker/engine/sink.h"

struct sink_kafka;

/* Borrowed until the sink is destroyed. */
struct sink_kafka_options {
    struct kafka_conf_options kafka;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct job_thread *thread;
    struct source_kafka *source;
    enum conf_delivery delivery;
    int64_t start_timeout_ms;
    void *owner;
    void (*on_ready)(void *owner); /* once, when the first producer stands; may be NULL */
    void (*on_fatal)(void *owner, enum err err, const struct note *note); /* at most once */
    void (*on_closed)(void *owner);
};

/* ERR_CONFIG, ERR_NOMEM. Connects to nothing yet. */
MUST_USE enum err sink_kafka_create(const struct sink_kafka_options *options,
                                    struct sink_kafka **ret_sink, struct note *note);

/* Makes the producer and takes the transactional id over, on the commit thread. Batches may
 * come before on_ready: they wait. */
void sink_kafka_start(struct sink_kafka *sink);

/* No batch comes any more; one that is under way is done first. Then on_closed. */
void sink_kafka_close(struct sink_kafka *sink);

/* After on_closed, or when it was never started. Accepts NULL. */
void sink_kafka_destroy(struct sink_kafka *sink);

struct sink *sink_kafka_port(struct sink_kafka *sink);

/* True when batches are taken; otherwise adds why to `reasons` (NULL: not). */
bool sink_kafka_is_ready(const struct sink_kafka *sink, struct buf *reasons);

#endif
