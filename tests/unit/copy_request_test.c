/* Copy requests: a product in full or by sku, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/copy_request.h"

#define PRODUCT "\"product\":{\"sku\":\"KTL-17\",\"name\":\"Kettle\",\"price\":\"39.90\"}"
#define WITH(fields) "{\"id\":\"r-1\",\"sku\":\"KTL-17\"," fields "}"

static enum err decode(const struct json_at *at)
{
    struct copy_request request;
    return copy_request_decode(at, &request);
}

static void a_full_request_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct copy_request request;
    payload_init(&payload, "{\"id\":\"r-1\"," PRODUCT ",\"tenant\":\"shop\",\"audience\":\"cooks\","
                           "\"tone\":\"warm\",\"language\":\"en\",\"channel\":\"email\","
                           "\"market\":\"cn\",\"variants\":3,\"offer\":\"20% off\","
                           "\"attributes\":{\"colour\":\"red\",\"lid\":null},"
                           "\"max_chars\":300}");
    assert_int_equal(copy_request_decode(&payload.at, &request), OK);
    assert_str(request.id, "r-1");
    assert_true(request.has_product);
    assert_str(request.product.name, "Kettle");
    assert_str(request.product.price, "39.90");
    assert_str(request.tenant, "shop");
    assert_str(request.audience, "cooks");
    assert_str(request.tone, "warm");
    assert_str(request.language, "en");
    assert_str(request.channel, "email");
    assert_str(request.market, "cn");
    assert_int_equal(request.variants, 3);
    assert_str(request.offer, "20% off");
    assert_int_equal(request.attributes_count, 1);
    assert_str(request.attributes[0].value, "red");
    assert_int_equal(request.max_chars, 300);
    payload_fini(&payload);
}

static void a_sku_is_enough(void **state)
{
    (void)state;
    struct payload payload;
    struct copy_request request;
    payload_init(&payload, WITH("\"product\":null,\"max_chars\":null"));
    assert_int_equal(copy_request_decode(&payload.at, &request), OK);
    assert_false(request.has_product);
    assert_str(request.sku, "KTL-17");
    assert_int_equal(request.max_chars, 0);
    assert_int_equal(request.variants, 1);
    assert_int_equal(request.attributes_count, 0);
    payload_fini(&payload);
}

static void the_product_goes_before_the_sku(void **state)
{
    (void)state;
    struct payload payload;
    struct copy_request request;
    payload_init(&payload, "{\"id\":\"r-1\",\"sku\":\"OTHER\"," PRODUCT "}");
    assert_int_equal(copy_request_decode(&payload.at, &request), OK);
    assert_str(request.sku, "KTL-17");
    payload_fini(&payload);
}

static void a_request_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    const struct refusal refusals[] = {
        { "{}", "/id" },
        { "{\"id\":\"r-1\"}", "/sku" },
        { "{\"id\":\"r-1\",\"sku\":null,\"product\":null}", "/sku" },
        { "{\"id\":\"r-1\",\"sku\":\"\"}", "/sku" },
        { "{\"id\":\"r-1\",\"sku\":5," PRODUCT "}", "/sku" },
        { WITH("\"product\":\"Kettle\""), "/product" },
        { WITH("\"product\":{}"), "/product/sku" },
        { WITH("\"product\":{\"sku\":\"a\"}"), "/product/name" },
        { WITH("\"product\":{\"sku\":\"a\",\"name\":\"b\",\"shipping\":{\"min_days\":\"2\"}}"),
          "/product/shipping/min_days" },
        { WITH("\"tenant\":\"\""), "/tenant" },
        { WITH("\"audience\":1"), "/audience" },
        { WITH("\"tone\":1"), "/tone" },
        { WITH("\"language\":\"x\""), "/language" },
        { WITH("\"channel\":1"), "/channel" },
        { WITH("\"offer\":1"), "/offer" },
        { WITH("\"attributes\":[]"), "/attributes" },
        { WITH("\"attributes\":{\"a\":[]}"), "/attributes/a" },
        { WITH("\"market\":1"), "/market" },
        { WITH("\"variants\":0"), "/variants" },
        { WITH("\"variants\":6"), "/variants" },
        { WITH("\"max_chars\":0"), "/max_chars" },
        { WITH("\"max_chars\":10001"), "/max_chars" },
        { WITH("\"max_chars\":\"9\""), "/max_chars" },
    };
    assert_refused(refusals, decode);
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return copy_request_decode(at, ret_output);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing("{\"id\":\"r-1\"," PRODUCT "}", decode_into,
                                    struct copy_request);
    assert_decodes_or_gives_nothing(WITH("\"audience\":\"all\",\"tone\":\"warm\","
                                         "\"language\":\"de\",\"channel\":\"mail\",\"offer\":\"a\","
                                         "\"attributes\":{\"a\":\"b\"}"),
                                    decode_into, struct copy_request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_request_is_read_field_by_field),
        cmocka_unit_test(a_sku_is_enough),
        cmocka_unit_test(the_product_goes_before_the_sku),
        cmocka_unit_test(a_request_is_refused_at_its_first_fault),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
