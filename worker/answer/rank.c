/* rank.c - see rank.h. Names of products and customers carry the number of their shop in front,
 * so that one map holds those of all shops and none can be found from another. */
#include "worker/answer/rank.h"

#include "common/mem.h"
#include "worker/answer/rank_past.h"

#define RANK_KEY_BYTES_MAX (sizeof(uint32_t) + 4 * 512)

const struct rank_limits rank_limits_usual = {
    .shops_max = 1000,
    .customers_max = 200000,
    .items_max = 200000,
    .categories_max = 5000,
    .lines_max = 8000000,
    .near_max = 8000000,
};

static bool rank_init(struct rank *rank, const uint64_t seed[2])
{
    const struct rank_limits *limits = &rank->limits;
    list_init(&rank->by_age);
    rank->room.max = limits->near_max;
    rank->slots = mem_zero(limits->items_max, sizeof(*rank->slots));
    return rank->slots && map_init(&rank->shops, limits->shops_max, seed) == OK &&
           map_init(&rank->customers, limits->customers_max, seed) == OK &&
           map_init(&rank->items, limits->items_max, seed) == OK &&
           map_init(&rank->categories, limits->categories_max, seed) == OK;
}

struct rank *rank_create(const struct rank_limits *limits, const uint64_t seed[2])
{
    struct rank *rank = mem_zero(1, sizeof(*rank));
    if (!rank) {
        return NULL;
    }
    rank->limits = *limits;
    if (!rank_init(rank, seed)) {
        rank_destroy(rank);
        return NULL;
    }
    return rank;
}

static void rank_free_item(struct map_entry *entry)
{
    struct rank_item *item = container_of(entry, struct rank_item, entry);
    mem_free(item->near);
    mem_free(item);
}

static void rank_free_category(struct map_entry *entry)
{
    mem_free(container_of(entry, struct rank_category, entry));
}

static void rank_free_shop(struct map_entry *entry)
{
    mem_free(container_of(entry, struct rank_shop, entry));
}

static void rank_free_all(struct map *map, void (*free_entry)(struct map_entry *entry))
{
    size_t bucket;
    struct map_entry *next = map->buckets ? map_walk(map, &bucket, NULL) : NULL;
    while (next) {
        struct map_entry *entry = next;
        next = map_walk(map, &bucket, entry);
        free_entry(entry);
    }
    map_fini(map);
}

void rank_destroy(struct rank *rank)
{
    if (!rank) {
        return;
    }
    while (rank->by_age.count > 0) {
        struct list_node *node = list_first(&rank->by_age);
        rank_past_forget(rank, container_of(node, struct rank_customer, node));
    }
    map_fini(&rank->customers);
    rank_free_all(&rank->items, rank_free_item);
    rank_free_all(&rank->categories, rank_free_category);
    rank_free_all(&rank->shops, rank_free_shop);
    mem_free(rank->slots);
    mem_free(rank);
}

/* ---- names ---- */

struct rank_key {
    char bytes[RANK_KEY_BYTES_MAX];
    size_t len;
};

/* The schemas allow no longer names than there is room for; longer ones are no names. */
static struct str rank_key(struct rank_key *key, uint32_t shop, struct str name)
{
    assert(name.len <= sizeof(key->bytes) - sizeof(shop));
    memcpy(key->bytes, &shop, sizeof(shop));
    if (name.len > 0) {
        memcpy(key->bytes + sizeof(shop), name.ptr, name.len);
    }
    return (struct str){ key->bytes, sizeof(shop) + name.len };
}

static bool rank_is_name(struct str name)
{
    return name.len <= RANK_KEY_BYTES_MAX - sizeof(uint32_t);
}

static struct map_entry *rank_find(const struct map *map, const struct rank_shop *shop,
                                   struct str name)
{
    struct rank_key key;
    return rank_is_name(name) ? map_find(map, rank_key(&key, shop->number, name)) : NULL;
}

struct rank_shop *rank_find_shop(const struct rank *rank, struct str tenant)
{
    struct map_entry *entry = map_find(&rank->shops, tenant);
    return entry ? container_of(entry, struct rank_shop, entry) : NULL;
}

struct rank_customer *rank_find_customer(const struct rank *rank, const struct rank_shop *shop,
                                         struct str customer_id)
{
    struct map_entry *entry = rank_find(&rank->customers, shop, customer_id);
    return entry ? container_of(entry, struct rank_customer, entry) : NULL;
}

struct rank_item *rank_find_item(const struct rank *rank, const struct rank_shop *shop,
                                 struct str sku)
{
    struct map_entry *entry = rank_find(&rank->items, shop, sku);
    return entry ? container_of(entry, struct rank_item, entry) : NULL;
}

/* ---- taking up ---- */

/* Space was looked for before, so that adding cannot fail. */
static void rank_enter(struct map *map, struct map_entry *entry, char *bytes, struct str key)
{
    memcpy(bytes, key.ptr, key.len);
    if (map_add(map, entry, (struct str){ bytes, key.len }) != OK) {
        BUG("a map has no room that was there");
    }
}

static enum err rank_add_shop(struct rank *rank, struct str tenant, struct rank_shop **ret_shop)
{
    if (rank->shops.count >= rank->shops.max) {
        rank->left_out++;
        return ERR_FULL;
    }
    struct rank_shop *shop = mem_zero(1, sizeof(*shop) + tenant.len + 1);
    if (!shop) {
        return ERR_NOMEM;
    }
    shop->number = (uint32_t)rank->shops.count;
    rank_enter(&rank->shops, &shop->entry, shop->bytes,
               (struct str){ tenant.len ? tenant.ptr : "", tenant.len });
    *ret_shop = shop;
    return OK;
}

static enum err rank_take_category(struct rank *rank, const struct rank_shop *shop, struct str name,
                                   struct rank_category **ret_category)
{
    struct map_entry *known = rank_find(&rank->categories, shop, name);
    if (known) {
        *ret_category = container_of(known, struct rank_category, entry);
        return OK;
    }
    if (rank->categories.count >= rank->categories.max) {
        rank->left_out++;
        return OK;
    }
    struct rank_key key;
    struct str bytes = rank_key(&key, shop->number, name);
    struct rank_category *category = mem_zero(1, sizeof(*category) + bytes.len);
    if (!category) {
        return ERR_NOMEM;
    }
    rank_enter(&rank->categories, &category->entry, category->bytes, bytes);
    category->name = (struct str){ category->bytes + sizeof(uint32_t), name.len };
    *ret_category = category;
    return OK;
}

static enum err rank_add_item(struct rank *rank, const struct rank_shop *shop,
                              const struct order_item *from, struct rank_item **ret_item)
{
    if (rank->items.count >= rank->items.max) {
        rank->left_out++;
        return OK;
    }
    struct rank_key key;
    struct str bytes = rank_key(&key, shop->number, from->sku);
    struct rank_item *item = mem_zero(1, sizeof(*item) + bytes.len + from->name.len);
    if (!item) {
        return ERR_NOMEM;
    }
    item->index = (uint32_t)rank->items.count;
    rank_enter(&rank->items, &item->entry, item->bytes, bytes);
    item->sku = (struct str){ item->bytes + sizeof(uint32_t), from->sku.len };
    if (from->name.len > 0) {
        memcpy(item->bytes + bytes.len, from->name.ptr, from->name.len);
        item->name = (struct str){ item->bytes + bytes.len, from->name.len };
    }
    *ret_item = item;
    return OK;
}

enum err rank_take_item(struct rank *rank, const struct rank_shop *shop,
                        const struct order_item *from, struct rank_item **ret_item)
{
    struct rank_item *item = NULL;
    if (!rank_is_name(from->sku) || !rank_is_name(from->category)) {
        return OK;
    }
    item = rank_find_item(rank, shop, from->sku);
    if (!item) {
        TRY(rank_add_item(rank, shop, from, &item));
    }
    if (item && !item->category && from->category.len > 0) {
        TRY(rank_take_category(rank, shop, from->category, &item->category));
    }
    *ret_item = item;
    return OK;
}

static enum err rank_take_customer(struct rank *rank, struct rank_shop *shop,
                                   struct str customer_id, struct rank_customer **ret_customer)
{
    struct rank_customer *customer = rank_find_customer(rank, shop, customer_id);
    if (customer) {
        list_remove(&rank->by_age, &customer->node);
        list_append(&rank->by_age, &customer->node);
        *ret_customer = customer;
        return OK;
    }
    struct rank_key key;
    struct str bytes = rank_key(&key, shop->number, customer_id);
    customer = mem_zero(1, sizeof(*customer) + bytes.len);
    if (!customer) {
        return ERR_NOMEM;
    }
    if (rank->customers.count >= rank->customers.max) {
        rank_past_forget_oldest(rank);
    }
    customer->shop = shop;
    rank_enter(&rank->customers, &customer->entry, customer->bytes, bytes);
    list_append(&rank->by_age, &customer->node);
    *ret_customer = customer;
    return OK;
}

enum err rank_learn(struct rank *rank, struct str tenant, const struct order *order,
                    int64_t now_wall_ms)
{
    struct rank_shop *shop = rank_find_shop(rank, tenant);
    if (!rank_is_name(order->customer_id)) {
        return OK;
    }
    if (!shop) {
        enum err err = rank_add_shop(rank, tenant, &shop);
        if (err != OK) {
            return err == ERR_FULL ? OK : err;
        }
    }
    struct rank_customer *customer = NULL;
    TRY(rank_take_customer(rank, shop, order->customer_id, &customer));
    return rank_past_take(rank, customer, order, min_i64(order->at_wall_ms, now_wall_ms));
}
