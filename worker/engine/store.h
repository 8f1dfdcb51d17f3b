/* store.h - port: a cache that may be slow, empty or away, and what workers share.
 *
 * Keys and values are bytes. Losing all of it costs money and time, never truth. A value that
 * is foreign, broken or old is a miss, not an error.
 *
 * Thread: the loop's. */
#ifndef ENGINE_STORE_H
#define ENGINE_STORE_H

#include "common/arena.h"
#include "common/list.h"
#include "common/str.h"

enum store_op {
    STORE_GET,   /* key -> value */
    STORE_SET,   /* key, value, ttl_ms */
    STORE_ALL,   /* key -> fields */
    STORE_PICK,  /* key, field -> value */
    STORE_PUT,   /* key, field, value, ttl_ms of the whole key; drops `drops`, keeps `fields_max`;
                    all of it or nothing, and nothing if it `is_bound` and the field has changed,
                    or is new and the key has `room_for` others */
    STORE_DROP,  /* key */
    STORE_CLAIM, /* key, value, ttl_ms -> found: true if the key was free and is the caller's now */
    STORE_RENEW, /* key, value, ttl_ms from now -> found: true if it was the caller's still */
    STORE_YIELD, /* key, value: drops the key if the value is still the caller's */
    STORE_ADD    /* key, amount, ttl_ms of a key that is new -> found, sum with the amount */
};

#define STORE_DROPS_MAX 4
#define STORE_OTHERS 2

struct store_field {
    struct str name;
    struct str value;
};

struct store_call;

/* `err` is OK, ERR_TIMEOUT, ERR_UNREACHABLE, ERR_BACKEND, ERR_FULL (too many calls wait), ERR_NOMEM
 * or ERR_CANCELLED; of a PUT that is bound also ERR_CONFLICT. */
typedef void store_done_fn(struct store_call *call, enum err err);

/* Embedded in its owner, who may use it again only inside on_done. The strings are borrowed
 * until ops->start returns (an implementation copies what it needs). */
struct store_call {
    enum store_op op;
    struct str key;
    struct str field;
    struct str value;
    struct str drops[STORE_DROPS_MAX]; /* fields to remove with STORE_PUT */
    size_t drops_count;
    /* Of STORE_PUT, 0: all are kept. Else fields are named "group/number", and behind the write
     * there are at most so many of the written one's group, those with the highest numbers, and
     * STORE_OTHERS times as many of all the others. */
    size_t fields_max;
    /* Of PICK, a result: how the field's value begins, far enough to tell it from any other one;
     * empty where there is none. Of a PUT that `is_bound`: what the field must still be. */
    struct str revision;
    bool is_bound;
    size_t room_for; /* of a PUT that `is_bound`: 0 is any number */
    int64_t ttl_ms;      /* > 0 */
    int64_t amount;      /* of ADD; may be negative */
    struct arena *arena; /* results are copied here; NULL: the caller wants none */
    bool opens_later; /* of ALL: who reads few of the fields opens those, see store_open_field() */
    store_done_fn *on_done;
    void *owner;

    bool found;                       /* result of GET, ALL, PICK, CLAIM, RENEW and ADD */
    struct str found_value;           /* of GET and PICK */
    const struct store_field *fields; /* of ALL */
    size_t fields_count;
    bool is_crowded;                  /* of PUT: that there was no room is why it is a conflict */
    struct store *opener;             /* of ALL: who opens the values; NULL: they are open */
    int64_t sum; /* of ADD */

    struct list_node node;  /* the store's while the call runs */
    int64_t deadline_ms;    /* the store's: monotonic */
    enum err err;           /* the store's: of a completion that is on its way */
    void *inner;            /* the store's */
};

struct store;

struct store_ops {
    const char *name;
    /* on_done runs exactly once, later, on the loop, at most `store.timeout.ms` later. */
    void (*start)(struct store *store, struct store_call *call);
    /* on_done runs later with ERR_CANCELLED, unless it is on its way already. */
    void (*cancel)(struct store *store, struct store_call *call);
    /* False: calls will fail at once. */
    bool (*is_up)(const struct store *store);
    /* See store_open_field(). NULL where values are kept as they are. */
    enum err (*open)(struct store *store, const struct store_call *call,
                     const struct store_field *field, struct str *ret_value);
};

struct store {
    const struct store_ops *ops;
};

/* The value of a field that an ALL call has found, in the call's arena. The call's key is the one
 * it was started with. ERR_FORMAT: it is foreign or broken, and so a miss. ERR_NOMEM. */
MUST_USE static inline enum err store_open_field(const struct store_call *call,
                                                 const struct store_field *field,
                                                 struct str *ret_value)
{
    if (!call->opener) {
        *ret_value = field->value;
        return OK;
    }
    return call->opener->ops->open(call->opener, call, field, ret_value);
}

#endif
