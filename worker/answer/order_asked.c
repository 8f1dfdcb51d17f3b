/* order_asked.c - see order_asked.h. */
#include "worker/answer/order_asked.h"

#define AMOUNT_ONE 10000
#define AMOUNT_MAX (INT64_C(1000000000000) * AMOUNT_ONE) /* as a price's twelve digits */

static bool asked_has(concept_set all, concept_set one)
{
    return (all & one) != 0;
}

/* Who asks for these does not mean what the order costs. */
static const concept_set asked_state = CONCEPT_BIT(WHERE) | CONCEPT_BIT(WHEN) |
                                       CONCEPT_BIT(ARRIVE) | CONCEPT_BIT(SHIP) |
                                       CONCEPT_BIT(STATUS) | CONCEPT_BIT(TRACK) |
                                       CONCEPT_BIT(NOT_YET) | CONCEPT_BIT(FREIGHT);

enum order_asked order_asked_in(concept_set all)
{
    if (asked_has(all, CONCEPT_BIT(COUNT_ORDERS))) {
        return ORDER_ASKED_COUNT;
    }
    if (asked_has(all, CONCEPT_BIT(PAID))) {
        return ORDER_ASKED_TOTAL;
    }
    if (asked_has(all, CONCEPT_BIT(PLACED_WHEN))) {
        return ORDER_ASKED_PLACED;
    }
    if (asked_has(all, CONCEPT_BIT(BOUGHT_WHAT))) {
        return ORDER_ASKED_ITEMS;
    }
    if (asked_has(all, CONCEPT_BIT(PRICE)) && !asked_has(all, asked_state)) {
        return ORDER_ASKED_TOTAL;
    }
    return asked_has(all, CONCEPT_BIT(NOT_YET)) ? ORDER_ASKED_MISSING : ORDER_ASKED_STATE;
}

bool order_amount_read(struct str price, int64_t *ret_amount)
{
    size_t point = str_find(price, STR("."));
    struct str decimals = str_slice(price, min_size(point + 1, price.len), price.len);
    int64_t whole = 0;
    int64_t part = 0;
    if (!str_to_i64(str_slice(price, 0, point), 0, AMOUNT_MAX / AMOUNT_ONE, &whole) ||
        decimals.len > 4 ||
        (decimals.len > 0 && !str_to_i64(decimals, 0, AMOUNT_ONE, &part))) {
        return false;
    }
    for (size_t i = decimals.len; i < 4; i++) {
        part *= 10;
    }
    *ret_amount = whole * AMOUNT_ONE + part;
    return true;
}

static bool total_add(struct order_total *total, int64_t amount, struct str currency)
{
    if (total->currency.len > 0 && !str_eq(total->currency, currency)) {
        return false;
    }
    total->currency = currency;
    total->amount += amount;
    return currency.len > 0 && total->amount <= AMOUNT_MAX;
}

bool order_total_of(const struct order *order, struct order_total *ret_total)
{
    struct order_total total = { .amount = 0 };
    for (size_t i = 0; i < order->items_count; i++) {
        const struct order_item *item = &order->items[i];
        int64_t price;
        if (item->quantity <= 0 || !order_amount_read(item->price, &price) ||
            (price > 0 && item->quantity > AMOUNT_MAX / price) ||
            !total_add(&total, price * item->quantity, item->currency)) {
            return false;
        }
    }
    *ret_total = total;
    return order->items_count > 0;
}

bool order_is_undone(const struct order *order)
{
    return order->type > ORDER_DELIVERED;
}

bool order_total_of_all(const struct order *orders, size_t count, struct order_total *ret_total)
{
    struct order_total total = { .amount = 0 };
    for (size_t i = 0; i < count; i++) {
        struct order_total one;
        if (order_is_undone(&orders[i])) {
            continue;
        }
        if (!order_total_of(&orders[i], &one) || !total_add(&total, one.amount, one.currency)) {
            return false;
        }
    }
    *ret_total = total;
    return total.currency.len > 0;
}

struct str order_amount(int64_t amount, char out[ORDER_AMOUNT_BYTES])
{
    int len = snprintf(out, ORDER_AMOUNT_BYTES, "%lld.%04lld", (long long)(amount / AMOUNT_ONE),
                       (long long)(amount % AMOUNT_ONE));
    size_t kept = (size_t)len;
    for (int i = 0; i < 2 && out[kept - 1] == '0'; i++) {
        kept--;
    }
    out[kept] = '\0';
    return (struct str){ out, kept };
}

struct str order_day(int64_t wall_ms, int offset_min, char out[CLOCK_TEXT_BYTES])
{
    return str_slice(clock_format(wall_ms + (int64_t)offset_min * 60000, out), 0, 10);
}

/* The items are mostly known from the event that placed it. */
bool order_placed_day(const struct order *order, char out[CLOCK_TEXT_BYTES], struct str *ret_day)
{
    const struct order_rank *items = &order->since[ORDER_ITEMS];
    bool is_older = (order->since_set & (1U << ORDER_ITEMS)) != 0;
    if (is_older && items->type == ORDER_PLACED) {
        *ret_day = order_day(items->at_wall_ms, items->at_offset_min, out);
        return true;
    }
    if (order->type == ORDER_PLACED) {
        *ret_day = order_day(order->at_wall_ms, order->at_offset_min, out);
        return true;
    }
    return false;
}
