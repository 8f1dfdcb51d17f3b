/* tape_kafka.h - reads again what Kafka has recorded, from one place to another.
 *
 * By assignment, outside of any group, without committing, and with no producer: nothing that
 * the live worker has can be changed by it. Reads what a read_committed reader sees. One
 * reading at a time, of any number of spans.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_TAPE_KAFKA_H
#define ADAPTER_TAPE_KAFKA_H

#include "common/record.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_conf.h"

#define TAPE_ALL_PARTITIONS (-1)
#define TAPE_BEGINNING INT64_MIN
#define TAPE_END INT64_MAX

/* By time: from the first record that was written at `from` or later, to the one before the
 * first that was written at `to` or later; TAPE_BEGINNING and TAPE_END are what there is now.
 * By offset: from offset `from` to offset `to`, both of them too; they must be there. */
struct tape_span {
    enum topic topic;
    int32_t partition; /* or TAPE_ALL_PARTITIONS */
    bool is_by_offset; /* then one partition */
    int64_t from;
    int64_t to;
};

struct tape_kafka;

struct tape_kafka_options {
    struct kafka_conf_options kafka;
    struct loop *loop;
    struct log *log;
    struct job_thread *thread;
    enum topic needed[TOPIC_COUNT]; /* that must be there */
    size_t needed_count;
    int64_t timeout_ms; /* how long brokers may be silent */
    void *owner;
    void (*on_ready)(void *owner); /* once: the topics are there */
    /* In order of each partition. Borrowed. */
    void (*on_record)(void *owner, const struct record *record);
    void (*on_end)(void *owner); /* of a reading; may start the next one */
    /* At most once. ERR_USAGE: a span is not in its topic; ERR_CONFIG, ERR_UNAVAILABLE. */
    void (*on_fatal)(void *owner, enum err err, const struct note *note);
    void (*on_closed)(void *owner);
};

/* ERR_CONFIG, ERR_NOMEM. */
MUST_USE enum err tape_kafka_create(const struct tape_kafka_options *options,
                                    struct tape_kafka **ret_tape, struct note *note);
void tape_kafka_start(struct tape_kafka *tape);

/* Reads `spans`, of one partition in one of them only, borrowed until on_end. After on_ready,
 * while nothing is read. */
void tape_kafka_read(struct tape_kafka *tape, const struct tape_span *spans, size_t count);

/* Ends the reading early: no more on_record, then on_end. */
void tape_kafka_enough(struct tape_kafka *tape);

/* How many offsets the reading has in all, and how many are behind it. */
void tape_kafka_progress(const struct tape_kafka *tape, int64_t *ret_done, int64_t *ret_all);

void tape_kafka_close(struct tape_kafka *tape);   /* then on_closed */
void tape_kafka_destroy(struct tape_kafka *tape); /* accepts NULL */

#endif
