/* source_kafka.h - events from Kafka, as a member of a consumer group.
 *
 * Rebalances are events here: the callback of librdkafka only notes what happened. A claim
 * reads committed offsets and done-maps first (takeover.h), then assigns with explicit
 * offsets; what is revoked goes back when the engine says so; what is lost goes at once.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_SOURCE_KAFKA_H
#define ADAPTER_SOURCE_KAFKA_H

#include <librdkafka/rdkafka.h>

#include "common/metric.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/engine/source.h"

struct ticket;
struct source_kafka;

/* Borrowed until the source is destroyed. */
struct source_kafka_options {
    struct kafka_conf_options kafka;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct job_thread *thread;
    enum topic inputs[TOPIC_COUNT];  /* to subscribe to: switched on, without the catalogue */
    size_t inputs_count;
    enum topic needed[TOPIC_COUNT];  /* to be there as well: outputs, catalogue */
    size_t needed_count;
    int64_t start_timeout_ms;
    struct str witness; /* name of the topic that claims wait for (takeover.h); empty: none */
    void *owner;
    /* Whether the witness has been read up to `ends` of its partitions. */
    bool (*has_reached)(void *owner, const int64_t *ends, size_t count);
    /* The worker cannot go on; the note says what to do. At most once. */
    void (*on_fatal)(void *owner, enum err err, const struct note *note);
    void (*on_closed)(void *owner); /* after source_kafka_close(); destroy it now, or later */
};

/* ERR_CONFIG, ERR_NOMEM. Connects to nothing yet. The port is source_kafka_port(). */
MUST_USE enum err source_kafka_create(const struct source_kafka_options *options,
                                      struct source_kafka **ret_source, struct note *note);

/* Checks that the topics are there, then joins the group. Engine and events are set by then. */
void source_kafka_start(struct source_kafka *source);

/* Leaves the group, without telling the engine any more; then on_closed. The sink is closed
 * by then, since it asks the source's client for committed offsets. */
void source_kafka_close(struct source_kafka *source);

/* After on_closed, or when it was never started. Accepts NULL. */
void source_kafka_destroy(struct source_kafka *source);

struct source *source_kafka_port(struct source_kafka *source);

/* True when it is in the group and no claim waits. Otherwise adds why to `reasons` (NULL: not). */
bool source_kafka_is_ready(const struct source_kafka *source, struct buf *reasons);

/* For the sink. The ticket is borrowed until the source handles its next event: take it with
 * ticket_ref(). NULL: the worker is not in the group, nothing may be committed. */
rd_kafka_t *source_kafka_client(struct source_kafka *source);
struct ticket *source_kafka_ticket(struct source_kafka *source);

/* For the sink: the broker has refused the ticket. Takes a new one, if the membership is still
 * the same; else gives the partitions up. */
void source_kafka_ticket_refused(struct source_kafka *source);

#endif
