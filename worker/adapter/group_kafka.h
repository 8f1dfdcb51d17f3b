/* group_kafka.h - the consumer group through librdkafka (worker/engine/group.h).
 *
 * What the group does to this worker is decided in worker/engine/membership.h.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_GROUP_KAFKA_H
#define ADAPTER_GROUP_KAFKA_H

#include <librdkafka/rdkafka.h>

#include "common/conf.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_queues.h"
#include "worker/engine/membership.h"

#define GROUP_END_MS 1000

struct group_kafka {
    struct group port;
    struct membership membership;
    rd_kafka_t *client;
    struct kafka_queues *queues; /* of what is assigned; NULL before and after it is fetched */
    const struct conf *conf;
    struct loop *loop;
    struct log *log;
    struct job_thread *thread;
    struct loop_timer *timer;
    struct loop_timer *look;     /* at takeovers that wait for the witness */
    struct list waiting;         /* struct takeover: these */
    struct str witness;          /* name of a topic (takeover.h); empty: none */
    /* Whether the witness has been read up to `ends` of its partitions. */
    bool (*has_reached)(void *owner, const int64_t *ends, size_t count);
    void *owner;
    enum topic inputs[TOPIC_COUNT];
    size_t inputs_count;
};

/* Everything but client, queues, port, membership, timers and list is set. ERR_NOMEM. */
MUST_USE enum err group_kafka_init(struct group_kafka *group, struct source *source);
void group_kafka_fini(struct group_kafka *group); /* may be called again */

/* The client is there. */
void group_kafka_open(struct group_kafka *group, rd_kafka_t *client);

/* Destroys the client of a group that `is_leaving` (rd_kafka_consumer_close_queue() was called) or
 * that was never told to, also if nobody serves its queues any more. Blocks for GROUP_END_MS more
 * than librdkafka does at most: for the commit thread. */
void group_kafka_end(rd_kafka_t *client, bool is_leaving);

/* From librdkafka's rebalance callback. */
void group_kafka_note(struct group_kafka *group, rd_kafka_resp_err_t code,
                      const rd_kafka_topic_partition_list_t *partitions);

/* The topic of that name among the inputs. */
bool group_kafka_topic(const struct group_kafka *group, const char *name, enum topic *ret_topic);

#endif
