/* seen.h - the last keys that were met, so that what comes twice counts once.
 *
 * Bounded: when it is full, the key that came first is forgotten.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_SEEN_H
#define COMMON_SEEN_H

#include "common/list.h"
#include "common/map.h"

struct seen {
    struct map map;
    struct list by_age; /* struct seen_key, the first one first */
};

/* Room for `max` keys, at least 1. The result is to be given to seen_fini() even after an error.
 * ERR_NOMEM. */
MUST_USE enum err seen_init(struct seen *seen, size_t max, const uint64_t seed[2]);
void seen_fini(struct seen *seen); /* accepts a zeroed one */

/* `*ret_is_new` tells whether `key` was not met before; from now on it was. ERR_NOMEM: nothing is
 * known, and nothing has changed. */
MUST_USE enum err seen_add(struct seen *seen, struct str key, bool *ret_is_new);

#endif
