/* order.c - see order.h. A state is stored as an order event with a version in front, so that
 * one decoder reads both. */
#include "common/order.h"

#include "common/field.h"
#include "common/json_out.h"
#include "common/stored.h"

#define ORDER_ITEMS_MAX 10000
#define ORDER_QUANTITY_MAX 1000000
#define ORDER_STATE_BYTES_MAX ((size_t)8 << 20)
#define ORDER_STATE_BYTES_USUAL ((size_t)512)

static const char *const order_type_names[] = {
    [ORDER_PLACED] = "placed",
    [ORDER_PAID] = "paid",
    [ORDER_SHIPPED] = "shipped",
    [ORDER_DELIVERED] = "delivered",
    [ORDER_CANCELLED] = "cancelled",
    [ORDER_RETURNED] = "returned",
    [ORDER_REFUNDED] = "refunded",
};

const char *order_type_name(enum order_type type)
{
    assert((size_t)type < countof(order_type_names));
    return order_type_names[type];
}

static enum err order_read_item(const struct json_at *at, struct order_item *item)
{
    item->quantity = 1;
    TRY(field_want_id(at, "sku", &item->sku));
    TRY(json_may_text(at, "name", 0, FIELD_NAME_MAX, &item->name));
    TRY(field_may_short(at, "category", &item->category));
    TRY(json_may_int(at, "quantity", 1, ORDER_QUANTITY_MAX, &item->quantity));
    TRY(field_may_price(at, "price", &item->price));
    return field_may_currency(at, "currency", &item->currency);
}

static enum err order_read_items(const struct json_at *at, struct order *order)
{
    struct json_at array;
    TRY(json_may_array(at, "items", 0, ORDER_ITEMS_MAX, &array));
    size_t count = json_count(&array);
    if (count == 0) {
        return OK;
    }
    struct order_item *items = arena_zero(at->in->arena, count, sizeof(*items));
    if (!items) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct json_at element = json_element(&array, i);
        struct json_at object;
        TRY(json_want_object(&element, NULL, &object));
        TRY(order_read_item(&object, &items[i]));
    }
    order->items = items;
    order->items_count = count;
    return OK;
}

enum err order_decode(const struct json_at *at, struct order *ret_order)
{
    struct order order = { .seq = -1 };
    size_t type = 0;
    TRY(field_want_id(at, "id", &order.id));
    TRY(field_want_id(at, "order_id", &order.order_id));
    TRY(field_want_id(at, "customer_id", &order.customer_id));
    TRY(json_want_enum(at, "type", order_type_names, countof(order_type_names), &type));
    TRY(json_want_time(at, "at", &order.at_wall_ms));
    TRY(field_may_seq(at, "seq", &order.seq));
    TRY(field_may_id(at, "tenant", &order.tenant));
    TRY(order_read_items(at, &order));
    TRY(field_may_short(at, "carrier", &order.carrier));
    TRY(field_may_short(at, "tracking", &order.tracking));
    TRY(field_may_day_or_time(at, "eta", &order.eta));
    order.type = (enum order_type)type;
    *ret_order = order;
    return OK;
}

static bool order_is_newer(const struct order *event, const struct order *state)
{
    if (event->at_wall_ms != state->at_wall_ms) {
        return event->at_wall_ms > state->at_wall_ms;
    }
    return event->type >= state->type;
}

static struct str order_first(struct str newer, struct str older)
{
    return newer.len ? newer : older;
}

struct order order_merge(const struct order *state, const struct order *event)
{
    bool is_newer = order_is_newer(event, state);
    const struct order *older = is_newer ? state : event;
    struct order merged = is_newer ? *event : *state;
    merged.id = event->id;
    if (merged.items_count == 0) {
        merged.items = older->items;
        merged.items_count = older->items_count;
    }
    merged.tenant = order_first(merged.tenant, older->tenant);
    merged.carrier = order_first(merged.carrier, older->carrier);
    merged.tracking = order_first(merged.tracking, older->tracking);
    merged.eta = order_first(merged.eta, older->eta);
    return merged;
}

static void order_put_item(struct json_out *out, const struct order_item *item)
{
    json_open_object(out, NULL);
    json_put_text(out, "sku", item->sku);
    json_put_text_if(out, "name", item->name);
    json_put_text_if(out, "category", item->category);
    json_put_int(out, "quantity", item->quantity);
    json_put_text_if(out, "price", item->price);
    json_put_text_if(out, "currency", item->currency);
    json_close_object(out);
}

static void order_put(struct json_out *out, int version, const struct order *order)
{
    json_open_object(out, NULL);
    json_put_int(out, "v", version);
    json_put_text(out, "id", order->id);
    json_put_text(out, "order_id", order->order_id);
    json_put_text(out, "customer_id", order->customer_id);
    json_put_text(out, "type", str_from(order_type_name(order->type)));
    json_put_time(out, "at", order->at_wall_ms);
    if (order->seq >= 0) {
        json_put_int(out, "seq", order->seq);
    }
    json_put_text_if(out, "tenant", order->tenant);
    json_open_array(out, "items");
    for (size_t i = 0; i < order->items_count; i++) {
        order_put_item(out, &order->items[i]);
    }
    json_close_array(out);
    json_put_text_if(out, "carrier", order->carrier);
    json_put_text_if(out, "tracking", order->tracking);
    json_put_text_if(out, "eta", order->eta);
    json_close_object(out);
}

enum err order_state_encode(struct arena *arena, int version, const struct order *state,
                            struct str *ret_bytes)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, ORDER_STATE_BYTES_MAX);
    TRY(buf_reserve(&buf, ORDER_STATE_BYTES_USUAL));
    struct json_out out = json_out_to(&buf);
    order_put(&out, version, state);
    TRY(json_out_end(&out));
    return arena_copy(arena, buf_str(&buf), ret_bytes);
}

static enum err order_read_state(struct arena *arena, struct str bytes, struct order *ret_state)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    TRY(json_read(bytes, ORDER_STATE_BYTES_MAX, &root, NULL));
    struct json_in in = { .arena = arena };
    struct json_at at = json_root(root, &in);
    TRY(stored_check(&at));
    return order_decode(&at, ret_state);
}

enum err order_state_decode(struct arena *arena, struct str bytes, struct order *ret_state)
{
    enum err err = order_read_state(arena, bytes, ret_state);
    return err == OK || err == ERR_NOMEM || err == ERR_VERSION ? err : ERR_FORMAT;
}
