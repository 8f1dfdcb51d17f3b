/* seen.c - see seen.h. */
#include "common/seen.h"

#include "common/mem.h"

struct seen_key {
    struct map_entry entry;
    struct list_node node;
    char bytes[];
};

enum err seen_init(struct seen *seen, size_t max, const uint64_t seed[2])
{
    assert(max > 0);
    *seen = (struct seen){ 0 };
    list_init(&seen->by_age);
    return map_init(&seen->map, max, seed);
}

static void seen_forget_first(struct seen *seen)
{
    struct seen_key *first = list_entry(list_pop(&seen->by_age), struct seen_key, node);
    map_remove(&seen->map, &first->entry);
    mem_free(first);
}

void seen_fini(struct seen *seen)
{
    while (seen->map.count > 0) {
        seen_forget_first(seen);
    }
    map_fini(&seen->map);
    *seen = (struct seen){ 0 };
}

enum err seen_add(struct seen *seen, struct str key, bool *ret_is_new)
{
    if (map_find(&seen->map, key)) {
        *ret_is_new = false;
        return OK;
    }
    struct seen_key *added = mem_zero(1, sizeof(*added) + key.len);
    if (!added) {
        return ERR_NOMEM;
    }
    if (seen->map.count == seen->map.max) {
        seen_forget_first(seen);
    }
    memcpy(added->bytes, key.ptr, key.len);
    if (map_add(&seen->map, &added->entry, (struct str){ added->bytes, key.len }) != OK) {
        BUG("a map has no room that was there");
    }
    list_append(&seen->by_age, &added->node);
    *ret_is_new = true;
    return OK;
}
