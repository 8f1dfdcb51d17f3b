/* recall.c - see recall.h. */
#include "worker/engine/recall.h"

#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"

enum err recall_load_memo(struct turn *turn)
{
    const struct event *event = turn->event;
    struct work *work = turn->work;
    const struct str digest = { (const char *)event->digest, sizeof(event->digest) };
    const struct str names[] = { event->tenant, event_lane_key(&turn->record, event), event->source,
                                 event->id, digest };
    TRY(key_of(turn->engine->ports.seal, STR("memo"), names, countof(names), &work->memo_key));
    work->calls[CALL_MEMO].op = STORE_GET;
    work->calls[CALL_MEMO].key = key_str(&work->memo_key);
    return OK;
}

enum err recall_key_of(struct turn *turn, size_t place)
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
    TRY(key_of_answer(&scope, &turn->scratch, &work->brief, &is_shareable, &work->cache_key));
    work->is_cacheable = is_shareable && engine->options.is_cache_on &&
                         (engine->options.is_personal_cache_on || !brief_is_personal(&work->brief));
    if (!work->is_cacheable) {
        return OK;
    }
    work->calls[CALL_CACHE].op = STORE_GET;
    work->calls[CALL_CACHE].key = key_str(&work->cache_key);
    return OK;
}

enum err recall_key(struct turn *turn)
{
    return recall_key_of(turn, chain_find(&turn->engine->chain, 0, ask_kind_of(turn)));
}

static void recall_count(struct turn *turn, enum metric_id id, enum turn_call which)
{
    const struct work *work = turn->work;
    enum metric_lookup lookup = METRIC_LOOKUP_ERROR;
    if (work->results[which] == OK) {
        lookup = work->calls[which].found ? METRIC_LOOKUP_HIT : METRIC_LOOKUP_MISS;
    }
    metric_add(turn->engine->ports.metrics, id, lookup, 1);
}

bool recall_is_repeated(const struct turn *turn, const struct memo *memo)
{
    struct str redrives;
    return !memo_is_of(memo, turn->part->id, turn->record.offset) &&
           !record_header(&turn->record, "x-dlq-redrives", &redrives);
}

bool recall_from_memo(struct turn *turn)
{
    struct work *work = turn->work;
    struct store_call *call = &work->calls[CALL_MEMO];
    struct memo memo;
    recall_count(turn, METRIC_MEMO, CALL_MEMO);
    if (work->results[CALL_MEMO] != OK || !call->found ||
        !memo_decode(&turn->scratch, call->found_value, &memo)) {
        return false;
    }
    if (recall_is_repeated(turn, &memo)) {
        conclude_duplicate(turn);
        return true;
    }
    work->said = memo;
    return work->person == OK && memo.said.len > 0 && conclude_said(turn, SOURCE_MEMO) == OK;
}

bool recall_from_cache(struct turn *turn)
{
    struct work *work = turn->work;
    struct store_call *call = &work->calls[CALL_CACHE];
    recall_count(turn, METRIC_CACHE, CALL_CACHE);
    struct memo memo;
    if (work->results[CALL_CACHE] != OK || !call->found ||
        !memo_decode(&turn->scratch, call->found_value, &memo)) {
        return false;
    }
    work->said = memo;
    return memo.said.len > 0 && conclude_said(turn, SOURCE_CACHE) == OK;
}

void recall_found(struct turn *turn, struct str bytes)
{
    struct memo memo;
    enum err err = ERR_ANSWER;
    if (memo_decode(&turn->scratch, bytes, &memo)) {
        turn->work->said = memo;
        err = conclude_said(turn, SOURCE_CACHE);
    }
    if (err != OK) {
        attempt_fail(turn, err, -1);
    }
}
