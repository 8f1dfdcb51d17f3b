/* turn_brief.c - see turn_brief.h. */
#include "worker/engine/turn_brief.h"

#include "common/utf8.h"
#include "worker/answer/brief_order.h"
#include "worker/answer/language.h"
#include "worker/answer/listed.h"
#include "worker/answer/mend.h"
#include "worker/answer/naming.h"
#include "worker/answer/shelf_aside.h"
#include "worker/answer/unnamed.h"
#include "worker/engine/consult.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/handover.h"
#include "worker/engine/history.h"
#include "worker/engine/order_turn.h"
#include "worker/engine/turn_shelf.h"

enum err turn_brief_history_key(struct turn *turn, struct str *ret_key)
{
    const struct str names[] = { turn->event->tenant, turn->event->message.conversation_id };
    struct key key;
    TRY(key_of(turn->engine->ports.seal, STR("history"), names, countof(names), &key));
    return arena_copy(&turn->scratch, key_str(&key), ret_key);
}

/* What copy is asked for. */
static enum err turn_brief_find_pitched(struct turn *turn)
{
    struct work *work = turn->work;
    const struct copy_request *request = &turn->event->copy_request;
    work->brief.ban = engine_ban(turn->engine, turn->event);
    work->brief.product = request->has_product ? &request->product : NULL;
    if (!request->has_product) {
        TRY(catalog_find(turn->engine->ports.catalog, &turn->scratch, turn->event->tenant,
                         request->sku, &work->brief.product));
    }
    return brief_add_attributes(&turn->scratch, request, &work->brief.product);
}

enum err turn_brief_find_product(struct turn *turn, struct str sku)
{
    struct work *work = turn->work;
    if (turn->event->kind == EVENT_COPY_REQUEST) {
        return turn_brief_find_pitched(turn);
    }
    if (sku.len == 0) {
        return OK;
    }
    return catalog_find(turn->engine->ports.catalog, &turn->scratch, turn->event->tenant, sku,
                        &work->brief.product);
}

/* What is not for a model to answer, whatever it would say. */
static enum err turn_brief_person(struct turn *turn)
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

/* Those that are named beside the first, as they are now. */
static enum err turn_brief_find_others(struct turn *turn, const struct str *skus, size_t count)
{
    struct brief *brief = &turn->work->brief;
    const struct product **others = arena_zero(&turn->arena, count, sizeof(*others));
    if (!others) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const struct product *product = NULL;
        TRY(catalog_find(turn->engine->ports.catalog, &turn->arena, turn->event->tenant, skus[i],
                         &product));
        if (product) {
            others[brief->others_count++] = product;
        }
    }
    brief->others = others;
    return OK;
}

/* The product that the text names; the catalogue may change before it is looked up. */
static enum err turn_brief_named(struct turn *turn, struct str *ret_sku)
{
    const struct event *event = turn->event;
    if (event->kind != EVENT_MESSAGE || event->message.sku.len > 0) {
        return OK;
    }
    const struct catalog *catalog = turn->engine->ports.catalog;
    struct str skus[BRIEF_PRODUCTS_MAX];
    struct str text = brief_text(&turn->work->brief);
    size_t count = catalog_named_each(catalog, event->tenant, text, skus, countof(skus));
    if (count > 1) {
        TRY(turn_brief_find_others(turn, skus + 1, count - 1));
    }
    struct str sku = count > 1 ? skus[0] : catalog_named(catalog, event->tenant, text);
    return sku.len > 0 ? arena_copy(&turn->scratch, sku, ret_sku) : OK;
}

/* The text in which rules look, in canonical form. Other languages than theirs have other words. */
static enum err turn_brief_mend(struct turn *turn, struct str language, struct str *ret_text)
{
    struct brief *brief = &turn->work->brief;
    const struct event *event = turn->event;
    *ret_text = brief->canonical;
    bool is_known = str_is(language, "en") || str_is(language, "zh");
    if (!is_known || event->message.author != AUTHOR_CUSTOMER) {
        return OK;
    }
    TRY(mend_text(&turn->scratch, turn->engine->ports.catalog, event->tenant, event->message.text,
                  &brief->mended));
    return brief->mended.len > 0 ? utf8_canonical(&turn->scratch, brief->mended, ret_text) : OK;
}

/* The same with a sku where a name reads like a wish. */
static enum err turn_brief_unname(struct turn *turn, struct str *text)
{
    const struct event *event = turn->event;
    struct str unnamed = STR_NONE;
    if (event->message.author == AUTHOR_CUSTOMER) {
        TRY(unnamed_text(&turn->scratch, turn->engine->ports.catalog, event->tenant, *text,
                         &unnamed));
    }
    if (unnamed.len > 0) {
        turn->work->brief.mended = unnamed;
        *text = unnamed;
    }
    return OK;
}

static enum err turn_brief_read_anew(struct turn *turn, struct gist *ret_gist)
{
    const struct message *message = &turn->event->message;
    struct str fallback = turn->engine->options.language;
    struct shelf_wish wish;
    struct shelf_aside aside;
    struct str read;
    ret_gist->language = language_of(message->text, message->language, fallback);
    TRY(turn_brief_mend(turn, ret_gist->language, &read));
    TRY(turn_brief_unname(turn, &read));
    ret_gist->intent = intent_read(read, &ret_gist->concepts);
    ret_gist->is_wish = shelf_wish_of(read, ret_gist->concepts.all, &wish) ||
                        shelf_aside_in(read, &wish, &aside);
    /* Texts that differ in the case of letters are about the same. */
    ret_gist->is_of_text =
        turn->work->brief.mended.len > 0 || str_eq_ascii_case(message->text, read);
    return OK;
}

/* What is found in the message's text, this time or the last time that there was one like it. A
 * mended text is not kept, since its words would have to be. */
static enum err turn_brief_read(struct turn *turn, struct gist *ret_gist)
{
    struct engine *engine = turn->engine;
    struct brief *brief = &turn->work->brief;
    const struct message *message = &turn->event->message;
    uint64_t changes = catalog_changes(engine->ports.catalog);
    struct gist_key key;
    bool is_short;
    TRY(utf8_canonical(&turn->scratch, message->text, &brief->canonical));
    TRY(gists_key(turn->event->tenant, message->language, message->text, &key, &is_short));
    bool is_kept = is_short && message->author == AUTHOR_CUSTOMER;
    const struct gist *known = is_kept ? gists_find(engine->gists, &key, changes) : NULL;
    if (known) {
        *ret_gist = *known;
        return OK;
    }
    TRY(turn_brief_read_anew(turn, ret_gist));
    if (is_kept && brief->mended.len == 0) {
        gists_keep(engine->gists, &key, changes, ret_gist);
    }
    return OK;
}

/* Of a message; `ret_gist` is what was found in its text. */
static enum err turn_brief_understand(struct turn *turn, struct gist *ret_gist)
{
    struct brief *brief = &turn->work->brief;
    TRY(turn_brief_read(turn, ret_gist));
    bool is_on_order = turn->event->message.order_id.len > 0;
    brief->language = ret_gist->language;
    brief->intent = is_on_order ? intent_on_order(ret_gist->intent, &ret_gist->concepts)
                                : ret_gist->intent;
    return turn_brief_person(turn);
}

enum err turn_brief_make(struct turn *turn)
{
    struct work *work = turn->work;
    const struct event *event = turn->event;
    struct gist gist = { .is_wish = false };
    const struct concepts *known = NULL;
    work->brief.event = event;
    work->brief.flaw = turn->flaw;
    if (event->kind == EVENT_COPY_REQUEST) {
        work->brief.language = language_of(STR_NONE, event->copy_request.language,
                                           turn->engine->options.language);
    } else {
        TRY(turn_brief_understand(turn, &gist));
        known = gist.is_of_text ? &gist.concepts : NULL;
    }
    work->person = turn->is_given_up ? ERR_STUCK : work->person;
    struct str named = STR_NONE;
    TRY(turn_brief_named(turn, &named));
    TRY(turn_shelf_find(turn, &gist, &named));
    work->needs = brief_needs_named(event, work->brief.intent, named, known);
    work->needs.history = work->needs.history && turn->engine->options.history_turns > 0;
    work->needs.passages = work->needs.passages && consult_is_possible(turn);
    return OK;
}

/* A store that is slow for a moment is asked again, like a backend; one that is away is not waited
 * for, and a person has to answer. */
static enum err turn_brief_without(enum err why)
{
    return why == ERR_TIMEOUT ? why : ERR_NO_FACTS;
}

enum err turn_brief_take_history(struct turn *turn)
{
    struct work *work = turn->work;
    if (!work->needs.history) {
        return OK;
    }
    if (work->results[CALL_HISTORY] != OK) {
        return turn_brief_without(work->results[CALL_HISTORY]);
    }
    const struct store_call *call = &work->calls[CALL_HISTORY];
    const struct exchange self = { .partition = history_place(turn->part->id),
                                   .offset = turn->record.offset,
                                   .at_wall_ms = turn->event->time_wall_ms };
    struct history history;
    size_t items_max = history_items_max(turn->engine->options.history_turns);
    TRY(history_read(&turn->scratch, call, &self, items_max, &history));
    work->brief.history = history.items;
    work->brief.history_count = history.count;
    return OK;
}

static enum err turn_brief_take_orders(struct turn *turn)
{
    struct work *work = turn->work;
    if (!work->needs.orders) {
        return OK;
    }
    if (work->results[CALL_ORDERS] != OK) {
        return turn_brief_without(work->results[CALL_ORDERS]);
    }
    work->brief.orders_known = true;
    return order_turn_read(&turn->scratch, &work->calls[CALL_ORDERS], &work->brief);
}

/* The product that the conversation goes on about: where the message before named several, the one
 * whose place among them this one names ("and the second one?"), else the last. */
static struct str turn_brief_sku_before(const struct turn *turn)
{
    const struct brief *brief = &turn->work->brief;
    struct str sku = brief_history_sku(brief->history, brief->history_count);
    bool is_listed = turn->event->kind == EVENT_MESSAGE && brief->history_count > 0 &&
                     (brief_concepts(brief_text(brief)) & CONCEPT_BIT(LISTED)) != 0;
    if (!is_listed) {
        return sku;
    }
    if (listed_is_other(brief_text(brief))) {
        return STR_NONE; /* another one than that, which nobody has named */
    }
    struct str skus[BRIEF_PRODUCTS_MAX];
    size_t count = catalog_named_each(turn->engine->ports.catalog, turn->event->tenant,
                                      brief->history[brief->history_count - 1].text, skus,
                                      countof(skus));
    size_t place = listed_place(brief_text(brief), count);
    return count > 1 && place < count ? skus[place] : sku;
}

enum err turn_brief_take(struct turn *turn)
{
    struct work *work = turn->work;
    TRY(work->consulted);
    TRY(work->remembered);
    TRY(turn_brief_take_orders(turn));
    struct str sku = work->needs.sku;
    if (work->brief.is_shelf) {
        brief_find_named(&work->brief);
        work->brief.intent = naming_intent(&work->brief);
        return OK;
    }
    if (sku.len == 0) {
        sku = turn_brief_sku_before(turn);
    }
    TRY(turn_brief_find_product(turn, sku));
    work->brief.names_product = turn->event->kind == EVENT_MESSAGE && work->brief.product &&
                                work->needs.sku.len > 0 && turn->event->message.sku.len == 0;
    brief_find_named(&work->brief);
    work->brief.intent = naming_intent(&work->brief);
    return OK;
}
