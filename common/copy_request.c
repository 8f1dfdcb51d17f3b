/* copy_request.c - see copy_request.h. */
#include "common/copy_request.h"

#include "common/field.h"

#define COPY_REQUEST_CHARS_MAX 10000

static enum err copy_request_read_product(const struct json_at *at, struct copy_request *request)
{
    struct json_at product;
    TRY(json_may_object(at, "product", &product));
    TRY(field_may_id(at, "sku", &request->sku));
    if (!product.value) {
        return request->sku.ptr ? OK : json_fault(at, "sku", "is required without a product");
    }
    TRY(product_decode(&product, &request->product));
    request->has_product = true;
    request->sku = request->product.sku;
    return OK;
}

enum err copy_request_decode(const struct json_at *at, struct copy_request *ret_request)
{
    struct copy_request request = { .variants = 1 };
    TRY(field_want_id(at, "id", &request.id));
    TRY(copy_request_read_product(at, &request));
    TRY(product_read_attributes(at, &request.attributes, &request.attributes_count));
    TRY(field_may_short(at, "offer", &request.offer));
    TRY(field_may_id(at, "tenant", &request.tenant));
    TRY(field_may_short(at, "audience", &request.audience));
    TRY(field_may_short(at, "tone", &request.tone));
    TRY(field_may_language(at, "language", &request.language));
    TRY(field_may_label(at, "channel", &request.channel));
    TRY(field_may_label(at, "market", &request.market));
    TRY(json_may_int(at, "variants", 1, COPY_VARIANTS_MAX, &request.variants));
    TRY(json_may_int(at, "max_chars", 1, COPY_REQUEST_CHARS_MAX, &request.max_chars));
    *ret_request = request;
    return OK;
}
