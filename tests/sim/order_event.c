/* order_event.c - see order_event.h. */
#include "tests/sim/order_event.h"

#include "tests/sim/question.h"

#define EVENT_HOUR_MS (3600 * (int64_t)1000)
#define EVENT_SECONDS 101 /* of that hour; a prime, which mixes the numbers */

static int event_second(const struct question *question)
{
    return question->uid * 37 % EVENT_SECONDS;
}

static struct str event_text(struct arena *arena, const char *kind, int number)
{
    struct str text;
    if (arena_printf(arena, &text, "%s%d", kind, number) != OK) {
        BUG("out of memory");
    }
    return text;
}

static void event_add_item(struct order *order, int uid, struct arena *arena)
{
    struct order_item *item = arena_zero(arena, 1, sizeof(*item));
    if (!item) {
        BUG("out of memory");
    }
    item->sku = event_text(arena, "S", uid);
    item->quantity = 1;
    order->items = item;
    order->items_count = 1;
}

struct order order_event(const struct question *question, struct arena *arena)
{
    int uid = question->uid;
    struct order order = {
        .id = event_text(arena, "m-", uid),
        .order_id = event_text(arena, "o", question->conversation),
        .customer_id = event_text(arena, "k", question->conversation),
        .type = (enum order_type)(uid % ORDER_TYPES),
        .at_wall_ms = QUESTION_WALL_MS - EVENT_HOUR_MS + event_second(question) * (int64_t)1000,
        .seq = uid,
    };
    struct str *named = uid % 2 == 0 ? &order.carrier : &order.tracking;
    *named = event_text(arena, "N", uid);
    if (uid % 3 == 0) {
        event_add_item(&order, uid, arena);
    }
    return order;
}

struct str order_event_value(const struct question *question, struct arena *arena)
{
    struct order order = order_event(question, arena);
    int second = event_second(question);
    struct str items = STR_NONE;
    struct str value;
    if (order.items_count > 0 &&
        arena_printf(arena, &items, ",\"items\":[{\"sku\":\"%.*s\"}]",
                     STR_ARG(order.items[0].sku)) != OK) {
        BUG("out of memory");
    }
    if (arena_printf(arena, &value,
                     "{\"id\":\"%.*s\",\"order_id\":\"%.*s\",\"customer_id\":\"%.*s\","
                     "\"type\":\"%s\",\"at\":\"2025-11-28T09:%02d:%02dZ\",\"seq\":%d,"
                     "\"%s\":\"N%d\"%.*s}",
                     STR_ARG(order.id), STR_ARG(order.order_id), STR_ARG(order.customer_id),
                     order_type_name(order.type), second / 60, second % 60, question->uid,
                     order.carrier.len > 0 ? "carrier" : "tracking", question->uid,
                     STR_ARG(items)) != OK) {
        BUG("out of memory");
    }
    return value;
}
