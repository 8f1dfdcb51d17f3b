/* answering.c - see answering.h. */
#include "worker/engine/answering.h"

#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/consult.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/intake.h"
#include "worker/engine/order_turn.h"
#include "worker/engine/recall.h"
#include "worker/engine/recommend.h"
#include "worker/engine/standby.h"
#include "worker/engine/turn_brief.h"

/* Waits for one more request before the next step. */
static void answering_await(struct turn *turn, enum turn_call which)
{
    turn->work->awaited++;
    turn->work->calls[which].arena = &turn->scratch;
    turn_call(turn, which, answering_called);
}

static enum err answering_load(struct turn *turn)
{
    struct work *work = turn->work;
    TRY(recall_load_memo(turn));
    if (work->needs.history) {
        work->calls[CALL_HISTORY].op = STORE_ALL;
        work->calls[CALL_HISTORY].opens_later = true;
        TRY(turn_brief_history_key(turn, &work->calls[CALL_HISTORY].key));
    }
    if (work->needs.orders) {
        work->calls[CALL_ORDERS].op = STORE_ALL;
        TRY(order_turn_key(turn, turn->event->message.customer_id, &work->calls[CALL_ORDERS].key));
    }
    return OK;
}

static enum err answering_prepare(struct turn *turn)
{
    TRY(attempt_make_work(turn));
    TRY(turn_brief_make(turn));
    return answering_load(turn);
}

static bool answering_needs_facts(const struct work *work)
{
    return work->needs.history || work->needs.orders || work->needs.passages;
}

/* Passages for what leans on the conversation are looked for when that is there. */
static bool answering_consults_later(const struct work *work)
{
    return work->needs.passages && work->needs.leans && work->needs.history;
}

/* The turn awaits more than this, so it goes on later, even if nothing was started. */
static void answering_consult(struct turn *turn)
{
    struct work *work = turn->work;
    work->consulted = consult_start(turn);
    if (work->consulted != OK) {
        assert(work->awaited > 1);
        work->awaited--;
    }
}

static void answering_remember(struct turn *turn)
{
    turn->work->remembered = turn_brief_take_history(turn);
    if (answering_consults_later(turn->work)) {
        answering_consult(turn);
    }
}

/* Memo and facts are fetched side by side; the cache too, when its key needs no facts. */
static void answering_open(struct turn *turn)
{
    enum err err = answering_prepare(turn);
    struct work *work = turn->work;
    bool needs_facts = err == OK && answering_needs_facts(work);
    if (err == OK && !needs_facts && work->person == OK) {
        err = turn_brief_find_product(turn, work->needs.sku);
        err = err == OK ? recall_key(turn) : err;
    }
    if (err != OK) {
        attempt_fail(turn, err, -1);
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
        if (!answering_consults_later(work)) {
            answering_consult(turn);
        }
    }
}

/* Only a repetition has to be told from the first one. */
static void answering_recall(struct turn *turn)
{
    enum err err = attempt_make_work(turn);
    err = err == OK ? answering_load(turn) : err;
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    turn_move(turn, TURN_LOADING);
    answering_await(turn, CALL_MEMO);
}

static void answering_listen(struct turn *turn)
{
    enum err err = attempt_make_work(turn);
    if (err != OK) {
        attempt_fail(turn, err, -1);
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
        attempt_fail(turn, ERR_NO_BACKEND, -1);
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
    if (turn->fault == ERR_NOMEM) { /* there may be some by now */
        intake_decode(turn);
    }
    if (!turn->event) {
        attempt_fail(turn, turn->fault, -1);
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
    if (!turn->is_given_up && attempt_is_late(turn)) {
        attempt_fail(turn, ERR_DEADLINE, -1);
        return;
    }
    answering_begin(turn);
}

static enum err answering_take_facts(struct turn *turn)
{
    TRY(turn_brief_take(turn));
    return recall_key(turn);
}

/* Nothing is known of the backend whose answers are wanted. If another one stands in for it, what
 * that one said before is looked for as well, under its own name. */
static void answering_missed(struct turn *turn)
{
    struct work *work = turn->work;
    if (work->is_cacheable && work->keyed != turn->backend) {
        enum err err = recall_key_of(turn, turn->backend);
        if (err != OK) {
            attempt_fail(turn, err, -1);
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
    if (recall_from_memo(turn)) {
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
        attempt_fail(turn, ERR_NO_FACTS, -1);
        return;
    }
    bool had_key = work->is_cacheable;
    enum err err = answering_needs_facts(work) ? answering_take_facts(turn) : OK;
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    if (work->is_cacheable && !had_key) {
        turn_move(turn, TURN_RECALLING);
        answering_await(turn, CALL_CACHE);
        return;
    }
    if (work->is_cacheable && recall_from_cache(turn)) {
        return;
    }
    answering_missed(turn);
}

void answering_called(struct turn *turn, enum turn_call which)
{
    if (which == CALL_HISTORY) {
        answering_remember(turn);
    }
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
    } else if (!recall_from_cache(turn)) {
        answering_missed(turn);
    }
}
