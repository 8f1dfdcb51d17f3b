/* Records to and from librdkafka: what is null stays null. */
#include "tests/unit/leaf.h"

#include "worker/adapter/kafka_record.h"

static void a_null_header_is_not_an_empty_one(void **state)
{
    (void)state;
    const struct header headers[] = { { STR("none"), STR_NONE },
                                      { STR("empty"), STR("") },
                                      { STR("full"), STR("value") } };
    rd_kafka_headers_t *list = kafka_record_headers_new(headers, countof(headers));
    assert_non_null(list);
    assert_int_equal(rd_kafka_header_cnt(list), countof(headers));
    for (size_t i = 0; i < countof(headers); i++) {
        const char *name;
        const void *value;
        size_t size;
        assert_int_equal(rd_kafka_header_get_all(list, i, &name, &value, &size),
                         RD_KAFKA_RESP_ERR_NO_ERROR);
        assert_text(headers[i].name, name);
        assert_int_equal(size, headers[i].value.len);
        assert_true((value == NULL) == (headers[i].value.ptr == NULL));
    }
    rd_kafka_headers_destroy(list);
}

static void a_key_without_bytes_is_told_from_no_key(void **state)
{
    (void)state;
    assert_null(kafka_record_bytes(STR_NONE, false));
    assert_non_null(kafka_record_bytes(STR_NONE, true));
    static const char key[] = "key";
    assert_ptr_equal(kafka_record_bytes(str_from(key), true), key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_null_header_is_not_an_empty_one),
        cmocka_unit_test(a_key_without_bytes_is_told_from_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
