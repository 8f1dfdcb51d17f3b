/* kafka_queues.h - a queue of its own for each of a consumer's partitions.
 *
 * As a rule the records of all partitions wait in the consumer's queue, where none can be left
 * out: a partition that must wait has to be paused, and librdkafka throws away what it has fetched
 * ahead of one that is paused, to fetch it again later. From a queue of its own nothing is taken
 * for a while, and fetching stops when it is full (queued.min.messages and
 * queued.max.messages.kbytes count for each queue).
 *
 * All of these queues ring the same bell. There are KAFKA_QUEUES_MAX of them at once; partitions
 * beyond share the consumer's queue. One that has had a queue of its own has one each time that it
 * is assigned, whatever there are: librdkafka (2.15.1) does not forward its records to the
 * consumer's queue again.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_KAFKA_QUEUES_H
#define ADAPTER_KAFKA_QUEUES_H

#include <librdkafka/rdkafka.h>

#include "common/base.h"
#include "worker/engine/partition.h"

#define KAFKA_QUEUES_MAX 64

struct kafka_queue {
    rd_kafka_queue_t *queue; /* NULL: the partition is not assigned now */
    struct partition_id id;
    bool is_held;
};

struct kafka_queues {
    rd_kafka_t *client;
    int bell; /* eventfd; borrowed */
    struct kafka_queue *rows; /* of each partition that has ever had one */
    size_t count;
    size_t room;
    size_t open; /* rows with a queue */
    size_t next; /* the row to take from first */
};

void kafka_queues_init(struct kafka_queues *queues, rd_kafka_t *client, int bell);

/* Of all that is left; what is in the queues is not served any more. */
void kafka_queues_fini(struct kafka_queues *queues);

/* Gives the partition of the topic `name` a queue of its own, from which records are taken: call
 * before it is assigned. Nothing happens if it has one, or if there are enough, or no memory. */
void kafka_queues_split(struct kafka_queues *queues, struct partition_id id, const char *name);

/* The partition is not assigned any more: what is left in its queue is dropped. */
void kafka_queues_join(struct kafka_queues *queues, struct partition_id id);

/* Nothing is taken from the partition's queue while it `is_held`; who lets go of one serves them
 * again. False: it has none. */
bool kafka_queues_hold(struct kafka_queues *queues, struct partition_id id, bool is_held);

/* Up to `most` messages of queues that are not held, from one queue after the other; the caller
 * destroys them. Fewer than `most`: nothing is left. */
size_t kafka_queues_take(struct kafka_queues *queues, rd_kafka_message_t **messages,
                             size_t most);

#endif
