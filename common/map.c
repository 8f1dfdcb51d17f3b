/* map.c - see map.h. Chained buckets: removal is cheap and needs no tombstones. */
#include "common/map.h"

#include "common/mem.h"

enum err map_init(struct map *map, size_t max, const uint64_t seed[2])
{
    size_t buckets_count = 16;
    while (buckets_count < max) {
        buckets_count *= 2;
    }
    struct map_entry **buckets = mem_zero(buckets_count, sizeof(struct map_entry *));
    if (!buckets) {
        return ERR_NOMEM;
    }
    *map = (struct map){ .buckets = buckets,
                         .buckets_count = buckets_count,
                         .max = max,
                         .seed = { seed[0], seed[1] } };
    return OK;
}

void map_fini(struct map *map)
{
    mem_free(map->buckets);
    *map = (struct map){ 0 };
}

static struct map_entry **map_bucket(const struct map *map, uint64_t hash)
{
    return &map->buckets[hash & (map->buckets_count - 1)];
}

struct map_entry *map_find(const struct map *map, struct str key)
{
    uint64_t hash = str_hash(key, map->seed);
    struct map_entry *entry = *map_bucket(map, hash);
    while (entry && (entry->hash != hash || !str_eq(entry->key, key))) {
        entry = entry->next;
    }
    return entry;
}

enum err map_add(struct map *map, struct map_entry *entry, struct str key)
{
    assert(!map_find(map, key));
    if (map->count >= map->max) {
        return ERR_FULL;
    }
    entry->key = key;
    entry->hash = str_hash(key, map->seed);
    struct map_entry **bucket = map_bucket(map, entry->hash);
    entry->next = *bucket;
    *bucket = entry;
    map->count++;
    return OK;
}

void map_remove(struct map *map, struct map_entry *entry)
{
    struct map_entry **link = map_bucket(map, entry->hash);
    while (*link != entry) {
        assert(*link);
        link = &(*link)->next;
    }
    /* entry->next stays: a walk that stands on this entry still finds its way on. */
    *link = entry->next;
    map->count--;
}

struct map_entry *map_walk(const struct map *map, size_t *bucket, struct map_entry *after)
{
    if (!after) {
        *bucket = map->count > 0 ? 0 : map->buckets_count; /* many rows need not be looked at */
    } else if (after->next) {
        return after->next;
    } else {
        (*bucket)++;
    }
    while (*bucket < map->buckets_count && !map->buckets[*bucket]) {
        (*bucket)++;
    }
    return *bucket < map->buckets_count ? map->buckets[*bucket] : NULL;
}
