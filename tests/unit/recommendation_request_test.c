/* recommendation_request_test.c - requests: read field by field, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/recommendation_request.h"

#define MINIMAL "{\"id\":\"r-1\",\"customer_id\":\"ann\"}"
#define WITH(fields) "{\"id\":\"r-1\",\"customer_id\":\"ann\"," fields "}"

/* What is refused leaves the output alone. */
static enum err decode(const struct json_at *at)
{
    struct recommendation_request request = { .count = 77 };
    enum err err = recommendation_request_decode(at, &request);
    assert_true(err == OK || request.count == 77);
    return err;
}

static void a_full_request_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct recommendation_request request;
    payload_init(&payload, WITH("\"count\":3,\"exclude\":[\"a\",\"b\"],\"context\":{\"sku\":\"c\"},"
                                "\"language\":\"zh\",\"tenant\":\"east\""));
    assert_int_equal(recommendation_request_decode(&payload.at, &request), OK);
    assert_str(request.id, "r-1");
    assert_str(request.customer_id, "ann");
    assert_int_equal(request.count, 3);
    assert_int_equal(request.exclude_count, 2);
    assert_str(request.exclude[1], "b");
    assert_str(request.sku, "c");
    assert_str(request.language, "zh");
    assert_str(request.tenant, "east");
    payload_fini(&payload);
}

static void without_a_count_ten_are_asked_for(void **state)
{
    (void)state;
    const char *const texts[] = { MINIMAL, WITH("\"count\":null,\"exclude\":null,\"context\":null"),
                                  WITH("\"exclude\":[],\"context\":{}") };
    for (size_t i = 0; i < countof(texts); i++) {
        struct payload payload;
        struct recommendation_request request;
        payload_init(&payload, texts[i]);
        assert_int_equal(recommendation_request_decode(&payload.at, &request), OK);
        assert_int_equal(request.count, 10);
        assert_int_equal(request.exclude_count, 0);
        assert_int_equal(request.sku.len, 0);
        payload_fini(&payload);
    }
}

static void a_request_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        { "{}", "/id" },
        { "{\"id\":\"r-1\"}", "/customer_id" },
        { WITH("\"count\":0"), "/count" },
        { WITH("\"count\":101"), "/count" },
        { WITH("\"exclude\":\"a\""), "/exclude" },
        { WITH("\"exclude\":[\"a\",\"\"]"), "/exclude/1" },
        { WITH("\"context\":[]"), "/context" },
        { WITH("\"context\":{\"sku\":1}"), "/context/sku" },
        { WITH("\"language\":\"in English\""), "/language" },
        { WITH("\"tenant\":\"\""), "/tenant" },
    };
    assert_refused(refusals, decode);
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return recommendation_request_decode(at, ret_output);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing(WITH("\"exclude\":[\"a\",\"b\"],\"tenant\":\"east\""),
                                    decode_into, struct recommendation_request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_request_is_read_field_by_field),
        cmocka_unit_test(without_a_count_ten_are_asked_for),
        cmocka_unit_test(a_request_is_refused_at_its_first_fault),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
