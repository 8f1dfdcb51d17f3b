/* copy_request.h - a wish for marketing copy about one product.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_COPY_REQUEST_H
#define COMMON_COPY_REQUEST_H

#include "common/product.h"

#define COPY_VARIANTS_MAX 5

/* Absent strings have len 0. All memory is the arena's. */
struct copy_request {
    struct str id;
    struct str sku; /* the product's own, if has_product */
    bool has_product;
    struct product product; /* if has_product */
    const struct attribute *attributes; /* besides the product's own */
    size_t attributes_count;
    struct str offer; /* what the shop offers with it, such as a discount */
    struct str tenant;
    struct str audience;
    struct str tone;
    struct str language;
    struct str channel;
    struct str market; /* whose rules for advertising hold */
    int64_t variants;  /* 1 to COPY_VARIANTS_MAX; 1 when absent */
    int64_t max_chars; /* 0: absent */
};

/* As message_decode(), for schemas/copy-request.schema.json. */
MUST_USE enum err copy_request_decode(const struct json_at *at,
                                      struct copy_request *ret_request);

#endif
