/* offering.c - see offering.h. */
#include "worker/engine/offering.h"

#include "common/recommendation.h"
#include "worker/answer/builtin.h"
#include "worker/answer/language.h"
#include "worker/answer/rank_reason.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"

struct offering_shop {
    struct turn *turn;
    bool is_known; /* the catalogue has entries: what is not in it is not sold */
};

static enum err offering_find(struct turn *turn, struct str sku, const struct product **ret_product)
{
    return catalog_find(turn->engine->ports.catalog, &turn->scratch, turn->event->tenant, sku,
                        ret_product);
}

static bool offering_may_offer(void *owner, struct str sku)
{
    const struct offering_shop *shop = owner;
    const struct product *product = NULL;
    if (!shop->is_known) {
        return true;
    }
    return offering_find(shop->turn, sku, &product) == OK && product &&
           product->stock != STOCK_OUT;
}

/* What the catalogue calls it, else the orders, else its sku. */
static struct str offering_name(const struct product *product, const struct rank_item *item)
{
    struct str name = product ? product->name : item->name;
    return name.len > 0 ? name : item->sku;
}

static enum err offering_because(struct turn *turn, const struct rank_pick *pick,
                                 struct offer *offer)
{
    struct str *because = arena_zero(&turn->scratch, max_size(pick->because_count, 1),
                                     sizeof(*because));
    if (!because) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < pick->because_count; i++) {
        TRY(arena_copy(&turn->scratch, pick->because[i], &because[i]));
    }
    offer->because = because;
    offer->because_count = pick->because_count;
    return OK;
}

static enum err offering_item(struct turn *turn, const struct rank_pick *pick, struct offer *offer)
{
    const struct product *other = NULL;
    struct str with = STR_NONE;
    TRY(offering_find(turn, pick->item->sku, &offer->product));
    TRY(arena_copy(&turn->scratch, pick->item->sku, &offer->sku));
    TRY(arena_copy(&turn->scratch, offering_name(offer->product, pick->item), &offer->name));
    TRY(offering_because(turn, pick, offer));
    offer->score = pick->score;
    if (pick->with) {
        TRY(offering_find(turn, pick->with->sku, &other));
        with = offering_name(other, pick->with);
    }
    return rank_reason_write(&turn->scratch, pick, with, turn->work->brief.language,
                             &offer->reason);
}

/* The ranking is as of the record, so that a replay makes the same one; a clock that is ahead is
 * not believed. */
static int64_t offering_now(const struct turn *turn)
{
    int64_t now_wall_ms = turn->engine->ports.clock->wall_ms;
    int64_t made_wall_ms = turn->record.timestamp_wall_ms;
    return made_wall_ms >= 0 ? min_i64(made_wall_ms, now_wall_ms) : now_wall_ms;
}

enum err offering_make(struct turn *turn, struct rank_wish *wish, struct str hint)
{
    const struct engine *engine = turn->engine;
    struct brief *brief = &turn->work->brief;
    struct offering_shop shop = { turn, catalog_count(engine->ports.catalog) > 0 };
    struct rank_pick *picks;
    size_t count;
    wish->tenant = turn->event->tenant;
    wish->now_wall_ms = offering_now(turn);
    wish->may_offer = offering_may_offer;
    wish->owner = &shop;
    brief->event = turn->event;
    brief->flaw = turn->flaw;
    brief->language = builtin_language(language_of(STR_NONE, hint, engine->options.language));
    TRY(rank_pick(engine->ports.recommender->rank, &turn->scratch, wish, &picks, &count));
    struct offer *offers = arena_zero(&turn->scratch, max_size(count, 1), sizeof(*offers));
    if (!offers) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        TRY(offering_item(turn, &picks[i], &offers[i]));
    }
    turn->work->offers = offers;
    brief->offers = offers;
    brief->offers_count = count;
    return OK;
}

enum err offering_answer(struct turn *turn)
{
    const struct recommendation_request *request = &turn->event->recommendation_request;
    struct rank_wish wish = {
        .customer_id = request->customer_id,
        .count = (size_t)request->count,
        .exclude = request->exclude,
        .exclude_count = request->exclude_count,
        .context = request->sku,
    };
    return offering_make(turn, &wish, request->language);
}

static struct str offering_customer(const struct event *event)
{
    return event->kind == EVENT_ORDER ? event->order.customer_id
                                      : event->recommendation_request.customer_id;
}

enum err offering_encode(struct turn *turn, enum answer_source source, struct str model,
                         struct output *ret_output)
{
    const struct brief *brief = &turn->work->brief;
    struct recommended *items = arena_zero(&turn->scratch, brief->offers_count, sizeof(*items));
    if (!items) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < brief->offers_count; i++) {
        const struct offer *offer = &brief->offers[i];
        items[i] = (struct recommended){
            .sku = offer->sku,
            .name = offer->name,
            .score = offer->score,
            .reason = offer->sentence.len > 0 ? offer->sentence : offer->reason,
            .because = offer->because,
            .because_count = offer->because_count,
        };
    }
    const struct reply_to to = conclude_to(turn);
    const struct recommendation recommendation = {
        .customer_id = offering_customer(turn->event),
        .items = items,
        .items_count = brief->offers_count,
        .language = brief->language,
        .model = model,
        .source = source,
    };
    return recommendation_encode(&turn->arena, &to, &recommendation, ret_output);
}
