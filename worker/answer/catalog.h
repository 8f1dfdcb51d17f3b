/* catalog.h - the products of the shop, by tenant and sku.
 *
 * Holds each entry as compact JSON, checked, and decodes it for the turn that asks: most
 * entries are never asked for, and text is a third of the size of its fields. Names are also
 * known by their words.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_CATALOG_H
#define ANSWER_CATALOG_H

#include "common/event.h"

struct catalog;
struct catalog_words;

/* At most `entries_max` entries. NULL when out of memory. */
struct catalog *catalog_create(size_t entries_max, const uint64_t seed[2]);
void catalog_destroy(struct catalog *catalog); /* accepts NULL */

/* Adds, replaces or removes the entry that a decoded event names. ERR_FULL, ERR_NOMEM: the
 * catalogue is as it was. */
MUST_USE enum err catalog_apply(struct catalog *catalog, const struct event *event);

/* As catalog_apply(), for a record with `key`, which is not empty, of a compacted topic: there the
 * record of a key stands in the place of the one before. So the tenant's product goes that this one
 * named, if it was another, and with a removal what the key named, whatever its sku and tenant.
 * `*ret_is_shared`: another tenant's product has the key, too. It stays, for no tenant's record
 * takes back another's, until the brokers have compacted it away. */
MUST_USE enum err catalog_take(struct catalog *catalog, const struct event *event, struct str key,
                               bool *ret_is_shared);

/* NULL in `*ret_product`: not there. ERR_NOMEM. */
MUST_USE enum err catalog_find(const struct catalog *catalog, struct arena *arena,
                               struct str tenant, struct str sku,
                               const struct product **ret_product);

/* The sku of the product that a text names: by its sku, or by the words of its name, in Chinese or
 * English, when they are no other product's (catalog_words.h). Empty: none. Borrowed until the
 * catalogue changes. */
struct str catalog_named(const struct catalog *catalog, struct str tenant, struct str text);

/* The skus of the products that a text names between words that join ("A or B", "A和B"), each once,
 * at most `max`; as catalog_named(). A text that is longer than such a question joins nothing. */
size_t catalog_named_each(const struct catalog *catalog, struct str tenant, struct str text,
                          struct str *ret_skus, size_t max);

/* The skus of products whose names have as many of the text's words as any, the first `max` in the
 * order of their bytes: what it may mean where catalog_named() finds none. Borrowed likewise. */
size_t catalog_named_alike(const struct catalog *catalog, struct str tenant, struct str text,
                           struct str *ret_skus, size_t max);

/* The words of a text that are names of the tenant's products, or parts of them, a line each, in
 * `arena`. ERR_NOMEM. */
MUST_USE enum err catalog_things(const struct catalog *catalog, struct arena *arena,
                                 struct str tenant, struct str text, struct str *ret_things);

/* The words of the names, of all tenants. */
const struct catalog_words *catalog_words_of(const struct catalog *catalog);

/* Hands over entries of the tenant, each with its sku and as compact JSON; both are borrowed. Looks
 * at `looked_max` entries of all tenants at most. False: there are more. */
typedef void catalog_entry_fn(void *context, struct str sku, struct str entry);
bool catalog_each(const struct catalog *catalog, struct str tenant, size_t looked_max,
                  catalog_entry_fn *on_entry, void *context);

size_t catalog_count(const struct catalog *catalog);

/* How often it may have changed: what was found in it holds as long as this is the same. */
uint64_t catalog_changes(const struct catalog *catalog);

#endif
