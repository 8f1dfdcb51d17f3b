/* map.h - a bounded hash map from bytes to a pointer.
 *
 * Entries are embedded in what they find, so the map owns neither keys nor values and
 * never allocates after it was made. The hash is seeded: keys come from strangers.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include "common/str.h"

struct map_entry {
    struct map_entry *next;
    struct str key; /* borrowed until the entry is removed */
    uint64_t hash;
};

struct map {
    struct map_entry **buckets;
    size_t buckets_count; /* a power of two */
    size_t count;
    size_t max;
    uint64_t seed[2];
};

/* Space for `max` entries at about one a bucket. */
MUST_USE enum err map_init(struct map *map, size_t max, const uint64_t seed[2]);
void map_fini(struct map *map); /* does not touch the entries; accepts a zeroed map */

/* NULL when the key is not there. */
struct map_entry *map_find(const struct map *map, struct str key);

/* ERR_FULL at `max`. The key must not be there yet and stays valid until map_remove(). */
MUST_USE enum err map_add(struct map *map, struct map_entry *entry, struct str key);

void map_remove(struct map *map, struct map_entry *entry);

/* Walks in no particular order: start with NULL; ends with NULL. The entry that was
 * returned last may be removed, nothing else may change. */
struct map_entry *map_walk(const struct map *map, size_t *bucket, struct map_entry *after);

#endif
