/* shelf.h - the products of the catalogue that fit a wish: those in stock first, then the cheapest.
 *
 * Entries are looked at as they are kept, at most SHELF_LOOKED_MAX of them; the best
 * SHELF_READ_MAX are read and looked at in earnest.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SHELF_H
#define ANSWER_SHELF_H

#include "worker/answer/catalog.h"
#include "worker/answer/shelf_wish.h"

#define SHELF_LOOKED_MAX 1024
#define SHELF_READ_MAX 16
#define SHELF_TOLD_MAX 3

struct shelf {
    bool is_known; /* false: a word of the wish is no product's, nothing is sold for its currency,
                      or none fits of those that were looked at, and there are more */
    bool is_part;  /* more of them fit than are told, or may fit */
    bool is_whole;    /* all of the catalogue was looked at */
    bool is_cheapest; /* no other of the kind that is in stock costs less; count is not 0 */
    const struct product *products[SHELF_TOLD_MAX];
    size_t count;  /* 0: none fits */
};

/* ERR_NOMEM. */
MUST_USE enum err shelf_find(struct arena *arena, const struct catalog *catalog, struct str tenant,
                             const struct shelf_wish *wish, struct shelf *ret_shelf);

#endif
