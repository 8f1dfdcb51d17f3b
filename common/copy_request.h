/* copy_request.h - a wish for marketing copy about one product.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_COPY_REQUEST_H
#define COMMON_COPY_REQUEST_H

#include "common/product.h"

/* Absent strings have len 0. All memory is the arena's. */
struct copy_request {
    struct str id;
    struct str sku; /* the product's own, if has_product */
    bool has_product;
    struct product product; /* if has_product */
    struct str tenant;
    struct str audience;
    struct str tone;
    struct str language;
    struct str channel;
    int64_t max_chars; /* 0: absent */
};

/* As message_decode(), for schemas/copy-request.schema.json. */
MUST_USE enum err copy_request_decode(const struct json_at *at,
                                      struct copy_request *ret_request);

#endif
