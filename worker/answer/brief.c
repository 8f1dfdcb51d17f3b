/* brief.c - see brief.h. */
#include "worker/answer/brief.h"

/* A text that is hardly more than an order's number. */
#define BRIEF_NUMBER_BYTES_MAX 40
#define BRIEF_NUMBER_BLANKS_MAX 1

static bool brief_is_about_order(enum intent intent)
{
    return intent == INTENT_ORDER_STATUS || intent == INTENT_RETURN || intent == INTENT_REFUND ||
           intent == INTENT_CANCEL || intent == INTENT_ADDRESS;
}

static bool brief_is_about_product(enum intent intent)
{
    return intent == INTENT_SHIPPING_TIME || intent == INTENT_PRICE || intent == INTENT_STOCK ||
           intent == INTENT_PRODUCT;
}

concept_set brief_concepts(struct str text)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(text, &plain);
    concepts_in(&plain, &concepts);
    return concepts.all;
}

static bool brief_names_number(concept_set all)
{
    return (all & CONCEPT_BIT(ORDER)) && (all & CONCEPT_BIT(NUMBER));
}

/* "B-2": an answer to "which order do you mean?", perhaps. */
static bool brief_may_be_number(struct str text)
{
    bool has_digit = false;
    size_t blanks = 0;
    for (size_t i = 0; i < text.len; i++) {
        has_digit = has_digit || (text.ptr[i] >= '0' && text.ptr[i] <= '9');
        blanks += text.ptr[i] == ' ' ? 1 : 0;
    }
    return has_digit && blanks <= BRIEF_NUMBER_BLANKS_MAX && text.len <= BRIEF_NUMBER_BYTES_MAX;
}

/* The rules of brief.h, from "order status" on. */
static struct needs brief_message_needs(const struct message *message, enum intent intent,
                                        struct str named_sku, concept_set about)
{
    struct str sku = message->sku.len > 0 ? message->sku : named_sku;
    bool is_on_page = sku.len > 0;
    bool is_order = brief_is_about_order(intent);
    bool names_order = message->order_id.len > 0 || brief_names_number(about);
    const concept_set leaning = CONCEPT_BIT(LEAN) | CONCEPT_BIT(LISTED);
    bool leans = (about & leaning) != 0;
    bool points = (about & CONCEPT_BIT(THIS)) != 0 && !is_on_page;
    struct needs needs = { .sku = sku, .passages = true };
    bool is_number = intent == INTENT_OTHER && sku.len == 0 && brief_may_be_number(message->text);
    bool may_be_order = intent == INTENT_SHIPPING_TIME || intent == INTENT_PRICE ||
                        (about & (CONCEPT_BIT(ID) | CONCEPT_BIT(LISTED))) != 0;
    const concept_set of_mine = CONCEPT_BIT(MINE) | CONCEPT_BIT(MY);
    needs.orders = is_order || names_order || (about & of_mine) || is_number ||
                   (may_be_order && !is_on_page);
    needs.history = leans || points || (is_order && !names_order) ||
                    (brief_is_about_product(intent) && !is_on_page) || intent == INTENT_OTHER ||
                    intent == INTENT_COMPLAINT;
    needs.leans = leans || points;
    return needs;
}

struct needs brief_needs(const struct event *event, enum intent intent)
{
    return brief_needs_named(event, intent, STR_NONE, NULL);
}

struct needs brief_needs_named(const struct event *event, enum intent intent,
                               struct str named_sku, const struct concepts *known)
{
    if (event->kind == EVENT_COPY_REQUEST) {
        return (struct needs){ .sku = event->copy_request.sku };
    }
    if (intent == INTENT_NOD && event->kind == EVENT_MESSAGE) {
        return (struct needs){ .history = event->message.author == AUTHOR_CUSTOMER };
    }
    bool is_asked = event->kind == EVENT_MESSAGE &&
                    event->message.author == AUTHOR_CUSTOMER && intent != INTENT_GREETING &&
                    intent != INTENT_THANKS && intent != INTENT_PERSON &&
                    intent != INTENT_ANGRY && intent != INTENT_SCOPE &&
                    intent != INTENT_HELP && intent != INTENT_ROBOT;
    if (!is_asked) {
        return (struct needs){ 0 };
    }
    concept_set about = known ? known->all : brief_concepts(event->message.text);
    return brief_message_needs(&event->message, intent, named_sku, about);
}

const struct product *brief_product(const struct brief *brief)
{
    const struct event *event = brief->event;
    if (!brief->product && event->kind == EVENT_COPY_REQUEST && event->copy_request.has_product) {
        return &event->copy_request.product;
    }
    return brief->product;
}

static bool brief_is_replaced(const struct copy_request *request, struct str name)
{
    for (size_t i = 0; i < request->attributes_count; i++) {
        if (str_eq(request->attributes[i].name, name)) {
            return true;
        }
    }
    return false;
}

enum err brief_add_attributes(struct arena *arena, const struct copy_request *request,
                              const struct product **product)
{
    const struct product *old = *product;
    if (!old || request->attributes_count == 0) {
        return OK;
    }
    size_t count = request->attributes_count;
    struct attribute *all = arena_zero(arena, count + old->attributes_count, sizeof(*all));
    struct product *made = arena_new(arena, struct product);
    if (!all || !made) {
        return ERR_NOMEM;
    }
    memcpy(all, request->attributes, count * sizeof(*all));
    for (size_t i = 0; i < old->attributes_count; i++) {
        if (!brief_is_replaced(request, old->attributes[i].name)) {
            all[count++] = old->attributes[i];
        }
    }
    *made = *old;
    made->attributes = all;
    made->attributes_count = count;
    *product = made;
    return OK;
}

struct str brief_history_sku(const struct exchange *history, size_t history_count)
{
    for (size_t i = history_count; i > 0; i--) {
        if (history[i - 1].sku.len > 0) {
            return history[i - 1].sku;
        }
    }
    return STR_NONE;
}

enum err brief_said_before(struct arena *arena, const struct exchange *history,
                           size_t history_count, struct str *ret_text)
{
    struct str parts[2 * BRIEF_LEANING_MAX];
    size_t count = 0;
    bool leans = true;
    for (size_t i = history_count; leans && i > 0 && count < countof(parts); i--) {
        const struct exchange *exchange = &history[i - 1];
        if (exchange->author == AUTHOR_CUSTOMER) {
            parts[count++] = exchange->text;
            parts[count++] = STR("\n");
            leans = (brief_concepts(exchange->text) & (CONCEPT_BIT(LEAN) | CONCEPT_BIT(THIS))) != 0;
        }
    }
    return arena_join(arena, parts, count, ret_text);
}

size_t brief_facts(const struct brief *brief, struct fact facts[FACTS_MAX])
{
    size_t count = 0;
    const struct product *product = brief_product(brief);
    if (product) {
        facts[count++] = (struct fact){ FACT_PRODUCT, product->sku };
    }
    for (size_t i = 0; i < brief->others_count; i++) {
        facts[count++] = (struct fact){ FACT_PRODUCT, brief->others[i]->sku };
    }
    for (size_t i = 0; i < brief->orders_count && count < FACTS_MAX - 1; i++) {
        facts[count++] = (struct fact){ FACT_ORDER, brief->orders[i].order_id };
    }
    for (size_t i = 0; i < brief->passages_count && count < FACTS_MAX - 1; i++) {
        facts[count++] = (struct fact){ FACT_PASSAGE, brief->passages[i].id };
    }
    if (brief->history_count > 0 && brief->event->kind == EVENT_MESSAGE) {
        facts[count++] = (struct fact){ FACT_HISTORY, brief->event->message.conversation_id };
    }
    return count;
}

bool brief_is_personal(const struct brief *brief)
{
    return brief->history_count > 0 || brief->orders_count > 0 || brief->orders_known;
}
