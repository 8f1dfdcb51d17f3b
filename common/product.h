/* product.h - one entry of the catalogue.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_PRODUCT_H
#define COMMON_PRODUCT_H

#include "common/json.h"

#define PRODUCT_ATTRIBUTES_MAX 64

enum stock { STOCK_UNKNOWN, STOCK_IN, STOCK_OUT };

struct attribute {
    struct str name;
    struct str value; /* numbers in their shortest form, true and false */
};

/* Absent strings have len 0. All memory is the arena's. */
struct product {
    struct str sku;
    bool removed; /* a tombstone: only sku is there */
    struct str name;
    struct str tenant;
    struct str category;
    struct str price; /* decimal */
    struct str currency;
    struct str description;
    enum stock stock;
    const struct attribute *attributes;
    size_t attributes_count;
    int ship_min_days; /* -1: absent */
    int ship_max_days; /* -1: absent */
    struct str ship_from;
};

/* The member "attributes" of an object, as in a catalogue entry; not there: untouched. */
MUST_USE enum err product_read_attributes(const struct json_at *at,
                                          const struct attribute **ret_attributes,
                                          size_t *ret_count);

/* As message_decode(), for schemas/catalog.schema.json. */
MUST_USE enum err product_decode(const struct json_at *at, struct product *ret_product);

#endif
