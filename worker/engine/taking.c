/* taking.c - see taking.h. */
#include "worker/engine/taking.h"

#include "worker/answer/builtin.h"
#include "worker/answer/compose.h"
#include "worker/answer/copy_check.h"
#include "worker/answer/copy_claim.h"
#include "worker/answer/screen.h"
#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/recommend_words.h"

#define TAKING_SCRATCH_BYTES ((size_t)4 << 20)
#define TAKING_DAYS_MS ((int64_t)3 * 86400000) /* no weekday and no "tomorrow" stays true so long */

static bool taking_is_copy(const struct turn *turn)
{
    return turn->event->kind == EVENT_COPY_REQUEST;
}

static enum err taking_judge(const struct work *work, struct str text, int64_t now_wall_ms,
                             struct screen_verdict *ret_verdict)
{
    CLEANUP(arena_fini) struct arena scratch;
    arena_init_from(&scratch, &work->turn->engine->pool, TAKING_SCRATCH_BYTES);
    return screen_judge(&scratch, &work->brief, text, now_wall_ms, ret_verdict);
}

/* What will not be true in some days is not kept in the cache. */
static enum err taking_screen(struct work *work, struct str text, int64_t now_wall_ms,
                              enum flaw *ret_flaw)
{
    struct screen_verdict now = { .flaw = FLAW_NONE };
    struct screen_verdict later = { .flaw = FLAW_NONE };
    TRY(taking_judge(work, text, now_wall_ms, &now));
    if (now.flaw == FLAW_NONE && work->is_cacheable && now.leans_on_day) {
        TRY(taking_judge(work, text, now_wall_ms + TAKING_DAYS_MS, &later));
        work->is_cacheable = later.flaw == FLAW_NONE;
    }
    *ret_flaw = now.flaw;
    return OK;
}

/* The builtin wording is true by its making, and knows best how much there is to say. */
static enum err taking_is_builtin(const struct work *work, bool *ret_is)
{
    CLEANUP(arena_fini) struct arena scratch;
    struct str own = STR_NONE;
    arena_init_from(&scratch, &work->turn->engine->pool, TAKING_SCRATCH_BYTES);
    enum err err = builtin_answer(&scratch, &work->brief, &own);
    *ret_is = err == OK && str_eq(own, work->said.said);
    return err == ERR_NOMEM ? err : OK;
}

/* The screen refuses in doubt, and of these words there is none; but in some days they may not be
 * true any more. Where several products are told of it keeps its say: what is true of one is not of
 * the other. */
static enum err taking_let_builtin(struct work *work)
{
    bool is_builtin = false;
    if (flaw_is_of_facts(work->flaw) && work->brief.others_count == 0) {
        TRY(taking_is_builtin(work, &is_builtin));
    }
    if (is_builtin) {
        work->flaw = FLAW_NONE;
        work->is_cacheable = false;
    }
    return OK;
}

enum err taking_check(struct turn *turn, struct str *ret_text)
{
    struct work *work = turn->work;
    const struct engine *engine = turn->engine;
    struct str text = STR_NONE;
    work->flaw = compose_reply(work->said.said, engine_instructions(engine, turn->event),
                               SAID_CHARS_MAX, &text);
    if (work->flaw == FLAW_NONE) {
        TRY(taking_screen(work, text, engine->ports.clock->wall_ms, &work->flaw));
        TRY(taking_let_builtin(work));
    }
    if (work->flaw != FLAW_NONE) {
        return ERR_ANSWER;
    }
    *ret_text = text;
    return OK;
}

static enum flaw taking_echo(const struct turn *turn, struct str text)
{
    bool is_echo = compose_is_echo(text, engine_instructions(turn->engine, turn->event));
    return is_echo ? FLAW_ECHO : FLAW_NONE;
}

/* Each variant as it would be published, now and in some days. */
static enum err taking_screen_copy(struct turn *turn, const struct copy *copy, enum flaw *ret_flaw)
{
    struct work *work = turn->work;
    size_t wanted = (size_t)turn->event->copy_request.variants;
    enum flaw flaw = copy->variants_count < wanted ? FLAW_FORM : FLAW_NONE;
    for (size_t i = 0; i < copy->variants_count && flaw == FLAW_NONE; i++) {
        struct str text;
        TRY(copy_check_text(&turn->scratch, &copy->variants[i], &text));
        flaw = taking_echo(turn, text);
        flaw = flaw == FLAW_NONE ? copy_claim_flaw(&work->brief, text) : flaw;
        if (flaw == FLAW_NONE) {
            TRY(taking_screen(work, text, turn->engine->ports.clock->wall_ms, &flaw));
        }
    }
    *ret_flaw = flaw;
    return OK;
}

enum err taking_copy(struct turn *turn, enum answer_source source, struct copy *ret_copy)
{
    struct work *work = turn->work;
    struct copy copy = { .source = source };
    TRY(copy_check(&turn->scratch, &work->brief, work->said.said, &copy, &work->flaw));
    if (source == SOURCE_MODEL || source == SOURCE_FALLBACK) {
        enum flaw flaw = FLAW_NONE;
        bool is_builtin = false;
        TRY(taking_screen_copy(turn, &copy, &flaw));
        if (flaw != FLAW_NONE) {
            TRY(taking_is_builtin(work, &is_builtin));
        }
        if (flaw != FLAW_NONE && !is_builtin) {
            work->flaw = flaw;
            return ERR_ANSWER;
        }
    }
    *ret_copy = copy;
    return OK;
}

/* "zh-CN" is Chinese. */
static bool taking_is_language(struct str said, struct str wanted)
{
    struct str primary = str_slice(said, 0, min_size(str_find(said, STR("-")), said.len));
    return said.len == 0 || str_eq_ascii_case(primary, wanted);
}

/* The fields around the text. ERR_MODEL, ERR_UNSURE (class HANDOFF): a person should answer.
 * ERR_ANSWER: `work->flaw` says what is wrong. */
static enum err taking_read_object(struct turn *turn, struct str raw, struct str *ret_text)
{
    struct work *work = turn->work;
    struct said said;
    struct note note = { .text = "" };
    enum err err = said_read(&turn->scratch, raw, &said, &note);
    if (err != OK) {
        work->flaw = FLAW_FORM;
        return err;
    }
    if (said.action == SAID_HANDOFF) {
        work->model_reason = said.reason;
        return ERR_MODEL;
    }
    if (said_is_unsure(&said, turn->engine->options.confidence)) {
        return ERR_UNSURE;
    }
    if (!taking_is_language(said.language, work->brief.language)) {
        work->flaw = FLAW_LANGUAGE;
        return ERR_ANSWER;
    }
    *ret_text = said.text;
    return OK;
}

/* The words alone go into the turn, its memo and the cache: each turn has a copy of its own, since
 * its life is not the flight's. */
static enum err taking_read(struct turn *turn, const struct model_call *call)
{
    struct work *work = turn->work;
    struct memo said = { 0 };
    TRY(arena_copy(&turn->scratch, call->model, &said.model));
    if (call->is_json && turn->event->kind == EVENT_MESSAGE) {
        TRY(taking_read_object(turn, call->text, &said.said));
    } else {
        TRY(arena_copy(&turn->scratch, call->text, &said.said));
    }
    said.facts_count = brief_facts(&work->brief, said.facts);
    work->said = said;
    return OK;
}

/* The builtin wording says no more than the facts do; where it has none, a person must. */
static void taking_fall_back(struct turn *turn, enum flaw flaw)
{
    struct work *work = turn->work;
    if (recommend_has_words(turn)) {
        enum err given = recommend_own_words(turn);
        if (given != OK) {
            attempt_fail(turn, given, -1);
        }
        return;
    }
    struct memo said = { .model = STR("builtin") };
    enum err err = builtin_answer(&turn->scratch, &work->brief, &said.said);
    if (err == OK) {
        said.facts_count = brief_facts(&work->brief, said.facts);
        work->said = said;
        work->is_cacheable = false; /* the key names another backend */
        err = conclude_said(turn, SOURCE_FALLBACK);
    }
    if (err == ERR_NOMEM) {
        attempt_fail(turn, err, -1);
    } else if (err != OK) {
        conclude_handoff(turn, flaw_is_of_facts(flaw) ? ERR_UNSAFE : ERR_UNUSABLE);
    }
}

static void taking_unusable(struct turn *turn, enum flaw flaw)
{
    struct engine *engine = turn->engine;
    bool is_repaired = turn->flaw != FLAW_NONE;
    bool may_repair = !is_repaired && turn->attempt < engine->options.retry.attempts_max;
    metric_add(engine->ports.metrics, METRIC_FLAWS, flaw, 1);
    log_say(engine->ports.log, LOG_WARN, "model", "an answer could not be used",
            LOG_CHARS("flaw", flaw_label(flaw)),
            LOG_CHARS("next", may_repair ? "asked once more" : "builtin wording"));
    turn->flaw = flaw;
    if (may_repair) {
        attempt_again(turn, ERR_ANSWER);
        return;
    }
    taking_fall_back(turn, flaw);
}

void taking_give_up(struct turn *turn)
{
    assert(turn->flaw != FLAW_NONE);
    taking_fall_back(turn, turn->flaw);
}

void taking_said(struct turn *turn, const struct model_call *call, int64_t model_ms)
{
    struct work *work = turn->work;
    turn->model_ms = model_ms;
    work->flaw = FLAW_FORM;
    enum err err = taking_read(turn, call);
    err = err == OK ? conclude_said(turn, ask_source(turn)) : err;
    if (err == ERR_ANSWER) {
        taking_unusable(turn, work->flaw);
    } else if (err != OK) {
        attempt_fail(turn, err, -1);
    }
}

void taking_failed(struct turn *turn, enum err err, int64_t retry_after_ms)
{
    if (err == ERR_ANSWER) {
        taking_unusable(turn, FLAW_FORM);
        return;
    }
    attempt_fail(turn, err, retry_after_ms);
}

bool taking_keep(struct turn *turn, const struct model_call *call)
{
    struct str text;
    struct copy copy;
    if (taking_read(turn, call) != OK) {
        return false;
    }
    if (recommend_has_words(turn)) {
        return recommend_read_words(turn) == OK;
    }
    return taking_is_copy(turn) ? taking_copy(turn, SOURCE_MODEL, &copy) == OK
                                : taking_check(turn, &text) == OK;
}
