/* custody.c - see custody.h. */
#include "worker/engine/custody.h"

#include "common/list.h"
#include "common/map.h"
#include "common/mem.h"

struct custody {
    struct map map;
    struct list aged; /* struct custody_entry, the one that was handed off longest ago first */
    size_t forgotten;
};

struct custody_entry {
    struct map_entry entry;
    struct list_node node;
    uint64_t awaited; /* our own hand-off that the topic has not brought yet; 0: none */
    bool is_known;    /* the topic has it */
    char key[];
};

struct custody *custody_create(size_t conversations_max, const uint64_t seed[2])
{
    struct custody *custody = mem_zero(1, sizeof(*custody));
    if (!custody) {
        return NULL;
    }
    list_init(&custody->aged);
    if (map_init(&custody->map, conversations_max, seed) != OK) {
        mem_free(custody);
        return NULL;
    }
    return custody;
}

static void custody_drop(struct custody *custody, struct custody_entry *item)
{
    map_remove(&custody->map, &item->entry);
    list_remove(&custody->aged, &item->node);
    mem_free(item);
}

void custody_destroy(struct custody *custody)
{
    if (!custody) {
        return;
    }
    struct list_node *node;
    while ((node = list_first(&custody->aged)) != NULL) {
        custody_drop(custody, container_of(node, struct custody_entry, node));
    }
    map_fini(&custody->map);
    mem_free(custody);
}

static struct custody_entry *custody_find(const struct custody *custody, struct str key)
{
    struct map_entry *entry = map_find(&custody->map, key);
    return entry ? container_of(entry, struct custody_entry, entry) : NULL;
}

bool custody_has(const struct custody *custody, struct str key)
{
    return custody_find(custody, key) != NULL;
}

size_t custody_count(const struct custody *custody)
{
    return custody->map.count;
}

size_t custody_forgotten(const struct custody *custody)
{
    return custody->forgotten;
}

/* What is not in the topic yet cannot be learnt again, so it stays. */
static enum err custody_make_room(struct custody *custody)
{
    struct list_node *node = list_first(&custody->aged);
    while (node && container_of(node, struct custody_entry, node)->awaited) {
        node = list_next(&custody->aged, node);
    }
    if (!node) {
        return ERR_FULL;
    }
    custody_drop(custody, container_of(node, struct custody_entry, node));
    custody->forgotten++;
    return OK;
}

static enum err custody_add(struct custody *custody, struct str key,
                            struct custody_entry **ret_item)
{
    if (key.len > CUSTODY_KEY_BYTES_MAX) {
        return ERR_FULL;
    }
    if (custody->map.count >= custody->map.max) {
        TRY(custody_make_room(custody));
    }
    struct custody_entry *item = mem_zero(1, sizeof(*item) + key.len);
    if (!item) {
        return ERR_NOMEM;
    }
    memcpy(item->key, key.ptr, key.len);
    enum err err = map_add(&custody->map, &item->entry, (struct str){ item->key, key.len });
    if (err != OK) {
        mem_free(item);
        return err;
    }
    list_append(&custody->aged, &item->node);
    *ret_item = item;
    return OK;
}

/* The entry of `key`, made if it is not there, as the youngest of all. */
static enum err custody_renew(struct custody *custody, struct str key,
                              struct custody_entry **ret_item)
{
    struct custody_entry *item = custody_find(custody, key);
    if (!item) {
        return custody_add(custody, key, ret_item);
    }
    list_remove(&custody->aged, &item->node);
    list_append(&custody->aged, &item->node);
    *ret_item = item;
    return OK;
}

enum err custody_take(struct custody *custody, struct str key, uint64_t token)
{
    assert(token != 0);
    struct custody_entry *item;
    TRY(custody_renew(custody, key, &item));
    item->awaited = token;
    return OK;
}

void custody_cancel(struct custody *custody, struct str key, uint64_t token)
{
    struct custody_entry *item = custody_find(custody, key);
    if (!item || item->awaited != token) {
        return;
    }
    item->awaited = 0;
    if (!item->is_known) {
        custody_drop(custody, item);
    }
}

enum err custody_learn(struct custody *custody, struct str key, uint64_t token)
{
    struct custody_entry *item;
    TRY(custody_renew(custody, key, &item));
    item->is_known = true;
    if (item->awaited == token) {
        item->awaited = 0;
    }
    return OK;
}

void custody_return(struct custody *custody, struct str key)
{
    struct custody_entry *item = custody_find(custody, key);
    if (!item) {
        return;
    }
    item->is_known = false;
    if (item->awaited == 0) {
        custody_drop(custody, item);
    }
}
