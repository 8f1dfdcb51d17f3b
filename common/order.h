/* order.h - what happened to an order, and what that makes of its state.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_ORDER_H
#define COMMON_ORDER_H

#include "common/json.h"

enum order_type {
    ORDER_PLACED,
    ORDER_PAID,
    ORDER_SHIPPED,
    ORDER_DELIVERED,
    ORDER_CANCELLED,
    ORDER_RETURNED,
    ORDER_REFUNDED
};

#define ORDER_TYPES (ORDER_REFUNDED + 1)
#define ORDER_QUANTITY_MAX 1000000
#define ORDER_OFFSET_MIN_MAX 1440 /* no place is a day away */

struct order_item {
    struct str sku;
    struct str name;
    struct str category;
    struct str price; /* decimal, of one */
    struct str currency;
    int64_t quantity;
};

/* Which of two events is the newer one: by time, then seq (absent is older), then type. */
struct order_rank {
    int64_t at_wall_ms;
    int64_t seq;
    enum order_type type;
    int at_offset_min; /* from UTC, of where it happened; decides nothing */
};

/* What an event need not name, and a state keeps from the one that decides on it. */
enum order_field { ORDER_ITEMS, ORDER_CARRIER, ORDER_TRACKING, ORDER_ETA, ORDER_FIELD_COUNT };

/* One event, and also the state of an order: the state is the merge of its events.
 * Absent strings have len 0. All memory is the arena's. */
struct order {
    struct str id; /* of the event that was merged last */
    struct str order_id;
    struct str customer_id;
    enum order_type type;
    int64_t at_wall_ms;
    int at_offset_min; /* from UTC, as the event told it */
    int64_t seq; /* -1: absent */
    struct str tenant;
    const struct order_item *items;
    size_t items_count;
    struct str carrier;
    struct str tracking;
    struct str eta; /* a date, or a date and time, as written */
    struct order_rank since[ORDER_FIELD_COUNT]; /* of a state: the event that named it; */
    unsigned since_set; /* bits of the fields whose event is not the state's newest one */
};

/* "placed", "paid", ... */
const char *order_type_name(enum order_type type);

/* As message_decode(), for schemas/order.schema.json. */
MUST_USE enum err order_decode(const struct json_at *at, struct order *ret_order);

/* The state after `event`. Ranks decide, not arrival: merging the events of an order in any
 * sequence, some of them twice, gives one state. Each field is the one of the newest event that
 * names it; the items those of the newest that was placed or paid, if one of these names any, for
 * others may be about a part of the order. Borrows from both. */
struct order order_merge(const struct order *state, const struct order *event);

/* A state as JSON of the stored version `version`, and back. ERR_VERSION: it is newer than what
 * this program reads. ERR_FORMAT: foreign or damaged. ERR_NOMEM. */
MUST_USE enum err order_state_encode(struct arena *arena, int version, const struct order *state,
                                     struct str *ret_bytes);
MUST_USE enum err order_state_decode(struct arena *arena, struct str bytes,
                                     struct order *ret_state);

#endif
