/* rights_kafka.h - watches for rights that brokers take back while the worker runs.
 *
 * librdkafka tells once that a partition may not be read any more, and says nothing when it may
 * again. So from the first refusal on brokers are asked, every few seconds, what this worker may do
 * with its topics (KIP-430), until nothing is missing. A worker that lacks a right is not ready.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_RIGHTS_KAFKA_H
#define ADAPTER_RIGHTS_KAFKA_H

#include <librdkafka/rdkafka.h>

#include "common/buf.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/loop.h"

#define RIGHTS_TOPICS_MAX 32

/* Filled by the owner up to `timer`; zeroes behind. */
struct rights_kafka {
    rd_kafka_t *client;
    struct loop *loop;
    struct log *log;
    struct job_thread *thread;
    const char *inputs[RIGHTS_TOPICS_MAX]; /* names, borrowed: READ is needed */
    size_t inputs_count;

    struct loop_timer *timer;
    struct job job;
    const char *refused; /* an input that may not be read; NULL: none is known */
    const char *found;   /* the same, as the commit thread found it */
    bool has_answer;     /* of the brokers, to the last question */
    bool is_asking;
    bool is_closed;
};

MUST_USE enum err rights_kafka_open(struct rights_kafka *rights); /* ERR_NOMEM */

/* Asks nothing any more. The commit thread may still have its last question, which is answered
 * before anything that is submitted later. Accepts one that was not opened. */
void rights_kafka_close(struct rights_kafka *rights);

/* A partition of the topic may not be read; NULL: of one that was not named. */
void rights_kafka_refused(struct rights_kafka *rights, const char *topic);

/* True when nothing is known to be missing; else adds what to `reasons` (NULL: not). */
bool rights_kafka_is_ready(const struct rights_kafka *rights, struct buf *reasons);

#endif
