/* answering.c - see answering.h. */
#include "worker/engine/answering.h"

#include "common/utf8.h"
#include "worker/answer/language.h"
#include "worker/engine/ask.h"
#include "worker/engine/conclude.h"
#include "worker/engine/consult.h"
#include "worker/engine/engine.h"
#include "worker/engine/handover.h"
#include "worker/engine/history.h"
#include "worker/engine/order_turn.h"
#include "worker/engine/recommend.h"
#include "worker/engine/standby.h"

/* A deadline that passes meanwhile is noticed then, not at the end of the wait. */
static void answering_sleep(struct turn *turn, int64_t wait_ms)
{
    struct engine *engine = turn->engine;
    turn_move(turn, TURN_WAITING);
    alarm_set(&engine->alarms, &turn->alarm,
              min_i64(engine->ports.clock->mono_ms + wait_ms, standby_deadline_ms(turn)));
}

static void answering_wait(struct turn *turn, enum err why, int64_t wait_ms)
{
    metric_add(turn->engine->ports.metrics, METRIC_RETRIES, why, 1);
    answering_sleep(turn, wait_ms);
}

void answering_restart(struct turn *turn, enum err why)
{
    answering_wait(turn, why, 0);
}

void answering_again(struct turn *turn, enum err why)
{
    struct engine *engine = turn->engine;
    answering_wait(turn, why,
                   retry_wait_ms(&engine->options.retry, turn->attempt, engine_chance(engine)));
}

/* Another backend may do what this one could not. */
static void answering_end(struct turn *turn, enum err why)
{
    bool was_asked = turn->state == TURN_GATED || turn->state == TURN_ASKING;
    bool is_backends = why == ERR_ATTEMPTS || why == ERR_REFUSED || why == ERR_BUDGET;
    if (!was_asked || !is_backends || !standby_move_down(turn)) {
        conclude_handoff(turn, why);
    }
}

void answering_later(struct turn *turn)
{
    struct engine *engine = turn->engine;
    const struct retry_policy *policy = &engine->options.retry;
    if (turn->attempt >= policy->attempts_max) {
        answering_end(turn, ERR_ATTEMPTS);
        return;
    }
    answering_sleep(turn, retry_long_wait_ms(policy, engine_chance(engine)));
}

void answering_fail(struct turn *turn, enum err why, int64_t retry_after_ms)
{
    struct engine *engine = turn->engine;
    struct fate fate = retry_decide(&engine->options.retry, why, turn->attempt, retry_after_ms,
                                    engine_chance(engine));
    switch (fate.next) {
    case FATE_AGAIN:
        answering_wait(turn, why, fate.wait_ms);
        return;
    case FATE_HANDOFF:
        answering_end(turn, fate.why);
        return;
    case FATE_DEAD_LETTER:
        conclude_dead_letter(turn, fate.why);
        return;
    case FATE_STOP:
        engine_fail(engine, why, turn->note);
        return;
    }
}

void answering_wake(struct turn *turn)
{
    if (turn->state == TURN_GATED) {
        standby_wake(turn);
        return;
    }
    turn_move(turn, TURN_RUNNABLE);
}

/* What the store was asked for comes soon; what the model was asked for is not waited for. */
void answering_give_up(struct turn *turn)
{
    if (turn->state == TURN_GATED || turn->state == TURN_ASKING) {
        ask_give_up(turn);
        conclude_handoff(turn, ERR_STUCK);
    } else if (turn->state == TURN_WAITING) {
        alarm_clear(&turn->engine->alarms, &turn->alarm);
        answering_wake(turn);
    } else if (turn_is_running(turn)) {
        turn->work->person = ERR_STUCK;
    }
}

static bool answering_is_late(const struct turn *turn)
{
    return turn->engine->ports.clock->mono_ms >= standby_deadline_ms(turn);
}

enum err answering_history_key(struct turn *turn, struct str *ret_key)
{
    const struct str names[] = { turn->event->tenant, turn->event->message.conversation_id };
    struct key key;
    TRY(key_of(turn->engine->ports.seal, STR("history"), names, countof(names), &key));
    return arena_copy(&turn->arena, key_str(&key), ret_key);
}

/* Waits for one more request before the next step. */
static void answering_await(struct turn *turn, enum turn_call which)
{
    turn->work->awaited++;
    turn->work->calls[which].arena = &turn->arena;
    turn_call(turn, which, answering_called);
}

enum err answering_load_memo(struct turn *turn)
{
    const struct event *event = turn->event;
    struct work *work = turn->work;
    const struct str digest = { (const char *)event->digest, sizeof(event->digest) };
    const struct str names[] = { event->tenant, event_lane_key(&turn->record, event),
                                 event->source, event->id, digest };
    TRY(key_of(turn->engine->ports.seal, STR("memo"), names, countof(names), &work->memo_key));
    work->calls[CALL_MEMO].op = STORE_GET;
    work->calls[CALL_MEMO].key = key_str(&work->memo_key);
    return OK;
}

static enum err answering_load(struct turn *turn)
{
    struct work *work = turn->work;
    TRY(answering_load_memo(turn));
    if (work->needs.history) {
        work->calls[CALL_HISTORY].op = STORE_ALL;
        TRY(answering_history_key(turn, &work->calls[CALL_HISTORY].key));
    }
    if (work->needs.orders) {
        work->calls[CALL_ORDERS].op = STORE_ALL;
        TRY(order_turn_key(turn, turn->event->message.customer_id, &work->calls[CALL_ORDERS].key));
    }
    return OK;
}

/* What copy is asked for. */
static enum err answering_find_pitched(struct turn *turn)
{
    struct work *work = turn->work;
    const struct copy_request *request = &turn->event->copy_request;
    work->brief.ban = engine_ban(turn->engine, turn->event);
    work->brief.product = request->has_product ? &request->product : NULL;
    if (!request->has_product) {
        TRY(catalog_find(turn->engine->ports.catalog, &turn->arena, turn->event->tenant,
                         request->sku, &work->brief.product));
    }
    return brief_add_attributes(&turn->arena, request, &work->brief.product);
}

static enum err answering_find_product(struct turn *turn, struct str sku)
{
    struct work *work = turn->work;
    if (turn->event->kind == EVENT_COPY_REQUEST) {
        return answering_find_pitched(turn);
    }
    if (sku.len == 0) {
        return OK;
    }
    return catalog_find(turn->engine->ports.catalog, &turn->arena, turn->event->tenant, sku,
                        &work->brief.product);
}

/* The key is known as soon as the brief is whole. What the backend at `place` of the chain would
 * say is looked for. */
static enum err answering_key_of(struct turn *turn, size_t place)
{
    struct engine *engine = turn->engine;
    struct work *work = turn->work;
    work->keyed = place;
    const struct key_scope scope = {
        .seal = engine->ports.seal,
        .model = engine->chain.backends[place].model->label,
        .prompt_version = engine_instructions(engine, turn->event)->version,
    };
    bool is_shareable = false;
    TRY(key_of_answer(&scope, &turn->arena, &work->brief, &is_shareable, &work->cache_key));
    work->is_cacheable =
        is_shareable && engine->options.is_cache_on &&
        (engine->options.is_personal_cache_on || !brief_is_personal(&work->brief));
    if (!work->is_cacheable) {
        return OK;
    }
    work->calls[CALL_CACHE].op = STORE_GET;
    work->calls[CALL_CACHE].key = key_str(&work->cache_key);
    return OK;
}

/* The backend whose answers are wanted: what it has said before is good, even while it is shut. */
static enum err answering_key(struct turn *turn)
{
    return answering_key_of(turn, chain_find(&turn->engine->chain, 0, ask_kind_of(turn)));
}

/* What is not for a model to answer, whatever it would say. */
static enum err answering_person(struct turn *turn)
{
    struct work *work = turn->work;
    enum intent intent = work->brief.intent;
    bool is_held;
    TRY(handover_is_held(turn, &is_held));
    if (is_held) {
        work->person = ERR_HELD;
    } else if (intent == INTENT_PERSON) {
        work->person = ERR_PERSON;
    } else if (intent == INTENT_ANGRY) {
        work->person = ERR_ANGRY;
    }
    return OK;
}

/* The product that the text names; the catalogue may change before it is looked up. */
static enum err answering_named(struct turn *turn, struct str *ret_sku)
{
    const struct event *event = turn->event;
    if (event->kind != EVENT_MESSAGE || event->message.sku.len > 0) {
        return OK;
    }
    struct str sku =
        catalog_named(turn->engine->ports.catalog, event->tenant, event->message.text);
    return sku.len > 0 ? arena_copy(&turn->arena, sku, ret_sku) : OK;
}

static enum err answering_brief(struct turn *turn)
{
    struct work *work = turn->work;
    const struct event *event = turn->event;
    work->brief.event = event;
    work->brief.flaw = turn->flaw;
    bool is_copy = event->kind == EVENT_COPY_REQUEST;
    struct str text = is_copy ? STR_NONE : event->message.text;
    struct str hint = is_copy ? event->copy_request.language : event->message.language;
    work->brief.language = language_of(text, hint, turn->engine->options.language);
    struct concepts concepts;
    const struct concepts *known = NULL;
    if (!is_copy) {
        TRY(utf8_canonical(&turn->arena, text, &work->brief.canonical));
        work->brief.intent = intent_read(work->brief.canonical, &concepts);
        /* Texts that differ in the case of letters are about the same. */
        known = str_eq_ascii_case(text, work->brief.canonical) ? &concepts : NULL;
        TRY(answering_person(turn));
    }
    work->person = turn->is_given_up ? ERR_STUCK : work->person;
    struct str named = STR_NONE;
    TRY(answering_named(turn, &named));
    work->needs = brief_needs_named(event, work->brief.intent, named, known);
    work->needs.history = work->needs.history && turn->engine->options.history_turns > 0;
    work->needs.passages = work->needs.passages && consult_is_possible(turn);
    return OK;
}

enum err answering_make_work(struct turn *turn)
{
    struct work *work = arena_new(&turn->arena, struct work);
    if (!work) {
        return ERR_NOMEM;
    }
    work->turn = turn;
    work->model_ms = -1;
    turn->work = work;
    return OK;
}

static enum err answering_prepare(struct turn *turn)
{
    TRY(answering_make_work(turn));
    TRY(answering_brief(turn));
    return answering_load(turn);
}

static bool answering_needs_facts(const struct work *work)
{
    return work->needs.history || work->needs.orders || work->needs.passages;
}

/* Memo and facts are fetched side by side; the cache too, when its key needs no facts. */
static void answering_open(struct turn *turn)
{
    enum err err = answering_prepare(turn);
    struct work *work = turn->work;
    bool needs_facts = err == OK && answering_needs_facts(work);
    if (err == OK && !needs_facts && work->person == OK) {
        err = answering_find_product(turn, work->needs.sku);
        err = err == OK ? answering_key(turn) : err;
    }
    if (err != OK) {
        answering_fail(turn, err, -1);
        return;
    }
    turn_move(turn, TURN_LOADING);
    answering_await(turn, CALL_MEMO);
    if (work->needs.history) {
        answering_await(turn, CALL_HISTORY);
    }
    if (work->needs.orders) {
        answering_await(turn, CALL_ORDERS);
    }
    if (work->is_cacheable) {
        answering_await(turn, CALL_CACHE);
    }
    if (work->needs.passages) {
        work->awaited++;
        consult_start(turn);
    }
}

/* Only a repetition has to be told from the first one. */
static void answering_recall(struct turn *turn)
{
    enum err err = answering_make_work(turn);
    err = err == OK ? answering_load(turn) : err;
    if (err != OK) {
        answering_fail(turn, err, -1);
        return;
    }
    turn_move(turn, TURN_LOADING);
    answering_await(turn, CALL_MEMO);
}

static void answering_listen(struct turn *turn)
{
    enum err err = answering_make_work(turn);
    if (err != OK) {
        answering_fail(turn, err, -1);
        return;
    }
    conclude_heard(turn);
}

static bool answering_is_recommending(const struct turn *turn)
{
    enum event_kind kind = turn->event->kind;
    return kind == EVENT_RECOMMENDATION_REQUEST || kind == EVENT_FEEDBACK;
}

static void answering_ask(struct turn *turn)
{
    if (!standby_choose(turn)) {
        answering_fail(turn, ERR_NO_BACKEND, -1);
        return;
    }
    answering_open(turn);
}

static void answering_begin(struct turn *turn)
{
    if (!answering_is_recommending(turn)) {
        answering_ask(turn);
        return;
    }
    if (turn->event->kind == EVENT_FEEDBACK || recommend_is_ready(turn)) {
        answering_recall(turn);
    }
}

void answering_start(struct turn *turn)
{
    turn->attempt++;
    if (!turn->event) {
        answering_fail(turn, turn->fault, -1);
        return;
    }
    if (turn->event->kind == EVENT_ORDER) {
        order_turn_start(turn);
        return;
    }
    if (turn->event->kind == EVENT_HANDBACK) {
        answering_recall(turn);
        return;
    }
    bool is_message = turn->event->kind == EVENT_MESSAGE;
    if (is_message && turn->event->message.author != AUTHOR_CUSTOMER) {
        answering_listen(turn);
        return;
    }
    if (!turn->is_given_up && answering_is_late(turn)) {
        answering_fail(turn, ERR_DEADLINE, -1);
        return;
    }
    answering_begin(turn);
}

static enum err answering_take_history(struct turn *turn)
{
    struct work *work = turn->work;
    if (!work->needs.history) {
        return OK;
    }
    if (work->results[CALL_HISTORY] != OK) {
        return ERR_NO_FACTS;
    }
    const struct store_call *call = &work->calls[CALL_HISTORY];
    const struct exchange self = { .partition = history_place(turn->part->id),
                                   .offset = turn->record.offset,
                                   .at_wall_ms = turn->event->time_wall_ms };
    struct history history;
    size_t items_max = min_size(turn->engine->options.history_turns, BRIEF_HISTORY_MAX);
    TRY(history_read(&turn->arena, call, &self, items_max, &history));
    work->brief.history = history.items;
    work->brief.history_count = history.count;
    memcpy(work->history_drops, history.drops, sizeof(history.drops));
    work->history_drops_count = history.drops_count;
    return OK;
}

static enum err answering_take_orders(struct turn *turn)
{
    struct work *work = turn->work;
    if (!work->needs.orders) {
        return OK;
    }
    if (work->results[CALL_ORDERS] != OK) {
        return ERR_NO_FACTS;
    }
    work->brief.orders_known = true;
    return order_turn_read(&turn->arena, &work->calls[CALL_ORDERS], &work->brief);
}

/* What the store gave goes into the brief. An answer that needs what the store cannot give
 * now is a person's: it is not guessed. */
static enum err answering_take_facts(struct turn *turn)
{
    struct work *work = turn->work;
    TRY(work->consulted);
    TRY(answering_take_history(turn));
    TRY(answering_take_orders(turn));
    struct str sku = work->needs.sku;
    if (sku.len == 0) {
        sku = brief_history_sku(work->brief.history, work->brief.history_count);
    }
    TRY(answering_find_product(turn, sku));
    return answering_key(turn);
}

static void answering_count(struct turn *turn, enum metric_id id, enum turn_call which)
{
    const struct work *work = turn->work;
    enum metric_lookup lookup = METRIC_LOOKUP_ERROR;
    if (work->results[which] == OK) {
        lookup = work->calls[which].found ? METRIC_LOOKUP_HIT : METRIC_LOOKUP_MISS;
    }
    metric_add(turn->engine->ports.metrics, id, lookup, 1);
}

/* Sent again, since it had ended as a dead letter: that it was seen before does not settle it. */
static bool answering_is_redriven(const struct turn *turn)
{
    struct str count;
    return record_header(&turn->record, "x-dlq-redrives", &count);
}

/* True if the event was answered before, and the turn has been concluded with that. */
static bool answering_from_memo(struct turn *turn)
{
    struct work *work = turn->work;
    struct store_call *call = &work->calls[CALL_MEMO];
    struct memo memo;
    answering_count(turn, METRIC_MEMO, CALL_MEMO);
    if (work->results[CALL_MEMO] != OK || !call->found ||
        !memo_decode(&turn->arena, call->found_value, &memo)) {
        return false;
    }
    bool is_here = memo_is_of(&memo, turn->part->id, turn->record.offset);
    if (!is_here && !answering_is_redriven(turn)) {
        conclude_duplicate(turn);
        return true;
    }
    work->said = memo;
    return work->person == OK && memo.said.len > 0 && conclude_said(turn, SOURCE_MEMO) == OK;
}

static bool answering_from_cache(struct turn *turn)
{
    struct work *work = turn->work;
    struct store_call *call = &work->calls[CALL_CACHE];
    answering_count(turn, METRIC_CACHE, CALL_CACHE);
    struct memo memo;
    if (work->results[CALL_CACHE] != OK || !call->found ||
        !memo_decode(&turn->arena, call->found_value, &memo)) {
        return false;
    }
    work->said = memo;
    return memo.said.len > 0 && conclude_said(turn, SOURCE_CACHE) == OK;
}

void answering_found(struct turn *turn, struct str bytes)
{
    struct memo memo;
    enum err err = ERR_ANSWER;
    if (memo_decode(&turn->arena, bytes, &memo)) {
        turn->work->said = memo;
        err = conclude_said(turn, SOURCE_CACHE);
    }
    if (err != OK) {
        answering_fail(turn, err, -1);
    }
}

/* Nothing is known of the backend whose answers are wanted. If another one stands in for it, what
 * that one said before is looked for as well, under its own name. */
static void answering_missed(struct turn *turn)
{
    struct work *work = turn->work;
    if (work->is_cacheable && work->keyed != turn->backend) {
        enum err err = answering_key_of(turn, turn->backend);
        if (err != OK) {
            answering_fail(turn, err, -1);
            return;
        }
        if (turn->state == TURN_LOADING) {
            turn_move(turn, TURN_RECALLING);
        }
        answering_await(turn, CALL_CACHE);
        return;
    }
    ask_model(turn);
}

static void answering_loaded(struct turn *turn)
{
    struct work *work = turn->work;
    if (answering_from_memo(turn)) {
        return;
    }
    if (turn->event->kind == EVENT_HANDBACK) {
        conclude_handback(turn);
        return;
    }
    if (answering_is_recommending(turn)) {
        recommend_conclude(turn);
        return;
    }
    if (work->person != OK) {
        conclude_handoff(turn, work->person);
        return;
    }
    if (turn->event->kind == EVENT_COPY_REQUEST && !work->brief.product) {
        /* Of a product that nobody knows there is nothing true to say. */
        answering_fail(turn, ERR_NO_FACTS, -1);
        return;
    }
    bool had_key = work->is_cacheable;
    enum err err = answering_needs_facts(work) ? answering_take_facts(turn) : OK;
    if (err != OK) {
        answering_fail(turn, err, -1);
        return;
    }
    if (work->is_cacheable && !had_key) {
        turn_move(turn, TURN_RECALLING);
        answering_await(turn, CALL_CACHE);
        return;
    }
    if (work->is_cacheable && answering_from_cache(turn)) {
        return;
    }
    answering_missed(turn);
}

void answering_called(struct turn *turn, enum turn_call which)
{
    (void)which;
    answering_arrived(turn);
}

void answering_arrived(struct turn *turn)
{
    if (--turn->work->awaited > 0) {
        return;
    }
    if (turn->state == TURN_LOADING) {
        answering_loaded(turn);
        return;
    }
    assert(turn->state == TURN_RECALLING);
    if (turn->work->person != OK) { /* its lane was given up meanwhile */
        conclude_handoff(turn, turn->work->person);
    } else if (!answering_from_cache(turn)) {
        answering_missed(turn);
    }
}
