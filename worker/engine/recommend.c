/* recommend.c - see recommend.h. */
#include "worker/engine/recommend.h"

#include "common/recommendation.h"
#include "worker/answer/builtin.h"
#include "worker/answer/language.h"
#include "worker/answer/rank_reason.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine.h"

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

struct recommend_shop {
    struct turn *turn;
    bool is_known; /* the catalogue has entries: what is not in it is not sold */
};

static enum err recommend_find(struct turn *turn, struct str sku,
                               const struct product **ret_product)
{
    return catalog_find(turn->engine->ports.catalog, &turn->arena, turn->event->tenant, sku,
                        ret_product);
}

static bool recommend_may_offer(void *owner, struct str sku)
{
    const struct recommend_shop *shop = owner;
    const struct product *product = NULL;
    if (!shop->is_known) {
        return true;
    }
    return recommend_find(shop->turn, sku, &product) == OK && product &&
           product->stock != STOCK_OUT;
}

/* What the catalogue calls it, else the orders, else its sku. */
static enum err recommend_name(struct turn *turn, const struct rank_item *item,
                               struct str *ret_name)
{
    const struct product *product = NULL;
    TRY(recommend_find(turn, item->sku, &product));
    struct str name = product ? product->name : item->name;
    *ret_name = name.len > 0 ? name : item->sku;
    return OK;
}

static enum err recommend_item(struct turn *turn, const struct rank_pick *pick, struct str language,
                               struct recommended *item)
{
    struct str with = STR_NONE;
    item->sku = pick->item->sku;
    item->score = pick->score;
    item->because = pick->because;
    item->because_count = pick->because_count;
    TRY(recommend_name(turn, pick->item, &item->name));
    if (pick->with) {
        TRY(recommend_name(turn, pick->with, &with));
    }
    return rank_reason_write(&turn->arena, pick, with, language, &item->reason);
}

static enum err recommend_encode(struct turn *turn, const struct rank_wish *wish,
                                 struct str language, struct output *ret_output, size_t *ret_count)
{
    struct rank_pick *picks;
    size_t count;
    TRY(rank_pick(turn->engine->ports.recommender->rank, &turn->arena, wish, &picks, &count));
    struct recommended *items = arena_zero(&turn->arena, max_size(count, 1), sizeof(*items));
    if (!items) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(recommend_item(turn, &picks[i], language, &items[i]));
    }
    *ret_count = count;
    if (count == 0) {
        return OK;
    }
    const struct reply_to to = conclude_to(turn);
    const struct recommendation recommendation = {
        .customer_id = wish->customer_id,
        .items = items,
        .items_count = count,
        .language = language,
        .model = STR("builtin"),
        .source = SOURCE_MODEL,
    };
    return recommendation_encode(&turn->arena, &to, &recommendation, ret_output);
}

static enum err recommend_make(struct turn *turn, struct rank_wish *wish, struct str hint,
                               size_t *ret_count)
{
    const struct engine *engine = turn->engine;
    struct recommend_shop shop = { turn, catalog_count(engine->ports.catalog) > 0 };
    struct output output;
    wish->tenant = turn->event->tenant;
    wish->now_wall_ms = engine->ports.clock->wall_ms;
    wish->may_offer = recommend_may_offer;
    wish->owner = &shop;
    struct str language =
        builtin_language(language_of(STR_NONE, hint, engine->options.language));
    TRY(recommend_encode(turn, wish, language, &output, ret_count));
    if (*ret_count == 0) {
        return OK;
    }
    const struct audit audit = { .outcome = OUTCOME_RECOMMENDATION,
                                 .has_source = true,
                                 .source = SOURCE_MODEL,
                                 .model = STR("builtin") };
    return conclude_made(turn, &output, &audit);
}

static void recommend_answer(struct turn *turn)
{
    const struct recommendation_request *request = &turn->event->recommendation_request;
    struct rank_wish wish = {
        .customer_id = request->customer_id,
        .count = (size_t)request->count,
        .exclude = request->exclude,
        .exclude_count = request->exclude_count,
        .context = request->sku,
    };
    size_t count = 0;
    enum err err = conclude_memo(turn);
    err = err == OK ? recommend_make(turn, &wish, request->language, &count) : err;
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    if (count == 0) {
        conclude_nothing(turn, STR("nothing_to_recommend"));
    }
}

/* The ranking learns it from the reader of the whole topic. */
static void recommend_hear(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    const struct feedback *feedback = &turn->event->feedback;
    bool is_builtin = str_is(feedback->model, "builtin");
    const struct audit audit = { .outcome = OUTCOME_NOTHING, .reason = STR("feedback") };
    enum err err = conclude_memo(turn);
    err = err == OK ? conclude_made(turn, NULL, &audit) : err;
    if (err != OK) {
        attempt_fail(turn, err, -1);
        return;
    }
    metric_add2(engine->ports.metrics, METRIC_FEEDBACK, feedback->type,
                is_builtin ? METRIC_MODEL_BUILTIN : engine->chain.backends[0].metric, 1);
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
bool recommend_after_order(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    const struct recommender *recommender = engine->ports.recommender;
    const struct order *order = &turn->event->order;
    struct rank_wish wish = { .customer_id = order->customer_id, .count = RECOMMEND_AFTER_ORDER };
    struct str *bought = arena_zero(&turn->arena, max_size(order->items_count, 1), sizeof(*bought));
    for (size_t i = 0; bought && i < order->items_count; i++) {
        bought[i] = order->items[i].sku;
    }
    wish.exclude = bought;
    wish.exclude_count = bought ? order->items_count : 0;
    size_t count = 0;
    enum err err = bought ? rank_learn(recommender->rank, turn->event->tenant, order,
                                       engine->ports.clock->wall_ms)
                          : ERR_NOMEM;
    err = err == OK ? conclude_memo(turn) : err;
    err = err == OK ? recommend_make(turn, &wish, STR_NONE, &count) : err;
    if (err != OK) {
        attempt_again(turn, err);
        return true;
    }
    return count > 0;
}
