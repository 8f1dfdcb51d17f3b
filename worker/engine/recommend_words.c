/* recommend_words.c - see recommend_words.h. */
#include "worker/engine/recommend_words.h"

#include "worker/answer/compose.h"
#include "worker/answer/offer_check.h"
#include "worker/answer/offer_said.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/offering.h"
#include "worker/engine/standby.h"

#define RECOMMEND_SCRATCH_BYTES ((size_t)4 << 20)

bool recommend_wants_words(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    bool is_asked = engine->ports.recommender->asks_model && !turn->is_given_up &&
                    turn->work->brief.offers_count > 0 && standby_choose(turn);
    const struct backend *backend = &engine->chain.backends[turn->backend];
    bool is_there = gate_is_open(&backend->gate) ||
                    breaker_lets(&backend->gate.breaker, engine->ports.clock->mono_ms);
    return is_asked && backend->metric != METRIC_MODEL_BUILTIN && is_there;
}

bool recommend_has_words(const struct turn *turn)
{
    return turn->event && turn->event->kind == EVENT_RECOMMENDATION_REQUEST && turn->work &&
           turn->work->brief.offers_count > 0;
}

enum err recommend_read_words(struct turn *turn)
{
    struct work *work = turn->work;
    return offer_said_read(&turn->scratch, work->said.said, work->offers,
                           min_size(work->brief.offers_count, OFFERS_WORDED_MAX));
}

static enum err recommend_check(const struct turn *turn, const struct offer *offer,
                                enum flaw *ret_flaw)
{
    const struct engine *engine = turn->engine;
    if (compose_is_echo(offer->sentence, engine_instructions(engine, turn->event))) {
        *ret_flaw = FLAW_ECHO;
        return OK;
    }
    CLEANUP(arena_fini) struct arena scratch;
    arena_init(&scratch, RECOMMEND_SCRATCH_BYTES);
    return offer_check(&scratch, &turn->work->brief, offer, engine->ports.clock->wall_ms, ret_flaw);
}

/* One that may not be said is dropped alone; the others are not asked for again. */
static enum err recommend_screen(struct turn *turn, size_t *ret_said)
{
    struct work *work = turn->work;
    size_t said = 0;
    for (size_t i = 0; i < work->brief.offers_count; i++) {
        struct offer *offer = &work->offers[i];
        enum flaw flaw = FLAW_NONE;
        if (offer->sentence.len == 0) {
            continue;
        }
        TRY(recommend_check(turn, offer, &flaw));
        if (flaw != FLAW_NONE) {
            metric_add(turn->engine->ports.metrics, METRIC_FLAWS, flaw, 1);
            offer->sentence = STR_NONE;
        }
        said += flaw == FLAW_NONE ? 1 : 0;
    }
    *ret_said = said;
    return OK;
}

enum err recommend_worded(struct turn *turn, enum answer_source source)
{
    struct work *work = turn->work;
    size_t said = 0;
    if (!work->offers) { /* the words are a memo's */
        TRY(offering_answer(turn));
    }
    if (work->brief.offers_count == 0) {
        return ERR_ANSWER;
    }
    TRY(recommend_read_words(turn));
    TRY(recommend_screen(turn, &said));
    struct output output;
    struct str model = said > 0 ? work->said.model : STR("builtin");
    TRY(offering_encode(turn, said > 0 ? source : SOURCE_FALLBACK, model, &output));
    conclude_add(turn, &output);
    return OK;
}

enum err recommend_own_words(struct turn *turn)
{
    struct work *work = turn->work;
    for (size_t i = 0; i < work->brief.offers_count; i++) {
        work->offers[i].sentence = STR_NONE;
    }
    work->said = (struct memo){ 0 };
    return recommend_plain(turn, SOURCE_FALLBACK);
}
