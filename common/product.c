/* product.c - see product.h. */
#include "common/product.h"

#include <float.h>

#include "common/field.h"
#include "common/utf8.h"

#define ATTRIBUTE_NAME_MAX 128
#define ATTRIBUTE_VALUE_MAX 1024
#define SHIP_DAYS_MAX 365
#define NUMBER_TEXT_BYTES 32

/* The shortest form that reads back as the same number. */
static enum err product_number_text(const struct json_at *at, double number, struct str *ret_text)
{
    char text[NUMBER_TEXT_BYTES];
    bool is_whole = number > -9e18 && number < 9e18 && number == (double)(int64_t)number;
    if (is_whole) {
        int64_t whole = 0;
        TRY(json_want_int(at, NULL, INT64_MIN, INT64_MAX, &whole));
        return arena_printf(at->in->arena, ret_text, "%lld", (long long)whole);
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    return arena_copy(at->in->arena, str_from(text), ret_text);
}

static enum err product_attribute_value(const struct json_at *at, struct str *ret_value)
{
    double number = 0;
    bool flag = false;
    switch (json_kind_of(at, NULL)) {
    case KIND_TEXT:
        return json_want_text(at, NULL, 0, ATTRIBUTE_VALUE_MAX, ret_value);
    case KIND_NUMBER:
        TRY(json_want_number(at, NULL, -DBL_MAX, DBL_MAX, &number));
        return product_number_text(at, number, ret_value);
    case KIND_BOOL:
        TRY(json_want_bool(at, NULL, &flag));
        *ret_value = flag ? STR("true") : STR("false");
        return OK;
    case KIND_NONE:
    case KIND_OBJECT:
    case KIND_ARRAY:
        break;
    }
    return json_fault(at, NULL, "must be a string, a number or a boolean");
}

/* Counts the members, null ones too, and checks their names. */
static enum err product_count_attributes(const struct json_at *object, size_t *ret_count)
{
    size_t count = 0;
    for (struct json_at member = { 0 }; json_next(object, &member);) {
        if (++count > PRODUCT_ATTRIBUTES_MAX) {
            return json_fault(object, NULL, "has more than %d entries", PRODUCT_ATTRIBUTES_MAX);
        }
        if (utf8_count(str_from(member.key)) > ATTRIBUTE_NAME_MAX) {
            return json_fault(object, NULL, "has a name of more than %d characters",
                              ATTRIBUTE_NAME_MAX);
        }
    }
    *ret_count = count;
    return OK;
}

enum err product_read_attributes(const struct json_at *at, const struct attribute **ret_attributes,
                                 size_t *ret_count)
{
    struct json_at object;
    size_t count = 0;
    TRY(json_may_object(at, "attributes", &object));
    if (!object.value) {
        return OK;
    }
    TRY(product_count_attributes(&object, &count));
    struct attribute *attributes = arena_zero(at->in->arena, count, sizeof(*attributes));
    if (!attributes) {
        return ERR_NOMEM;
    }
    size_t filled = 0;
    for (struct json_at member = { 0 }; json_next(&object, &member);) {
        if (!member.value) {
            continue;
        }
        TRY(product_attribute_value(&member, &attributes[filled].value));
        TRY(arena_copy(at->in->arena, str_from(member.key), &attributes[filled].name));
        filled++;
    }
    *ret_attributes = attributes;
    *ret_count = filled;
    return OK;
}

static enum err product_read_shipping(const struct json_at *at, struct product *product)
{
    struct json_at shipping;
    int64_t min_days = -1;
    int64_t max_days = -1;
    TRY(json_may_object(at, "shipping", &shipping));
    if (!shipping.value) {
        return OK;
    }
    TRY(json_may_int(&shipping, "min_days", 0, SHIP_DAYS_MAX, &min_days));
    TRY(json_may_int(&shipping, "max_days", 0, SHIP_DAYS_MAX, &max_days));
    TRY(field_may_short(&shipping, "from", &product->ship_from));
    bool is_swapped = max_days >= 0 && min_days > max_days;
    product->ship_min_days = (int)(is_swapped ? max_days : min_days);
    product->ship_max_days = (int)(is_swapped ? min_days : max_days);
    return OK;
}

static enum err product_read_stock(const struct json_at *at, struct product *product)
{
    bool in_stock = false;
    if (json_kind_of(at, "in_stock") == KIND_NONE) {
        return OK;
    }
    TRY(json_want_bool(at, "in_stock", &in_stock));
    product->stock = in_stock ? STOCK_IN : STOCK_OUT;
    return OK;
}

enum err product_decode(const struct json_at *at, struct product *ret_product)
{
    struct product product = { .ship_min_days = -1, .ship_max_days = -1 };
    TRY(field_want_id(at, "sku", &product.sku));
    TRY(json_want_text(at, "name", 1, FIELD_NAME_MAX, &product.name));
    TRY(field_may_id(at, "tenant", &product.tenant));
    TRY(field_may_short(at, "category", &product.category));
    TRY(field_may_price(at, "price", &product.price));
    TRY(field_may_currency(at, "currency", &product.currency));
    TRY(product_read_stock(at, &product));
    TRY(json_may_text(at, "description", 0, FIELD_LONG_MAX, &product.description));
    TRY(product_read_attributes(at, &product.attributes, &product.attributes_count));
    TRY(product_read_shipping(at, &product));
    *ret_product = product;
    return OK;
}
