/* stuck.c - see stuck.h.
 *
 * The first of a partition's turns is the one at its commit position, since turns stand in the
 * order of their offsets and leave when they are settled. It is looked at now and then, not with
 * every event: what takes minutes may be noticed a tenth of that later. */
#include "worker/engine/stuck.h"

#include "worker/answer/key.h"
#include "worker/engine/attempt.h"
#include "worker/engine/engine_state.h"

#define STUCK_LOOKS 10 /* within lane.stuck.ms */
#define STUCK_LOOK_MS_MAX 1000

static struct part *stuck_part_of(struct list_node *node)
{
    return list_entry(node, struct part, node);
}

static struct turn *stuck_first(const struct part *part)
{
    return list_entry(list_first(&part->turns), struct turn, part_node);
}

/* True if the turn is at work: started, and without an outcome. */
static bool stuck_is_at_work(const struct turn *turn)
{
    return turn->attempt > 0 && turn->state < TURN_READY;
}

/* Keyed, so that nobody who reads a log can try out conversations. */
static void stuck_name(const struct turn *turn, char out[STUCK_NAME_BYTES])
{
    const struct engine *engine = turn->engine;
    const struct str names[] = { engine->options.topic_names[turn->record.topic],
                                 event_lane_key(&turn->record, turn->event) };
    struct key key;
    char hex[2 * KEY_BYTES + 1] = "";
    if (key_of(engine->ports.seal, STR("lane"), names, countof(names), &key) == OK) {
        (void)crypto_hex(key.bytes, KEY_BYTES, hex);
    }
    snprintf(out, STUCK_NAME_BYTES, "%.16s", hex);
}

static void stuck_describe(const struct part *part, const struct turn *turn,
                           struct stuck_lane *ret_lane)
{
    const struct engine *engine = turn->engine;
    *ret_lane = (struct stuck_lane){
        .topic = engine->options.topic_names[part->id.topic],
        .partition = part->id.number,
        .offset = turn->record.offset,
        .for_ms = engine->ports.clock->mono_ms - part->blocked_since_ms,
    };
    stuck_name(turn, ret_lane->name);
}

/* Orders and hand-backs are facts: nobody can take them off the worker's hands. */
static bool stuck_can_hand_off(const struct turn *turn)
{
    return turn->engine->options.hands_off_stuck && turn->event &&
           (turn->event->kind == EVENT_MESSAGE || turn->event->kind == EVENT_COPY_REQUEST);
}

static size_t stuck_give_up(struct turn *first)
{
    size_t count = 0;
    struct lane_place *place = &first->place;
    while (place) {
        struct lane_place *next = lane_next(place);
        struct turn *turn = container_of(place, struct turn, place);
        turn->is_given_up = true;
        count++;
        place = next;
    }
    attempt_give_up(first);
    return count;
}

static void stuck_tell(struct part *part, struct turn *turn)
{
    struct engine *engine = turn->engine;
    struct stuck_lane lane;
    stuck_describe(part, turn, &lane);
    bool goes = stuck_can_hand_off(turn);
    int attempts = turn->attempt;
    int64_t behind = part->ledger.next - turn->record.offset - 1;
    part->is_blocked = true;
    metric_add(engine->ports.metrics, METRIC_LANES_STUCK_TOTAL, 0, 1);
    size_t turns = goes ? stuck_give_up(turn) : 1; /* the turn may be gone from its lane now */
    log_say(engine->ports.log, LOG_WARN, "engine",
            "a lane is stuck: the position of its partition waits for it",
            LOG_CHARS("action", goes ? "handoff" : "warn"), LOG_STR("topic", lane.topic),
            LOG_INT("partition", lane.partition), LOG_INT("offset", lane.offset),
            LOG_CHARS("lane", lane.name), LOG_INT("blocked_ms", lane.for_ms),
            LOG_INT("attempts", attempts), LOG_INT("behind", behind),
            LOG_INT("turns", (int64_t)turns));
}

static void stuck_end(const struct engine *engine, struct part *part, int64_t since_ms)
{
    if (part->is_blocked && part->state == PART_OWNED) {
        log_say(engine->ports.log, LOG_INFO, "engine", "a lane is not stuck any more",
                LOG_STR("topic", engine->options.topic_names[part->id.topic]),
                LOG_INT("partition", part->id.number), LOG_INT("offset", part->blocked_offset),
                LOG_INT("blocked_ms", engine->ports.clock->mono_ms - since_ms));
    }
    part->is_blocked = false;
}

/* The clock of a partition starts when another turn has come to its position, or has started. */
static void stuck_look_at(struct engine *engine, struct part *part)
{
    int64_t now_ms = engine->ports.clock->mono_ms;
    struct turn *turn = stuck_first(part);
    bool is_open = part->state == PART_OWNED && turn && stuck_is_at_work(turn);
    int64_t offset = is_open ? turn->record.offset : -1;
    if (offset != part->blocked_offset) {
        stuck_end(engine, part, part->blocked_since_ms);
        part->blocked_offset = offset;
        part->blocked_since_ms = now_ms;
    }
    bool is_long = is_open && now_ms - part->blocked_since_ms >= engine->options.stuck_ms;
    if (is_long && !part->is_blocked) {
        stuck_tell(part, turn);
    }
}

static void stuck_count(struct engine *engine)
{
    int64_t longest_ms = 0;
    int64_t stuck = 0;
    size_t waiting = 0;
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
        const struct part *part = stuck_part_of(node);
        int64_t for_ms = engine->ports.clock->mono_ms - part->blocked_since_ms;
        stuck += part->is_blocked ? 1 : 0;
        waiting += part->blocked_offset >= 0 ? 1 : 0;
        longest_ms = max_i64(longest_ms, part->blocked_offset >= 0 ? for_ms : 0);
    }
    engine->is_blocked = waiting > 0;
    metric_set(engine->ports.metrics, METRIC_LANES_STUCK, stuck);
    metric_set(engine->ports.metrics, METRIC_POSITION_BLOCKED, longest_ms / 1000);
}

void stuck_look(struct engine *engine)
{
    int64_t now_ms = engine->ports.clock->mono_ms;
    int64_t stuck_ms = engine->options.stuck_ms;
    if (stuck_ms == 0 || engine->phase != ENGINE_RUNNING || now_ms < engine->stuck_look_ms) {
        return;
    }
    int64_t every_ms = max_i64(stuck_ms / STUCK_LOOKS, 1);
    engine->stuck_look_ms = now_ms + min_i64(every_ms, STUCK_LOOK_MS_MAX);
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
        stuck_look_at(engine, stuck_part_of(node));
    }
    stuck_count(engine);
}

int64_t stuck_next_ms(const struct engine *engine)
{
    bool is_on = engine->options.stuck_ms > 0 && engine->phase == ENGINE_RUNNING;
    bool is_worth_it = engine->backlog_records > 0 || engine->is_blocked;
    return is_on && is_worth_it ? engine->stuck_look_ms : ALARM_NEVER;
}

size_t stuck_lanes(const struct engine *engine, struct stuck_lane *ret_lanes, size_t max)
{
    size_t count = 0;
    const struct list *list = &engine->parts.list;
    for (struct list_node *node = list_first(list); node && count < max;
         node = list_next(list, node)) {
        const struct part *part = stuck_part_of(node);
        const struct turn *turn = part->is_blocked ? stuck_first(part) : NULL;
        if (turn && turn->record.offset == part->blocked_offset) {
            stuck_describe(part, turn, &ret_lanes[count++]);
        }
    }
    return count;
}

typedef enum err stuck_add_fn(const struct stuck_lane *lane, struct buf *buf);

static enum err stuck_add(const struct engine *engine, struct str head, stuck_add_fn *add,
                          struct buf *buf)
{
    struct stuck_lane lanes[STUCK_TOLD_MAX];
    size_t count = stuck_lanes(engine, lanes, STUCK_TOLD_MAX);
    size_t before = buf->len;
    enum err err = count > 0 ? buf_add(buf, head) : OK;
    for (size_t i = 0; err == OK && i < count; i++) {
        err = add(&lanes[i], buf);
    }
    buf->len = err == OK ? buf->len : before;
    return err;
}

static enum err stuck_add_line(const struct stuck_lane *lane, struct buf *buf)
{
    return buf_printf(buf, "lane: %.*s/%d waits for offset %lld since %lld s (lane %s)\n",
                      STR_ARG(lane->topic), (int)lane->partition, (long long)lane->offset,
                      (long long)lane->for_ms / 1000, lane->name);
}

enum err stuck_explain(const struct engine *engine, struct buf *buf)
{
    return stuck_add(engine, STR_NONE, stuck_add_line, buf);
}

#define STUCK_METRIC "deskhand_stuck_lane_seconds"

static enum err stuck_add_metric(const struct stuck_lane *lane, struct buf *buf)
{
    return buf_printf(buf,
                      STUCK_METRIC "{topic=\"%.*s\",partition=\"%d\",offset=\"%lld\",lane=\"%s\"}"
                      " %lld\n",
                      STR_ARG(lane->topic), (int)lane->partition, (long long)lane->offset,
                      lane->name, (long long)lane->for_ms / 1000);
}

enum err stuck_render(const struct engine *engine, struct buf *buf)
{
    const struct str head = STR("# HELP " STUCK_METRIC " Seconds for which it is stuck.\n"
                                "# TYPE " STUCK_METRIC " gauge\n");
    return stuck_add(engine, head, stuck_add_metric, buf);
}
