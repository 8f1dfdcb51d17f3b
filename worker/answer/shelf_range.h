/* shelf_range.h - what a shop sells at all: the categories of its catalogue, those of most products
 * first.
 *
 * At most SHELF_LOOKED_MAX entries are looked at, and as many categories as SHELF_RANGE_LOOKED_MAX
 * told apart.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SHELF_RANGE_H
#define ANSWER_SHELF_RANGE_H

#include "worker/answer/brief.h"
#include "worker/answer/catalog.h"

#define SHELF_RANGE_LOOKED_MAX 64

struct shelf_range {
    struct str categories[BRIEF_CATEGORIES_MAX]; /* the arena's */
    size_t count;                                /* 0: no entry tells its own */
    bool is_part;                                /* there are more, or may be */
};

/* ERR_NOMEM. */
MUST_USE enum err shelf_range_of(struct arena *arena, const struct catalog *catalog,
                                 struct str tenant, struct shelf_range *ret_range);

#endif
