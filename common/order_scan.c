/* order_scan.c - see order_scan.h. Objects are read by tables of their members. */
#include "common/order_scan.h"

#include "common/clock.h"
#include "common/field.h"
#include "common/member.h"
#include "common/stored.h"

/* ---- values ---- */

static bool scan_time(struct member_scan *scan, const struct member *member, char *place)
{
    struct order *order = container_of(place, struct order, at_wall_ms);
    struct str text;
    (void)member;
    if (!member_text(scan, &text) || !clock_parse(text, &order->at_wall_ms)) {
        return false;
    }
    order->at_offset_min = clock_offset_min(text);
    return true;
}

static bool scan_type(struct member_scan *scan, const struct member *member, char *place)
{
    struct str text;
    (void)member;
    if (!member_text(scan, &text)) {
        return false;
    }
    for (size_t i = 0; i < ORDER_TYPES; i++) {
        enum order_type type = (enum order_type)i;
        if (str_is(text, order_type_name(type))) {
            memcpy(place, &type, sizeof(type));
            return true;
        }
    }
    return false;
}

/* ---- lines ---- */

static const struct member item_members[] = {
    MEMBER_TEXT(order_item, sku, 1, FIELD_ID_MAX),
    MEMBER_TEXT(order_item, name, 0, FIELD_NAME_MAX),
    MEMBER_TEXT(order_item, category, 0, FIELD_SHORT_MAX),
    MEMBER_NUMBER(order_item, quantity, 1, ORDER_QUANTITY_MAX),
    MEMBER_FORM(order_item, price, field_is_price),
    MEMBER_FORM(order_item, currency, field_is_currency),
};

static bool scan_item(struct member_scan *scan, struct order_item *item)
{
    struct members members = { item_members, countof(item_members), 0, 0 };
    *item = (struct order_item){ .quantity = 1 };
    return member_object(scan, &members, item) && (members.seen & BIT(0));
}

static bool scan_keep_items(struct member_scan *scan, const struct order_item *items, size_t count,
                            struct order *order)
{
    struct order_item *kept = arena_alloc(scan->arena, count * sizeof(*items));
    if (!kept) {
        scan->is_starved = true;
        return false;
    }
    memcpy(kept, items, count * sizeof(*items));
    order->items = kept;
    order->items_count = count;
    return true;
}

static bool scan_items(struct member_scan *scan, const struct member *member, char *place)
{
    struct order *order = container_of(place, struct order, items);
    struct order_item items[ORDER_SCAN_ITEMS_MAX];
    size_t count = 0;
    (void)member;
    if (!json_token_take(&scan->token, '[')) {
        return false;
    }
    if (json_token_take(&scan->token, ']')) {
        return true;
    }
    do {
        if (count == countof(items) || !scan_item(scan, &items[count])) {
            return false;
        }
        count++;
    } while (json_token_take(&scan->token, ','));
    return json_token_take(&scan->token, ']') && scan_keep_items(scan, items, count, order);
}

/* ---- what a state remembers of its fields ---- */

static bool scan_rank_part(struct member_scan *scan, char before, int64_t min, int64_t max,
                           int64_t *ret_number)
{
    return json_token_take(&scan->token, before) && json_token_int(&scan->token, ret_number) &&
           *ret_number >= min && *ret_number <= max;
}

/* [milliseconds, seq, type] */
static bool scan_rank(struct member_scan *scan, const struct member *member, char *place)
{
    struct order_rank rank;
    int64_t type;
    (void)member;
    memcpy(&rank, place, sizeof(rank)); /* the offset is told elsewhere */
    if (!scan_rank_part(scan, '[', INT64_MIN, INT64_MAX, &rank.at_wall_ms) ||
        !scan_rank_part(scan, ',', -1, INT64_MAX, &rank.seq) ||
        !scan_rank_part(scan, ',', 0, ORDER_TYPES - 1, &type) ||
        !json_token_take(&scan->token, ']')) {
        return false;
    }
    rank.type = (enum order_type)type;
    memcpy(place, &rank, sizeof(rank));
    return true;
}

#define RANK_OF(text, field)                                                                       \
    { MEMBER_NAME(text), scan_rank, sizeof(struct order_rank) * (field), 0, 0, NULL }

/* In the sequence of enum order_field, whose bits are those of what was there. */
static const struct member since_members[ORDER_FIELD_COUNT] = {
    [ORDER_ITEMS] = RANK_OF("items", ORDER_ITEMS),
    [ORDER_CARRIER] = RANK_OF("carrier", ORDER_CARRIER),
    [ORDER_TRACKING] = RANK_OF("tracking", ORDER_TRACKING),
    [ORDER_ETA] = RANK_OF("eta", ORDER_ETA),
};

static bool scan_since(struct member_scan *scan, const struct member *member, char *place)
{
    struct order *order = container_of(place, struct order, since);
    struct members members = { since_members, countof(since_members), 0, 0 };
    (void)member;
    bool is_read = member_object(scan, &members, order->since);
    order->since_set = members.seen;
    return is_read;
}

/* ---- orders ---- */

static bool scan_items_offset(struct member_scan *scan, const struct member *member,
                              char *place)
{
    struct order *order = container_of(place, struct order, since);
    int64_t offset_min;
    if (!json_token_int(&scan->token, &offset_min) || offset_min < member->min ||
        offset_min > member->max) {
        return false;
    }
    order->since[ORDER_ITEMS].at_offset_min = (int)offset_min;
    return true;
}

/* A version that this program does not read is left, and so is none at all. */
static bool scan_version(struct member_scan *scan, const struct member *member, char *place)
{
    int64_t version;
    (void)member;
    (void)place;
    return json_token_int(&scan->token, &version) && version >= STORED_OLDEST &&
           version <= STORED_NEWEST;
}

/* What an order must have comes first. An event has all but the last three. */
#define ORDER_MEMBERS_WANTED 5
#define ORDER_MEMBERS_OF_STATE 3
static const struct member order_members[] = {
    MEMBER_TEXT(order, id, 1, FIELD_ID_MAX),
    MEMBER_TEXT(order, order_id, 1, FIELD_ID_MAX),
    MEMBER_TEXT(order, customer_id, 1, FIELD_ID_MAX),
    MEMBER_OTHER("type", scan_type, offsetof(struct order, type)),
    MEMBER_OTHER("at", scan_time, offsetof(struct order, at_wall_ms)),
    MEMBER_NUMBER(order, seq, 0, FIELD_SEQ_MAX),
    MEMBER_TEXT(order, tenant, 1, FIELD_ID_MAX),
    MEMBER_OTHER("items", scan_items, offsetof(struct order, items)),
    MEMBER_TEXT(order, carrier, 0, FIELD_SHORT_MAX),
    MEMBER_TEXT(order, tracking, 0, FIELD_SHORT_MAX),
    MEMBER_FORM(order, eta, field_is_day_or_time),
    MEMBER_OTHER("since", scan_since, offsetof(struct order, since)),
    { MEMBER_NAME("items_offset_min"), scan_items_offset, offsetof(struct order, since),
      -ORDER_OFFSET_MIN_MAX, ORDER_OFFSET_MIN_MAX, NULL },
    MEMBER_OTHER("v", scan_version, 0),
};

static bool scan_order(struct member_scan *scan, bool is_state, struct order *order)
{
    struct members members = { order_members, countof(order_members), 0, 0 };
    members.count -= is_state ? 0 : ORDER_MEMBERS_OF_STATE;
    unsigned wanted = BIT(ORDER_MEMBERS_WANTED) - 1;
    wanted |= is_state ? BIT(countof(order_members) - 1) : 0;
    return member_object(scan, &members, order) && (members.seen & wanted) == wanted &&
           json_token_is_end(&scan->token);
}

static enum order_scan_end scan_all(struct arena *arena, struct str bytes, bool is_state,
                                    struct order *ret_order)
{
    struct member_scan scan;
    if (bytes.len == 0 || bytes.len > ORDER_SCAN_BYTES_MAX) {
        return ORDER_SCAN_LEFT;
    }
    enum err err = member_begin(&scan, arena, bytes);
    if (err != OK) {
        return err == ERR_NOMEM ? ORDER_SCAN_NOMEM : ORDER_SCAN_LEFT;
    }
    struct order order = { .seq = -1 };
    if (!scan_order(&scan, is_state, &order)) {
        member_undo(&scan);
        return scan.is_starved ? ORDER_SCAN_NOMEM : ORDER_SCAN_LEFT;
    }
    *ret_order = order;
    return ORDER_SCAN_DONE;
}

enum order_scan_end order_scan_event(struct arena *arena, struct str bytes,
                                     struct order *ret_order)
{
    return scan_all(arena, bytes, false, ret_order);
}

enum order_scan_end order_scan_state(struct arena *arena, struct str bytes,
                                     struct order *ret_order)
{
    return scan_all(arena, bytes, true, ret_order);
}
