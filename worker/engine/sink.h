/* sink.h - port: where outcomes go, together with the offsets they settle.
 *
 * One batch at a time. A batch is published whole or not at all (with `delivery=
 * at-least-once`: whole or again).
 *
 * Thread: the loop's; an implementation may hand the batch to its own thread and back. */
#ifndef ENGINE_SINK_H
#define ENGINE_SINK_H

#include "common/list.h"
#include "common/note.h"
#include "common/outcome.h"
#include "worker/engine/partition.h"

/* An outcome on its way out, embedded in its turn. */
struct delivery {
    struct list_node node; /* in batch->deliveries, in order */
    struct outcome outcome;
    struct record *record; /* the input it settles */
    enum err refused;      /* set by the sink: the broker will never take this one */
};

/* The new commit position of one partition. */
struct progress {
    struct partition_id id;
    int64_t position;        /* next offset to read */
    int32_t leader_epoch;    /* -1: not known */
    struct str metadata;     /* the done-map; borrowed until the batch is done */
    struct epoch *epoch;     /* of the partition */
    uint32_t epoch_expected; /* the batch holds only while epoch_now(epoch) is this */
};

enum batch_result {
    BATCH_COMMITTED, /* readers see it */
    BATCH_ABORTED,   /* nothing of it is visible: again, in order; see delivery.refused */
    BATCH_LOST       /* nothing of it is visible and another worker owns its partitions */
};

struct batch;
typedef void batch_done_fn(struct batch *batch, enum batch_result result);

struct batch {
    struct list deliveries; /* struct delivery, in the order to produce them */
    size_t bytes;
    struct progress *progress;
    size_t progress_count;
    batch_done_fn *on_done; /* exactly once, on the loop, after commit() has returned */
    void *owner;            /* the engine's */

    enum err why;           /* set by the sink unless committed: ERR_POISON (the broker refuses
                               a record that it did not name), ERR_GENERATION, ERR_TXN, ... */
    struct note note;       /* set by the sink: what went wrong */
    int64_t commit_us;      /* set by the sink: how long the transaction was open */
};

struct sink;

struct sink_ops {
    const char *name;
    /* Borrows `batch` until on_done. */
    void (*commit)(struct sink *sink, struct batch *batch);
};

struct sink {
    const struct sink_ops *ops;
};

#endif
