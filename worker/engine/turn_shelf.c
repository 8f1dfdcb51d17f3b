/* turn_shelf.c - see turn_shelf.h. */
#include "worker/engine/turn_shelf.h"

#include "worker/answer/shelf.h"
#include "worker/answer/shelf_aside.h"
#include "worker/answer/shelf_range.h"
#include "worker/engine/engine_state.h"

/* What a product may be asked by. */
static bool turn_shelf_is_of_product(enum intent intent)
{
    return intent == INTENT_PRICE || intent == INTENT_STOCK || intent == INTENT_PRODUCT;
}

/* Products behind those that the message names. */
static enum err turn_shelf_add(struct turn *turn, const struct product *const *products,
                               size_t count)
{
    struct brief *brief = &turn->work->brief;
    const struct product **others =
        arena_zero(&turn->arena, brief->others_count + count + 1, sizeof(*others));
    if (!others) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < brief->others_count; i++) {
        others[i] = brief->others[i];
    }
    for (size_t i = 0; i < count; i++) {
        others[brief->others_count++] = products[i];
    }
    brief->others = others;
    return OK;
}

/* "What do you sell?" An entry without a category leaves the products themselves. */
static enum err turn_shelf_range(struct turn *turn, bool *ret_is_told)
{
    struct brief *brief = &turn->work->brief;
    struct shelf_range range;
    TRY(shelf_range_of(&turn->arena, turn->engine->ports.catalog, turn->event->tenant, &range));
    struct str *categories = arena_zero(&turn->arena, range.count + 1, sizeof(*categories));
    if (!categories) {
        return ERR_NOMEM;
    }
    memcpy(categories, range.categories, range.count * sizeof(*categories));
    brief->categories = categories;
    brief->categories_count = range.count;
    brief->is_shelf_part = range.is_part;
    *ret_is_told = range.count > 0;
    return OK;
}

/* Puts what fits into `ret_shelf`; not known where categories tell it, or nothing does. */
static enum err turn_shelf_look(struct turn *turn, const struct shelf_wish *wish,
                                struct shelf *ret_shelf, bool *ret_is_range)
{
    const struct catalog *catalog = turn->engine->ports.catalog;
    *ret_is_range = false;
    if (wish->is_range) {
        TRY(turn_shelf_range(turn, ret_is_range));
    }
    return shelf_find(&turn->arena, catalog, turn->event->tenant, wish, ret_shelf);
}

static void turn_shelf_mark(struct brief *brief, const struct shelf *shelf)
{
    brief->is_shelf_part = shelf->is_part;
    brief->is_shelf_cheapest = shelf->is_cheapest;
}

/* "Which tools are green?" */
static enum err turn_shelf_whole(struct turn *turn, const struct shelf_wish *wish, bool is_named)
{
    struct brief *brief = &turn->work->brief;
    struct shelf shelf;
    bool is_range;
    TRY(turn_shelf_look(turn, wish, &shelf, &is_range));
    if (is_named && !wish->is_cheapest && shelf.count < 2) {
        return OK;
    }
    brief->is_wish = wish->is_open;
    brief->is_unsold = wish->is_sale && !shelf.is_known && shelf.is_whole;
    brief->is_shelf = is_range || shelf.is_known;
    if (is_range || !shelf.is_known) {
        return OK;
    }
    turn_shelf_mark(brief, &shelf);
    brief->product = shelf.count > 0 ? shelf.products[0] : NULL;
    brief->others_count = 0;
    return turn_shelf_add(turn, shelf.products + 1, shelf.count - min_size(shelf.count, 1));
}

/* "Where is my order? And which mugs do you have?" */
static enum err turn_shelf_aside(struct turn *turn, const struct shelf_wish *wish,
                                 const struct shelf_aside *aside)
{
    struct brief *brief = &turn->work->brief;
    struct shelf shelf;
    bool is_range;
    TRY(turn_shelf_look(turn, wish, &shelf, &is_range));
    if (!is_range && !shelf.is_known) {
        return OK;
    }
    TRY(arena_copy(&turn->arena, aside->question, &brief->aside));
    if (is_range) {
        return OK;
    }
    turn_shelf_mark(brief, &shelf);
    brief->asides_count = shelf.count;
    return turn_shelf_add(turn, shelf.products, shelf.count);
}

/* "How much is the watering can?", of which there are two. */
static enum err turn_shelf_choice(struct turn *turn)
{
    struct brief *brief = &turn->work->brief;
    const struct catalog *catalog = turn->engine->ports.catalog;
    const struct product *products[BRIEF_PRODUCTS_MAX];
    struct str skus[BRIEF_PRODUCTS_MAX];
    size_t told = 0;
    size_t count = catalog_named_alike(catalog, turn->event->tenant, brief_text(brief), skus,
                                       countof(skus));
    for (size_t i = 0; i < count; i++) {
        products[told] = NULL;
        TRY(catalog_find(catalog, &turn->arena, turn->event->tenant, skus[i], &products[told]));
        told += products[told] ? 1 : 0;
    }
    brief->is_choice = told > 0;
    brief->asides_count = told;
    return turn_shelf_add(turn, products, told);
}

/* All of the message, else one of its questions; "what do you sell, and where are you?" is two. */
static enum err turn_shelf_wish(struct turn *turn, const struct gist *gist, struct str *sku)
{
    struct brief *brief = &turn->work->brief;
    struct str text = brief_text(brief);
    struct shelf_wish wish;
    struct shelf_wish part;
    struct shelf_aside aside;
    bool may_be = brief->intent == INTENT_OTHER || turn_shelf_is_of_product(brief->intent);
    bool is_whole = may_be && shelf_wish_of(text, gist->concepts.all, &wish) &&
                    (sku->len == 0 || wish.is_cheapest || wish.is_list);
    bool is_part = shelf_aside_in(text, &part, &aside);
    if (is_whole && !(wish.is_range && is_part)) {
        TRY(turn_shelf_whole(turn, &wish, sku->len > 0));
        *sku = brief->is_shelf ? STR_NONE : *sku;
    }
    return is_part && !brief->is_shelf ? turn_shelf_aside(turn, &part, &aside) : OK;
}

enum err turn_shelf_find(struct turn *turn, const struct gist *gist, struct str *sku)
{
    struct brief *brief = &turn->work->brief;
    const struct event *event = turn->event;
    if (event->kind != EVENT_MESSAGE || event->message.author != AUTHOR_CUSTOMER ||
        event->message.sku.len > 0 || catalog_count(turn->engine->ports.catalog) == 0) {
        return OK;
    }
    if (gist->is_wish) {
        TRY(turn_shelf_wish(turn, gist, sku));
    }
    bool is_open = turn_shelf_is_of_product(brief->intent) ||
                   brief->intent == INTENT_SHIPPING_TIME;
    return is_open && sku->len == 0 && !brief->is_shelf && brief->aside.len == 0 &&
                   brief->others_count == 0
               ? turn_shelf_choice(turn)
               : OK;
}
