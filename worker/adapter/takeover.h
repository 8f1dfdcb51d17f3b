/* takeover.h - reads where a partition's work stands, before it is read on from there.
 *
 * Committed offset and done-map, the topic's id, and the offsets that are there, all in most_ms,
 * since nothing is committed meanwhile. And, after what is committed, how far the topic `witness`
 * goes: what earlier owners have written there is below its ends, decided or not, and the claim
 * waits until it was read.
 *
 * What time has not been enough for is not read, and asked for again: nothing is concluded from
 * not knowing. One partition that cannot be read (its offsets belong to a transaction that is not
 * decided) does not hold up the others.
 *
 * Thread: the loop's; the reading is done on the commit thread. */
#ifndef ADAPTER_TAKEOVER_H
#define ADAPTER_TAKEOVER_H

#include <librdkafka/rdkafka.h>

#include "common/conf.h"
#include "worker/adapter/job_thread.h"
#include "worker/engine/group.h"

#define TAKEOVER_MOST_MS 15000
#define TAKEOVER_LONG_MS 3000 /* is told */

struct takeover;
typedef void takeover_fn(struct takeover *takeover);

/* As topics_id(). */
typedef bool takeover_id_fn(rd_kafka_t *client, const char *name, int timeout_ms,
                            uint8_t ret_id[TOPIC_ID_BYTES]);

struct takeover {
    struct job job;
    rd_kafka_t *client;
    const struct conf *conf;
    struct str witness;      /* the name of that topic; empty: there is none */
    struct reading *reading;
    int64_t most_ms;         /* for the whole of it; TAKEOVER_MOST_MS but in tests */
    takeover_id_fn *ask_id;  /* topics_id but in tests: librdkafka's own cluster has no ids */
    takeover_fn *on_done;    /* on the loop */
    void *owner;
    int64_t began_us;        /* on the commit thread */
    int64_t took_ms;
    bool has_id[TOPIC_COUNT]; /* brokers have told it, or said that they have none */
    int64_t *ends;           /* of the witness' partitions */
    size_t ends_count;
    struct list_node node;   /* the owner's, once it is done */
    rd_kafka_topic_partition_list_t *list; /* a row for each claim, with its metadata */
};

/* Takes a copy of `plan`, of which everything down to `owner` but the job is set, and fills the
 * reading: is_read of those of which all is known; of none if the witness cannot be asked.
 * False: out of memory, or the commit thread is full; nothing will happen. */
bool takeover_start(const struct takeover *plan, struct job_thread *thread);

/* What it has put into the reading is gone with it. */
void takeover_destroy(struct takeover *takeover);

#endif
