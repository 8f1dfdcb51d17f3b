/* lane.c - see lane.h. */
#include "worker/engine/lane.h"

#include "common/mem.h"

/* Emptied lanes are kept so that a busy worker does not allocate for each message. */
#define LANES_IDLE_MAX 1024
#define LANE_KEY_BYTES 64

struct lane {
    struct map_entry entry;
    struct list_node idle_node;
    struct list places;
    size_t key_size;
    char key[];
};

enum err lanes_init(struct lanes *lanes, size_t lanes_max, const uint64_t seed[2])
{
    list_init(&lanes->idle);
    return map_init(&lanes->map, lanes_max, seed);
}

void lanes_fini(struct lanes *lanes)
{
    assert(lanes->map.count == 0);
    if (!lanes->map.buckets) {
        return;
    }
    struct list_node *node;
    while ((node = list_pop(&lanes->idle)) != NULL) {
        mem_free(container_of(node, struct lane, idle_node));
    }
    map_fini(&lanes->map);
}

static struct lane *lane_create(struct lanes *lanes, size_t key_len)
{
    if (key_len <= LANE_KEY_BYTES && !list_is_empty(&lanes->idle)) {
        return container_of(list_pop(&lanes->idle), struct lane, idle_node);
    }
    size_t key_size = max_size(key_len, LANE_KEY_BYTES);
    struct lane *lane = mem_zero(1, sizeof(*lane) + key_size);
    if (lane) {
        lane->key_size = key_size;
        list_init(&lane->places);
    }
    return lane;
}

static void lane_destroy(struct lanes *lanes, struct lane *lane)
{
    if (lane->key_size == LANE_KEY_BYTES && lanes->idle.count < LANES_IDLE_MAX) {
        list_prepend(&lanes->idle, &lane->idle_node); /* taken next, while it is in the cache */
        return;
    }
    mem_free(lane);
}

static enum err lane_open(struct lanes *lanes, struct str key, struct lane **ret_lane)
{
    struct lane *lane = lane_create(lanes, key.len);
    if (!lane) {
        return ERR_NOMEM;
    }
    if (key.len) {
        memcpy(lane->key, key.ptr, key.len);
    }
    enum err err = map_add(&lanes->map, &lane->entry, (struct str){ lane->key, key.len });
    if (err != OK) {
        lane_destroy(lanes, lane);
        return err;
    }
    *ret_lane = lane;
    return OK;
}

enum err lanes_enter(struct lanes *lanes, struct str key, struct lane_place *place)
{
    struct map_entry *entry = map_find(&lanes->map, key);
    struct lane *lane = entry ? container_of(entry, struct lane, entry) : NULL;
    if (!lane) {
        TRY(lane_open(lanes, key, &lane));
    }
    place->lane = lane;
    list_append(&lane->places, &place->node);
    return OK;
}

bool lane_is_first(const struct lane_place *place)
{
    return list_first(&place->lane->places) == &place->node;
}

struct lane_place *lane_next(const struct lane_place *place)
{
    return list_entry(list_next(&place->lane->places, &place->node), struct lane_place, node);
}

struct lane_place *lanes_leave(struct lanes *lanes, struct lane_place *place)
{
    struct lane *lane = place->lane;
    bool was_first = lane_is_first(place);
    list_remove(&lane->places, &place->node);
    place->lane = NULL;
    if (list_is_empty(&lane->places)) {
        map_remove(&lanes->map, &lane->entry);
        lane_destroy(lanes, lane);
        return NULL;
    }
    return was_first ? container_of(list_first(&lane->places), struct lane_place, node) : NULL;
}

size_t lanes_count(const struct lanes *lanes)
{
    return lanes->map.count;
}
