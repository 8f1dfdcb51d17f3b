/* recommend.c - see recommend.h. */
#include "worker/engine/recommend.h"

#include "worker/answer/rank_pick.h"
#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/offering.h"
#include "worker/engine/recommend_words.h"

#define RECOMMEND_AFTER_ORDER 5 /* products */

bool recommend_is_ready(struct turn *turn)
{
    const struct recommender *recommender = turn->engine->ports.recommender;
    if (!recommender) {
        conclude_nothing(turn, STR("no_recommendations"));
        return false;
    }
    if (recommender->is_whole) {
        return true;
    }
    attempt_again(turn, ERR_BUSY);
    return false;
}

static enum err recommend_nothing(struct turn *turn, struct str reason)
{
    const struct audit audit = { .outcome = OUTCOME_NOTHING, .reason = reason };
    return conclude_made(turn, NULL, &audit);
}

enum err recommend_plain(struct turn *turn, enum answer_source source)
{
    const struct audit audit = { .outcome = OUTCOME_RECOMMENDATION,
                                 .has_source = true,
                                 .source = source,
                                 .model = STR("builtin") };
    struct output output;
    if (turn->work->brief.offers_count == 0) {
        return recommend_nothing(turn, STR("nothing_to_recommend"));
    }
    TRY(offering_encode(turn, source, audit.model, &output));
    return conclude_made(turn, &output, &audit);
}

static void recommend_answer(struct turn *turn)
{
    enum err err = offering_answer(turn);
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    if (recommend_wants_words(turn)) {
        ask_model(turn);
        return;
    }
    err = recommend_plain(turn, SOURCE_MODEL);
    if (err != OK) {
        attempt_fail(turn, err, -1);
    }
}

/* The ranking learns it from the reader of the whole topic. */
static void recommend_hear(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    const struct feedback *feedback = &turn->event->feedback;
    enum err err = recommend_nothing(turn, STR("feedback"));
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    bool is_builtin = str_is(feedback->model, "builtin");
    enum metric_model backend =
        is_builtin ? METRIC_MODEL_BUILTIN : engine->chain.backends[0].metric;
    metric_add2(engine->ports.metrics, METRIC_FEEDBACK, feedback->type, backend, 1);
    if (feedback->type == FEEDBACK_RATING && feedback->rating > 0) {
        metric_add2(engine->ports.metrics, METRIC_RATINGS,
                    (unsigned)(feedback->rating - 1), backend, 1);
    }
}

void recommend_conclude(struct turn *turn)
{
    if (turn->event->kind == EVENT_FEEDBACK) {
        recommend_hear(turn);
        return;
    }
    recommend_answer(turn);
}

bool recommend_follows(const struct turn *turn)
{
    const struct recommender *recommender = turn->engine->ports.recommender;
    return recommender && recommender->follows_orders &&
           turn->event->order.type == ORDER_PLACED;
}

/* This worker's reader may not have come to the event yet; learning it twice does no harm. */
void recommend_after_order(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    const struct recommender *recommender = engine->ports.recommender;
    const struct order *order = &turn->event->order;
    struct rank_wish wish = { .customer_id = order->customer_id, .count = RECOMMEND_AFTER_ORDER };
    struct str *bought =
        arena_zero(&turn->scratch, max_size(order->items_count, 1), sizeof(*bought));
    for (size_t i = 0; bought && i < order->items_count; i++) {
        bought[i] = order->items[i].sku;
    }
    wish.exclude = bought;
    wish.exclude_count = bought ? order->items_count : 0;
    enum err err = bought ? rank_learn(recommender->rank, turn->event->tenant, order,
                                       engine->ports.clock->wall_ms)
                          : ERR_NOMEM;
    err = err == OK ? offering_make(turn, &wish, STR_NONE) : err;
    bool has_offers = err == OK && turn->work->brief.offers_count > 0;
    if (err == OK) {
        err = has_offers ? recommend_plain(turn, SOURCE_MODEL)
                         : recommend_nothing(turn, STR("order_state"));
    }
    if (err != OK) {
        attempt_again(turn, err);
    }
}
