/* whole_kafka.h - reads a topic, whole, and then what changes: catalogue, pages, which
 * conversations a person has; for the ranking also orders and feedback, as far back as those are
 * kept.
 *
 * By assignment from the beginning, outside of any group: every worker has all of it. The
 * worker answers nothing before the end that was there at the start has been read. Partitions
 * that are added later would be missed: they are asked for once a minute, and end the worker, which
 * reads them when it starts again.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_WHOLE_KAFKA_H
#define ADAPTER_WHOLE_KAFKA_H

#include "common/record.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_conf.h"

struct whole_kafka;

struct whole_kafka_options {
    struct kafka_conf_options kafka;
    enum topic topic; /* is switched on */
    struct loop *loop;
    struct log *log;
    struct job_thread *thread;
    int64_t start_timeout_ms;
    int64_t look_ms; /* from one count of the partitions to the next; 0: a minute */
    void *owner;
    /* Each record in order of its partition; a tombstone takes one back. Borrowed. */
    void (*on_record)(void *owner, const struct record *record);
    void (*on_whole)(void *owner); /* once: everything that was there has been seen */
    void (*on_fatal)(void *owner, enum err err, const struct note *note); /* at most once */
    void (*on_closed)(void *owner);
};

/* ERR_CONFIG, ERR_NOMEM. */
MUST_USE enum err whole_kafka_create(const struct whole_kafka_options *options,
                                     struct whole_kafka **ret_whole, struct note *note);
void whole_kafka_start(struct whole_kafka *whole);
void whole_kafka_close(struct whole_kafka *whole);   /* then on_closed */
void whole_kafka_destroy(struct whole_kafka *whole); /* accepts NULL */

/* True if every record below ends[i] of partition i was seen. A partition that was not there at
 * the start is the end: its records would be missed. */
bool whole_kafka_has_reached(struct whole_kafka *whole, const int64_t *ends, size_t count);

#endif
