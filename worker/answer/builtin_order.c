/* builtin_order.c - see builtin_order.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin_order.h"

#include "common/clock.h"
#include "worker/answer/bilingual.h"
#include "worker/answer/brief_order.h"

#define BUILTIN_SUMS_MAX 5      /* of more than are known; no sum of all is told of them */
#define ORDER_ITEMS_TOLD_MAX 20 /* of one order */

static const struct bilingual builtin_states[] = {
    [ORDER_PLACED] = { "已下单", "has been placed" },
    [ORDER_PAID] = { "已付款，正在备货", "has been paid and is being prepared" },
    [ORDER_SHIPPED] = { "已发货", "has been shipped" },
    [ORDER_DELIVERED] = { "已送达", "has been delivered" },
    [ORDER_CANCELLED] = { "已取消", "has been cancelled" },
    [ORDER_RETURNED] = { "已退货", "has been returned" },
    [ORDER_REFUNDED] = { "已退款", "has been refunded" },
};

/* "When was it delivered?", "Who is the carrier?" */
static enum err order_state_asked(struct buf *buf, const struct brief *brief,
                                  const struct order *order, bool is_zh)
{
    concept_set about = brief_about(brief);
    char text[CLOCK_TEXT_BYTES];
    if (order->type != ORDER_DELIVERED) {
        return OK;
    }
    if (about & CONCEPT_BIT(WHEN)) {
        struct str day = order_day(order->at_wall_ms, order->at_offset_min, text);
        TRY(buf_printf(buf, is_zh ? "，送达日期 %.*s" : " on %.*s", STR_ARG(day)));
    }
    if ((about & CONCEPT_BIT(TRACK)) && order->carrier.len > 0) {
        TRY(buf_printf(buf, is_zh ? "，承运商 %.*s" : " with %.*s", STR_ARG(order->carrier)));
    }
    return OK;
}

enum err builtin_order_state(struct arena *arena, const struct brief *brief,
                             const struct order *order, struct str *ret_text)
{
    bool is_zh = str_is(brief->language, "zh");
    const struct bilingual *state = &builtin_states[order->type];
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 8192);
    TRY(buf_printf(&buf, is_zh ? "订单 %.*s %s" : "Order %.*s %s", STR_ARG(order->order_id),
                   bilingual_pick(state, brief->language)));
    if (order->type == ORDER_SHIPPED && order->carrier.len > 0) {
        TRY(buf_printf(&buf, is_zh ? "，承运商 %.*s" : " with %.*s", STR_ARG(order->carrier)));
    }
    if (order->type == ORDER_SHIPPED && order->tracking.len > 0) {
        TRY(buf_printf(&buf, is_zh ? "，运单号 %.*s" : ", tracking number %.*s",
                       STR_ARG(order->tracking)));
    }
    TRY(order_state_asked(&buf, brief, order, is_zh));
    bool is_under_way = order->type <= ORDER_SHIPPED;
    if (is_under_way && order->eta.len > 0) {
        TRY(buf_printf(&buf, is_zh ? "，预计 %.*s 送达" : ", expected on %.*s",
                       STR_ARG(order->eta)));
    }
    TRY(buf_add(&buf, is_zh ? STR("。") : STR(".")));
    return arena_copy(arena, buf_str(&buf), ret_text);
}

enum err builtin_order_states(struct arena *arena, const struct brief *brief,
                              const struct order *const *orders, size_t count,
                              struct str *ret_text)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 65536);
    for (size_t i = 0; i < count; i++) {
        struct str line;
        TRY(builtin_order_state(arena, brief, orders[i], &line));
        TRY(buf_add(&buf, i > 0 ? STR("\n") : STR_NONE));
        TRY(buf_add(&buf, line));
    }
    return arena_copy(arena, buf_str(&buf), ret_text);
}

/* ---- what orders add up to ---- */

static enum err order_line_total(struct buf *buf, const struct order *order, bool is_zh)
{
    struct order_total total;
    char amount[ORDER_AMOUNT_BYTES];
    if (!order_total_of(order, &total)) {
        return ERR_NO_FACTS;
    }
    struct str text = order_amount(total.amount, amount);
    return buf_printf(buf,
                      is_zh ? "订单 %.*s 的商品合计 %.*s %.*s。"
                            : "The items of order %.*s cost %.*s %.*s in total.",
                      STR_ARG(order->order_id), STR_ARG(text), STR_ARG(total.currency));
}

static enum err order_line_items(struct buf *buf, const struct order *order, bool is_zh)
{
    if (order->items_count == 0 || order->items_count > ORDER_ITEMS_TOLD_MAX) {
        return ERR_NO_FACTS;
    }
    TRY(buf_printf(buf, is_zh ? "订单 %.*s：" : "Order %.*s: ", STR_ARG(order->order_id)));
    for (size_t i = 0; i < order->items_count; i++) {
        const struct order_item *item = &order->items[i];
        struct str name = item->name.len > 0 ? item->name : item->sku;
        TRY(buf_printf(buf, is_zh ? "%s%.*s，数量 %lld" : "%s%.*s, quantity %lld",
                       i == 0 ? "" : is_zh ? "；" : "; ", STR_ARG(name),
                       (long long)item->quantity));
    }
    return buf_add(buf, is_zh ? STR("。") : STR("."));
}

static enum err order_line_placed(struct buf *buf, const struct order *order, bool is_zh)
{
    char text[CLOCK_TEXT_BYTES];
    struct str day;
    if (!order_placed_day(order, text, &day)) {
        return ERR_NO_FACTS;
    }
    return buf_printf(buf, is_zh ? "订单 %.*s 于 %.*s 下单。" : "Order %.*s was placed on %.*s.",
                      STR_ARG(order->order_id), STR_ARG(day));
}

static enum err order_line(struct buf *buf, const struct order *order, enum order_asked asked,
                           bool is_zh)
{
    switch (asked) {
    case ORDER_ASKED_TOTAL:
        return order_line_total(buf, order, is_zh);
    case ORDER_ASKED_ITEMS:
        return order_line_items(buf, order, is_zh);
    case ORDER_ASKED_PLACED:
        return order_line_placed(buf, order, is_zh);
    case ORDER_ASKED_COUNT:
    case ORDER_ASKED_STATE:
    case ORDER_ASKED_MISSING:
        break;
    }
    return ERR_NO_FACTS;
}

/* What was paid for an order that was undone may have gone back: its state is told, no sum. */
static enum err order_line_undone(struct arena *arena, const struct brief *brief,
                                  const struct order *order, struct buf *buf)
{
    struct str state;
    TRY(builtin_order_state(arena, brief, order, &state));
    return buf_add(buf, state);
}

/* What is kept of a customer's orders is bounded: of as many as there is room for there may be
 * more. */
static bool orders_are_all(const struct brief *brief)
{
    return brief->orders_count < BRIEF_ORDERS_MAX;
}

static enum err order_count(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    bool is_zh = str_is(brief->language, "zh");
    const struct order *orders[BRIEF_ORDERS_MAX];
    struct str states = STR_NONE;
    if (!orders_are_all(brief)) {
        return ERR_NO_FACTS;
    }
    for (size_t i = 0; i < brief->orders_count; i++) {
        orders[i] = &brief->orders[i];
    }
    TRY(builtin_order_states(arena, brief, orders, brief->orders_count, &states));
    const char *unit = is_zh ? " 个订单。" : brief->orders_count == 1 ? " order." : " orders.";
    return arena_printf(arena, ret_text, "%s%zu%s\n%.*s", is_zh ? "您有 " : "You have ",
                        brief->orders_count, unit, STR_ARG(states));
}

static enum err order_sum(struct buf *buf, const struct brief *brief, bool is_zh)
{
    struct order_total total;
    char amount[ORDER_AMOUNT_BYTES];
    if (brief->orders_count < 2 ||
        !order_total_of_all(brief->orders, brief->orders_count, &total)) {
        return OK;
    }
    struct str text = order_amount(total.amount, amount);
    return buf_printf(buf, is_zh ? "\n一共 %.*s %.*s。" : "\nAltogether that is %.*s %.*s.",
                      STR_ARG(text), STR_ARG(total.currency));
}

enum err builtin_order_sums(struct arena *arena, const struct brief *brief,
                            enum order_asked asked, struct str *ret_text)
{
    bool is_zh = str_is(brief->language, "zh");
    const struct order *named = brief_order_named(brief);
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 65536);
    if (brief->orders_count == 0) { /* which is no fact: the store may have lost them */
        return ERR_NO_FACTS;
    }
    if (asked == ORDER_ASKED_COUNT) {
        return order_count(arena, brief, ret_text);
    }
    bool is_part = !named && !orders_are_all(brief);
    size_t count = named ? 1 : is_part ? BUILTIN_SUMS_MAX : brief->orders_count;
    for (size_t i = 0; i < count; i++) {
        const struct order *order = named ? named : &brief->orders[i];
        TRY(buf_add(&buf, i > 0 ? STR("\n") : STR_NONE));
        if (asked == ORDER_ASKED_TOTAL && order_is_undone(order)) {
            TRY(order_line_undone(arena, brief, order, &buf));
        } else {
            TRY(order_line(&buf, order, asked, is_zh));
        }
    }
    if (is_part) {
        TRY(buf_add(&buf, is_zh ? STR("\n这是最近的订单，更早的订单未列出。")
                                : STR("\nThese are the newest orders; older ones are not "
                                      "listed.")));
    } else if (!named && asked == ORDER_ASKED_TOTAL) {
        TRY(order_sum(&buf, brief, is_zh));
    }
    return arena_copy(arena, buf_str(&buf), ret_text);
}
