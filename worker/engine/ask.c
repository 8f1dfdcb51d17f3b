/* ask.c - see ask.h. */
#include "worker/engine/ask.h"

#include "common/mem.h"
#include "worker/engine/attempt.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/landing.h"
#include "worker/engine/standby.h"
#include "worker/engine/taking.h"
#include "worker/engine/toll.h"

#define ASK_OFFER_BYTES 256 /* of a recommended product and its sentence, about */

void ask_end(struct flight *flight)
{
    struct engine *engine = flight->owner;
    if (!flight->lock.locks || flight_lock_leave(&flight->lock)) {
        flight_destroy(flight);
        return;
    }
    engine->flights.leaving++;
}

static void ask_on_left(void *owner, struct flight_lock *lock)
{
    struct engine *engine = owner;
    engine->flights.leaving--;
    flight_destroy(container_of(lock, struct flight, lock));
}

enum answer_source ask_source(const struct turn *turn)
{
    size_t first = chain_find(&turn->engine->chain, 0, ask_kind_of(turn));
    return turn->backend == first ? SOURCE_MODEL : SOURCE_FALLBACK;
}

static void ask_count(struct engine *engine, const struct flight *flight, enum err err)
{
    struct metrics *metrics = engine->ports.metrics;
    unsigned model = flight->backend->metric;
    int64_t took_ms = engine->ports.clock->mono_ms - flight->started_ms;
    metric_add2(metrics, METRIC_MODEL_CALLS, model, err, 1);
    metric_observe_us(metrics, METRIC_MODEL_SECONDS, model,
                      flight->call.took_us > 0 ? flight->call.took_us : took_ms * 1000);
}

static int64_t ask_number(const struct engine *engine, const struct backend *backend)
{
    return backend - engine->chain.backends + 1;
}

/* Opening and shutting a gate is told once, with what an operator can do about it. */
static void ask_tell(struct engine *engine, const struct backend *backend,
                     enum gate_change change, const char *detail)
{
    const struct breaker *breaker = &backend->gate.breaker;
    if (change == GATE_OPENED) {
        log_say(engine->ports.log, LOG_INFO, "model", "a model backend answers again",
                LOG_INT("backend", ask_number(engine, backend)),
                LOG_INT("shut_ms", engine->ports.clock->mono_ms - breaker->opened_ms));
    }
    if (change == GATE_SHUT) {
        bool is_operators = breaker_is_for_operator(breaker->why);
        log_say(engine->ports.log, is_operators ? LOG_ERROR : LOG_WARN, "model",
                "a model backend is shut: turns wait, or go to the next one",
                LOG_INT("backend", ask_number(engine, backend)), LOG_ERR(breaker->why),
                LOG_CHARS("reason", detail),
                LOG_INT("waiting", (int64_t)backend->gate.waiting.count));
    }
}

static void ask_done(struct model_call *call, enum err err)
{
    struct flight *flight = container_of(call, struct flight, call);
    struct engine *engine = flight->owner;
    ask_tell(engine, flight->backend,
             gate_leave(&flight->backend->gate, &flight->pass, err, engine->ports.clock->mono_ms),
             call->note.text);
    ask_count(engine, flight, err);
    toll_take(engine, flight, err);
    if (err == ERR_NO_FACTS) { /* the builtin wording's way to say so; no call went wrong */
        log_say(engine->ports.log, LOG_DEBUG, "model", "no answer without facts: a person is asked",
                LOG_INT("turns", flight->seats.count));
    } else if (err != OK && err != ERR_CANCELLED) {
        log_say(engine->ports.log, LOG_WARN, "model", "a model call failed", LOG_ERR(err),
                LOG_CHARS("reason", call->note.text), LOG_INT("turns", flight->seats.count));
    }
    landing_add(engine, flight, err);
}

/* No seat is left and nothing was asked. */
static void ask_close(struct engine *engine, struct flight *flight)
{
    flights_close(&engine->flights, flight);
    ask_end(flight);
}

static void ask_move_all(struct flight *flight)
{
    struct list_node *node = list_first(&flight->seats);
    for (; node; node = list_next(&flight->seats, node)) {
        turn_move(turn_of_seat(node), TURN_ASKING);
    }
}

/* The gate has let it in. The prompt is made only now, and given back when it is asked: neither
 * those who wait for the gate nor those who wait for the model hold one. */
static void ask_start(struct flight *flight)
{
    struct engine *engine = flight->owner;
    struct turn *lead = turn_of_seat(list_first(&flight->seats));
    CLEANUP(arena_fini) struct arena scratch;
    arena_init_from(&scratch, &engine->pool, flight->arena.max_bytes);
    struct prompt prompt;
    enum err err = prompt_render(&scratch, &lead->work->brief,
                                 engine_instructions(engine, lead->event), &prompt);
    if (err != OK) {
        toll_give_back(engine, flight);
        (void)gate_leave(&flight->backend->gate, &flight->pass, ERR_CANCELLED,
                         engine->ports.clock->mono_ms);
        landing_fail(engine, flight, err);
        return;
    }
    ask_move_all(flight);
    flight->is_asking = true;
    retry_budget_pay(&engine->retry_budget);
    flight->started_ms = engine->ports.clock->mono_ms;
    metric_observe_us(engine->ports.metrics, METRIC_GATE_SECONDS, flight->backend->metric,
                      (flight->started_ms - flight->pass.since_ms) * 1000);
    flight->call = (struct model_call){
        .brief = &lead->work->brief,
        .prompt = &prompt,
        .trace = lead->event->traceparent,
        .deadline_ms = flight->started_ms + flight->backend->timeout_ms,
        .arena = &flight->arena,
        .on_done = ask_done,
        .retry_after_ms = -1,
        .tokens_in = -1,
        .tokens_out = -1,
        .tokens_cached = -1,
    };
    struct model *model = flight->backend->model;
    model->ops->ask(model, &flight->call);
}

/* An answer that must not be shared still has a flight, under a name that is its own. */
static const struct key *ask_key(const struct turn *turn)
{
    return turn->work->is_cacheable ? &turn->work->cache_key : &turn->work->memo_key;
}

/* What the call will take: four bytes are about a token of English (and one of Chinese is three
 * bytes), and the answer is taken for as long as the question. */
static int64_t ask_tokens(const struct turn *turn)
{
    const struct brief *brief = &turn->work->brief;
    size_t bytes = engine_instructions(turn->engine, turn->event)->text.len;
    for (size_t i = 0; i < brief->history_count; i++) {
        bytes += brief->history[i].text.len + brief->history[i].answer.len;
    }
    if (turn->event->kind == EVENT_MESSAGE) {
        bytes += 2 * turn->event->message.text.len;
    }
    bytes += ASK_OFFER_BYTES * min_size(brief->offers_count, OFFERS_WORDED_MAX);
    return (int64_t)(bytes / 4 + 1);
}

/* The queue of a tenant at a gate. */
static uint64_t ask_queue_of(const struct engine *engine, struct str tenant)
{
    bool is_one_for_all = engine->options.lowered & ENGINE_LOWER_FAIR;
    return is_one_for_all ? 0 : str_hash(tenant, engine->options.seed);
}

/* The first seat speaks for all; what it says is borrowed from its turn. */
static void ask_take_lead(struct flight *flight)
{
    const struct turn *lead = turn_of_seat(list_first(&flight->seats));
    flight->pass.errand = (struct errand){
        .tenant = lead->event->tenant,
        .tenant_hash = ask_queue_of(lead->engine, lead->event->tenant),
        .kind = ask_kind_of(lead),
        .backend = lead->backend,
        .tokens = ask_tokens(lead),
        .answers = prompt_answers(&lead->work->brief),
    };
}

enum ask_kind ask_kind_of(const struct turn *turn)
{
    return turn->event->kind == EVENT_MESSAGE ? ASK_MESSAGE : ASK_COPY;
}

/* How long a model may take, and some time before at the gate: who claims the lock of a key renews
 * it for so long. */
#define ASK_LOCK_GRACE_MS 5000

static void ask_count_waiting(struct engine *engine, const struct flight *flight, int64_t change)
{
    int64_t *count = &engine->waiting[flight->tenant];
    *count += change;
    metric_set2(engine->ports.metrics, METRIC_TENANT_WAITING, flight->tenant, 0, *count);
}

static void ask_queue(struct engine *engine, struct flight *flight)
{
    flight->tenant = metric_tenant(engine->ports.metrics, flight->pass.errand.tenant);
    ask_count_waiting(engine, flight, 1);
    gate_join(&flight->backend->gate, &flight->pass, engine->ports.clock->mono_ms);
}

static void ask_unqueue(struct engine *engine, struct flight *flight)
{
    ask_count_waiting(engine, flight, -1);
    gate_cancel(&flight->backend->gate, &flight->pass);
}

static void ask_on_free(void *owner, struct flight_lock *lock)
{
    ask_queue(owner, container_of(lock, struct flight, lock));
}

/* Another worker has asked: all seats get what it wrote to the cache. */
static bool ask_on_found(void *owner, struct flight_lock *lock, struct str bytes)
{
    struct engine *engine = owner;
    struct flight *flight = container_of(lock, struct flight, lock);
    struct memo memo;
    if (!memo_decode(&flight->arena, bytes, &memo) || memo.said.len == 0) {
        return false;
    }
    landing_found(engine, flight, bytes);
    return true;
}

void ask_init(struct engine *engine)
{
    engine->flights.pool = &engine->pool;
    engine->flights.locks.store = engine->ports.store;
    engine->flights.locks.now_ms = &engine->ports.clock->mono_ms;
    engine->flights.locks.events = (struct flight_lock_events){ .owner = engine,
                                                                .on_ask = ask_on_free,
                                                                .on_found = ask_on_found,
                                                                .on_left = ask_on_left };
}

/* What may be shared is asked by one worker of all. */
static void ask_claim(struct turn *turn, struct flight *flight)
{
    struct engine *engine = turn->engine;
    bool is_alone = engine->options.lowered & ENGINE_LOWER_FLIGHT_LOCK;
    if (!turn->work->is_cacheable || is_alone) {
        ask_queue(engine, flight);
        return;
    }
    flight->lock.locks = &engine->flights.locks;
    flight_lock_take(&flight->lock, key_str(&flight->key),
                     flight->backend->timeout_ms + ASK_LOCK_GRACE_MS, engine_chance(engine));
}

/* Too many calls are repeats already: this one waits in its lane, longer than a back-off would. The
 * one that was to put an answer in order is not waited for: there are other words. */
static void ask_hold_back(struct turn *turn, struct flight *flight)
{
    metric_add(turn->engine->ports.metrics, METRIC_RETRIES_HELD, 0, 1);
    flight_leave(&turn->work->seat);
    ask_close(turn->engine, flight);
    if (turn->flaw != FLAW_NONE) {
        taking_give_up(turn);
    } else {
        attempt_later(turn);
    }
}

void ask_model(struct turn *turn)
{
    struct engine *engine = turn->engine;
    turn_move(turn, TURN_GATED);
    struct flight_seat *seat = &turn->work->seat;
    bool is_new;
    turn->work->turn = turn;
    enum err err = flights_board(&engine->flights, ask_key(turn), turn->arena.max_bytes, seat,
                                 &is_new);
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    struct flight *flight = seat->flight;
    if (!is_new) {
        turn->backend = (size_t)(flight->backend - engine->chain.backends);
        if (flight->is_asking) {
            turn_move(turn, TURN_ASKING);
        } else {
            standby_begin(turn);
        }
        return;
    }
    flight->owner = engine;
    /* While the gate is shut one call a second is all that is made, whoever made one before. */
    const struct gate *gate = &engine->chain.backends[turn->backend].gate;
    bool is_repeat = gate_is_open(gate) && (turn->asked & BIT(turn->backend));
    if (is_repeat && !retry_budget_take(&engine->retry_budget, engine->ports.clock->mono_ms)) {
        ask_hold_back(turn, flight);
        return;
    }
    flight->backend = &engine->chain.backends[turn->backend];
    flight->pass.is_back = is_repeat;
    ask_take_lead(flight);
    standby_begin(turn);
    ask_claim(turn, flight);
}

void ask_leave(struct turn *turn)
{
    struct flight *flight = turn->work->seat.flight;
    if (flight->is_asking) {
        return;
    }
    flight_leave(&turn->work->seat);
    if (flight->has_landed) { /* landing_take() ends it, with or without seats */
        return;
    }
    if (!list_is_empty(&flight->seats)) {
        ask_take_lead(flight);
        return;
    }
    if (flight->pass.is_waiting) {
        ask_unqueue(turn->engine, flight);
    }
    ask_close(turn->engine, flight);
}

static void ask_cancel(struct flight *flight)
{
    struct model *model = flight->backend->model;
    if (flight->is_asking && !flight->has_landed && !flight->is_cancelled) {
        flight->is_cancelled = true;
        model->ops->cancel(model, &flight->call);
    }
}

/* Nothing of a turn is looked at any more once its flight asks. */
void ask_give_up(struct turn *turn)
{
    struct flight *flight = turn->work->seat.flight;
    if (!flight->is_asking) {
        ask_leave(turn);
        return;
    }
    flight_leave(&turn->work->seat);
    if (list_is_empty(&flight->seats)) {
        ask_cancel(flight);
    }
}

void ask_cancel_all(struct engine *engine)
{
    struct map_entry *entry = NULL;
    size_t bucket = 0;
    while ((entry = map_walk(&engine->flights.map, &bucket, entry)) != NULL) {
        ask_cancel(container_of(entry, struct flight, entry));
    }
}

/* The first flight that waits at this gate, which is shut, if another backend takes its turns. */
static struct flight *ask_find_shed(struct engine *engine, size_t place)
{
    struct gate *gate = &engine->chain.backends[place].gate;
    struct gate_pass *pass = gate_first(gate);
    bool is_probe_due = breaker_lets(&gate->breaker, engine->ports.clock->mono_ms);
    if (!pass || (is_probe_due && gate->waiting.count == 1)) {
        return NULL;
    }
    struct flight *flight = container_of(pass, struct flight, pass);
    const struct turn *lead = turn_of_seat(list_first(&flight->seats));
    size_t choice = chain_choose(&engine->chain, lead->backend_first, place, ask_kind_of(lead),
                                 engine->ports.clock->mono_ms);
    bool has_choice = choice != place && gate_is_open(&engine->chain.backends[choice].gate);
    return has_choice ? flight : NULL;
}

/* Closed first: who has left it makes a new flight at the other gate. */
static struct flight *ask_next_shed(struct engine *engine)
{
    struct flight *flight = NULL;
    for (size_t i = 0; i < engine->chain.count && !flight; i++) {
        bool is_shut = !gate_is_open(&engine->chain.backends[i].gate);
        flight = is_shut ? ask_find_shed(engine, i) : NULL;
    }
    if (flight) {
        ask_unqueue(engine, flight);
        flights_close(&engine->flights, flight);
        flight->has_landed = true;
    }
    return flight;
}

/* Sends one turn that waits at a shut gate to another backend. False: there is none. */
static bool ask_shed(struct engine *engine)
{
    struct flight *flight = engine->shed ? engine->shed : ask_next_shed(engine);
    if (!flight) {
        return false;
    }
    struct list_node *first = list_first(&flight->seats);
    if (first) {
        standby_change(turn_of_seat(first));
    }
    engine->shed = flight;
    if (list_is_empty(&flight->seats)) {
        engine->shed = NULL;
        ask_end(flight);
    }
    return true;
}

bool ask_watch(struct engine *engine)
{
    for (size_t i = 0; i < engine->chain.count; i++) {
        struct backend *backend = &engine->chain.backends[i];
        ask_tell(engine, backend, gate_watch(&backend->gate, engine->ports.clock->mono_ms),
                 "no call has ended for seconds");
    }
    size_t left = ASK_SHED_SLICE;
    while (left > 0 && ask_shed(engine)) {
        left--;
    }
    return left == 0;
}

static struct gate_pass *ask_next(struct engine *engine)
{
    struct gate_pass *pass = NULL;
    if (engine_room(engine) == 0) {
        return NULL;
    }
    for (size_t i = 0; i < engine->chain.count && !pass; i++) {
        struct backend *backend = &engine->chain.backends[i];
        struct admitter *admitter = backend->is_free ? NULL : engine->ports.admitter;
        pass = gate_next(&backend->gate, admitter, engine->ports.clock->mono_ms);
    }
    return pass;
}

size_t ask_admit(struct engine *engine, size_t max)
{
    struct gate_pass *pass;
    size_t count = 0;
    while (count < max && (pass = ask_next(engine)) != NULL) {
        count++;
        struct flight *flight = container_of(pass, struct flight, pass);
        ask_count_waiting(engine, flight, -1);
        if (pass->refused != OK) {
            landing_fail(engine, flight, pass->refused);
        } else {
            ask_start(flight);
        }
    }
    return count;
}
