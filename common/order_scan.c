/* order_scan.c - see order_scan.h. Objects are read by tables of their members, which are looked
 * for from behind the one before on: they come in the same sequence almost always. */
#include "common/order_scan.h"

#include "common/clock.h"
#include "common/field.h"
#include "common/json_token.h"
#include "common/stored.h"
#include "common/utf8.h"

#define NAME(text) { "" text, sizeof(text) - 1 }

/* One object under way. */
struct order_scan {
    struct json_token token; /* reads the copy */
    char *copy;              /* the same bytes: a NUL takes the place of each string's last quote */
    struct arena *arena;
    bool is_starved;
};

struct order_member;
typedef bool order_member_fn(struct order_scan *scan, const struct order_member *member,
                             char *place);

struct order_member {
    struct str name;
    order_member_fn *read;
    size_t offset; /* of what it fills */
    int64_t min;   /* of a number; of a text, in characters */
    int64_t max;
    bool (*is_formed)(struct str text); /* of scan_form() */
};

/* ---- values ---- */

static bool scan_text(struct order_scan *scan, struct str *ret_text)
{
    if (!json_token_string(&scan->token, ret_text)) {
        return false;
    }
    scan->copy[scan->token.at - 1] = '\0';
    return true;
}

static bool scan_short(struct order_scan *scan, const struct order_member *member, char *place)
{
    struct str text;
    if (!scan_text(scan, &text) ||
        !field_has_chars(text, (size_t)member->min, (size_t)member->max)) {
        return false;
    }
    memcpy(place, &text, sizeof(text));
    return true;
}

static bool scan_number(struct order_scan *scan, const struct order_member *member, char *place)
{
    int64_t number;
    if (!json_token_int(&scan->token, &number) || number < member->min || number > member->max) {
        return false;
    }
    memcpy(place, &number, sizeof(number));
    return true;
}

/* A text that must look like what it is. */
static bool scan_form(struct order_scan *scan, const struct order_member *member, char *place)
{
    struct str text;
    if (!scan_text(scan, &text) || !member->is_formed(text)) {
        return false;
    }
    memcpy(place, &text, sizeof(text));
    return true;
}

static bool scan_time(struct order_scan *scan, const struct order_member *member, char *place)
{
    struct order *order = container_of(place, struct order, at_wall_ms);
    struct str text;
    (void)member;
    if (!scan_text(scan, &text) || !clock_parse(text, &order->at_wall_ms)) {
        return false;
    }
    order->at_offset_min = clock_offset_min(text);
    return true;
}

static bool scan_type(struct order_scan *scan, const struct order_member *member, char *place)
{
    struct str text;
    (void)member;
    if (!scan_text(scan, &text)) {
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

/* ---- objects ---- */

#define TEXT_OF(type, field, least, most)                                                          \
    { NAME(#field), scan_short, offsetof(struct type, field), least, most, NULL }
#define NUMBER_OF(type, field, least, most)                                                        \
    { NAME(#field), scan_number, offsetof(struct type, field), least, most, NULL }
#define FORM_OF(type, field, is_formed)                                                            \
    { NAME(#field), scan_form, offsetof(struct type, field), 0, 0, is_formed }
#define OTHER_OF(text, read, offset) { NAME(text), read, offset, 0, 0, NULL }

/* The members that an object may have; the bits of those that were there say where they stand. */
struct order_members {
    const struct order_member *table;
    size_t count;
    size_t next; /* the one that is looked for first */
    unsigned seen;
};

/* Where the member of that name is in the table; `count`: it is not. */
static size_t scan_find(const struct order_members *members, struct str name)
{
    for (size_t i = 0; i < members->count; i++) {
        size_t at = members->next + i;
        at -= at < members->count ? 0 : members->count;
        if (str_eq(members->table[at].name, name)) {
            return at;
        }
    }
    return members->count;
}

/* False: a member that is not in the table, or that has been there. */
static bool scan_member(struct order_scan *scan, struct order_members *members, char *object)
{
    struct str name;
    if (!json_token_string(&scan->token, &name) || !json_token_take(&scan->token, ':')) {
        return false;
    }
    size_t at = scan_find(members, name);
    if (at == members->count || (members->seen & BIT(at))) {
        return false;
    }
    members->seen |= BIT(at);
    members->next = at + 1 < members->count ? at + 1 : 0;
    const struct order_member *member = &members->table[at];
    return member->read(scan, member, object + member->offset);
}

static bool scan_object(struct order_scan *scan, struct order_members *members, void *object)
{
    if (!json_token_take(&scan->token, '{')) {
        return false;
    }
    if (json_token_take(&scan->token, '}')) {
        return true;
    }
    do {
        if (!scan_member(scan, members, object)) {
            return false;
        }
    } while (json_token_take(&scan->token, ','));
    return json_token_take(&scan->token, '}');
}

/* ---- lines ---- */

static const struct order_member item_members[] = {
    TEXT_OF(order_item, sku, 1, FIELD_ID_MAX),
    TEXT_OF(order_item, name, 0, FIELD_NAME_MAX),
    TEXT_OF(order_item, category, 0, FIELD_SHORT_MAX),
    NUMBER_OF(order_item, quantity, 1, ORDER_QUANTITY_MAX),
    FORM_OF(order_item, price, field_is_price),
    FORM_OF(order_item, currency, field_is_currency),
};

static bool scan_item(struct order_scan *scan, struct order_item *item)
{
    struct order_members members = { item_members, countof(item_members), 0, 0 };
    *item = (struct order_item){ .quantity = 1 };
    return scan_object(scan, &members, item) && (members.seen & BIT(0));
}

static bool scan_keep_items(struct order_scan *scan, const struct order_item *items, size_t count,
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

static bool scan_items(struct order_scan *scan, const struct order_member *member, char *place)
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

static bool scan_rank_part(struct order_scan *scan, char before, int64_t min, int64_t max,
                           int64_t *ret_number)
{
    return json_token_take(&scan->token, before) && json_token_int(&scan->token, ret_number) &&
           *ret_number >= min && *ret_number <= max;
}

/* [milliseconds, seq, type] */
static bool scan_rank(struct order_scan *scan, const struct order_member *member, char *place)
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
    { NAME(text), scan_rank, sizeof(struct order_rank) * (field), 0, 0, NULL }

/* In the sequence of enum order_field, whose bits are those of what was there. */
static const struct order_member since_members[ORDER_FIELD_COUNT] = {
    [ORDER_ITEMS] = RANK_OF("items", ORDER_ITEMS),
    [ORDER_CARRIER] = RANK_OF("carrier", ORDER_CARRIER),
    [ORDER_TRACKING] = RANK_OF("tracking", ORDER_TRACKING),
    [ORDER_ETA] = RANK_OF("eta", ORDER_ETA),
};

static bool scan_since(struct order_scan *scan, const struct order_member *member, char *place)
{
    struct order *order = container_of(place, struct order, since);
    struct order_members members = { since_members, countof(since_members), 0, 0 };
    (void)member;
    bool is_read = scan_object(scan, &members, order->since);
    order->since_set = members.seen;
    return is_read;
}

/* ---- orders ---- */

static bool scan_items_offset(struct order_scan *scan, const struct order_member *member,
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
static bool scan_version(struct order_scan *scan, const struct order_member *member, char *place)
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
static const struct order_member order_members[] = {
    TEXT_OF(order, id, 1, FIELD_ID_MAX),
    TEXT_OF(order, order_id, 1, FIELD_ID_MAX),
    TEXT_OF(order, customer_id, 1, FIELD_ID_MAX),
    OTHER_OF("type", scan_type, offsetof(struct order, type)),
    OTHER_OF("at", scan_time, offsetof(struct order, at_wall_ms)),
    NUMBER_OF(order, seq, 0, FIELD_SEQ_MAX),
    TEXT_OF(order, tenant, 1, FIELD_ID_MAX),
    OTHER_OF("items", scan_items, offsetof(struct order, items)),
    TEXT_OF(order, carrier, 0, FIELD_SHORT_MAX),
    TEXT_OF(order, tracking, 0, FIELD_SHORT_MAX),
    FORM_OF(order, eta, field_is_day_or_time),
    OTHER_OF("since", scan_since, offsetof(struct order, since)),
    { NAME("items_offset_min"), scan_items_offset, offsetof(struct order, since),
      -ORDER_OFFSET_MIN_MAX, ORDER_OFFSET_MIN_MAX, NULL },
    OTHER_OF("v", scan_version, 0),
};

static bool scan_order(struct order_scan *scan, bool is_state, struct order *order)
{
    struct order_members members = { order_members, countof(order_members), 0, 0 };
    members.count -= is_state ? 0 : ORDER_MEMBERS_OF_STATE;
    unsigned wanted = BIT(ORDER_MEMBERS_WANTED) - 1;
    wanted |= is_state ? BIT(countof(order_members) - 1) : 0;
    return scan_object(scan, &members, order) && (members.seen & wanted) == wanted &&
           json_token_is_end(&scan->token);
}

static enum order_scan_end scan_all(struct arena *arena, struct str bytes, bool is_state,
                                    struct order *ret_order)
{
    if (bytes.len == 0 || bytes.len > ORDER_SCAN_BYTES_MAX || utf8_check(bytes, NULL) != OK) {
        return ORDER_SCAN_LEFT;
    }
    struct order_scan scan = { .arena = arena, .copy = arena_alloc(arena, bytes.len) };
    if (!scan.copy) {
        return ORDER_SCAN_NOMEM;
    }
    memcpy(scan.copy, bytes.ptr, bytes.len);
    scan.token.bytes = (struct str){ scan.copy, bytes.len };
    struct order order = { .seq = -1 };
    if (!scan_order(&scan, is_state, &order)) {
        arena_trim(arena, scan.copy, bytes.len, 0);
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
