/* source.h - port: where events come from.
 *
 * A source tells the engine which partitions it has, then delivers their records in order.
 * It never calls the engine from inside an operation that the engine started.
 *
 * Thread: the loop's, both ways. */
#ifndef ENGINE_SOURCE_H
#define ENGINE_SOURCE_H

#include "common/record.h"
#include "worker/engine/partition.h"

#define TOPIC_ID_BYTES 16

/* A partition that this worker is to take over. The source fills the first part, the engine
 * the second. */
struct claim {
    struct partition_id id;
    int64_t committed;      /* next offset to read; -1: nothing is committed */
    int32_t leader_epoch;   /* of the committed offset; -1: not known */
    int64_t low;            /* first offset that is still there; -1: not known */
    int64_t high;           /* end of the partition; -1: not known */
    uint8_t topic_id[TOPIC_ID_BYTES]; /* zeroes: not known */
    struct str metadata;    /* as committed: the done-map, or foreign text; borrowed */

    int64_t start;  /* set by the engine: read from here */
    bool refused;   /* set by the engine: do not read it, the worker is not ready */
};

struct engine;

/* What a source calls; the engine fills it in (engine_source_events). */
struct source_events {
    /* Takes `claims` over and sets where each starts. Called before its first record. */
    void (*on_claim)(struct engine *engine, struct claim *claims, size_t count);

    /* The group wants these back. The engine lets go of them later, with ops->release. */
    void (*on_revoke)(struct engine *engine, const struct partition_id *ids, size_t count);

    /* These are someone else's already. */
    void (*on_lost)(struct engine *engine, const struct partition_id *ids, size_t count);

    /* One record; borrowed until return. */
    void (*on_record)(struct engine *engine, const struct record *record);

    /* No record is left before `next`: offsets up to it that were not delivered do not exist. */
    void (*on_end)(struct engine *engine, struct partition_id id, int64_t next);
};

struct source;

struct source_ops {
    const char *name;
    void (*pause)(struct source *source, struct partition_id id);
    void (*resume)(struct source *source, struct partition_id id);

    /* Answers on_revoke: nothing of these partitions will be committed any more. */
    void (*release)(struct source *source, const struct partition_id *ids, size_t count);

    /* Delivers no more records, but stays in the group. */
    void (*stop)(struct source *source);
};

struct source {
    const struct source_ops *ops;
    struct engine *engine;               /* set when the engine is wired */
    const struct source_events *events;  /* the same */
};

#endif
