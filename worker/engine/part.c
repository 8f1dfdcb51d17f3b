/* part.c - see part.h. */
#include "worker/engine/part.h"

#include "common/mem.h"
#include "worker/engine/engine_state.h"

/* How long a position that only gaps have moved may stay uncommitted. */
#define PART_BEHIND_MS 1000

enum err parts_init(struct parts *parts, size_t parts_max, const uint64_t seed[2])
{
    list_init(&parts->list);
    return map_init(&parts->map, parts_max, seed);
}

static struct part *part_of(struct list_node *node)
{
    return list_entry(node, struct part, node);
}

void parts_fini(struct parts *parts)
{
    if (!parts->map.buckets) {
        return;
    }
    struct part *part;
    while ((part = part_of(list_pop(&parts->list))) != NULL) {
        assert(list_is_empty(&part->turns));
        ledger_fini(&part->ledger);
        mem_free(part);
    }
    map_fini(&parts->map);
}

static struct str part_key(struct partition_id id, uint8_t key[8])
{
    uint32_t words[2] = { (uint32_t)id.topic, (uint32_t)id.number };
    memcpy(key, words, sizeof(words));
    return (struct str){ (const char *)key, sizeof(words) };
}

struct part *parts_find(const struct parts *parts, struct partition_id id)
{
    uint8_t key[8];
    struct map_entry *entry = map_find(&parts->map, part_key(id, key));
    return entry ? container_of(entry, struct part, entry) : NULL;
}

static struct part *parts_make(struct parts *parts, struct partition_id id)
{
    struct part *part = mem_zero(1, sizeof(*part));
    if (!part) {
        return NULL;
    }
    part->id = id;
    list_init(&part->turns);
    list_init(&part->held);
    if (map_add(&parts->map, &part->entry, part_key(id, part->key)) != OK) {
        mem_free(part);
        return NULL;
    }
    list_append(&parts->list, &part->node);
    return part;
}

static void part_set_state(struct engine *engine, struct part *part, enum part_state state)
{
    struct parts *parts = &engine->parts;
    bool was_owned = part->state == PART_OWNED || part->state == PART_DRAINING;
    bool is_owned = state == PART_OWNED || state == PART_DRAINING;
    parts->owned += (size_t)is_owned - (size_t)was_owned;
    parts->stopped += (size_t)(state == PART_STOPPED) - (size_t)(part->state == PART_STOPPED);
    part->state = state;
}

static struct str part_topic(const struct engine *engine, const struct part *part)
{
    return engine->options.topic_names[part->id.topic];
}

/* True if the map was made in another life of the partition: its offsets mean other records. */
static bool part_map_is_stale(const struct claim *claim, const struct donemap_stamp *stamp)
{
    static const uint8_t unknown[TOPIC_ID_BYTES];
    bool knows_both = memcmp(claim->topic_id, unknown, TOPIC_ID_BYTES) != 0 &&
                      memcmp(stamp->topic_id, unknown, TOPIC_ID_BYTES) != 0;
    if (knows_both && memcmp(claim->topic_id, stamp->topic_id, TOPIC_ID_BYTES) != 0) {
        return true;
    }
    return claim->leader_epoch >= 0 && stamp->leader_epoch > claim->leader_epoch;
}

static void part_drop_map(struct engine *engine, const struct part *part, const char *why)
{
    metric_add(engine->ports.metrics, METRIC_DONEMAP_DROPPED, 0, 1);
    log_say(engine->ports.log, LOG_WARN, "engine", "a done-map is not used",
            LOG_STR("topic", part_topic(engine, part)), LOG_INT("partition", part->id.number),
            LOG_CHARS("reason", why));
}

/* Offsets were committed that it does not have: its end was cut off, or it is another. */
static bool part_is_cut(const struct claim *claim)
{
    return claim->high >= 0 && claim->committed > claim->high;
}

/* Where to start when the committed offset cannot be used; the gap is told. */
static int64_t part_first_offset(struct engine *engine, const struct part *part,
                                 const struct claim *claim)
{
    int64_t low = max_i64(claim->low, 0);
    if (claim->committed < 0 || part_is_cut(claim)) {
        return low;
    }
    if (claim->committed < low) {
        metric_add(engine->ports.metrics, METRIC_POSITIONS_LOST, 0, 1);
        log_say(engine->ports.log, LOG_ERROR, "engine",
                "the committed offset is not in the partition any more; records are missing",
                LOG_STR("topic", part_topic(engine, part)), LOG_INT("partition", part->id.number),
                LOG_INT("committed", claim->committed), LOG_INT("low", claim->low));
        return low;
    }
    return claim->committed;
}

/* From the first record kept on, everything would be answered again. False: that is not wanted. */
static bool part_may_repeat(struct engine *engine, const struct part *part,
                            const struct claim *claim)
{
    bool may_repeat = engine->options.replays_unreadable;
    metric_add(engine->ports.metrics, METRIC_POSITIONS_LOST, 0, 1);
    log_say(engine->ports.log, LOG_ERROR, "engine",
            "the committed offset is behind the end of the partition, which stops. Reset the "
            "group's offset, or accept that all of it is answered again with "
            "donemap.unreadable=replay",
            LOG_STR("topic", part_topic(engine, part)), LOG_INT("partition", part->id.number),
            LOG_INT("committed", claim->committed), LOG_INT("high", claim->high),
            LOG_BOOL("replays", may_repeat));
    return may_repeat;
}

/* Fills the new ledger with what an earlier owner has settled. False: it must not be read. */
static bool part_restore(struct engine *engine, struct part *part, const struct claim *claim)
{
    struct runs runs;
    runs_init(&runs, part->ledger.settled.max);
    struct donemap_stamp stamp;
    struct note note = { 0 };
    bool is_usable = true;
    switch (donemap_decode(claim->metadata, claim->committed, &runs, &stamp, &note)) {
    case DONEMAP_FOREIGN:
        if (claim->metadata.len > 0) {
            part_drop_map(engine, part, "foreign");
        }
        break;
    case DONEMAP_READ:
        if (part_map_is_stale(claim, &stamp) || part->ledger.position != claim->committed) {
            part_drop_map(engine, part, "of another life of the partition");
        } else {
            is_usable = ledger_restore(&part->ledger, &runs) == OK;
        }
        if (stamp.version != engine->options.stored_version) {
            ledger_rewrite(&part->ledger);
        }
        break;
    case DONEMAP_UNREADABLE:
        is_usable = engine->options.replays_unreadable;
        log_say(engine->ports.log, LOG_ERROR, "engine",
                "a done-map cannot be read: the partition stops. Run the version that wrote it, or "
                "accept repeated answers with donemap.unreadable=replay",
                LOG_STR("topic", part_topic(engine, part)), LOG_INT("partition", part->id.number),
                LOG_CHARS("reason", note.text), LOG_BOOL("replays", is_usable));
        break;
    }
    runs_fini(&runs);
    return is_usable;
}

static void part_open_ledger(struct engine *engine, struct part *part, const struct claim *claim)
{
    const struct engine_options *options = &engine->options;
    struct ledger *ledger = &part->ledger;
    ledger_init(ledger, part_first_offset(engine, part, claim),
                engine_turns_max(options));
    memcpy(ledger->stamp.topic_id, claim->topic_id, TOPIC_ID_BYTES);
    ledger->stamp.leader_epoch = claim->leader_epoch;
    ledger->stamp.version = options->stored_version;
    if (options->donemap_body_max > 0) {
        ledger->map_body_max = min_size(options->donemap_body_max, DONEMAP_BODY_MAX);
    }
    ledger->forgets = (options->lowered & ENGINE_LOWER_HOLD_BACK) != 0;
}

static void part_claim(struct engine *engine, struct claim *claim)
{
    struct part *part = parts_find(&engine->parts, claim->id);
    if (!part) {
        part = parts_make(&engine->parts, claim->id);
    }
    if (!part) {
        claim->refused = true;
        engine_fail(engine, ERR_NOMEM, NULL);
        return;
    }
    assert(list_is_empty(&part->turns));
    ledger_fini(&part->ledger);
    atomic_fetch_add(&part->epoch.now, 1);
    part_open_ledger(engine, part, claim);
    part->is_paused = false;
    part->is_staged = false;
    part->has_moved = false;
    part->behind_since_ms = ALARM_NEVER;
    part->blocked_offset = -1;
    part->is_blocked = false;
    bool is_usable = (engine->options.lowered & ENGINE_LOWER_DONE_MAP) ||
                     part_restore(engine, part, claim);
    is_usable = is_usable && (!part_is_cut(claim) || part_may_repeat(engine, part, claim));
    part_set_state(engine, part, is_usable ? PART_OWNED : PART_STOPPED);
    claim->start = part->ledger.position;
    claim->refused = !is_usable;
}

void parts_claim(struct engine *engine, struct claim *claims, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        part_claim(engine, &claims[i]);
    }
    metric_add(engine->ports.metrics, METRIC_REBALANCES, METRIC_REBALANCE_ASSIGNED, 1);
}

static void part_drop_if(struct part *part, bool (*wanted)(const struct turn *turn))
{
    struct list_node *node = list_first(&part->turns);
    while (node) {
        struct list_node *next = list_next(&part->turns, node);
        struct turn *turn = container_of(node, struct turn, part_node);
        if (turn->state != TURN_COMMITTING && wanted(turn)) {
            turn_drop(turn);
        }
        node = next;
    }
}

static bool part_turn_any(const struct turn *turn)
{
    return turn != NULL;
}

static bool part_turn_idle(const struct turn *turn)
{
    return turn->state == TURN_QUEUED || turn->state == TURN_RUNNABLE ||
           turn->state == TURN_GATED || turn->state == TURN_WAITING;
}

void parts_revoke(struct engine *engine, const struct partition_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct part *part = parts_find(&engine->parts, ids[i]);
        if (part && part->state != PART_FOREIGN) {
            part_set_state(engine, part, PART_DRAINING);
            part_drop_if(part, part_turn_idle);
        }
    }
    if (engine->release_until_ms == ALARM_NEVER) {
        engine->release_until_ms =
            engine->ports.clock->mono_ms + engine->options.release_timeout_ms;
    }
    metric_add(engine->ports.metrics, METRIC_REBALANCES, METRIC_REBALANCE_REVOKED, 1);
}

/* The epoch goes up first: from here on the commit thread sends nothing of this partition. A
 * turn in the batch that is under way stays in it, and is dropped when that is done. */
static void part_let_go(struct engine *engine, struct part *part)
{
    batch_settle_all(engine);
    atomic_fetch_add(&part->epoch.now, 1);
    part_drop_if(part, part_turn_any);
    struct list_node *node;
    while ((node = list_first(&part->turns)) != NULL) {
        struct turn *turn = container_of(node, struct turn, part_node);
        turn_disown(turn);
    }
    part_set_state(engine, part, PART_FOREIGN);
}

void parts_lose(struct engine *engine, const struct partition_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct part *part = parts_find(&engine->parts, ids[i]);
        if (part && part->state != PART_FOREIGN) {
            part_let_go(engine, part);
        }
    }
    metric_add(engine->ports.metrics, METRIC_REBALANCES, METRIC_REBALANCE_LOST, 1);
}

static size_t parts_collect_draining(struct engine *engine, struct part **draining, size_t max)
{
    size_t count = 0;
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node && count < max;
         node = list_next(list, node)) {
        struct part *part = part_of(node);
        if (part->state == PART_DRAINING) {
            draining[count++] = part;
        }
    }
    return count;
}

static bool parts_are_done(struct part *const *draining, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!list_is_empty(&draining[i]->turns)) {
            return false;
        }
    }
    return true;
}

void parts_release(struct engine *engine)
{
    if (engine->release_until_ms == ALARM_NEVER) {
        return;
    }
    struct part **draining = mem_zero(engine->parts.map.count, sizeof(struct part *));
    struct partition_id *ids = mem_zero(engine->parts.map.count, sizeof(*ids));
    if (!draining || !ids) {
        mem_free(draining);
        mem_free(ids);
        return;
    }
    size_t count = parts_collect_draining(engine, draining, engine->parts.map.count);
    bool is_late = engine->ports.clock->mono_ms >= engine->release_until_ms;
    if (is_late || parts_are_done(draining, count)) {
        for (size_t i = 0; i < count; i++) {
            ids[i] = draining[i]->id;
            part_let_go(engine, draining[i]);
        }
        engine->release_until_ms = ALARM_NEVER;
        struct source *source = engine->ports.source;
        source->ops->release(source, ids, count);
    }
    mem_free(draining);
    mem_free(ids);
}

void part_add(struct part *part, struct turn *turn)
{
    struct engine *engine = turn->engine;
    list_append(&part->turns, &turn->part_node);
    engine->parts.busy += part->turns.count == 1 ? 1 : 0;
    part->backlog_bytes += turn->bytes;
    engine->backlog_records++;
    engine->backlog_bytes += turn->bytes;
}

void part_remove(struct part *part, struct turn *turn)
{
    struct engine *engine = turn->engine;
    list_remove(&part->turns, &turn->part_node);
    engine->parts.busy -= list_is_empty(&part->turns) ? 1 : 0;
    part->backlog_bytes -= turn->bytes;
    engine->backlog_records--;
    engine->backlog_bytes -= turn->bytes;
}

/* An equal share of all partitions that are owned. Most of them are idle, so as long as there is
 * room those that hold records may have more: one that is busy among many that are not should
 * fill a transaction, too. */
static size_t part_share(const struct engine *engine, const struct part *part)
{
    const struct engine_options *options = &engine->options;
    const struct parts *parts = &engine->parts;
    size_t most = min_size(options->backlog_records_max, chain_backlog_max(&engine->chain));
    size_t busy = part->id.topic == TOPIC_ORDERS ? PART_BUSY_ORDERS : PART_BUSY_RECORDS;
    size_t equal = max_size(most / max_size(parts->owned, 1), 1);
    if (engine->backlog_records >= most) {
        return equal;
    }
    return max_size(equal, min_size(busy, most / max_size(parts->busy, 1)));
}

void part_balance(struct engine *engine, struct part *part)
{
    if (part->state != PART_OWNED) {
        return;
    }
    size_t shares = max_size(engine->parts.owned, 1);
    size_t records = part_share(engine, part);
    size_t bytes = max_size(engine->options.backlog_bytes_max / shares, 1);
    struct source *source = engine->ports.source;
    bool is_full = part->turns.count >= records || part->backlog_bytes >= bytes;
    bool has_room = part->turns.count <= records / 2 && part->backlog_bytes <= bytes / 2;
    if (!part->is_paused && is_full) {
        part->is_paused = true;
        source->ops->pause(source, part->id);
    } else if (part->is_paused && has_room) {
        part->is_paused = false;
        source->ops->resume(source, part->id);
    }
}

int64_t parts_behind_ms(struct engine *engine)
{
    int64_t due_ms = ALARM_NEVER;
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
        struct part *part = part_of(node);
        bool is_ahead = (part->state == PART_OWNED || part->state == PART_DRAINING) &&
                        ledger_is_ahead(&part->ledger);
        if (!is_ahead) {
            part->behind_since_ms = ALARM_NEVER;
            continue;
        }
        if (part->behind_since_ms == ALARM_NEVER) {
            part->behind_since_ms = engine->ports.clock->mono_ms;
        }
        due_ms = min_i64(due_ms, part->behind_since_ms + PART_BEHIND_MS);
    }
    return due_ms;
}
