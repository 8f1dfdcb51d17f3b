/* catalog.c - see catalog.h. */
#include "worker/answer/catalog.h"

#include "common/json_out.h"
#include "common/map.h"
#include "common/mem.h"
#include "worker/answer/catalog_words.h"
#include "worker/answer/plain.h"

#define CATALOG_BYTES_MAX ((size_t)1 << 20)
#define CATALOG_KEY_BYTES_MAX 4096
#define CATALOG_SKU_BYTES_MAX 64
#define CATALOG_JOINED_BYTES_MAX 400
#define CATALOG_WORD(text) { "" text, sizeof(text) - 1 }

struct catalog {
    struct map map;
    struct map by_key; /* catalog_alias */
    struct catalog_words *words;
    uint64_t changes;
};

/* The key of the record that named a product, where it is not just the product's sku. */
struct catalog_alias {
    struct map_entry entry;      /* of the newest one of the key alone */
    struct catalog_alias *older; /* of the same key, another tenant's; NULL: none */
    struct catalog_entry *item;
    size_t len;
    char bytes[];
};

struct catalog_entry {
    struct map_entry entry;
    struct catalog_name name;
    struct catalog_alias *alias; /* owned; NULL: no such key */
    uint32_t tenant_len;
    uint32_t key_len;
    uint32_t value_len;
    bool is_keyed_by_sku;
    char bytes[]; /* key, then the product as JSON */
};

struct catalog *catalog_create(size_t entries_max, const uint64_t seed[2])
{
    struct catalog *catalog = mem_zero(1, sizeof(*catalog));
    if (!catalog) {
        return NULL;
    }
    catalog->words = catalog_words_create(seed);
    if (!catalog->words || map_init(&catalog->map, entries_max, seed) != OK ||
        map_init(&catalog->by_key, entries_max, seed) != OK) {
        catalog_destroy(catalog);
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
    struct map_entry *next = catalog->map.max ? map_walk(&catalog->map, &bucket, NULL) : NULL;
    while (next) {
        struct map_entry *entry = next;
        struct catalog_entry *item = container_of(entry, struct catalog_entry, entry);
        next = map_walk(&catalog->map, &bucket, entry);
        mem_free(item->alias);
        mem_free(item);
    }
    map_fini(&catalog->map);
    map_fini(&catalog->by_key);
    catalog_words_destroy(catalog->words);
    mem_free(catalog);
}

/* The length in front keeps tenant and sku apart. Empty: they are longer than identifiers are. */
static struct str catalog_key(struct str tenant, struct str sku, char out[CATALOG_KEY_BYTES_MAX])
{
    char digits[STR_INT_BYTES];
    const struct str parts[] = { str_from_int((int64_t)tenant.len, digits), STR(":"), tenant,
                                 sku };
    bool has_room = tenant.len + sku.len < CATALOG_KEY_BYTES_MAX - STR_INT_BYTES - 1;
    return has_room ? str_join(parts, countof(parts), out, CATALOG_KEY_BYTES_MAX) : STR_NONE;
}

/* The newest alias of the key; NULL: there is none. */
static struct catalog_alias *catalog_alias_of(const struct catalog *catalog, struct str key)
{
    struct map_entry *entry = map_find(&catalog->by_key, key);
    return entry ? container_of(entry, struct catalog_alias, entry) : NULL;
}

static struct str catalog_alias_key(const struct catalog_alias *alias)
{
    return (struct str){ alias->bytes, alias->len };
}

/* Those of one key are a list, and its first one is in the map, which has room for all items. */
static void catalog_add_alias(struct catalog *catalog, struct catalog_alias *alias)
{
    alias->older = catalog_alias_of(catalog, catalog_alias_key(alias));
    if (alias->older) {
        map_remove(&catalog->by_key, &alias->older->entry);
    }
    enum err err = map_add(&catalog->by_key, &alias->entry, catalog_alias_key(alias));
    assert(err == OK);
    (void)err;
}

static void catalog_remove_alias(struct catalog *catalog, struct catalog_alias *alias)
{
    struct catalog_alias *newer = catalog_alias_of(catalog, catalog_alias_key(alias));
    if (newer != alias) {
        while (newer->older != alias) {
            newer = newer->older;
        }
        newer->older = alias->older;
        return;
    }
    map_remove(&catalog->by_key, &alias->entry);
    if (alias->older) {
        enum err err = map_add(&catalog->by_key, &alias->older->entry,
                               catalog_alias_key(alias->older));
        assert(err == OK);
        (void)err;
    }
}

static void catalog_free(struct catalog *catalog, struct catalog_entry *item)
{
    catalog_words_remove(catalog->words, &item->name);
    if (item->alias) {
        catalog_remove_alias(catalog, item->alias);
    }
    mem_free(item->alias);
    mem_free(item);
}

static void catalog_drop_item(struct catalog *catalog, struct catalog_entry *item)
{
    map_remove(&catalog->map, &item->entry);
    catalog_free(catalog, item);
}

static void catalog_drop(struct catalog *catalog, struct str key)
{
    struct map_entry *entry = map_find(&catalog->map, key);
    if (entry) {
        catalog_drop_item(catalog, container_of(entry, struct catalog_entry, entry));
    }
}

static enum err catalog_make(struct catalog *catalog, const struct event *event,
                             const struct str parts[2], struct catalog_entry **ret_item)
{
    struct catalog_entry *item = mem_alloc(sizeof(*item) + parts[0].len + parts[1].len);
    if (!item) {
        return ERR_NOMEM;
    }
    item->alias = NULL;
    item->is_keyed_by_sku = false;
    item->tenant_len = (uint32_t)event->tenant.len;
    item->key_len = (uint32_t)parts[0].len;
    item->value_len = (uint32_t)parts[1].len;
    (void)str_join(parts, 2, item->bytes, parts[0].len + parts[1].len);
    enum err err = catalog_words_add(catalog->words, &item->name, event->tenant,
                                     event->product.name);
    if (err != OK) {
        catalog_free(catalog, item);
        return err;
    }
    *ret_item = item;
    return OK;
}

static enum err catalog_put(struct catalog *catalog, const struct event *event,
                            const struct str parts[2])
{
    bool is_known = map_find(&catalog->map, parts[0]) != NULL;
    struct catalog_entry *item;
    if (!is_known && catalog->map.count >= catalog->map.max) {
        return ERR_FULL;
    }
    TRY(catalog_make(catalog, event, parts, &item));
    catalog_drop(catalog, parts[0]);
    enum err err = map_add(&catalog->map, &item->entry, (struct str){ item->bytes, item->key_len });
    if (err != OK) {
        catalog_free(catalog, item);
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
    char bytes[CATALOG_KEY_BYTES_MAX];
    struct str key = catalog_key(event->tenant, event->product.sku, bytes);
    if (key.len == 0) {
        return ERR_TOO_LARGE;
    }
    catalog->changes++;
    if (event->product.removed) {
        catalog_drop(catalog, key);
        return OK;
    }
    CLEANUP(buf_fini) struct buf value;
    buf_init(&value, CATALOG_BYTES_MAX);
    TRY(catalog_write(&event->product, &value));
    const struct str parts[2] = { key, buf_str(&value) };
    return catalog_put(catalog, event, parts);
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

static struct catalog_entry *catalog_entry_of(const struct catalog *catalog, struct str tenant,
                                              struct str sku)
{
    char bytes[CATALOG_KEY_BYTES_MAX];
    struct str key = catalog_key(tenant, sku, bytes);
    struct map_entry *entry = key.len > 0 ? map_find(&catalog->map, key) : NULL;
    return entry ? container_of(entry, struct catalog_entry, entry) : NULL;
}

/* The entry's own key is "LENGTH:TENANTSKU". */
static bool catalog_is_of(const struct catalog_entry *item, struct str tenant)
{
    struct str key = { item->bytes, item->key_len };
    size_t start = str_find(key, STR(":")) + 1;
    return str_eq(str_slice(key, start, item->tenant_len), tenant);
}

/* ---- records of a compacted topic ---- */

static enum err catalog_make_alias(struct str key, struct catalog_alias **ret_alias)
{
    struct catalog_alias *alias = mem_alloc(sizeof(*alias) + key.len);
    if (!alias) {
        return ERR_NOMEM;
    }
    memcpy(alias->bytes, key.ptr, key.len);
    alias->len = key.len;
    *ret_alias = alias;
    return OK;
}

/* The shop's own product whose record had just its sku for a key; NULL: none. */
static struct catalog_entry *catalog_keyed_by_sku(const struct catalog *catalog, struct str key)
{
    struct catalog_entry *item = catalog_entry_of(catalog, STR_NONE, key);
    return item && item->is_keyed_by_sku ? item : NULL;
}

/* The tenant's product that the record before of this key named; NULL: none. */
static struct catalog_entry *catalog_keyed(const struct catalog *catalog, struct str tenant,
                                           struct str key)
{
    const struct catalog_alias *alias = catalog_alias_of(catalog, key);
    while (alias && !catalog_is_of(alias->item, tenant)) {
        alias = alias->older;
    }
    if (alias) {
        return alias->item;
    }
    return tenant.len == 0 ? catalog_keyed_by_sku(catalog, key) : NULL;
}

/* Whether records of other tenants have the key, too. */
static bool catalog_is_shared(const struct catalog *catalog, struct str tenant, struct str key)
{
    bool is_shared = tenant.len > 0 && catalog_keyed_by_sku(catalog, key);
    const struct catalog_alias *alias = catalog_alias_of(catalog, key);
    for (; alias && !is_shared; alias = alias->older) {
        is_shared = !catalog_is_of(alias->item, tenant);
    }
    return is_shared;
}

static enum err catalog_take_removal(struct catalog *catalog, const struct event *event,
                                     struct str key)
{
    struct catalog_alias *alias;
    struct catalog_entry *own = catalog_keyed_by_sku(catalog, key);
    while ((alias = catalog_alias_of(catalog, key))) {
        catalog_drop_item(catalog, alias->item);
    }
    if (own) {
        catalog_drop_item(catalog, own);
    }
    return catalog_apply(catalog, event);
}

enum err catalog_take(struct catalog *catalog, const struct event *event, struct str key,
                      bool *ret_is_shared)
{
    bool is_sku = event->tenant.len == 0 && str_eq(key, event->product.sku);
    struct catalog_alias *alias = NULL;
    *ret_is_shared = false;
    if (event->product.removed) {
        return catalog_take_removal(catalog, event, key);
    }
    TRY(is_sku ? OK : catalog_make_alias(key, &alias));
    enum err err = catalog_apply(catalog, event);
    if (err != OK) {
        mem_free(alias);
        return err;
    }
    struct catalog_entry *item = catalog_entry_of(catalog, event->tenant, event->product.sku);
    struct catalog_entry *before = catalog_keyed(catalog, event->tenant, key);
    if (before && before != item) {
        catalog_drop_item(catalog, before);
    }
    *ret_is_shared = catalog_is_shared(catalog, event->tenant, key);
    item->is_keyed_by_sku = is_sku;
    item->alias = alias;
    if (alias) {
        alias->item = item;
        catalog_add_alias(catalog, alias);
    }
    return OK;
}

/* ---- questions ---- */

enum err catalog_find(const struct catalog *catalog, struct arena *arena, struct str tenant,
                      struct str sku, const struct product **ret_product)
{
    const struct catalog_entry *item = catalog_entry_of(catalog, tenant, sku);
    if (!item) {
        *ret_product = NULL;
        return OK;
    }
    return catalog_read(arena, (struct str){ item->bytes + item->key_len, item->value_len },
                        ret_product);
}

static struct str catalog_sku(const struct catalog_entry *item)
{
    struct str key = { item->bytes, item->key_len };
    size_t start = str_find(key, STR(":")) + 1 + item->tenant_len;
    return str_slice(key, start, key.len);
}

static bool catalog_is_sku_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '-' || c == '_';
}

/* A word with a digit in it that is a sku as it stands, or in capitals. */
static const struct catalog_entry *catalog_sku_in(const struct catalog *catalog,
                                                  struct str tenant, struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        char word[CATALOG_SKU_BYTES_MAX];
        char capitals[CATALOG_SKU_BYTES_MAX];
        size_t len = 0;
        bool has_digit = false;
        for (; at < text.len && catalog_is_sku_char(text.ptr[at]); at++) {
            char c = text.ptr[at];
            if (len < sizeof(word)) {
                word[len] = c;
                capitals[len] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
            }
            has_digit = has_digit || (c >= '0' && c <= '9');
            len++;
        }
        if (!has_digit || len < 2 || len > sizeof(word)) {
            continue;
        }
        const struct catalog_entry *item =
            catalog_entry_of(catalog, tenant, (struct str){ word, len });
        item = item ? item : catalog_entry_of(catalog, tenant, (struct str){ capitals, len });
        if (item) {
            return item;
        }
    }
    return NULL;
}

struct str catalog_named(const struct catalog *catalog, struct str tenant, struct str text)
{
    if (catalog->map.count == 0) {
        return STR_NONE;
    }
    const struct catalog_entry *item = catalog_sku_in(catalog, tenant, text);
    struct catalog_name *name = item ? NULL : catalog_words_find(catalog->words, tenant, text);
    item = name ? container_of(name, struct catalog_entry, name) : item;
    return item && catalog_is_of(item, tenant) ? catalog_sku(item) : STR_NONE;
}

/* Where the first of the words that join stands, from byte `from` on; text.len: nowhere. */
static size_t catalog_joint(struct str text, size_t from, size_t *ret_end)
{
    static const struct str joints[] = {
        CATALOG_WORD(" and "), CATALOG_WORD(" or "), CATALOG_WORD(" vs "), CATALOG_WORD(" versus "),
        CATALOG_WORD(","),     CATALOG_WORD("、"),   CATALOG_WORD("和"),   CATALOG_WORD("跟"),
        CATALOG_WORD("与"),    CATALOG_WORD("还是"),
    };
    size_t first = text.len;
    for (size_t i = 0; i < countof(joints); i++) {
        size_t at = from + str_find(str_slice(text, from, text.len), joints[i]);
        if (at < first) {
            first = at;
            *ret_end = at + joints[i].len;
        }
    }
    return first;
}

static bool catalog_has_sku(const struct str *skus, size_t count, struct str sku)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(skus[i], sku)) {
            return true;
        }
    }
    return false;
}

size_t catalog_named_each(const struct catalog *catalog, struct str tenant, struct str text,
                          struct str *ret_skus, size_t max)
{
    struct plain plain;
    size_t count = 0;
    size_t end = 0;
    if (catalog->map.count == 0 || text.len > CATALOG_JOINED_BYTES_MAX) {
        return 0;
    }
    plain_of(text, &plain);
    struct str rest = plain_str(&plain);
    for (size_t at = 0; at < rest.len && count < max; at = end) {
        size_t joint = catalog_joint(rest, at, &end);
        end = joint == rest.len ? rest.len : end;
        struct str sku = catalog_named(catalog, tenant, str_slice(rest, at, joint - at));
        if (sku.len > 0 && !catalog_has_sku(ret_skus, count, sku)) {
            ret_skus[count++] = sku;
        }
    }
    return count;
}

struct catalog_alike {
    struct str tenant;
    struct str *skus; /* in the order of their bytes */
    size_t count;
    size_t max;
};

static void catalog_on_alike(void *context, struct catalog_name *name)
{
    struct catalog_alike *alike = context;
    const struct catalog_entry *item = container_of(name, struct catalog_entry, name);
    struct str sku = catalog_sku(item);
    size_t place = 0;
    while (place < alike->count && str_cmp(alike->skus[place], sku) < 0) {
        place++;
    }
    bool is_known = place < alike->count && str_eq(alike->skus[place], sku);
    if (is_known || place == alike->max || !catalog_is_of(item, alike->tenant)) {
        return;
    }
    size_t kept = min_size(alike->count, alike->max - 1);
    memmove(&alike->skus[place + 1], &alike->skus[place],
            (kept - place) * sizeof(alike->skus[0]));
    alike->skus[place] = sku;
    alike->count = kept + 1;
}

size_t catalog_named_alike(const struct catalog *catalog, struct str tenant, struct str text,
                           struct str *ret_skus, size_t max)
{
    struct catalog_alike alike = { .tenant = tenant, .skus = ret_skus, .max = max };
    catalog_words_alike(catalog->words, tenant, text, catalog_on_alike, &alike);
    return alike.count;
}

enum err catalog_things(const struct catalog *catalog, struct arena *arena, struct str tenant,
                        struct str text, struct str *ret_things)
{
    struct passage_terms terms;
    struct str parts[2 * PASSAGE_TERMS_MAX];
    catalog_words_in(catalog->words, tenant, text, &terms);
    for (size_t i = 0; i < terms.count; i++) {
        parts[2 * i] = passage_term(&terms, i);
        parts[2 * i + 1] = STR("\n");
    }
    return arena_join(arena, parts, 2 * terms.count, ret_things);
}

const struct catalog_words *catalog_words_of(const struct catalog *catalog)
{
    return catalog->words;
}

bool catalog_each(const struct catalog *catalog, struct str tenant, size_t looked_max,
                  catalog_entry_fn *on_entry, void *context)
{
    size_t bucket;
    size_t looked = 0;
    struct map_entry *next = catalog->map.count ? map_walk(&catalog->map, &bucket, NULL) : NULL;
    for (; next && looked < looked_max; looked++) {
        const struct catalog_entry *item = container_of(next, struct catalog_entry, entry);
        if (catalog_is_of(item, tenant)) {
            on_entry(context, catalog_sku(item),
                     (struct str){ item->bytes + item->key_len, item->value_len });
        }
        next = map_walk(&catalog->map, &bucket, next);
    }
    return next == NULL;
}

size_t catalog_count(const struct catalog *catalog)
{
    return catalog->map.count;
}

uint64_t catalog_changes(const struct catalog *catalog)
{
    return catalog->changes;
}
