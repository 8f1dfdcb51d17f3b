/* builtin_order.c - see builtin_order.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin_order.h"

struct wording {
    const char *zh;
    const char *en;
};

static const struct wording builtin_states[] = {
    [ORDER_PLACED] = { "已下单", "has been placed" },
    [ORDER_PAID] = { "已付款,正在备货", "has been paid and is being prepared" },
    [ORDER_SHIPPED] = { "已发货", "has been shipped" },
    [ORDER_DELIVERED] = { "已送达", "has been delivered" },
    [ORDER_CANCELLED] = { "已取消", "has been cancelled" },
    [ORDER_RETURNED] = { "已退货", "has been returned" },
    [ORDER_REFUNDED] = { "已退款", "has been refunded" },
};

enum err builtin_order_state(struct arena *arena, const struct brief *brief,
                             const struct order *order, struct str *ret_text)
{
    bool is_zh = str_is(brief->language, "zh");
    const struct wording *state = &builtin_states[order->type];
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 8192);
    TRY(buf_printf(&buf, is_zh ? "订单 %.*s %s" : "Order %.*s %s", STR_ARG(order->order_id),
                   is_zh ? state->zh : state->en));
    if (order->type == ORDER_SHIPPED && order->carrier.len > 0) {
        TRY(buf_printf(&buf, is_zh ? ",承运商 %.*s" : " with %.*s", STR_ARG(order->carrier)));
    }
    if (order->type == ORDER_SHIPPED && order->tracking.len > 0) {
        TRY(buf_printf(&buf, is_zh ? ",运单号 %.*s" : ", tracking number %.*s",
                       STR_ARG(order->tracking)));
    }
    bool is_under_way = order->type <= ORDER_SHIPPED;
    if (is_under_way && order->eta.len > 0) {
        TRY(buf_printf(&buf, is_zh ? ",预计 %.*s 送达" : ", expected on %.*s",
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
