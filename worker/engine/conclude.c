/* conclude.c - see conclude.h. */
#include "worker/engine/conclude.h"

#include "common/audit.h"
#include "common/copy.h"
#include "common/dead_letter.h"
#include "common/handoff.h"
#include "worker/answer/builtin.h"
#include "worker/answer/compose.h"
#include "worker/answer/copy_advice.h"
#include "worker/engine/attempt.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/handover.h"
#include "worker/engine/history.h"
#include "worker/engine/recommend_words.h"
#include "worker/engine/taking.h"
#include "worker/engine/turn_brief.h"

struct reply_to conclude_to(const struct turn *turn)
{
    const struct engine *engine = turn->engine;
    return (struct reply_to){
        .event = turn->event,
        .record = &turn->record,
        .topic_name = engine->options.topic_names[turn->record.topic],
        .worker = engine->options.worker,
        .now_wall_ms = engine->ports.clock->wall_ms,
    };
}

static bool conclude_has_topic(const struct turn *turn, enum topic topic)
{
    return turn->engine->options.topic_names[topic].len > 0;
}

void conclude_add(struct turn *turn, const struct output *output)
{
    struct outcome *outcome = &turn->delivery.outcome;
    assert(outcome->outputs_count < OUTPUTS_MAX);
    if (conclude_has_topic(turn, output->topic)) {
        outcome->outputs[outcome->outputs_count++] = *output;
    }
}

static enum err conclude_audit(struct turn *turn, const struct audit *seen)
{
    if (!conclude_has_topic(turn, TOPIC_AUDIT)) {
        return OK;
    }
    struct audit audit = *seen;
    const struct work *work = turn->work;
    char hex[2 * KEY_BYTES + 1];
    audit.attempts = turn->attempt;
    audit.started_wall_ms = turn->arrived_wall_ms;
    audit.calls = turn->usage.calls;
    audit.tokens_in = turn->usage.tokens_in;
    audit.tokens_out = turn->usage.tokens_out;
    audit.tokens_cached = turn->usage.tokens_cached;
    audit.cost_micros = turn->usage.has_cost ? turn->usage.cost_micros : -1;
    audit.model_ms = turn->model_ms;
    audit.prompt_version = engine_instructions(turn->engine, turn->event)->version;
    if (work && work->is_cacheable) {
        audit.cache_key = crypto_hex(work->cache_key.bytes, KEY_BYTES, hex);
    }
    const struct reply_to to = conclude_to(turn);
    struct output output;
    TRY(audit_encode(&turn->arena, &to, &audit, &output));
    conclude_add(turn, &output);
    return OK;
}

static void conclude_reset(struct turn *turn)
{
    handover_cancel(turn);
    if (turn->work) {
        turn->work->planned = 0;
    }
    turn->delivery.outcome = (struct outcome){ 0 };
    turn->delivery.refused = OK;
}

/* Nothing is written before all that may fail is done: a turn that cannot be concluded goes on with
 * the same work, and would start a request that still runs. */
static void conclude_plan(struct turn *turn, enum turn_call which, enum store_op op)
{
    turn->work->calls[which].op = op;
    turn->work->planned |= BIT(which);
}

static void conclude_write(struct turn *turn)
{
    unsigned planned = turn->work ? turn->work->planned : 0;
    for (enum turn_call which = 0; which < CALL_COUNT; which++) {
        if (planned & BIT(which)) {
            turn_call(turn, which, NULL);
        }
    }
}

/* The turn has its outcome: the next one of its lane may start, and reads what this one writes. */
static void conclude_ready(struct turn *turn, enum outcome_kind kind)
{
    conclude_write(turn);
    turn->delivery.outcome.kind = kind;
    batch_expect(turn);
    turn_move(turn, TURN_READY);
    struct lane_place *next = lanes_leave(&turn->engine->lanes, &turn->place);
    if (next) {
        turn_move(container_of(next, struct turn, place), TURN_RUNNABLE);
    }
}

static void conclude_plan_set(struct turn *turn, enum turn_call which, struct str key,
                              struct str value, int64_t ttl_ms)
{
    struct store_call *call = &turn->work->calls[which];
    call->key = key;
    call->value = value;
    call->ttl_ms = ttl_ms;
    conclude_plan(turn, which, STORE_SET);
}

/* Remembered before the transaction: what was paid for survives a crash. Without words it
 * only says that the event has been seen. */
static enum err conclude_memo(struct turn *turn)
{
    const struct engine_options *options = &turn->engine->options;
    struct work *work = turn->work;
    struct memo memo = work->said;
    memo.has_position = true;
    memo.id = turn->part->id;
    memo.offset = turn->record.offset;
    struct str bytes;
    TRY(memo_encode(&turn->scratch, options->stored_version, &memo, &bytes));
    conclude_plan_set(turn, CALL_MEMO_WRITE, key_str(&work->memo_key), bytes,
                      options->dedupe_window_ms);
    return OK;
}

enum err conclude_keep(struct turn *turn)
{
    conclude_reset(turn);
    TRY(conclude_memo(turn));
    conclude_write(turn);
    return OK;
}

static enum err conclude_cache(struct turn *turn)
{
    struct work *work = turn->work;
    const struct engine_options *options = &turn->engine->options;
    if (!work->is_cacheable) {
        return OK;
    }
    struct memo entry = work->said;
    entry.has_position = false;
    struct str bytes;
    TRY(memo_encode(&turn->scratch, options->stored_version, &entry, &bytes));
    conclude_plan_set(turn, CALL_CACHE_WRITE, key_str(&work->cache_key), bytes,
                      options->cache_ttl_ms);
    return OK;
}

static struct exchange conclude_exchange(const struct turn *turn, struct str answer)
{
    const struct event *event = turn->event;
    struct exchange exchange = { .at_wall_ms = event->time_wall_ms, .answer = answer };
    if (event->kind == EVENT_HANDBACK) {
        exchange.author = AUTHOR_AGENT;
        exchange.text = event->handback.note;
        return exchange;
    }
    const struct product *product = turn->work->brief.product;
    const struct order *order = turn->work->brief.named; /* NULL, too, where none was looked for */
    exchange.author = event->message.author;
    exchange.text = event->message.text;
    bool is_one = product && !turn->work->brief.is_shelf;
    exchange.sku = is_one ? product->sku : event->message.sku;
    exchange.order_id = order ? order->order_id : event->message.order_id;
    return exchange;
}

/* Requests are answered in order, so the next turn of the lane reads what this one writes. */
static enum err conclude_history(struct turn *turn, struct str answer)
{
    const struct engine_options *options = &turn->engine->options;
    if (options->history_turns == 0 || event_conversation(turn->event).len == 0) {
        return OK;
    }
    struct work *work = turn->work;
    const struct exchange exchange = conclude_exchange(turn, answer);
    if (exchange.text.len == 0) {
        return OK;
    }
    struct store_call *call = &work->calls[CALL_HISTORY_WRITE];
    char field[HISTORY_FIELD_BYTES];
    int32_t place = history_place(turn->part->id);
    TRY(arena_copy(&turn->scratch, history_field(place, turn->record.offset, field), &call->field));
    TRY(history_encode(&turn->scratch, options->stored_version, &exchange, &call->value));
    TRY(turn_brief_history_key(turn, &call->key));
    call->ttl_ms = options->history_ttl_ms;
    call->fields_max = history_fields_max(options->history_turns);
    conclude_plan(turn, CALL_HISTORY_WRITE, STORE_PUT);
    return OK;
}

static enum err conclude_answer(struct turn *turn, enum answer_source source, struct str *ret_text)
{
    struct work *work = turn->work;
    /* A memo was screened by the facts of then, what is cached by the same ones as now: they are in
     * its key. */
    if (source == SOURCE_MEMO || source == SOURCE_CACHE) {
        *ret_text = str_trim(work->said.said);
    } else {
        TRY(taking_check(turn, ret_text));
    }
    const struct reply_to to = conclude_to(turn);
    const struct answer answer = {
        .text = *ret_text,
        .language = work->brief.language,
        .model = work->said.model,
        .source = source,
        .facts = work->said.facts,
        .facts_count = work->said.facts_count,
    };
    struct output output;
    TRY(answer_encode(&turn->arena, &to, &answer, &output));
    conclude_add(turn, &output);
    return OK;
}

static enum err conclude_copy(struct turn *turn, enum answer_source source)
{
    struct work *work = turn->work;
    struct copy copy = { 0 };
    TRY(taking_copy(turn, source, &copy));
    copy.model = work->said.model;
    bool is_builtin = str_is(copy.model, "builtin");
    copy.language = is_builtin ? builtin_language(work->brief.language) : work->brief.language;
    copy.facts = work->said.facts;
    copy.facts_count = work->said.facts_count;
    const struct reply_to to = conclude_to(turn);
    struct output output;
    TRY(copy_encode(&turn->arena, &to, &copy, &output));
    conclude_add(turn, &output);
    return OK;
}

/* What a model's words become. */
static enum outcome_kind conclude_kind(const struct turn *turn)
{
    switch (turn->event->kind) {
    case EVENT_COPY_REQUEST:
        return OUTCOME_COPY;
    case EVENT_RECOMMENDATION_REQUEST:
        return OUTCOME_RECOMMENDATION;
    case EVENT_MESSAGE:
    case EVENT_ORDER:
    case EVENT_PRODUCT:
    case EVENT_PAGE:
    case EVENT_HANDBACK:
    case EVENT_FEEDBACK:
        break;
    }
    return OUTCOME_ANSWER;
}

static enum err conclude_output(struct turn *turn, enum answer_source source, struct str *ret_text)
{
    enum outcome_kind kind = conclude_kind(turn);
    if (kind == OUTCOME_COPY) {
        return conclude_copy(turn, source);
    }
    return kind == OUTCOME_RECOMMENDATION ? recommend_worded(turn, source)
                                          : conclude_answer(turn, source, ret_text);
}

static enum err conclude_words(struct turn *turn, enum answer_source source)
{
    const struct work *work = turn->work;
    struct str text = STR_NONE;
    TRY(conclude_output(turn, source, &text));
    const struct audit audit = {
        .outcome = conclude_kind(turn),
        .has_source = true,
        .source = source,
        .model = work->said.model,
        .facts = work->said.facts,
        .facts_count = work->said.facts_count,
    };
    TRY(conclude_audit(turn, &audit));
    if (source != SOURCE_MEMO) {
        TRY(conclude_memo(turn));
    }
    if (source == SOURCE_MODEL || source == SOURCE_FALLBACK) {
        TRY(conclude_cache(turn));
    }
    return conclude_history(turn, text);
}

enum err conclude_said(struct turn *turn, enum answer_source source)
{
    conclude_reset(turn);
    TRY(conclude_words(turn, source));
    conclude_ready(turn, conclude_kind(turn));
    return OK;
}

enum err conclude_made(struct turn *turn, const struct output *output, const struct audit *audit)
{
    conclude_reset(turn);
    if (output) {
        conclude_add(turn, output);
    }
    TRY(conclude_audit(turn, audit));
    TRY(conclude_memo(turn));
    conclude_ready(turn, audit->outcome);
    return OK;
}

/* There is no memory even to say what went wrong. Trying again is bounded; then the process
 * ends, and the event is still there. */
static void conclude_failed(struct turn *turn, enum err err)
{
    if (turn->attempt >= turn->engine->options.retry.attempts_max) {
        engine_fail(turn->engine, err, NULL);
    }
    attempt_again(turn, err);
}

static enum err conclude_handoff_words(struct turn *turn, enum err why)
{
    struct work *work = turn->work;
    struct handoff handoff = { .reason = str_from(err_label(why)) };
    struct brief brief = { .event = turn->event, .language = turn->engine->options.language };
    const struct brief *known = work && work->brief.event ? &work->brief : &brief;
    handoff.language = known->language;
    const char *detail = why == ERR_MODEL ? said_reason_name(work->model_reason) : NULL;
    TRY(compose_summary(&turn->scratch, known, why, detail, &handoff.summary));
    const struct reply_to to = conclude_to(turn);
    struct output output;
    TRY(handoff_encode(&turn->arena, &to, &handoff, &output));
    conclude_add(turn, &output);
    const struct audit audit = { .outcome = OUTCOME_HANDOFF, .reason = handoff.reason };
    TRY(conclude_audit(turn, &audit));
    if (!work) {
        return OK;
    }
    work->said = (struct memo){ 0 };
    TRY(conclude_memo(turn));
    return conclude_history(turn, STR_NONE);
}

void conclude_handoff(struct turn *turn, enum err why)
{
    if (recommend_has_words(turn)) { /* they can be done without */
        enum err err = recommend_own_words(turn);
        if (err != OK) {
            conclude_failed(turn, err);
        }
        return;
    }
    /* Only a conversation can be handed to a person. */
    if (turn->event == NULL || turn->event->kind != EVENT_MESSAGE) {
        conclude_dead_letter(turn, why);
        return;
    }
    conclude_reset(turn);
    enum err err = conclude_handoff_words(turn, why);
    err = err == OK ? handover_take(turn, str_from(err_label(why))) : err;
    if (err != OK) {
        conclude_failed(turn, err);
        return;
    }
    metric_add(turn->engine->ports.metrics, METRIC_HANDOFFS, why, 1);
    conclude_ready(turn, OUTCOME_HANDOFF);
}

static enum err conclude_handback_words(struct turn *turn)
{
    const struct audit audit = { .outcome = OUTCOME_NOTHING, .reason = STR("handback") };
    TRY(conclude_audit(turn, &audit));
    TRY(conclude_memo(turn));
    TRY(conclude_history(turn, STR_NONE));
    return handover_return(turn);
}

void conclude_handback(struct turn *turn)
{
    conclude_reset(turn);
    enum err err = conclude_handback_words(turn);
    if (err != OK) {
        conclude_failed(turn, err);
        return;
    }
    conclude_ready(turn, OUTCOME_NOTHING);
}

/* NULL: the reason says it all. */
static const struct note *conclude_advice(const struct turn *turn, enum err why,
                                          struct note *advice)
{
    bool is_copy = turn->event && turn->event->kind == EVENT_COPY_REQUEST;
    if (turn->note || !is_copy || !turn->work || why != ERR_NO_FACTS) {
        return turn->note;
    }
    copy_advise(&turn->work->brief, advice);
    return advice;
}

static enum err conclude_letter(struct turn *turn, enum err why, size_t value_bytes_max)
{
    struct note advice = { .text = "" };
    const struct dead_letter letter = {
        .reason = why,
        .note = conclude_advice(turn, why, &advice),
        .attempts = turn->attempt,
        .first_at_wall_ms = turn->arrived_wall_ms,
        .value_bytes_max = value_bytes_max,
    };
    const struct reply_to to = conclude_to(turn);
    struct output output;
    TRY(dead_letter_encode(&turn->arena, &to, &letter, &output));
    conclude_add(turn, &output);
    const struct audit audit = { .outcome = OUTCOME_DEAD_LETTER,
                                 .reason = str_from(err_label(why)) };
    return conclude_audit(turn, &audit);
}

void conclude_dead_letter(struct turn *turn, enum err why)
{
    conclude_reset(turn);
    enum err err = conclude_letter(turn, why, turn->engine->options.dead_letter_value_bytes_max);
    if (err != OK) {
        conclude_failed(turn, err);
        return;
    }
    metric_add(turn->engine->ports.metrics, METRIC_DEADLETTERS, why, 1);
    conclude_ready(turn, OUTCOME_DEAD_LETTER);
}

static void conclude_silent(struct turn *turn, enum outcome_kind kind, struct str reason)
{
    conclude_reset(turn);
    const struct audit audit = { .outcome = kind, .reason = reason };
    enum err err = conclude_audit(turn, &audit);
    if (err != OK) {
        conclude_failed(turn, err);
        return;
    }
    conclude_ready(turn, kind);
}

void conclude_duplicate(struct turn *turn)
{
    conclude_silent(turn, OUTCOME_DUPLICATE, STR("duplicate"));
}

void conclude_nothing(struct turn *turn, struct str reason)
{
    conclude_silent(turn, OUTCOME_NOTHING, reason);
}

void conclude_heard(struct turn *turn)
{
    const struct audit audit = { .outcome = OUTCOME_NOTHING, .reason = STR("not_from_customer") };
    conclude_reset(turn);
    enum err err = conclude_history(turn, STR_NONE);
    err = err == OK ? conclude_audit(turn, &audit) : err;
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    conclude_ready(turn, OUTCOME_NOTHING);
}

bool conclude_refused(struct turn *turn, enum err why)
{
    if (turn->is_refused) {
        return false;
    }
    turn->is_refused = true;
    turn->work = NULL; /* given back already, or not: the letter is the same */
    conclude_reset(turn);
    enum err err = conclude_letter(turn, why, 0);
    if (err != OK) {
        return false;
    }
    turn->delivery.outcome.kind = OUTCOME_DEAD_LETTER;
    metric_add(turn->engine->ports.metrics, METRIC_DEADLETTERS, why, 1);
    return true;
}
