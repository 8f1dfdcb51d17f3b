/* catalog_kafka.h - reads the compacted catalogue topic, whole, and then what changes.
 *
 * By assignment from the beginning, outside of any group: every worker has all of it. The
 * worker answers nothing before the end that was there at the start has been read.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_CATALOG_KAFKA_H
#define ADAPTER_CATALOG_KAFKA_H

#include "common/record.h"
#include "worker/adapter/commit_thread.h"
#include "worker/adapter/kafka_conf.h"

struct catalog_kafka;

struct catalog_kafka_options {
    struct kafka_conf_options kafka;
    struct loop *loop;
    struct log *log;
    struct commit_thread *thread;
    int64_t start_timeout_ms;
    void *owner;
    /* Each record in order of its partition; a tombstone takes an entry back. Borrowed. */
    void (*on_record)(void *owner, const struct record *record);
    void (*on_whole)(void *owner); /* once: everything that was there has been seen */
    void (*on_fatal)(void *owner, enum err err, const struct note *note); /* at most once */
    void (*on_closed)(void *owner);
};

/* ERR_CONFIG, ERR_NOMEM. topic.catalog is switched on. */
MUST_USE enum err catalog_kafka_create(const struct catalog_kafka_options *options,
                                       struct catalog_kafka **ret_catalog, struct note *note);
void catalog_kafka_start(struct catalog_kafka *catalog);
void catalog_kafka_close(struct catalog_kafka *catalog);   /* then on_closed */
void catalog_kafka_destroy(struct catalog_kafka *catalog); /* accepts NULL */

bool catalog_kafka_is_whole(const struct catalog_kafka *catalog);

#endif
