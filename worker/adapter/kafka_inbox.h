/* kafka_inbox.h - serves a consumer's queue, and those of its partitions, on the loop.
 *
 * librdkafka writes to a descriptor when a queue stops being empty, once; so all are served
 * until they are empty, in bounded portions, and besides that on a timer, which also tells the
 * group that this consumer is alive.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_KAFKA_INBOX_H
#define ADAPTER_KAFKA_INBOX_H

#include <librdkafka/rdkafka.h>

#include "worker/adapter/kafka_queues.h"
#include "worker/adapter/loop.h"

#define INBOX_PORTION 64
#define INBOX_POLL_MS 100

struct kafka_inbox;

struct kafka_inbox_options {
    struct loop *loop;
    rd_kafka_t *client;
    void *owner;
    /* A record, or an event with message->err; borrowed. */
    void (*on_message)(void *owner, const rd_kafka_message_t *message);
    /* After each portion; may close the inbox. `is_all`: nothing was left. */
    void (*on_served)(void *owner, bool is_all);
};

/* NULL: out of memory or descriptors. */
struct kafka_inbox *kafka_inbox_create(const struct kafka_inbox_options *options);
void kafka_inbox_destroy(struct kafka_inbox *inbox); /* accepts NULL; not from on_message */

/* Starts to serve; the client has its subscription or assignment now or later. */
void kafka_inbox_open(struct kafka_inbox *inbox);

/* Of partitions that are to have a queue of their own; valid as long as the inbox. */
struct kafka_queues *kafka_inbox_queues(struct kafka_inbox *inbox);

/* Serves soon: something may be taken that was held. */
void kafka_inbox_look(struct kafka_inbox *inbox);

/* Leaves the group; goes on serving until kafka_inbox_is_closed(). False: nothing to wait for. */
bool kafka_inbox_close(struct kafka_inbox *inbox);
bool kafka_inbox_is_closed(const struct kafka_inbox *inbox);

#endif
