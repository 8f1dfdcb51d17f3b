/* batch.c - see batch.h. */
#include "worker/engine/batch.h"

#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"

#define BATCH_BACKOFF_MS 100
#define BATCH_BACKOFF_MAX_MS 5000
#define BATCH_ARENA_BYTES ((size_t)BATCH_PARTS_MAX * (DONEMAP_CHARS_MAX + 64) + 65536)

void batcher_init(struct batcher *batcher)
{
    *batcher = (struct batcher){ 0 };
    arena_init(&batcher->arena, BATCH_ARENA_BYTES);
    list_init(&batcher->batch.deliveries);
    list_init(&batcher->committed);
}

void batcher_fini(struct batcher *batcher)
{
    assert(!batcher->is_busy && list_is_empty(&batcher->committed));
    arena_fini(&batcher->arena);
}

static struct turn *batch_turn_of(struct list_node *node)
{
    struct delivery *delivery = container_of(node, struct delivery, node);
    return container_of(delivery, struct turn, delivery);
}

static bool batch_is_quiet(const struct turn *turn)
{
    return turn->delivery.outcome.kind == OUTCOME_NOTHING && turn->event &&
           turn->event->kind == EVENT_ORDER;
}

void batch_expect(const struct turn *turn)
{
    struct engine *engine = turn->engine;
    struct batcher *batcher = &engine->batcher;
    if (list_is_empty(&engine->turns[TURN_READY])) {
        batcher->ready_since_ms = engine->ports.clock->mono_ms;
        batcher->is_urgent = false;
    }
    batcher->is_urgent = batcher->is_urgent || !batch_is_quiet(turn);
}

/* True while it is better that what is ready waits for more of its kind. */
static bool batch_waits_for_more(const struct engine *engine)
{
    const struct batcher *batcher = &engine->batcher;
    size_t ready = engine->turns[TURN_READY].count;
    size_t coming = engine->turns[TURN_STORING].count + engine->turns[TURN_RUNNABLE].count;
    bool is_calm = engine->phase == ENGINE_RUNNING && engine->release_until_ms == ALARM_NEVER;
    return is_calm && !batcher->is_urgent && coming > 0 && ready > 0 &&
           ready < BATCH_QUIET_OUTCOMES &&
           engine->ports.clock->mono_ms < batcher->ready_since_ms + BATCH_QUIET_MS;
}

/* The first outcome of a partition brings it into the batch. */
static enum err batch_include(struct batcher *batcher, struct part *part)
{
    if (part->is_staged) {
        return OK;
    }
    if (batcher->parts_count == BATCH_PARTS_MAX) {
        return ERR_FULL;
    }
    TRY(ledger_stage(&part->ledger));
    part->is_staged = true;
    part->staged_count = 0;
    batcher->parts[batcher->parts_count++] = part;
    return OK;
}

/* False: as many partitions are in the batch as it may have. */
static bool batch_admits(const struct batcher *batcher, const struct part *part)
{
    return part->is_staged || batcher->parts_count < BATCH_PARTS_MAX;
}

/* ERR_FULL: its done-map has no room. ERR_NOMEM: no later one of its partition may be taken. */
static enum err batch_take(struct batcher *batcher, struct turn *turn)
{
    struct part *part = turn->part;
    TRY(batch_include(batcher, part));
    TRY(ledger_stage_offset(&part->ledger, turn->record.offset));
    part->staged_count++;
    turn_move(turn, TURN_COMMITTING);
    turn_rest(turn);
    list_append(&batcher->batch.deliveries, &turn->delivery.node);
    batcher->batch.bytes += outcome_bytes(&turn->delivery.outcome);
    return OK;
}

/* While one of the first is a culprit that nobody has named, half of them go at a time. */
static size_t batch_outcomes_max(const struct batcher *batcher)
{
    return batcher->suspects > 0 ? max_size(batcher->suspects / 2, 1) : BATCH_OUTCOMES_MAX;
}

static bool batch_has_room(const struct batcher *batcher, const struct turn *turn)
{
    const struct batch *batch = &batcher->batch;
    size_t bytes = batch->bytes + outcome_bytes(&turn->delivery.outcome);
    return batch->deliveries.count < batch_outcomes_max(batcher) &&
           (batch->bytes == 0 || bytes <= BATCH_BYTES_MAX);
}

static struct turn *batch_first_held(const struct part *part)
{
    return list_entry(list_first(&part->held), struct turn, held_node);
}

/* An outcome whose done-map would not fit is held back with all behind it in its partition, so
 * that a later one of its lane cannot overtake it. ERR_NOMEM: no more of any may be taken. */
static enum err batch_gather_ready(struct engine *engine)
{
    struct batcher *batcher = &engine->batcher;
    struct list *ready = &engine->turns[TURN_READY];
    struct list_node *next = NULL;
    for (struct list_node *node = list_first(ready); node; node = next) {
        struct turn *turn = container_of(node, struct turn, node);
        const struct turn *held = batch_first_held(turn->part);
        next = list_next(ready, node);
        if (held && turn->record.offset > held->record.offset) {
            turn_hold_back(turn);
            continue;
        }
        if (!batch_admits(batcher, turn->part)) {
            continue;
        }
        if (!batch_has_room(batcher, turn)) {
            return OK;
        }
        enum err err = batch_take(batcher, turn);
        if (err == ERR_FULL) {
            turn_hold_back(turn);
        } else if (err != OK) {
            return err;
        }
    }
    return OK;
}

/* In the order of their offsets, up to the first that does not fit. What is ready goes before
 * them: of their partition that is what an aborted batch has left, which comes before them. */
static enum err batch_gather_held(struct batcher *batcher, struct part *part)
{
    struct turn *turn;
    while (part->has_moved && (turn = batch_first_held(part)) != NULL) {
        if (!batch_admits(batcher, part) || !batch_has_room(batcher, turn)) {
            return OK;
        }
        enum err err = batch_take(batcher, turn);
        if (err == ERR_FULL) {
            break;
        }
        TRY(err);
    }
    part->has_moved = false;
    return OK;
}

/* There may be as many outcomes held back as the backlog has room for: only those of a partition
 * that has moved since are looked at, and batches of others do not walk over them. */
static enum err batch_gather_all_held(struct engine *engine)
{
    struct batcher *batcher = &engine->batcher;
    if (!batcher->has_moved) {
        return OK;
    }
    bool has_moved = false;
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
        struct part *part = container_of(node, struct part, node);
        TRY(batch_gather_held(batcher, part));
        has_moved = has_moved || part->has_moved;
    }
    batcher->has_moved = has_moved;
    return OK;
}

/* Without memory what is left goes with the next one; so does all, if none went. */
static void batch_gather(struct engine *engine)
{
    enum err err = batch_gather_ready(engine);
    err = err == OK ? batch_gather_all_held(engine) : err;
    if (err != OK) {
        engine->batcher.not_before_ms = engine->ports.clock->mono_ms + BATCH_BACKOFF_MS;
    }
}

/* Partitions that gaps alone have moved go along, as far as there is room. */
static void batch_gather_gaps(struct engine *engine)
{
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
        struct part *part = container_of(node, struct part, node);
        bool is_ours = part->state == PART_OWNED || part->state == PART_DRAINING;
        if (is_ours && ledger_is_ahead(&part->ledger) &&
            batch_include(&engine->batcher, part) != OK) {
            return;
        }
    }
}

/* Only partitions that change are sent. */
static void batch_leave_out_idle(struct batcher *batcher)
{
    size_t count = 0;
    for (size_t i = 0; i < batcher->parts_count; i++) {
        struct part *part = batcher->parts[i];
        if (part->staged_count > 0 || ledger_is_ahead(&part->ledger)) {
            batcher->parts[count++] = part;
            continue;
        }
        ledger_abort(&part->ledger);
        part->is_staged = false;
    }
    batcher->parts_count = count;
}

/* Of all partitions, before anything can fail: batch_unstage() goes by the epochs. */
static void batch_note_progress(struct batcher *batcher)
{
    for (size_t i = 0; i < batcher->parts_count; i++) {
        struct part *part = batcher->parts[i];
        batcher->progress[i] = (struct progress){
            .id = part->id,
            .position = part->ledger.staged_position,
            .leader_epoch = part->ledger.stamp.leader_epoch,
            .epoch = &part->epoch,
            .epoch_expected = epoch_now(&part->epoch),
        };
    }
}

static enum err batch_map(struct batcher *batcher)
{
    for (size_t i = 0; i < batcher->parts_count; i++) {
        TRY(ledger_staged_map(&batcher->parts[i]->ledger, &batcher->arena,
                              &batcher->progress[i].metadata));
    }
    return OK;
}

/* A partition that was lost meanwhile has a new ledger, or none: it is left alone. */
static bool batch_part_holds(const struct batcher *batcher, size_t i)
{
    return epoch_now(batcher->progress[i].epoch) == batcher->progress[i].epoch_expected;
}

static void batch_unstage(struct batcher *batcher, enum batch_result result)
{
    for (size_t i = 0; i < batcher->parts_count; i++) {
        struct part *part = batcher->parts[i];
        if (!batch_part_holds(batcher, i)) {
            continue;
        }
        part->is_staged = false;
        if (result == BATCH_COMMITTED) {
            ledger_commit(&part->ledger, batcher->progress[i].position);
        } else {
            ledger_abort(&part->ledger);
        }
        part->has_moved = !list_is_empty(&part->held);
        batcher->has_moved = batcher->has_moved || part->has_moved;
    }
}

/* Back to the front, in order: the last one first. */
static void batch_put_back(struct turn *turn)
{
    struct engine *engine = turn->engine;
    engine->batcher.is_urgent = true;
    turn_move(turn, TURN_READY);
    list_remove(&engine->turns[TURN_READY], &turn->node);
    list_prepend(&engine->turns[TURN_READY], &turn->node);
}

static void batch_return(struct engine *engine)
{
    struct list *deliveries = &engine->batcher.batch.deliveries;
    struct list_node *node;
    while ((node = list_pop_last(deliveries)) != NULL) {
        struct turn *turn = batch_turn_of(node);
        if (turn->is_dropped) {
            turn_drop(turn);
            continue;
        }
        enum err refused = turn->delivery.refused;
        if (refused != OK && !conclude_refused(turn, refused)) {
            engine_fail(engine, ERR_UNAVAILABLE, &engine->batcher.batch.note);
        }
        batch_put_back(turn);
    }
}

static void batch_settle_turn(struct engine *engine, struct turn *turn)
{
    struct part *part = turn->part;
    if (turn->is_dropped) { /* its partition was lost before the batch was done */
        turn_drop(turn);
        return;
    }
    turn_settle(turn);
    part_balance(engine, part);
}

bool batch_settle(struct engine *engine)
{
    struct list *committed = &engine->batcher.committed;
    for (size_t left = BATCH_SETTLE_SLICE; left > 0 && !list_is_empty(committed); left--) {
        batch_settle_turn(engine, batch_turn_of(list_pop(committed)));
    }
    return !list_is_empty(committed);
}

void batch_settle_all(struct engine *engine)
{
    while (batch_settle(engine)) {
    }
}

static bool batch_has_culprit(const struct batch *batch)
{
    struct list_node *node = list_first(&batch->deliveries);
    while (node && container_of(node, struct delivery, node)->refused == OK) {
        node = list_next(&batch->deliveries, node);
    }
    return node != NULL;
}

/* A record that brokers refuse fails its whole batch. When it is named, the rest can go again at
 * once; when it is not, it is among those that went, and halves of them are tried until it is
 * alone. False: that was not the reason. */
static bool batch_blames(struct batcher *batcher)
{
    struct batch *batch = &batcher->batch;
    size_t count = batch->deliveries.count;
    bool is_poison = batch->why == ERR_POISON && count > 0;
    if (is_poison && count == 1) {
        struct delivery *delivery = container_of(list_first(&batch->deliveries), struct delivery,
                                                 node);
        delivery->refused = delivery->refused == OK ? ERR_REFUSED : delivery->refused;
    }
    if (batch_has_culprit(batch)) {
        batcher->suspects = 0;
        return true;
    }
    batcher->suspects = is_poison ? count : batcher->suspects;
    return is_poison;
}

static void batch_back_off(struct engine *engine)
{
    struct batcher *batcher = &engine->batcher;
    if (batch_blames(batcher)) {
        return;
    }
    int64_t wait_ms = BATCH_BACKOFF_MS;
    for (int i = 0; i < batcher->aborts && wait_ms < BATCH_BACKOFF_MAX_MS; i++) {
        wait_ms *= 2;
    }
    batcher->aborts++;
    batcher->not_before_ms =
        engine->ports.clock->mono_ms + min_i64(wait_ms, BATCH_BACKOFF_MAX_MS);
    log_say(engine->ports.log, LOG_WARN, "engine", "a batch was aborted; it is tried again",
            LOG_CHARS("reason", batcher->batch.note.text), LOG_INT("wait_ms", wait_ms));
}

static void batch_done(struct batch *batch, enum batch_result result)
{
    struct engine *engine = batch->owner;
    struct batcher *batcher = &engine->batcher;
    batch_unstage(batcher, result);
    if (result == BATCH_COMMITTED) {
        size_t count = batch->deliveries.count;
        batcher->suspects = batcher->suspects > count ? batcher->suspects - count : 0;
        batcher->aborts = 0;
        list_move_all(&engine->batcher.committed, &batch->deliveries);
        (void)batch_settle(engine);
    } else {
        if (result == BATCH_ABORTED) {
            batch_back_off(engine);
        }
        batch_return(engine);
    }
    batcher->parts_count = 0;
    batcher->is_busy = false;
    arena_fini(&batcher->arena);
}

static void batch_note_maps(struct engine *engine)
{
    size_t longest = 0;
    for (size_t i = 0; i < engine->batcher.parts_count; i++) {
        longest = max_size(longest, engine->batcher.progress[i].metadata.len);
    }
    metric_set(engine->ports.metrics, METRIC_DONEMAP_BYTES, (int64_t)longest);
}

void batch_start(struct engine *engine)
{
    struct batcher *batcher = &engine->batcher;
    int64_t now_ms = engine->ports.clock->mono_ms;
    bool has_outcome = !list_is_empty(&engine->turns[TURN_READY]);
    if (batcher->is_busy || now_ms < batcher->not_before_ms ||
        (has_outcome ? batch_waits_for_more(engine)
                     : !batcher->has_moved && parts_behind_ms(engine) > now_ms)) {
        return;
    }
    struct batch *batch = &batcher->batch;
    batch->bytes = 0;
    batch->why = OK;
    batch->note = (struct note){ 0 };
    batch_gather(engine);
    batch_gather_gaps(engine);
    batch_leave_out_idle(batcher);
    if (batcher->parts_count == 0) {
        return;
    }
    batch->owner = engine;
    batch->on_done = batch_done;
    batcher->is_busy = true;
    batch_note_progress(batcher);
    if (batch_map(batcher) != OK) {
        note_set(&batch->note, "%s", err_text(ERR_NOMEM));
        batch_done(batch, BATCH_ABORTED);
        return;
    }
    batch->progress = batcher->progress;
    batch->progress_count = batcher->parts_count;
    batch_note_maps(engine);
    struct sink *sink = engine->ports.sink;
    sink->ops->commit(sink, batch);
}

int64_t batch_next_ms(struct engine *engine)
{
    const struct batcher *batcher = &engine->batcher;
    if (batcher->is_busy) {
        return ALARM_NEVER;
    }
    if (batcher->not_before_ms > engine->ports.clock->mono_ms) {
        return batcher->not_before_ms;
    }
    return batch_waits_for_more(engine) ? batcher->ready_since_ms + BATCH_QUIET_MS
                                        : parts_behind_ms(engine);
}
