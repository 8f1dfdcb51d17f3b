/* brief.c - see brief.h. */
#include "worker/answer/brief.h"

#include "worker/answer/screen_words.h"

/* A shorter name may be a part of any word, or stand for something else. */
#define BRIEF_ITEM_NAME_BYTES_MIN 3

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

static concept_set brief_concepts(struct str text)
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
    bool leans = (about & CONCEPT_BIT(LEAN)) != 0;
    bool points = (about & CONCEPT_BIT(THIS)) != 0 && !is_on_page;
    struct needs needs = { .sku = sku, .passages = true };
    bool is_number = intent == INTENT_OTHER && sku.len == 0 && brief_may_be_number(message->text);
    bool is_when = intent == INTENT_SHIPPING_TIME && !is_on_page; /* an order may be meant */
    const concept_set of_mine = CONCEPT_BIT(MINE) | CONCEPT_BIT(MY);
    needs.orders = is_order || names_order || (about & of_mine) || is_number || is_when;
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
    bool is_asked = event->kind == EVENT_MESSAGE &&
                    event->message.author == AUTHOR_CUSTOMER && intent != INTENT_GREETING &&
                    intent != INTENT_THANKS && intent != INTENT_PERSON &&
                    intent != INTENT_ANGRY && intent != INTENT_SCOPE;
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

static const struct order *brief_find_order(const struct brief *brief, struct str order_id)
{
    for (size_t i = 0; i < brief->orders_count; i++) {
        if (str_eq(brief->orders[i].order_id, order_id)) {
            return &brief->orders[i];
        }
    }
    return NULL;
}

/* The orders whose number is inside the text, standing for itself: 100234 is not in 1002345. */
static size_t brief_orders_in_text(const struct brief *brief, const struct order **ret_orders,
                                   size_t max)
{
    size_t count = 0;
    struct plain text;
    plain_of(brief->event->message.text, &text);
    for (size_t i = 0; i < brief->orders_count && count < max; i++) {
        struct plain id;
        plain_of(brief->orders[i].order_id, &id);
        if (plain_has(plain_str(&text), plain_str(&id))) {
            ret_orders[count++] = &brief->orders[i];
        }
    }
    return count;
}

static const struct order *brief_order_in_text(const struct brief *brief)
{
    const struct order *first = NULL;
    return brief_orders_in_text(brief, &first, 1) > 0 ? first : NULL;
}

/* "Where are my orders?" */
static bool brief_asks_for_all(const struct brief *brief)
{
    static const struct str words[] = {
        { "my orders", 9 }, { "all orders", 10 }, { "所有订单", 12 }, { "全部订单", 12 },
        { "订单都", 9 },    { "哪些订单", 12 },
    };
    struct plain text;
    plain_of(brief->event->message.text, &text);
    bool is_all = false;
    for (size_t i = 0; i < countof(words); i++) {
        is_all = is_all || plain_has(plain_str(&text), words[i]);
    }
    return is_all;
}

size_t brief_orders_asked(const struct brief *brief, const struct order **ret_orders, size_t max)
{
    if (brief->event->kind != EVENT_MESSAGE) {
        return 0;
    }
    size_t count = brief_orders_in_text(brief, ret_orders, max);
    if (count == 0 && brief_asks_for_all(brief)) {
        for (; count < brief->orders_count && count < max; count++) {
            ret_orders[count] = &brief->orders[count];
        }
    }
    return count;
}

/* "B-9": letters and digits, behind "order", and no product's. */
static bool brief_is_id(const struct brief *brief, struct str word)
{
    bool has_digit = false;
    bool has_other = false;
    for (size_t i = 0; i < word.len; i++) {
        bool is_digit = word.ptr[i] >= '0' && word.ptr[i] <= '9';
        has_digit = has_digit || is_digit;
        has_other = has_other || !is_digit;
    }
    bool is_sku = brief->product && str_eq_ascii_case(brief->product->sku, word);
    return has_digit && has_other && !is_sku;
}

/* The word of letters, digits and hyphens behind "order", 订单 or 订单号. */
static bool brief_text_has_id(const struct brief *brief)
{
    static const struct str leads[] = { { "order", 5 }, { "订单", 6 }, { "订单号", 9 } };
    struct plain plain;
    plain_of(brief->event->message.text, &plain);
    struct str text = plain_str(&plain);
    bool has_id = false;
    for (size_t i = 0; i < countof(leads); i++) {
        for (size_t at = 0; (at = plain_find(text, at, leads[i])) < text.len;) {
            at += leads[i].len;
            at += at < text.len && text.ptr[at] == ' ' ? 1 : 0;
            size_t len = 0;
            while (at + len < text.len &&
                   (plain_is_letter(text.ptr[at + len]) || text.ptr[at + len] == '-')) {
                len++;
            }
            has_id = has_id || brief_is_id(brief, str_slice(text, at, len));
        }
    }
    return has_id;
}

static bool brief_text_has_number(const struct brief *brief)
{
    return (brief_concepts(brief->event->message.text) & CONCEPT_BIT(NUMBER)) != 0 ||
           brief_text_has_id(brief);
}

bool brief_names_unknown_order(const struct brief *brief)
{
    return brief->event->kind == EVENT_MESSAGE && !brief_order_in_text(brief) &&
           brief_text_has_number(brief);
}

/* "My mug" is a "Stoneware mug", but "the" is no product. */
static bool brief_has_word_of(struct str text, struct str name)
{
    struct str word;
    bool has = false;
    while (str_split(&name, ' ', &word)) {
        bool is_latin = word.len >= BRIEF_ITEM_NAME_BYTES_MIN && plain_is_letter(word.ptr[0]);
        has = has || (is_latin && !screen_word_is_plain(word) && plain_has(text, word));
    }
    return has;
}

/* How much of the order's first products the text names: a whole name counts twice. */
static size_t brief_items_in_text(const struct order *order, size_t items_max,
                                  const struct plain *text)
{
    size_t count = 0;
    for (size_t i = 0; i < order->items_count && i < items_max; i++) {
        struct plain name;
        plain_of(order->items[i].name, &name);
        bool is_name = name.len >= BRIEF_ITEM_NAME_BYTES_MIN;
        bool is_whole = is_name && plain_has(plain_str(text), plain_str(&name));
        count += is_whole ? 2 : brief_has_word_of(plain_str(text), plain_str(&name)) ? 1 : 0;
    }
    return count;
}

/* The one with most of the products that the text names; of equals the newest. */
const struct order *brief_order_by_items(const struct brief *brief)
{
    const struct order *best = NULL;
    size_t most = 0;
    size_t left = BRIEF_ITEMS_MAX;
    struct plain text;
    plain_of(brief->event->message.text, &text);
    for (size_t i = 0; i < brief->orders_count; i++) {
        size_t count = brief_items_in_text(&brief->orders[i], left, &text);
        left -= min_size(left, brief->orders[i].items_count);
        if (count > most) {
            most = count;
            best = &brief->orders[i];
        }
    }
    return best;
}

static const struct order *brief_order_in_history(const struct brief *brief)
{
    for (size_t i = brief->history_count; i > 0; i--) {
        const struct order *last = brief_find_order(brief, brief->history[i - 1].order_id);
        if (last) {
            return last;
        }
    }
    return NULL;
}

static const struct order *brief_look_for_named(const struct brief *brief)
{
    if (brief->event->kind != EVENT_MESSAGE || brief->orders_count == 0) {
        return NULL;
    }
    const struct message *message = &brief->event->message;
    const struct order *named = brief_order_in_text(brief);
    if (named || brief_text_has_number(brief)) {
        return named;
    }
    if (message->order_id.len > 0) {
        return brief_find_order(brief, message->order_id);
    }
    named = brief_order_by_items(brief);
    return named ? named : brief_order_in_history(brief);
}

const struct order *brief_order_named(const struct brief *brief)
{
    return brief->is_named_found ? brief->named : brief_look_for_named(brief);
}

void brief_find_named(struct brief *brief)
{
    brief->named = brief_look_for_named(brief);
    brief->is_named_found = true;
}

const struct order *brief_order(const struct brief *brief)
{
    if (brief->event->kind != EVENT_MESSAGE || brief->orders_count == 0) {
        return NULL;
    }
    const struct order *named = brief_order_named(brief);
    if (named || brief->event->message.order_id.len > 0 || brief_text_has_number(brief)) {
        return named;
    }
    return &brief->orders[0];
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
