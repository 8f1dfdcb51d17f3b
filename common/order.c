/* order.c - see order.h. A state is stored as an order event with a version in front, so that
 * one decoder reads both. */
#include "common/order.h"

#include "common/clock.h"
#include "common/field.h"
#include "common/json_out.h"
#include "common/order_scan.h"
#include "common/stored.h"

#define ORDER_TIME_CHARS_MAX 64
#define ORDER_ITEMS_MAX 10000
#define ORDER_STATE_BYTES_MAX ((size_t)8 << 20)
#define ORDER_STATE_BYTES_USUAL ((size_t)512)

static const char *const order_type_names[ORDER_TYPES] = {
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
    struct str time;
    size_t type = 0;
    TRY(field_want_id(at, "id", &order.id));
    TRY(field_want_id(at, "order_id", &order.order_id));
    TRY(field_want_id(at, "customer_id", &order.customer_id));
    TRY(json_want_enum(at, "type", order_type_names, countof(order_type_names), &type));
    TRY(json_want_time(at, "at", &order.at_wall_ms));
    TRY(json_want_text(at, "at", 1, ORDER_TIME_CHARS_MAX, &time));
    order.at_offset_min = clock_offset_min(time);
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

static struct order_rank order_rank_of(const struct order *order)
{
    return (struct order_rank){ order->at_wall_ms, order->seq, order->type,
                                order->at_offset_min };
}

static int order_compare(struct order_rank a, struct order_rank b)
{
    if (a.at_wall_ms != b.at_wall_ms) {
        return a.at_wall_ms < b.at_wall_ms ? -1 : 1;
    }
    if (a.seq != b.seq) {
        return a.seq < b.seq ? -1 : 1;
    }
    return a.type == b.type ? 0 : a.type < b.type ? -1 : 1;
}

static struct order_rank order_since(const struct order *order, enum order_field field)
{
    return order->since_set & BIT(field) ? order->since[field] : order_rank_of(order);
}

static struct str *order_text(struct order *order, enum order_field field)
{
    return field == ORDER_CARRIER    ? &order->carrier
           : field == ORDER_TRACKING ? &order->tracking
                                     : &order->eta;
}

static bool order_names(const struct order *order, enum order_field field)
{
    struct order view = *order;
    return field == ORDER_ITEMS ? order->items_count > 0 : order_text(&view, field)->len > 0;
}

/* What is shipped, sent back or refunded may be a part of the order, so later events do not say
 * what was ordered where one that places it or is paid for has said so. */
static bool order_names_all(enum order_type type)
{
    return type == ORDER_PLACED || type == ORDER_PAID;
}

static int order_compare_named(struct order_rank a, struct order_rank b, enum order_field field)
{
    bool is_all = order_names_all(a.type);
    if (field == ORDER_ITEMS && is_all != order_names_all(b.type)) {
        return is_all ? 1 : -1;
    }
    return order_compare(a, b);
}

/* The one of the two whose event decides on the field; `newer` if none names it. */
static const struct order *order_source(const struct order *newer, const struct order *older,
                                        enum order_field field)
{
    if (!order_names(older, field)) {
        return newer;
    }
    bool is_older_right = !order_names(newer, field) ||
                          order_compare_named(order_since(older, field), order_since(newer, field),
                                              field) > 0;
    return is_older_right ? older : newer;
}

static void order_keep(struct order *merged, const struct order *source, enum order_field field)
{
    struct order view = *source;
    struct order_rank since = order_since(source, field);
    if (field == ORDER_ITEMS) {
        merged->items = source->items;
        merged->items_count = source->items_count;
    } else {
        *order_text(merged, field) = *order_text(&view, field);
    }
    bool is_newest = !order_names(source, field) ||
                     order_compare(since, order_rank_of(merged)) == 0;
    merged->since[field] = since;
    merged->since_set &= ~BIT(field);
    merged->since_set |= is_newest ? 0 : BIT(field);
}

struct order order_merge(const struct order *state, const struct order *event)
{
    bool is_newer = order_compare(order_rank_of(event), order_rank_of(state)) >= 0;
    const struct order *newer = is_newer ? event : state;
    const struct order *older = is_newer ? state : event;
    struct order merged = *newer;
    merged.id = event->id;
    for (enum order_field field = 0; field < ORDER_FIELD_COUNT; field++) {
        order_keep(&merged, order_source(newer, older, field), field);
    }
    merged.tenant = newer->tenant.len ? newer->tenant : older->tenant;
    return merged;
}

static const char *const order_field_names[ORDER_FIELD_COUNT] = {
    [ORDER_ITEMS] = "items",
    [ORDER_CARRIER] = "carrier",
    [ORDER_TRACKING] = "tracking",
    [ORDER_ETA] = "eta",
};

/* "since": {"items": [milliseconds, seq, type]}; a program that does not know it loses only the
 * order of events that arrive late. */
static void order_put_since(struct json_out *out, const struct order *order)
{
    if (order->since_set == 0) {
        return;
    }
    json_open_object(out, "since");
    for (enum order_field field = 0; field < ORDER_FIELD_COUNT; field++) {
        const struct order_rank *since = &order->since[field];
        if (order->since_set & BIT(field)) {
            json_open_array(out, order_field_names[field]);
            json_put_int(out, NULL, since->at_wall_ms);
            json_put_int(out, NULL, since->seq);
            json_put_int(out, NULL, (int64_t)since->type);
            json_close_array(out);
        }
    }
    json_close_object(out);
}

static enum err order_read_rank(const struct json_at *array, struct order_rank *ret_rank)
{
    struct json_at parts[3];
    int64_t type = 0;
    struct order_rank rank;
    for (size_t i = 0; i < countof(parts); i++) {
        parts[i] = json_element(array, i);
    }
    TRY(json_want_int(&parts[0], NULL, INT64_MIN, INT64_MAX, &rank.at_wall_ms));
    TRY(json_want_int(&parts[1], NULL, -1, INT64_MAX, &rank.seq));
    TRY(json_want_int(&parts[2], NULL, 0, countof(order_type_names) - 1, &type));
    rank.type = (enum order_type)type;
    *ret_rank = rank;
    return OK;
}

static enum err order_read_since(const struct json_at *at, struct order *state)
{
    struct json_at object;
    TRY(json_may_object(at, "since", &object));
    for (enum order_field field = 0; object.value && field < ORDER_FIELD_COUNT; field++) {
        struct json_at array;
        TRY(json_may_array(&object, order_field_names[field], 3, 3, &array));
        if (array.value) {
            TRY(order_read_rank(&array, &state->since[field]));
            state->since_set |= BIT(field);
        }
    }
    int64_t offset_min = 0;
    TRY(json_may_int(at, "items_offset_min", -ORDER_OFFSET_MIN_MAX, ORDER_OFFSET_MIN_MAX,
                     &offset_min));
    state->since[ORDER_ITEMS].at_offset_min = (int)offset_min;
    return OK;
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
    char at[CLOCK_LOCAL_BYTES];
    json_put_text(out, "at", clock_format_local(order->at_wall_ms, order->at_offset_min, at));
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
    order_put_since(out, order);
    if ((order->since_set & BIT(ORDER_ITEMS)) && order->since[ORDER_ITEMS].at_offset_min != 0) {
        json_put_int(out, "items_offset_min", order->since[ORDER_ITEMS].at_offset_min);
    }
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
    struct order state;
    TRY(stored_check(&at));
    TRY(order_decode(&at, &state));
    TRY(order_read_since(&at, &state));
    *ret_state = state;
    return OK;
}

enum err order_state_decode(struct arena *arena, struct str bytes, struct order *ret_state)
{
    switch (order_scan_state(arena, bytes, ret_state)) {
    case ORDER_SCAN_DONE:
        return OK;
    case ORDER_SCAN_NOMEM:
        return ERR_NOMEM;
    case ORDER_SCAN_LEFT:
        break;
    }
    enum err err = order_read_state(arena, bytes, ret_state);
    return err == OK || err == ERR_NOMEM || err == ERR_VERSION ? err : ERR_FORMAT;
}
