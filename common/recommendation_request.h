/* recommendation_request.h - a wish for products that a customer may want next.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_RECOMMENDATION_REQUEST_H
#define COMMON_RECOMMENDATION_REQUEST_H

#include "common/json.h"

#define RECOMMENDATION_COUNT_MAX 100
#define RECOMMENDATION_EXCLUDE_MAX 1000

/* Absent strings have len 0. All memory is the arena's. */
struct recommendation_request {
    struct str id;
    struct str customer_id;
    int64_t count;             /* 1 to RECOMMENDATION_COUNT_MAX; 10 when absent */
    const struct str *exclude; /* skus */
    size_t exclude_count;
    struct str sku; /* context.sku: what the customer looks at */
    struct str language;
    struct str tenant;
};

/* As message_decode(), for schemas/recommendation-request.schema.json. */
MUST_USE enum err recommendation_request_decode(const struct json_at *at,
                                                struct recommendation_request *ret_request);

#endif
