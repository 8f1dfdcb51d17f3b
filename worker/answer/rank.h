/* rank.h - what customers have ordered, kept so that the next products can be ranked.
 *
 * Learns from one order event at a time; there is no training. Every shop (tenant) is apart: no
 * count, product or order of one is seen by another. Order events may come twice, late, or in
 * any sequence: an order is known by its id, its lines by their skus, and its time is the
 * earliest that any of its events names.
 *
 * Memory is bounded by struct rank_limits: when there are too many customers or lines, whoever
 * has not ordered for the longest time is forgotten; of one customer the oldest orders are. A
 * new product, shop or category beyond its limit is not taken up, and counted.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_H
#define ANSWER_RANK_H

#include "common/list.h"
#include "common/order.h"
#include "worker/answer/rank_item.h"

#define RANK_ORDERS_MAX 256      /* of one customer, the newest */
#define RANK_ORDER_LINES_MAX 512 /* different products of one order */

struct rank_limits {
    size_t shops_max;
    size_t customers_max;
    size_t items_max;
    size_t categories_max;
    size_t lines_max;
    size_t near_max; /* neighbours of all products */
};

/* Some 700 MB when every limit is reached. */
extern const struct rank_limits rank_limits_usual;

enum rank_line_state { RANK_KEPT, RANK_RETURNED };

struct rank_line {
    struct rank_item *item;
    enum rank_line_state state;
};

/* One order. */
struct rank_order {
    int64_t at_wall_ms;
    struct rank_line *lines;
    uint32_t lines_count;
    bool is_cancelled;
    bool is_returned; /* as a whole */
    struct str id;
    char bytes[];
};

struct rank_shop {
    struct map_entry entry; /* key: tenant */
    uint32_t number;
    uint64_t orders;
    uint64_t lines;    /* each product of each order */
    uint64_t buyers;   /* pairs of a customer and a product */
    uint64_t rebuyers; /* of those, the ones that came again */
    uint64_t followed; /* the items' counts of that name, summed up */
    uint64_t next_again;
    struct rank_top top;
    char bytes[];
};

/* What became of a product that was recommended to a customer. */
struct rank_view {
    struct rank_item *item;
    uint16_t shown; /* since it was last clicked or bought */
    bool is_refused;
};

struct rank_customer {
    struct map_entry entry; /* key: number of the shop, customer_id */
    struct list_node node;  /* in rank->customers, who ordered last at the end */
    struct rank_shop *shop;
    struct rank_order **orders; /* by time, then id */
    uint32_t orders_count;
    uint32_t orders_room;
    uint32_t views_count;
    uint32_t views_room;
    struct rank_view *views;
    char bytes[];
};

struct rank_slot {
    uint32_t round;
    uint32_t place;
};

struct rank {
    struct rank_limits limits;
    struct map shops;
    struct map customers;
    struct map items;
    struct map categories;
    struct list by_age; /* struct rank_customer, who ordered longest ago first */
    size_t lines;
    struct rank_room room;
    uint64_t left_out;       /* products, shops and categories beyond their limits */
    uint64_t forgotten;      /* customers */
    struct rank_slot *slots; /* by item->index: its place among the candidates of this round */
    uint32_t round;
};

/* NULL when out of memory. */
struct rank *rank_create(const struct rank_limits *limits, const uint64_t seed[2]);
void rank_destroy(struct rank *rank); /* accepts NULL */

/* Takes up what an order event says. A time later than `now_wall_ms` counts as now. ERR_NOMEM:
 * some of it may be taken up; the same event again does no harm. */
MUST_USE enum err rank_learn(struct rank *rank, struct str tenant, const struct order *order,
                             int64_t now_wall_ms);

enum rank_verdict { RANK_SHOWN, RANK_CLICKED, RANK_BOUGHT, RANK_REFUSED };

/* What became of a recommended product. Of customers and products that no order has named
 * nothing is kept. ERR_NOMEM. */
MUST_USE enum err rank_hear(struct rank *rank, struct str tenant, struct str customer_id,
                            struct str sku, enum rank_verdict verdict);

/* NULL: not known. */
struct rank_shop *rank_find_shop(const struct rank *rank, struct str tenant);
struct rank_customer *rank_find_customer(const struct rank *rank, const struct rank_shop *shop,
                                         struct str customer_id);
struct rank_item *rank_find_item(const struct rank *rank, const struct rank_shop *shop,
                                 struct str sku);

#endif
