/* Catalogue entries: all fields, attributes of every type, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/product.h"
#include "common/utf8.h"

#define WHAT "\"sku\":\"KTL-17\",\"name\":\"Kettle\""
#define MINIMAL "{" WHAT "}"
#define WITH(fields) "{" WHAT "," fields "}"

static enum err decode(const struct json_at *at)
{
    struct product product;
    return product_decode(at, &product);
}

static void a_full_entry_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct product product;
    payload_init(&payload, WITH("\"tenant\":\"shop\",\"category\":\"kitchen\",\"price\":39.9,"
                                "\"currency\":\"EUR\",\"in_stock\":true,\"description\":\"Boils.\","
                                "\"shipping\":{\"min_days\":2,\"max_days\":4,\"from\":\"Ulm\"}"));
    assert_int_equal(product_decode(&payload.at, &product), OK);
    assert_str(product.sku, "KTL-17");
    assert_str(product.name, "Kettle");
    assert_str(product.tenant, "shop");
    assert_str(product.category, "kitchen");
    assert_str(product.price, "39.9");
    assert_str(product.currency, "EUR");
    assert_str(product.description, "Boils.");
    assert_int_equal(product.stock, STOCK_IN);
    assert_int_equal(product.ship_min_days, 2);
    assert_int_equal(product.ship_max_days, 4);
    assert_str(product.ship_from, "Ulm");
    assert_false(product.removed);
    payload_fini(&payload);
}

static void check_minimal(const char *json)
{
    struct payload payload;
    struct product product;
    payload_init(&payload, json);
    assert_int_equal(product_decode(&payload.at, &product), OK);
    assert_int_equal(product.price.len + product.description.len + product.ship_from.len, 0);
    assert_int_equal(product.stock, STOCK_UNKNOWN);
    assert_int_equal(product.attributes_count, 0);
    assert_int_equal(product.ship_min_days, -1);
    assert_int_equal(product.ship_max_days, -1);
    payload_fini(&payload);
}

static void optional_fields_may_be_absent_or_null(void **state)
{
    (void)state;
    check_minimal(MINIMAL);
    check_minimal(WITH("\"tenant\":null,\"category\":null,\"price\":null,\"currency\":null,"
                       "\"in_stock\":null,\"description\":null,\"attributes\":null,"
                       "\"shipping\":null"));
    check_minimal(WITH("\"attributes\":{},\"shipping\":{}"));
    check_minimal(WITH("\"attributes\":{\"a\":null},"
                       "\"shipping\":{\"min_days\":null,\"max_days\":null,\"from\":null}"));
}

static void attributes_of_every_type_become_text_in_their_order(void **state)
{
    (void)state;
    struct payload payload;
    struct product product;
    const char *const expected[][2] = {
        { "colour", "red" },  { "", "nameless" }, { "litres", "1.7" },
        { "watts", "2200" },  { "big", "9007199254740993" },
        { "tiny", "1e-09" },  { "third", "0.3333333333333333" },
        { "huge", "1e+300" }, { "eco", "false" }, { "empty", "" }, { "whole", "3" },
    };
    payload_init(&payload,
                 WITH("\"attributes\":{\"colour\":\"red\",\"\":\"nameless\",\"gone\":null,"
                      "\"litres\":1.7,\"watts\":2200,\"big\":9007199254740993,\"tiny\":1e-9,"
                      "\"third\":0.3333333333333333,\"huge\":1e300,\"eco\":false,\"empty\":\"\","
                      "\"whole\":3.0}"));
    assert_int_equal(product_decode(&payload.at, &product), OK);
    json_drop(&payload.tree);
    assert_int_equal(product.attributes_count, countof(expected));
    for (size_t i = 0; i < countof(expected); i++) {
        assert_str(product.attributes[i].name, expected[i][0]);
        assert_str(product.attributes[i].value, expected[i][1]);
    }
    payload_fini(&payload);
}

/* {"a0":<value>,"a1":<value>,...} inside an entry; static. */
static const char *with_attributes(size_t count, const char *value)
{
    static char json[4096];
    size_t len = (size_t)snprintf(json, sizeof(json), "{" WHAT ",\"attributes\":{");
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(json + len, sizeof(json) - len, "%s\"a%zu\":%s", i ? "," : "", i,
                                value);
    }
    snprintf(json + len, sizeof(json) - len, "}}");
    return json;
}

static void an_entry_has_at_most_64_attributes_counting_null(void **state)
{
    (void)state;
    struct payload payload;
    struct product product;
    payload_init(&payload, with_attributes(64, "1"));
    assert_int_equal(product_decode(&payload.at, &product), OK);
    assert_int_equal(product.attributes_count, 64);
    payload_fini(&payload);
    const struct refusal values[] = { { with_attributes(65, "1"), "/attributes" } };
    assert_refused(values, decode);
    const struct refusal nulls[] = { { with_attributes(65, "null"), "/attributes" } };
    assert_refused(nulls, decode);
}

static void names_and_values_of_attributes_are_bounded_in_characters(void **state)
{
    (void)state;
    const char *name = "{" WHAT ",\"attributes\":{\"%s\":1}}";
    const char *value = "{" WHAT ",\"attributes\":{\"a\":\"%s\"}}";
    struct payload payload;
    payload_init(&payload, payload_with(name, "\xe5\xa5\xbd", 128));
    assert_int_equal(decode(&payload.at), OK);
    payload_fini(&payload);
    payload_init(&payload, payload_with(value, "\xe5\xa5\xbd", 1024));
    assert_int_equal(decode(&payload.at), OK);
    payload_fini(&payload);
    const struct refusal names[] = { { payload_with(name, "n", 129), "/attributes" } };
    assert_refused(names, decode);
    const struct refusal values[] = { { payload_with(value, "v", 1025), "/attributes/a" } };
    assert_refused(values, decode);
}

static void shipping_days_in_the_wrong_order_are_swapped(void **state)
{
    (void)state;
    struct payload payload;
    struct product product;
    payload_init(&payload, WITH("\"shipping\":{\"min_days\":9,\"max_days\":2}"));
    assert_int_equal(product_decode(&payload.at, &product), OK);
    assert_int_equal(product.ship_min_days, 2);
    assert_int_equal(product.ship_max_days, 9);
    payload_fini(&payload);
    payload_init(&payload, WITH("\"shipping\":{\"min_days\":9}"));
    assert_int_equal(product_decode(&payload.at, &product), OK);
    assert_int_equal(product.ship_min_days, 9);
    assert_int_equal(product.ship_max_days, -1);
    payload_fini(&payload);
}

static void an_entry_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    const struct refusal refusals[] = {
        { "{}", "/sku" },
        { "{\"sku\":\"a\"}", "/name" },
        { "{\"sku\":\"a\",\"name\":\"\"}", "/name" },
        { "{\"sku\":\"a\",\"name\":null}", "/name" },
        { WITH("\"tenant\":1"), "/tenant" },
        { WITH("\"category\":[]"), "/category" },
        { WITH("\"price\":-1"), "/price" },
        { WITH("\"price\":\"cheap\""), "/price" },
        { WITH("\"price\":true"), "/price" },
        { WITH("\"currency\":\"euro\""), "/currency" },
        { WITH("\"in_stock\":\"yes\""), "/in_stock" },
        { WITH("\"in_stock\":1"), "/in_stock" },
        { WITH("\"description\":3"), "/description" },
        { WITH("\"attributes\":[]"), "/attributes" },
        { WITH("\"attributes\":{\"a/b~c\":[]}"), "/attributes/a~1b~0c" },
        { WITH("\"attributes\":{\"a\":{}}"), "/attributes/a" },
        { WITH("\"shipping\":\"fast\""), "/shipping" },
        { WITH("\"shipping\":{\"min_days\":-1}"), "/shipping/min_days" },
        { WITH("\"shipping\":{\"max_days\":366}"), "/shipping/max_days" },
        { WITH("\"shipping\":{\"max_days\":1.5}"), "/shipping/max_days" },
        { WITH("\"shipping\":{\"from\":7}"), "/shipping/from" },
    };
    assert_refused(refusals, decode);
}

static void a_long_pointer_is_cut_between_two_characters(void **state)
{
    (void)state;
    for (size_t lead = 1; lead <= 3; lead++) {
        char format[128];
        struct payload payload;
        snprintf(format, sizeof(format), "{" WHAT ",\"attributes\":{\"%.*s%%s\":[]}}", (int)lead,
                 "abc");
        payload_init(&payload, payload_with(format, "\xe5\xa5\xbd", 100));
        assert_int_equal(decode(&payload.at), ERR_SCHEMA);
        struct str pointer = str_from(payload.note.pointer);
        assert_int_equal(utf8_check(pointer, NULL), OK);
        assert_in_range(pointer.len, NOTE_POINTER_BYTES - 8, NOTE_POINTER_BYTES - 1);
        payload_fini(&payload);
    }
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return product_decode(at, ret_output);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    const char *json = payload_with("{" WHAT ",\"price\":1.5,\"description\":\"%s\","
                                    "\"attributes\":{\"a\":1.5,\"b\":2,\"c\":\"d\"}}",
                                    "x", 4000);
    assert_decodes_or_gives_nothing(json, decode_into, struct product);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_entry_is_read_field_by_field),
        cmocka_unit_test(optional_fields_may_be_absent_or_null),
        cmocka_unit_test(attributes_of_every_type_become_text_in_their_order),
        cmocka_unit_test(an_entry_has_at_most_64_attributes_counting_null),
        cmocka_unit_test(names_and_values_of_attributes_are_bounded_in_characters),
        cmocka_unit_test(shipping_days_in_the_wrong_order_are_swapped),
        cmocka_unit_test(an_entry_is_refused_at_its_first_fault),
        cmocka_unit_test(a_long_pointer_is_cut_between_two_characters),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
