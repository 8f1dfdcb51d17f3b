/* recommendation_request.c - see recommendation_request.h. */
#include "common/recommendation_request.h"

#include "common/field.h"

#define RECOMMENDATION_COUNT_USUAL 10

static enum err recommendation_request_exclude(const struct json_at *at,
                                               struct recommendation_request *request)
{
    struct json_at array;
    TRY(json_may_array(at, "exclude", 0, RECOMMENDATION_EXCLUDE_MAX, &array));
    size_t count = json_count(&array);
    if (count == 0) {
        return OK;
    }
    struct str *exclude = arena_zero(at->in->arena, count, sizeof(*exclude));
    if (!exclude) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct json_at element = json_element(&array, i);
        TRY(field_want_id(&element, NULL, &exclude[i]));
    }
    request->exclude = exclude;
    request->exclude_count = count;
    return OK;
}

enum err recommendation_request_decode(const struct json_at *at,
                                       struct recommendation_request *ret_request)
{
    struct recommendation_request request = { .count = RECOMMENDATION_COUNT_USUAL };
    struct json_at context;
    TRY(field_want_id(at, "id", &request.id));
    TRY(field_want_id(at, "customer_id", &request.customer_id));
    TRY(json_may_int(at, "count", 1, RECOMMENDATION_COUNT_MAX, &request.count));
    TRY(recommendation_request_exclude(at, &request));
    TRY(json_may_object(at, "context", &context));
    if (context.value) {
        TRY(field_may_id(&context, "sku", &request.sku));
    }
    TRY(field_may_language(at, "language", &request.language));
    TRY(field_may_id(at, "tenant", &request.tenant));
    *ret_request = request;
    return OK;
}
