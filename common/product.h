/* product.h - one entry of the catalogue.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_PRODUCT_H
#define COMMON_PRODUCT_H

#include "common/arena.h"
#include "common/json.h"
#include "common/note.h"

#define PRODUCT_ATTRIBUTES_MAX 64

enum stock { STOCK_UNKNOWN, STOCK_IN, STOCK_OUT };

struct attribute {
    struct str name;
    struct str value; /* numbers and booleans as they were written */
};

/* Absent strings have len 0. All memory is the arena's. */
struct product {
    struct str sku;
    struct str name;
    struct str category;
    struct str price; /* decimal, as written */
    struct str currency;
    struct str description;
    enum stock stock;
    const struct attribute *attributes;
    size_t attributes_count;
    int ship_min_days; /* -1: absent */
    int ship_max_days; /* -1: absent */
    struct str ship_from;
};

/* As message_decode(), for schemas/catalog.schema.json; `pointer` is put before the
 * pointers of notes ("/product" inside a copy request, "" at the top). */
MUST_USE enum err product_decode(struct arena *arena, const json_t *root, const char *pointer,
                                 struct product *ret_product, struct note *note);

#endif
