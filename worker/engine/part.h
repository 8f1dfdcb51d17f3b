/* part.h - one partition that this worker owns, or owned.
 *
 * Made when the partition is first claimed and kept until the engine ends, so that its epoch
 * may be looked at from the commit thread at any time.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_PART_H
#define ENGINE_PART_H

#include "worker/engine/ledger.h"
#include "worker/engine/partition.h"
#include "worker/engine/turn.h"

/* Enough for a transaction of some hundred turns to be committed while the next one is worked on.
 * Two hundred in each of eight partitions take some five megabytes. */
#define PART_BUSY_RECORDS 200
/* Order events wait for each other by the thousand (batch.h) and take less memory each. */
#define PART_BUSY_ORDERS 400

enum part_state {
    PART_FOREIGN,  /* not ours */
    PART_OWNED,
    PART_DRAINING, /* the group wants it back: what runs may finish, nothing starts */
    PART_STOPPED   /* ours, but its done-map or its position cannot be used */
};

struct part {
    struct map_entry entry;
    struct list_node node; /* in parts->list */
    struct partition_id id;
    struct epoch epoch;
    enum part_state state;
    struct ledger ledger;
    struct list turns; /* not settled, of the current epoch */
    struct list held;  /* those of them that are HELD_BACK, by their offsets */
    bool has_moved;    /* since these were held back: they may fit now */
    size_t backlog_bytes;
    bool is_paused;
    bool is_staged;    /* in the batch that is being built or committed */
    size_t staged_count; /* outcomes of it in that batch */
    int64_t behind_since_ms; /* since when only gaps were settled; ALARM_NEVER */
    int64_t blocked_offset;  /* of the turn at work at the position, when last looked at; -1 */
    int64_t blocked_since_ms;
    bool is_blocked;         /* for longer than lane.stuck.ms */
    uint8_t key[8];    /* of the map */
};

struct parts {
    struct map map;
    struct list list; /* struct part: all of the map, to be walked at each tick */
    size_t owned;
    size_t busy; /* hold turns */
    size_t stopped;
};

MUST_USE enum err parts_init(struct parts *parts, size_t parts_max, const uint64_t seed[2]);
void parts_fini(struct parts *parts); /* no part may hold a turn */

struct part *parts_find(const struct parts *parts, struct partition_id id); /* or NULL */

/* What a source calls. */
void parts_claim(struct engine *engine, struct claim *claims, size_t count);
void parts_revoke(struct engine *engine, const struct partition_id *ids, size_t count);
void parts_lose(struct engine *engine, const struct partition_id *ids, size_t count);

/* Gives revoked partitions back once nothing of them is left, or when their time is up. */
void parts_release(struct engine *engine);

/* The turn joins those of its partition, or leaves them. */
void part_add(struct part *part, struct turn *turn);
void part_remove(struct part *part, struct turn *turn);

/* Pauses or resumes the source by the share of the backlog that this partition holds. It may hold
 * more than an equal one as long as the backlog is not full; so twice the backlog is the most. */
void part_balance(struct engine *engine, struct part *part);

/* When a position that only gaps have moved is to be committed, or ALARM_NEVER. */
int64_t parts_behind_ms(struct engine *engine);

#endif
