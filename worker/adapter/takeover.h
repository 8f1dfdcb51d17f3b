/* takeover.h - reads where a partition's work stands, before it is read on from there.
 *
 * Committed offset and done-map, the offsets that are there, and the topic's id, all within a
 * bounded time. And, after these, how far the topic `witness` goes: what earlier owners have
 * written there is below its ends, decided or not, and the claim waits until it was read.
 *
 * One partition that cannot be read (its offsets belong to a transaction that is not decided)
 * does not hold up the others.
 *
 * Thread: takeover_read() blocks: the commit thread. The rest: the loop's. */
#ifndef ADAPTER_TAKEOVER_H
#define ADAPTER_TAKEOVER_H

#include <librdkafka/rdkafka.h>

#include "common/conf.h"
#include "worker/adapter/commit_thread.h"
#include "worker/engine/source.h"

struct takeover {
    struct commit_job job;
    void *owner;
    rd_kafka_t *client;
    const struct conf *conf;
    size_t count;
    struct claim *claims;  /* filled where is_read; their metadata lives in `list` */
    bool *is_read;
    uint32_t *numbers;     /* the caller's: which claim of the partition this is */
    struct str witness;    /* the name of that topic; empty: there is none */
    int64_t *ends;         /* of its partitions */
    size_t ends_count;
    struct list_node node; /* the caller's, while it waits */
    rd_kafka_topic_partition_list_t *list;
};

/* NULL: out of memory. The caller may set the witness. */
struct takeover *takeover_create(rd_kafka_t *client, const struct conf *conf,
                                 const struct partition_id *ids, size_t count);
void takeover_destroy(struct takeover *takeover); /* accepts NULL */

/* Sets is_read of those whose offsets are known; of none if the witness cannot be asked. */
void takeover_read(struct takeover *takeover);

#endif
