/* batch.h - gathers outcomes into transactions.
 *
 * As soon as no transaction runs and one outcome is ready, what there is goes out together
 * with the offsets it settles: a quiet worker commits at once, a busy one groups by itself.
 *
 * Nobody waits for the outcome of an order event, which is the state in the store, and a
 * transaction costs brokers as much as hundreds of them. So while more order events are under way
 * and nothing else is ready, theirs wait for each other: until they are BATCH_QUIET_OUTCOMES, and
 * BATCH_QUIET_MS at most.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H

#include "common/arena.h"
#include "worker/engine/alarm.h"
#include "worker/engine/sink.h"

#define BATCH_OUTCOMES_MAX 4000
#define BATCH_BYTES_MAX ((size_t)8 << 20)
#define BATCH_QUIET_OUTCOMES 2048
#define BATCH_QUIET_MS 60
#define BATCH_SETTLE_SLICE 64 /* turns a tick: about 0.2 ms */
#define BATCH_PARTS_MAX 128 /* their done-maps stay under 512 KiB together */

struct engine;
struct part;
struct turn;

struct batcher {
    struct batch batch;
    bool is_busy;    /* the sink has the batch */
    struct list committed; /* struct delivery: of turns that are still to be settled */
    bool has_moved;  /* a partition of which outcomes are held back */
    struct arena arena;
    struct part *parts[BATCH_PARTS_MAX];
    struct progress progress[BATCH_PARTS_MAX];
    size_t parts_count;
    size_t suspects;     /* outcomes at the front of which one was refused, unnamed; or 0 */
    int aborts;          /* one behind the other */
    int64_t not_before_ms; /* back-off after an abort */
    int64_t ready_since_ms; /* when an outcome became ready, and none was; monotonic */
    bool is_urgent;        /* something but order events may be ready */
};

void batcher_init(struct batcher *batcher);
void batcher_fini(struct batcher *batcher);

/* Call it when the turn is about to be ready with its outcome. */
void batch_expect(const struct turn *turn);

/* Builds and starts a batch if that is possible now. */
void batch_start(struct engine *engine);

/* Ends turns whose outcomes are committed, in the order of the batch: at most BATCH_SETTLE_SLICE of
 * them. True: there are more. */
bool batch_settle(struct engine *engine);

/* All of them: their partitions go, and what is committed must not look as if it were dropped. */
void batch_settle_all(struct engine *engine);

/* When batch_start() should be tried again at the latest, or ALARM_NEVER. */
int64_t batch_next_ms(struct engine *engine);

#endif
