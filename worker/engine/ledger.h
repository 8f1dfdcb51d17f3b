/* ledger.h - what is settled in one partition, and what may be committed.
 *
 *        position          next
 *           v                v
 *   #####...o##.##o.########o          # settled   o open   . no such record
 *
 * The commit position is the lowest offset that is not settled. Offsets settled above it go
 * into the done-map. A batch is staged first and becomes settled when its transaction has
 * committed, or is forgotten when it was aborted.
 *
 * What has no record needs no entry in the map, since a new owner meets no record there either:
 * it goes in only where it joins what is settled on both sides, so the map grows by outcomes
 * alone, each of which is asked for first.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_LEDGER_H
#define ENGINE_LEDGER_H

#include "worker/engine/donemap.h"
#include "worker/engine/runs.h"

struct ledger {
    int64_t position;    /* lowest offset that is not settled */
    int64_t next;        /* one past the highest offset that was delivered */
    struct runs settled; /* above the position */
    struct runs gaps;    /* no records, above the position, next to an open one */
    int64_t committed;   /* the position that Kafka has */
    struct donemap_stamp stamp;
    size_t map_body_max;  /* what the done-map may take, at most DONEMAP_BODY_MAX */
    bool forgets;         /* a test's negative control: what does not fit is committed unmapped */
    bool is_staging;
    int64_t staged_position;
    struct runs staged; /* settled and staged, above the staged position */
};

/* Nothing is settled, nothing was delivered; starts at `position`. */
void ledger_init(struct ledger *ledger, int64_t position, size_t runs_max);
void ledger_fini(struct ledger *ledger);

/* Takes over what an earlier owner has settled above the position. */
MUST_USE enum err ledger_restore(struct ledger *ledger, const struct runs *settled);

/* What Kafka has was written in another way than this ledger writes: it is sent again. */
void ledger_rewrite(struct ledger *ledger);

enum ledger_seen {
    LEDGER_NEW,     /* to be worked on */
    LEDGER_SETTLED, /* an earlier owner has settled it */
    LEDGER_REPEATED /* was delivered to this worker already */
};

/* A record has arrived; those between it and the one before do not exist, so they count as
 * settled. ERR_FULL, ERR_NOMEM: it cannot be taken now, nothing changed. */
MUST_USE enum err ledger_deliver(struct ledger *ledger, int64_t offset,
                                 enum ledger_seen *ret_seen);

/* There is no record before `next` that was not delivered. */
MUST_USE enum err ledger_reach(struct ledger *ledger, int64_t next);

/* Starts to gather a batch from what is settled now. */
MUST_USE enum err ledger_stage(struct ledger *ledger);

/* Adds one outcome to what is staged. ERR_FULL: its done-map would not fit, or ERR_NOMEM;
 * nothing changed, and neither it nor a later one of its lane may go. The offset at the staged
 * position always fits. */
MUST_USE enum err ledger_stage_offset(struct ledger *ledger, int64_t offset);

/* The done-map of what is staged. */
MUST_USE enum err ledger_staged_map(const struct ledger *ledger, struct arena *arena,
                                    struct str *ret_text);

/* What is staged is settled now. `committed` is the position that went with it, which gaps may
 * have moved on since. */
void ledger_commit(struct ledger *ledger, int64_t committed);

/* What is staged is not settled. */
void ledger_abort(struct ledger *ledger);

/* True if Kafka does not have the position yet, or not as it should be. */
bool ledger_is_ahead(const struct ledger *ledger);

#endif
