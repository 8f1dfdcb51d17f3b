/* rank_item.h - a product as the orders know it, and lists of such products.
 *
 * As long as counts grow, a list of the most ordered products is kept exact by looking at the one
 * product that was ordered just now. A cancelled order makes a product sink in it; what is not in
 * a full list, and stands before that now, enters when it is ordered next.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_ITEM_H
#define ANSWER_RANK_ITEM_H

#include "common/map.h"

#define RANK_NEAR_MAX 96 /* neighbours of one product */
#define RANK_TOP_MAX 128 /* most ordered products of a shop or category */

struct rank_item;

/* What was bought with or after a product. */
struct rank_near {
    struct rank_item *item;
    float weight;      /* estimated, never too small */
    uint16_t together; /* orders that have both, at least */
    uint16_t after;    /* times it was bought in a later order of the same customer, at least */
};

/* The most ordered, first first; equal ones by sku. */
struct rank_top {
    struct rank_item *items[RANK_TOP_MAX];
    size_t count;
};

struct rank_category {
    struct map_entry entry; /* key: number of the shop, name */
    struct rank_top top;
    struct str name;
    char bytes[];
};

struct rank_item {
    struct map_entry entry;         /* key: number of the shop, sku */
    struct rank_category *category; /* NULL: not known */
    struct rank_near *near;
    uint32_t near_count;
    uint32_t near_room;
    uint32_t index;     /* from 0, in the order in which products were met */
    uint32_t orders;    /* that it was in */
    uint32_t buyers;    /* customers who bought it */
    uint32_t rebuyers;  /* of those, who bought it in another order again */
    uint32_t followed;  /* orders with it that another order of the same customer came after */
    uint32_t next_again; /* of those, the ones where that very next order had it, too */
    uint32_t returners; /* lines that came back */
    struct str sku;
    struct str name; /* may be empty */
    char bytes[];
};

/* True if `a` stands before `b` in lists. */
bool rank_item_precedes(const struct rank_item *a, const struct rank_item *b);

/* After `item->orders` has grown. */
void rank_top_raise(struct rank_top *top, struct rank_item *item);

/* After `item->orders` has shrunk. Without any order it leaves the list. */
void rank_top_lower(struct rank_top *top, struct rank_item *item);

enum rank_tie { RANK_TOGETHER, RANK_AFTER };

/* How much room the neighbours of all products may take. */
struct rank_room {
    size_t used;
    size_t max;
};

/* `other` was bought with or after `item`. The full list keeps what it has seen most: the least
 * gives way to the new one, which takes over its weight (Space-Saving: Metwally, Agrawal and
 * El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005).
 * ERR_NOMEM: nothing has changed. */
MUST_USE enum err rank_near_add(struct rank_item *item, struct rank_item *other, enum rank_tie tie,
                                float weight, struct rank_room *room);

/* The order that said so says nothing any more. A tie that gave way to another since has nothing
 * left to take back; one that nothing says any more leaves the list. */
void rank_near_take_back(struct rank_item *item, const struct rank_item *other, enum rank_tie tie,
                         float weight);

#endif
