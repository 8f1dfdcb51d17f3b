/* engine.c - see engine.h. */
#include "worker/engine/engine.h"

#include "common/mem.h"
#include "worker/engine/answering.h"
#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/intake.h"
#include "worker/engine/landing.h"
#include "worker/engine/stuck.h"

#define ENGINE_PARTS_MAX 100000

/* What is finished when the time of a drain is up may still be committed within this. */
#define ENGINE_COMMIT_GRACE_MS 5000

static const struct source_events engine_source_events = {
    .on_claim = parts_claim,
    .on_revoke = parts_revoke,
    .on_lost = parts_lose,
    .on_record = intake_record,
    .on_end = intake_end,
};

/* Chunks of turns that have ended, for new ones: at most 16 MiB. */
#define ENGINE_CHUNKS_KEPT 4096

/* Texts whose gist is kept: some 500 KB. */
#define ENGINE_GISTS_MAX 2048

static bool engine_init(struct engine *engine)
{
    const struct engine_options *options = &engine->options;
    size_t turns_max = engine_turns_max(options);
    engine->gists = gists_create(ENGINE_GISTS_MAX, options->seed);
    return engine->gists &&
           parts_init(&engine->parts, ENGINE_PARTS_MAX, options->seed) == OK &&
           lanes_init(&engine->lanes, turns_max, options->seed) == OK &&
           flights_init(&engine->flights, turns_max, options->seed) == OK &&
           alarms_init(&engine->alarms, turns_max) == OK;
}

struct engine *engine_create(const struct engine_options *options,
                             const struct engine_ports *ports,
                             const struct engine_events *events)
{
    struct engine *engine = mem_zero(1, sizeof(*engine));
    if (!engine) {
        return NULL;
    }
    engine->options = *options;
    engine->ports = *ports;
    ask_init(engine);
    engine->events = *events;
    engine->release_until_ms = ALARM_NEVER;
    engine->chance = options->seed[0] ^ options->seed[1];
    for (size_t i = 0; i < TURN_STATE_COUNT; i++) {
        list_init(&engine->turns[i]);
    }
    list_init(&engine->orphans);
    list_init(&engine->landed);
    arena_pool_init(&engine->pool, ENGINE_CHUNKS_KEPT);
    engine->chain = ports->chain;
    chain_init(&engine->chain);
    for (size_t i = 0; i < engine->chain.count; i++) {
        engine->chain.backends[i].gate.breaker.is_lowered =
            (options->lowered & ENGINE_LOWER_BREAKER) != 0;
    }
    batcher_init(&engine->batcher);
    retry_budget_init(&engine->retry_budget, options->retry_share, ports->clock->mono_ms);
    if (!engine_init(engine)) {
        engine_destroy(engine);
        return NULL;
    }
    ports->source->engine = engine;
    ports->source->events = &engine_source_events;
    return engine;
}

void engine_destroy(struct engine *engine)
{
    if (!engine) {
        return;
    }
    assert(list_is_empty(&engine->orphans));
    batcher_fini(&engine->batcher);
    parts_fini(&engine->parts);
    lanes_fini(&engine->lanes);
    flights_fini(&engine->flights);
    alarms_fini(&engine->alarms);
    arena_pool_fini(&engine->pool);
    gists_destroy(engine->gists);
    mem_free(engine);
}

bool engine_is_stuck(const struct engine *engine)
{
    return engine->parts.stopped > 0;
}

/* Who is told may drain the engine, so nobody may be at work on a turn. */
static void engine_tell_fatal(struct engine *engine)
{
    if (engine->fatal != OK) {
        enum err err = engine->fatal;
        bool is_noted = engine->fatal_note.text[0] != '\0';
        engine->fatal = OK;
        engine->events.on_fatal(engine->events.owner, err, is_noted ? &engine->fatal_note : NULL);
    }
}

static void engine_wake(struct engine *engine)
{
    for (size_t left = ENGINE_WAKES_SLICE; left > 0; left--) {
        struct alarm *alarm = alarms_ring(&engine->alarms, engine->ports.clock->mono_ms);
        if (!alarm) {
            return;
        }
        attempt_wake(container_of(alarm, struct turn, alarm));
    }
}

static bool engine_may_run(const struct engine *engine)
{
    return engine->phase == ENGINE_RUNNING && engine_room(engine) > 0 &&
           !list_is_empty(&engine->turns[TURN_RUNNABLE]);
}

static void engine_run(struct engine *engine)
{
    for (size_t left = ENGINE_RUNS_SLICE; left > 0 && engine_may_run(engine); left--) {
        const struct list *runnable = &engine->turns[TURN_RUNNABLE];
        answering_start(container_of(list_first(runnable), struct turn, node));
    }
}

/* Each kind of work has a slice of its own, so that none waits for another to run dry. True: there
 * is more to do than that. */
static bool engine_work(struct engine *engine)
{
    bool has_more = batch_settle(engine);
    landing_take(engine);
    has_more = ask_watch(engine) || has_more;
    size_t calls = ask_admit(engine, ENGINE_CALLS_SLICE); /* who waited goes before who begins */
    engine_run(engine);
    calls += ask_admit(engine, ENGINE_CALLS_SLICE - calls);
    return has_more || calls == ENGINE_CALLS_SLICE || engine_may_run(engine) ||
           !list_is_empty(&engine->landed);
}

static void engine_drop_all(struct engine *engine, enum turn_state first, enum turn_state last)
{
    for (size_t state = first; state <= last; state++) {
        struct list_node *node;
        while ((node = list_first(&engine->turns[state])) != NULL) {
            turn_drop(container_of(node, struct turn, node));
        }
    }
}

/* Dropping the first of a lane makes the next one runnable, so both lists are emptied until
 * neither fills the other. */
static void engine_drop_waiting(struct engine *engine)
{
    while (engine->turns[TURN_QUEUED].count + engine->turns[TURN_RUNNABLE].count +
               engine->turns[TURN_GATED].count + engine->turns[TURN_WAITING].count >
           0) {
        engine_drop_all(engine, TURN_QUEUED, TURN_RUNNABLE);
        engine_drop_all(engine, TURN_GATED, TURN_WAITING);
    }
}

void engine_drain(struct engine *engine, int64_t until_ms)
{
    if (engine->phase != ENGINE_RUNNING) {
        engine->drain_until_ms = min_i64(engine->drain_until_ms, until_ms);
        return;
    }
    engine->phase = ENGINE_DRAINING;
    engine->drain_until_ms = until_ms;
    struct source *source = engine->ports.source;
    source->ops->stop(source);
    engine_drop_waiting(engine);
}

static bool engine_is_empty(const struct engine *engine)
{
    size_t turns =
        engine->orphans.count + engine->flights.map.count + engine->flights.leaving +
        engine->landed.count + (engine->shed ? 1 : 0);
    for (size_t state = 0; state < TURN_STATE_COUNT; state++) {
        turns += engine->turns[state].count;
    }
    return turns == 0 && !engine->batcher.is_busy;
}

/* What is left of the budgets goes back to the other workers. */
static bool engine_has_settled(struct engine *engine)
{
    struct budget *budget = engine->ports.budget;
    if (budget) {
        budget_close(budget);
    }
    return !budget || budget_is_idle(budget);
}

static void engine_check_drained(struct engine *engine)
{
    if (engine->phase != ENGINE_DRAINING) {
        return;
    }
    engine_drop_waiting(engine);
    int64_t now_ms = engine->ports.clock->mono_ms;
    if (now_ms >= engine->drain_until_ms) {
        engine_drop_all(engine, TURN_LOADING, TURN_STORING);
        engine_drop_waiting(engine);
        ask_cancel_all(engine);
    }
    if (engine->is_fatal || now_ms >= engine->drain_until_ms + ENGINE_COMMIT_GRACE_MS) {
        engine_drop_all(engine, TURN_READY, TURN_HELD_BACK);
    }
    if (engine_is_empty(engine) && engine_has_settled(engine)) {
        engine->phase = ENGINE_DRAINED;
        engine->events.on_drained(engine->events.owner);
    }
}

static void engine_count(struct engine *engine)
{
    struct metrics *metrics = engine->ports.metrics;
    metric_set(metrics, METRIC_TURNS_INFLIGHT, (int64_t)engine_inflight(engine));
    metric_set(metrics, METRIC_LANES, (int64_t)lanes_count(&engine->lanes));
    metric_set(metrics, METRIC_BACKLOG_RECORDS, (int64_t)engine->backlog_records);
    metric_set(metrics, METRIC_BACKLOG_BYTES, (int64_t)engine->backlog_bytes);
    metric_set(metrics, METRIC_PARTITIONS, (int64_t)engine->parts.owned);
    metric_set(metrics, METRIC_PARTITIONS_STOPPED, (int64_t)engine->parts.stopped);
    metric_set(metrics, METRIC_CUSTODY, (int64_t)custody_count(engine->ports.custody));
    metric_set(metrics, METRIC_CUSTODY_FORGOTTEN,
               (int64_t)custody_forgotten(engine->ports.custody));
    metric_set(metrics, METRIC_MODEL_INFLIGHT, (int64_t)chain_running(&engine->chain));
    chain_show(&engine->chain, metrics);
}

static int64_t engine_drain_next_ms(const struct engine *engine)
{
    if (engine->phase != ENGINE_DRAINING) {
        return ALARM_NEVER;
    }
    int64_t now_ms = engine->ports.clock->mono_ms;
    bool is_late = now_ms >= engine->drain_until_ms;
    int64_t next_ms = engine->drain_until_ms + (is_late ? ENGINE_COMMIT_GRACE_MS : 0);
    return next_ms > now_ms ? next_ms : ALARM_NEVER;
}

static int64_t engine_next_ms(struct engine *engine)
{
    int64_t next_ms = min_i64(alarms_next_ms(&engine->alarms), batch_next_ms(engine));
    next_ms = min_i64(next_ms, min_i64(engine->release_until_ms, stuck_next_ms(engine)));
    next_ms = min_i64(next_ms, chain_next_ms(&engine->chain, engine->ports.clock->mono_ms));
    next_ms = min_i64(next_ms, flight_locks_tick(&engine->flights.locks));
    if (engine->ports.budget) {
        next_ms = min_i64(next_ms, budget_tick(engine->ports.budget));
    }
    return min_i64(next_ms, engine_drain_next_ms(engine));
}

int64_t engine_tick(struct engine *engine)
{
    engine_wake(engine);
    stuck_look(engine);
    bool has_more = engine_work(engine);
    if (!engine->is_fatal) {
        batch_start(engine);
    }
    engine_tell_fatal(engine);
    parts_release(engine);
    engine_check_drained(engine);
    engine_count(engine);
    int64_t next_ms = engine_next_ms(engine);
    return has_more ? min_i64(next_ms, engine->ports.clock->mono_ms) : next_ms;
}
