/* catalog.c - see catalog.h. */
#include "worker/answer/catalog.h"

#include "common/json_out.h"
#include "common/map.h"
#include "common/mem.h"

#define CATALOG_BYTES_MAX ((size_t)1 << 20)

struct catalog {
    struct map map;
};

struct catalog_entry {
    struct map_entry entry;
    size_t key_len;
    size_t value_len;
    char bytes[]; /* key, then the product as JSON */
};

struct catalog *catalog_create(size_t entries_max, const uint64_t seed[2])
{
    struct catalog *catalog = mem_zero(1, sizeof(*catalog));
    if (!catalog) {
        return NULL;
    }
    if (map_init(&catalog->map, entries_max, seed) != OK) {
        mem_free(catalog);
        return NULL;
    }
    return catalog;
}

void catalog_destroy(struct catalog *catalog)
{
    if (!catalog) {
        return;
    }
    size_t bucket;
    struct map_entry *next = map_walk(&catalog->map, &bucket, NULL);
    while (next) {
        struct map_entry *entry = next;
        next = map_walk(&catalog->map, &bucket, entry);
        mem_free(container_of(entry, struct catalog_entry, entry));
    }
    map_fini(&catalog->map);
    mem_free(catalog);
}

/* The length in front keeps tenant and sku apart. */
static enum err catalog_key(struct buf *buf, struct str tenant, struct str sku)
{
    TRY(buf_printf(buf, "%zu:", tenant.len));
    TRY(buf_add(buf, tenant));
    return buf_add(buf, sku);
}

static void catalog_drop(struct catalog *catalog, struct str key)
{
    struct map_entry *entry = map_find(&catalog->map, key);
    if (entry) {
        map_remove(&catalog->map, entry);
        mem_free(container_of(entry, struct catalog_entry, entry));
    }
}

static enum err catalog_put(struct catalog *catalog, struct str key, struct str value)
{
    bool is_known = map_find(&catalog->map, key) != NULL;
    if (!is_known && catalog->map.count >= catalog->map.max) {
        return ERR_FULL;
    }
    struct catalog_entry *item = mem_alloc(sizeof(*item) + key.len + value.len);
    if (!item) {
        return ERR_NOMEM;
    }
    item->key_len = key.len;
    item->value_len = value.len;
    memcpy(item->bytes, key.ptr, key.len);
    memcpy(item->bytes + key.len, value.ptr, value.len);
    catalog_drop(catalog, key);
    enum err err = map_add(&catalog->map, &item->entry, (struct str){ item->bytes, key.len });
    if (err != OK) {
        mem_free(item);
    }
    return err;
}

static void catalog_write_attributes(struct json_out *out, const struct product *product)
{
    json_open_object(out, "attributes");
    for (size_t i = 0; i < product->attributes_count; i++) {
        /* The decoder made these names; they end with a NUL. */
        json_put_text(out, product->attributes[i].name.ptr, product->attributes[i].value);
    }
    json_close_object(out);
}

static void catalog_write_shipping(struct json_out *out, const struct product *product)
{
    json_open_object(out, "shipping");
    if (product->ship_min_days >= 0) {
        json_put_int(out, "min_days", product->ship_min_days);
    }
    if (product->ship_max_days >= 0) {
        json_put_int(out, "max_days", product->ship_max_days);
    }
    json_put_text_if(out, "from", product->ship_from);
    json_close_object(out);
}

/* In the words of schemas/catalog.schema.json, so that the decoder of events reads it back. */
static enum err catalog_write(const struct product *product, struct buf *buf)
{
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    json_put_text(&out, "sku", product->sku);
    json_put_text_if(&out, "name", product->name);
    json_put_text_if(&out, "tenant", product->tenant);
    json_put_text_if(&out, "category", product->category);
    json_put_text_if(&out, "price", product->price);
    json_put_text_if(&out, "currency", product->currency);
    json_put_text_if(&out, "description", product->description);
    if (product->stock != STOCK_UNKNOWN) {
        json_put_bool(&out, "in_stock", product->stock == STOCK_IN);
    }
    catalog_write_attributes(&out, product);
    catalog_write_shipping(&out, product);
    json_close_object(&out);
    return json_out_end(&out);
}

enum err catalog_apply(struct catalog *catalog, const struct event *event)
{
    assert(event->kind == EVENT_PRODUCT);
    CLEANUP(buf_fini) struct buf key;
    buf_init(&key, CATALOG_BYTES_MAX);
    TRY(catalog_key(&key, event->tenant, event->product.sku));
    if (event->product.removed) {
        catalog_drop(catalog, buf_str(&key));
        return OK;
    }
    CLEANUP(buf_fini) struct buf value;
    buf_init(&value, CATALOG_BYTES_MAX);
    TRY(catalog_write(&event->product, &value));
    return catalog_put(catalog, buf_str(&key), buf_str(&value));
}

static enum err catalog_read(struct arena *arena, struct str bytes,
                             const struct product **ret_product)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    TRY(json_read(bytes, CATALOG_BYTES_MAX, &root, NULL));
    struct product *product = arena_new(arena, struct product);
    if (!product) {
        return ERR_NOMEM;
    }
    const struct json_in in = { .arena = arena };
    struct json_at at = json_root(root, &in);
    TRY(product_decode(&at, product));
    *ret_product = product;
    return OK;
}

enum err catalog_find(const struct catalog *catalog, struct arena *arena, struct str tenant,
                      struct str sku, const struct product **ret_product)
{
    CLEANUP(buf_fini) struct buf key;
    buf_init(&key, CATALOG_BYTES_MAX);
    TRY(catalog_key(&key, tenant, sku));
    struct map_entry *entry = map_find(&catalog->map, buf_str(&key));
    if (!entry) {
        *ret_product = NULL;
        return OK;
    }
    const struct catalog_entry *item = container_of(entry, struct catalog_entry, entry);
    return catalog_read(arena, (struct str){ item->bytes + item->key_len, item->value_len },
                        ret_product);
}

size_t catalog_count(const struct catalog *catalog)
{
    return catalog->map.count;
}
