/* echo_engine.c - see echo_engine.h. */
#include "tests/unit/echo_engine.h"

#include "common/mem.h"

struct echo_part *echo_find(struct engine *engine, struct partition_id id)
{
    for (size_t i = 0; i < engine->parts_count; i++) {
        struct echo_part *part = &engine->parts[i];
        if (part->id.topic == id.topic && part->id.number == id.number) {
            return part;
        }
    }
    return NULL;
}

static struct echo_part *echo_make(struct engine *engine, struct partition_id id)
{
    struct echo_part *part = echo_find(engine, id);
    if (!part) {
        assert(engine->parts_count < ECHO_PARTS);
        part = &engine->parts[engine->parts_count++];
        part->id = id;
    }
    return part;
}

static void echo_free(struct echo_turn *turn)
{
    mem_free(turn->bytes);
    mem_free(turn);
}

static void echo_drop(struct engine *engine, struct echo_part *part)
{
    atomic_fetch_add(&part->epoch.now, 1);
    part->is_owned = false;
    part->is_draining = false;
    struct list_node *node = list_first(&engine->waiting);
    while (node) {
        struct list_node *next = list_next(&engine->waiting, node);
        struct echo_turn *turn = container_of(node, struct echo_turn, node);
        if (turn->part == part) {
            list_remove(&engine->waiting, node);
            echo_free(turn);
        }
        node = next;
    }
}

static void echo_on_claim(struct engine *engine, struct claim *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct claim *claim = &claims[i];
        struct echo_part *part = echo_make(engine, claim->id);
        assert(!part->is_owned);
        atomic_fetch_add(&part->epoch.now, 1);
        bool is_usable = claim->committed >= 0 && claim->committed >= claim->low;
        claim->start = is_usable ? claim->committed : max_i64(claim->low, 0);
        part->is_owned = true;
        part->start = claim->start;
        part->next = claim->start;
        part->committed = claim->committed;
        part->claim = *claim;
        snprintf(part->claimed_metadata, sizeof(part->claimed_metadata), "%.*s",
                 STR_ARG(claim->metadata));
        engine->claims++;
    }
}

static void echo_on_revoke(struct engine *engine, const struct partition_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        echo_make(engine, ids[i])->is_draining = true;
        engine->revoked++;
    }
}

static void echo_on_lost(struct engine *engine, const struct partition_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        echo_drop(engine, echo_make(engine, ids[i]));
        engine->lost++;
    }
}

static char *echo_copy(char *at, struct str from, struct str *ret_copy)
{
    *ret_copy = (struct str){ at, from.len };
    if (from.len > 0) {
        memcpy(at, from.ptr, from.len);
    }
    return at + from.len;
}

static void echo_on_record(struct engine *engine, const struct record *record)
{
    struct echo_part *part = echo_find(engine, (struct partition_id){ record->topic,
                                                                      record->partition });
    assert(part && part->is_owned && record->offset >= part->next);
    part->next = record->offset + 1;
    engine->records++;
    struct echo_turn *turn = mem_zero(1, sizeof(*turn));
    turn->bytes = mem_alloc(record->key.len + record->value.len);
    turn->record = *record;
    char *at = echo_copy(turn->bytes, record->key, &turn->record.key);
    echo_copy(at, record->value, &turn->record.value);
    turn->part = part;
    turn->epoch = epoch_now(&part->epoch);
    turn->delivery.record = &turn->record;
    turn->delivery.outcome = (struct outcome){
        .kind = OUTCOME_ANSWER,
        .outputs = { { .topic = TOPIC_ANSWERS,
                       .key = turn->record.key,
                       .has_key = record->has_key,
                       .value = turn->record.value,
                       .has_value = record->has_value } },
        .outputs_count = 1,
    };
    list_append(&engine->waiting, &turn->node);
}

static void echo_on_end(struct engine *engine, struct partition_id id, int64_t next)
{
    struct echo_part *part = echo_find(engine, id);
    assert(part && part->is_owned);
    part->next = max_i64(part->next, next);
    engine->ends++;
}

static const struct source_events echo_events = {
    .on_claim = echo_on_claim,
    .on_revoke = echo_on_revoke,
    .on_lost = echo_on_lost,
    .on_record = echo_on_record,
    .on_end = echo_on_end,
};

void echo_init(struct engine *engine, struct source *source, struct sink *sink)
{
    *engine = (struct engine){ .source = source, .sink = sink, .batch_max = 1000 };
    list_init(&engine->waiting);
    list_init(&engine->batch.deliveries);
    source->engine = engine;
    source->events = &echo_events;
}

void echo_fini(struct engine *engine)
{
    struct list_node *node;
    assert(!engine->is_busy);
    while ((node = list_pop(&engine->waiting)) != NULL) {
        echo_free(container_of(node, struct echo_turn, node));
    }
}

static struct echo_turn *echo_turn_of(struct list_node *node)
{
    struct delivery *delivery = container_of(node, struct delivery, node);
    return container_of(delivery, struct echo_turn, delivery);
}

static void echo_done(struct batch *batch, enum batch_result result)
{
    struct engine *engine = batch->owner;
    engine->results[result]++;
    engine->last_why = batch->why;
    engine->last_note = batch->note;
    struct list_node *node;
    while ((node = list_pop_last(&batch->deliveries)) != NULL) {
        struct echo_turn *turn = echo_turn_of(node);
        bool is_ours = turn->epoch == epoch_now(&turn->part->epoch);
        if (result == BATCH_COMMITTED) {
            engine->settled++;
            turn->part->committed = max_i64(turn->part->committed, turn->record.offset + 1);
            echo_free(turn);
        } else if (!is_ours) {
            echo_free(turn);
        } else {
            list_prepend(&engine->waiting, &turn->node);
        }
    }
    engine->is_busy = false;
    if (engine->on_change) {
        engine->on_change(engine->owner);
    }
}

static void echo_add_progress(struct engine *engine, const struct echo_turn *turn)
{
    struct batch *batch = &engine->batch;
    struct progress *progress = NULL;
    size_t i;
    for (i = 0; i < batch->progress_count && !progress; i++) {
        bool is_same = engine->progress[i].epoch == &turn->part->epoch;
        progress = is_same ? &engine->progress[i] : NULL;
    }
    if (!progress) {
        progress = &engine->progress[batch->progress_count++];
    }
    char *metadata = engine->metadata[progress - engine->progress];
    int len = snprintf(metadata, 64, "at %lld", (long long)turn->record.offset + 1);
    *progress = (struct progress){
        .id = turn->part->id,
        .position = turn->record.offset + 1,
        .leader_epoch = turn->record.leader_epoch,
        .metadata = { metadata, (size_t)len },
        .epoch = &turn->part->epoch,
        .epoch_expected = epoch_now(&turn->part->epoch),
    };
}

static void echo_let_go(struct engine *engine)
{
    for (size_t i = 0; i < engine->parts_count; i++) {
        struct echo_part *part = &engine->parts[i];
        if (part->is_draining) {
            struct partition_id id = part->id;
            echo_drop(engine, part);
            engine->source->ops->release(engine->source, &id, 1);
        }
    }
}

void echo_tick(struct engine *engine)
{
    if (engine->is_busy) {
        return;
    }
    if (list_is_empty(&engine->waiting) || engine->is_held) {
        echo_let_go(engine);
        return;
    }
    struct batch *batch = &engine->batch;
    batch->progress = engine->progress;
    batch->progress_count = 0;
    batch->owner = engine;
    batch->on_done = echo_done;
    batch->note = (struct note){ 0 };
    while (!list_is_empty(&engine->waiting) && batch->deliveries.count < engine->batch_max) {
        struct echo_turn *turn =
            container_of(list_pop(&engine->waiting), struct echo_turn, node);
        echo_add_progress(engine, turn);
        list_append(&batch->deliveries, &turn->delivery.node);
    }
    engine->is_busy = true;
    engine->sink->ops->commit(engine->sink, batch);
}

bool echo_is_idle(const struct engine *engine)
{
    return !engine->is_busy && list_is_empty(&engine->waiting);
}
