/* brief_order.c - see brief_order.h. */
#include "worker/answer/brief_order.h"

#include "worker/answer/listed.h"
#include "worker/answer/screen_words.h"

/* A shorter name may be a part of any word, or stand for something else. */
#define ORDER_NAME_BYTES_MIN 3

/* A shorter number, written without its hyphen, may be anything. */
#define ORDER_DIGITS_MIN 3
#define ORDER_ID_BYTES_MAX 64
#define ORDER_HAN_BYTES 3

/* How well an item fits what the text names. */
enum { FIT_NONE, FIT_WORD, FIT_NAME, FIT_SKU };

static const struct order *order_of_id(const struct brief *brief, struct str order_id)
{
    for (size_t i = 0; i < brief->orders_count; i++) {
        if (str_eq(brief->orders[i].order_id, order_id)) {
            return &brief->orders[i];
        }
    }
    return NULL;
}

/* ---- by number ---- */

/* The id with `blank` in the place of its hyphens, or nothing there if that is NUL. */
static struct str order_id_without(struct str id, char blank, char out[ORDER_ID_BYTES_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i] == '-' ? blank : id.ptr[i];
        if (c != '\0') {
            out[len++] = c;
        }
    }
    return (struct str){ out, len };
}

/* "F 1001" and "F1001" are F-1001, but "B 2" is no number. */
static bool order_has_id(struct str text, struct str id)
{
    char bytes[ORDER_ID_BYTES_MAX];
    size_t digits = 0;
    for (size_t i = 0; i < id.len; i++) {
        digits += str_is_digit(id.ptr[i]) ? 1 : 0;
    }
    bool is_loose = digits >= ORDER_DIGITS_MIN && id.len <= sizeof(bytes) &&
                    str_find(id, STR("-")) < id.len;
    return plain_has(text, id) ||
           (is_loose && (plain_has(text, order_id_without(id, ' ', bytes)) ||
                         plain_has(text, order_id_without(id, '\0', bytes))));
}

static bool order_has_tracking(struct str text, const struct order *order)
{
    struct plain tracking;
    plain_of(order->tracking, &tracking);
    bool has_digit = false;
    for (size_t i = 0; i < tracking.len; i++) {
        has_digit = has_digit || str_is_digit(tracking.bytes[i]);
    }
    return has_digit && tracking.len >= ORDER_NAME_BYTES_MIN &&
           plain_has(text, plain_str(&tracking));
}

/* The orders whose number is inside the text, or that of their parcel, standing for itself: 100234
 * is not in 1002345. */
static size_t orders_in_text(const struct brief *brief, const struct order **ret_orders, size_t max)
{
    size_t count = 0;
    struct plain text;
    plain_of(brief_text(brief), &text);
    for (size_t i = 0; i < brief->orders_count && count < max; i++) {
        const struct order *order = &brief->orders[i];
        struct plain id;
        plain_of(order->order_id, &id);
        if (order_has_id(plain_str(&text), plain_str(&id)) ||
            order_has_tracking(plain_str(&text), order)) {
            ret_orders[count++] = order;
        }
    }
    return count;
}

static const struct order *order_in_text(const struct brief *brief)
{
    const struct order *first = NULL;
    return orders_in_text(brief, &first, 1) > 0 ? first : NULL;
}

/* "B-9": letters and digits, behind "order", and no product's. */
static bool order_is_id(const struct brief *brief, struct str word)
{
    bool has_digit = false;
    bool has_other = false;
    for (size_t i = 0; i < word.len; i++) {
        has_digit = has_digit || str_is_digit(word.ptr[i]);
        has_other = has_other || !str_is_digit(word.ptr[i]);
    }
    bool is_sku = brief->product && str_eq_ascii_case(brief->product->sku, word);
    return has_digit && has_other && !is_sku;
}

/* "F 9999", but not "a 1000 pieces". */
static bool order_is_parted_id(struct str rest, struct str word)
{
    size_t digits = 0;
    bool is_parted = word.len == 1 && word.ptr[0] >= 'b' && word.ptr[0] <= 'z' &&
                     word.ptr[0] != 'i' && rest.len > 1 && rest.ptr[1] == ' ';
    while (is_parted && 2 + digits < rest.len && str_is_digit(rest.ptr[2 + digits])) {
        digits++;
    }
    return digits >= ORDER_DIGITS_MIN;
}

/* Whether a number stands at the start of `rest`. */
static bool order_id_at(const struct brief *brief, struct str rest)
{
    size_t len = 0;
    while (len < rest.len && (plain_is_letter(rest.ptr[len]) || rest.ptr[len] == '-')) {
        len++;
    }
    struct str word = str_slice(rest, 0, len);
    return order_is_id(brief, word) || order_is_parted_id(rest, word);
}

/* What stands before a number. */
static const struct str order_leads[] = {
    STR("order"), STR("tracking number"), STR("tracking"), STR("track"), STR("订单号"),
    STR("订单"),  STR("物流"),            STR("单号"),
};

static bool order_is_led_by(const struct brief *brief, struct str text, struct str lead)
{
    bool has_id = false;
    for (size_t at = 0; !has_id && (at = plain_find(text, at, lead)) < text.len;) {
        at += lead.len;
        at += at < text.len && text.ptr[at] == ' ' ? 1 : 0;
        has_id = order_id_at(brief, str_slice(text, at, text.len));
    }
    return has_id;
}

static bool order_text_has_id(const struct brief *brief)
{
    struct plain plain;
    plain_of(brief_text(brief), &plain);
    bool has_id = false;
    for (size_t i = 0; i < countof(order_leads) && !has_id; i++) {
        has_id = order_is_led_by(brief, plain_str(&plain), order_leads[i]);
    }
    return has_id;
}

concept_set brief_about(const struct brief *brief)
{
    if (brief->is_named_found || brief->event->kind != EVENT_MESSAGE) {
        return brief->about;
    }
    return brief_concepts(brief_text(brief));
}

static bool order_text_has_number(const struct brief *brief)
{
    return brief->is_named_found
               ? brief->names_number
               : (brief_about(brief) & CONCEPT_BIT(NUMBER)) != 0 || order_text_has_id(brief);
}

bool brief_names_unknown_order(const struct brief *brief)
{
    return brief->event->kind == EVENT_MESSAGE && !order_in_text(brief) &&
           order_text_has_number(brief);
}

/* ---- by product ---- */

/* "My mug" is a "Stoneware mug", but "the" is no product. */
static bool order_has_word_of(struct str text, struct str name)
{
    struct str word;
    bool has = false;
    while (str_split(&name, ' ', &word)) {
        bool is_latin = word.len >= ORDER_NAME_BYTES_MIN && plain_is_letter(word.ptr[0]);
        has = has || (is_latin && !screen_word_is_plain(word) && plain_has(text, word));
    }
    return has;
}

static bool order_is_han(char c)
{
    return (unsigned char)c >= 0xE4 && (unsigned char)c <= 0xE9;
}

/* 红茶 is a 正山小种红茶: two neighbouring characters tell what it is. */
static bool order_has_pair_of(struct str text, struct str name)
{
    bool has = false;
    for (size_t at = 0; at + 2 * ORDER_HAN_BYTES <= name.len && !has; at++) {
        struct str rest = str_slice(name, at, name.len);
        bool is_pair = order_is_han(rest.ptr[0]) && order_is_han(rest.ptr[ORDER_HAN_BYTES]) &&
                       screen_word_at(rest) < 2 * ORDER_HAN_BYTES;
        has = is_pair && plain_has(text, str_slice(rest, 0, 2 * ORDER_HAN_BYTES));
    }
    return has;
}

/* Where the catalogue tells which product is meant, another one that has a word of its name is
 * not. */
static size_t order_item_fit(const struct brief *brief, const struct order_item *item,
                             struct str text)
{
    bool is_known = brief->names_product && brief->product;
    if (is_known && str_eq(brief->product->sku, item->sku)) {
        return FIT_SKU;
    }
    struct plain plain;
    plain_of(item->name, &plain);
    struct str name = plain_str(&plain);
    if (name.len >= ORDER_NAME_BYTES_MIN && plain_has(text, name)) {
        return FIT_NAME;
    }
    bool has_part = !is_known && (order_has_word_of(text, name) || order_has_pair_of(text, name));
    return has_part ? FIT_WORD : FIT_NONE;
}

/* Fits of all orders; gives the best one. */
static size_t order_fits(const struct brief *brief, size_t fits[BRIEF_ORDERS_MAX])
{
    size_t most = 0;
    size_t left = BRIEF_ITEMS_MAX;
    struct plain text;
    plain_of(brief_text(brief), &text);
    for (size_t i = 0; i < brief->orders_count && i < BRIEF_ORDERS_MAX; i++) {
        const struct order *order = &brief->orders[i];
        size_t count = min_size(order->items_count, left);
        fits[i] = 0;
        for (size_t item = 0; item < count; item++) {
            fits[i] += order_item_fit(brief, &order->items[item], plain_str(&text));
        }
        left -= count;
        most = max_size(most, fits[i]);
    }
    return most;
}

static size_t orders_by_items(const struct brief *brief, const struct order **ret_orders,
                              size_t max)
{
    size_t fits[BRIEF_ORDERS_MAX];
    size_t count = 0;
    size_t most = order_fits(brief, fits);
    for (size_t i = 0; most > 0 && i < brief->orders_count && count < max; i++) {
        if (i < BRIEF_ORDERS_MAX && fits[i] == most) {
            ret_orders[count++] = &brief->orders[i];
        }
    }
    return count;
}

/* Of equals the newest. */
const struct order *brief_order_by_items(const struct brief *brief)
{
    const struct order *best = NULL;
    return orders_by_items(brief, &best, 1) > 0 ? best : NULL;
}

/* ---- by carrier ---- */

/* What people call it: "dhl" of "DHL Express", 顺丰 of 顺丰速运. */
static struct str order_carrier_word(struct str carrier)
{
    struct str rest = carrier;
    struct str word = STR_NONE;
    if (carrier.len > 0 && order_is_han(carrier.ptr[0])) {
        return str_slice(carrier, 0, 2 * ORDER_HAN_BYTES);
    }
    (void)str_split(&rest, ' ', &word);
    return word;
}

static bool order_has_carrier(struct str text, const struct order *order)
{
    struct plain carrier;
    plain_of(order->carrier, &carrier);
    struct str word = order_carrier_word(plain_str(&carrier));
    return word.len >= ORDER_NAME_BYTES_MIN && !screen_word_is_plain(word) && plain_has(text, word);
}

/* "My DHL parcel" is one that is spoken of; "do you ship with DHL?" asks for none. */
static bool order_is_of_parcel(concept_set about)
{
    const concept_set own = CONCEPT_BIT(MINE) | CONCEPT_BIT(MY) | CONCEPT_BIT(WHERE) |
                            CONCEPT_BIT(NOT_YET);
    const concept_set when = CONCEPT_BIT(PARCEL) | CONCEPT_BIT(WHEN);
    return (about & own) != 0 || (about & when) == when;
}

/* None where all orders go with it: then it says nothing. */
static size_t orders_by_carrier(const struct brief *brief, const struct order **ret_orders,
                                size_t max)
{
    size_t count = 0;
    size_t all = 0;
    struct plain text;
    if (!order_is_of_parcel(brief_about(brief))) {
        return 0;
    }
    plain_of(brief_text(brief), &text);
    for (size_t i = 0; i < brief->orders_count; i++) {
        bool has = order_has_carrier(plain_str(&text), &brief->orders[i]);
        all += has ? 1 : 0;
        if (has && count < max) {
            ret_orders[count++] = &brief->orders[i];
        }
    }
    return all < brief->orders_count ? count : 0;
}

static const struct order *order_by_carrier(const struct brief *brief)
{
    const struct order *newest = NULL;
    return orders_by_carrier(brief, &newest, 1) > 0 ? newest : NULL;
}

/* ---- by all of these ---- */

static const struct order *order_in_history(const struct brief *brief)
{
    for (size_t i = brief->history_count; i > 0; i--) {
        const struct order *last = order_of_id(brief, brief->history[i - 1].order_id);
        if (last) {
            return last;
        }
    }
    return NULL;
}

static const struct order *order_look_for_named(const struct brief *brief)
{
    if (brief->event->kind != EVENT_MESSAGE || brief->orders_count == 0) {
        return NULL;
    }
    const struct message *message = &brief->event->message;
    const struct order *named = order_in_text(brief);
    if (named || order_text_has_number(brief)) {
        return named;
    }
    if (message->order_id.len > 0) {
        return order_of_id(brief, message->order_id);
    }
    if (brief_about(brief) & CONCEPT_BIT(LAST_ORDER)) {
        return &brief->orders[0];
    }
    if (brief_about(brief) & CONCEPT_BIT(LISTED)) {
        named = listed_order(brief);
        if (!named && listed_is_other(brief_text(brief))) {
            return NULL; /* not the one that was spoken of */
        }
    }
    named = named ? named : brief_order_by_items(brief);
    named = named ? named : order_by_carrier(brief);
    return named || brief->names_product ? named : order_in_history(brief);
}

const struct order *brief_order_named(const struct brief *brief)
{
    return brief->is_named_found ? brief->named : order_look_for_named(brief);
}

void brief_find_named(struct brief *brief)
{
    if (brief->event->kind == EVENT_MESSAGE) {
        brief->about = brief_about(brief);
        brief->names_number = order_text_has_number(brief);
    }
    brief->named = order_look_for_named(brief);
    brief->is_named_found = true;
}

bool brief_names_order(const struct brief *brief)
{
    return brief->event->kind == EVENT_MESSAGE && order_in_text(brief) != NULL;
}

const struct order *brief_order_before(const struct brief *brief)
{
    const struct exchange *last =
        brief->history_count > 0 ? &brief->history[brief->history_count - 1] : NULL;
    return last && last->order_id.len > 0 ? order_of_id(brief, last->order_id) : NULL;
}

bool brief_names_other_product(const struct brief *brief)
{
    return brief->names_product && !brief_order_named(brief);
}

const struct order *brief_order(const struct brief *brief)
{
    if (brief->event->kind != EVENT_MESSAGE || brief->orders_count == 0) {
        return NULL;
    }
    const struct order *named = brief_order_named(brief);
    if (named || brief->event->message.order_id.len > 0 || brief->names_product ||
        order_text_has_number(brief)) {
        return named;
    }
    return &brief->orders[0];
}

/* "Where are my orders?" */
static bool order_asks_for_all(const struct brief *brief)
{
    return (brief_about(brief) & CONCEPT_BIT(ALL_ORDERS)) != 0;
}

/* The newest, and of the others those under way, or all. */
static size_t orders_from_newest(const struct brief *brief, bool is_all,
                                 const struct order **ret_orders, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < brief->orders_count && count < max; i++) {
        if (i == 0 || is_all || brief->orders[i].type <= ORDER_SHIPPED) {
            ret_orders[count++] = &brief->orders[i];
        }
    }
    return count;
}

size_t brief_orders_meant(const struct brief *brief, const struct order **ret_orders, size_t max)
{
    const struct order *one = brief_order(brief);
    if (!one || max == 0) {
        return 0;
    }
    size_t count = orders_in_text(brief, ret_orders, max);
    if (count > 0) {
        return count;
    }
    if (brief->event->message.order_id.len == 0) {
        bool is_all = order_asks_for_all(brief);
        count = is_all ? 0 : orders_by_items(brief, ret_orders, max);
        count = is_all || count > 0 ? count : orders_by_carrier(brief, ret_orders, max);
        if (count > 0) {
            return count;
        }
        if (is_all || !brief_order_named(brief)) {
            return orders_from_newest(brief, is_all, ret_orders, max);
        }
    }
    ret_orders[0] = one;
    return 1;
}
