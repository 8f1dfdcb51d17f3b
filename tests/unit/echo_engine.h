/* echo_engine.h - stands in for the engine: each record becomes one answer with its value.
 *
 * Enough of an engine to drive source and sink: epochs, positions, batches that are tried
 * again, partitions that are let go. It keeps no lanes and no done-map; the metadata of a
 * commit is "at <position>". */
#ifndef TESTS_UNIT_ECHO_ENGINE_H
#define TESTS_UNIT_ECHO_ENGINE_H

#include "common/list.h"
#include "worker/engine/sink.h"
#include "worker/engine/source.h"

#define ECHO_PARTS 64

struct echo_turn {
    struct list_node node; /* waiting; in the batch it is delivery.node that counts */
    struct delivery delivery;
    struct record record;
    char *bytes; /* key and value */
    struct echo_part *part;
    uint32_t epoch;
};

struct echo_part {
    struct partition_id id;
    struct epoch epoch;
    bool is_owned;
    bool is_draining;
    int64_t start;  /* of the last claim */
    int64_t next;
    int64_t committed;
    char claimed_metadata[64];
    struct claim claim; /* the last one, its metadata not valid */
};

struct engine {
    struct source *source;
    struct sink *sink;
    struct echo_part parts[ECHO_PARTS];
    size_t parts_count;
    struct list waiting; /* struct echo_turn */
    struct batch batch;
    struct progress progress[ECHO_PARTS];
    char metadata[ECHO_PARTS][64];
    bool is_busy;
    bool is_held; /* makes no batch for now */
    size_t batch_max;
    size_t claims;
    size_t lost;
    size_t revoked;
    size_t ends;
    size_t records;
    size_t settled;
    size_t results[3]; /* by enum batch_result */
    enum err last_why;
    struct note last_note;
    void (*on_change)(void *owner); /* after each batch; NULL: none */
    void *owner;
};

/* Wires itself to the source. */
void echo_init(struct engine *engine, struct source *source, struct sink *sink);
void echo_fini(struct engine *engine);

/* Starts a batch if it can, and lets go of what is drained. */
void echo_tick(struct engine *engine);

struct echo_part *echo_find(struct engine *engine, struct partition_id id);
bool echo_is_idle(const struct engine *engine);

#endif
