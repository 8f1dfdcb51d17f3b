/* Fields: the shared types at their limits. */
#include "tests/unit/payload.h"

#include "common/field.h"

/* What a reader of one type says to {"f": <json>}. */
struct reading {
    const char *json;
    const char *text; /* NULL: refused */
};

typedef enum err read_fn(const struct json_at *at, const char *key, struct str *ret_text);

static void check(const struct reading *reading, read_fn *read)
{
    char json[256];
    struct payload payload;
    struct str text = STR("untouched");
    snprintf(json, sizeof(json), "{\"f\":%s}", reading->json);
    payload_init(&payload, json);
    enum err err = read(&payload.at, "f", &text);
    if (err != (reading->text ? OK : ERR_SCHEMA)) {
        fail_msg("%s gave %s", reading->json, err_name(err));
    }
    assert_str(text, reading->text ? reading->text : "untouched");
    assert_string_equal(payload.note.pointer, reading->text ? "" : "/f");
    payload_fini(&payload);
}

static void a_language_is_a_tag_of_short_parts(void **state)
{
    (void)state;
    const struct reading readings[] = {
        { "\"zh\"", "zh" },
        { "\"zh-Hans-CN\"", "zh-Hans-CN" },
        { "\"EN-gb\"", "EN-gb" },
        { "\"deu-1996\"", "deu-1996" },
        { "null", "untouched" },
        { "\"\"", NULL },
        { "\"e\"", NULL },
        { "\"engl\"", NULL },
        { "\"e1\"", NULL },
        { "\"en-\"", NULL },
        { "\"-en\"", NULL },
        { "\"en-G\"", NULL },
        { "\"en_GB\"", NULL },
        { "\"en-123456789\"", NULL },
        { "\"en\\n\"", NULL },
        { "\"\xc3\xa9\xc3\xa9\"", NULL },
        { "\"en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaa\"", "en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaa" },
        { "\"en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaa\"", NULL },
        { "5", NULL },
        { "{}", NULL },
    };
    for (size_t i = 0; i < countof(readings); i++) {
        check(&readings[i], field_may_language);
    }
}

static void a_currency_is_three_capital_letters(void **state)
{
    (void)state;
    const struct reading readings[] = {
        { "\"CNY\"", "CNY" }, { "null", "untouched" }, { "\"cny\"", NULL },  { "\"CN\"", NULL },
        { "\"CNYX\"", NULL }, { "\"\"", NULL },        { "\"C1Y\"", NULL },  { "7", NULL },
        { "true", NULL },     { "\"\xc3\x84UR\"", NULL }, { "\"CN\\n\"", NULL },
    };
    for (size_t i = 0; i < countof(readings); i++) {
        check(&readings[i], field_may_currency);
    }
}

static void a_price_is_a_number_or_a_decimal_string(void **state)
{
    (void)state;
    const struct reading readings[] = {
        { "19.9", "19.9" },
        { "20", "20" },
        { "0", "0" },
        { "-0", "0" },
        { "-0.0", "0" },
        { "0.1", "0.1" },
        { "100", "100" },
        { "1e2", "100" },
        { "3.14159", "3.1416" },
        { "1e-9", "0" },
        { "999999999999", "999999999999" },
        { "999999999999.9999", "999999999999.9999" },
        { "999999999999.99999", NULL },
        { "1e12", NULL },
        { "1000000000000", NULL },
        { "-0.01", NULL },
        { "-1", NULL },
        { "\"19.90\"", "19.90" },
        { "\"0\"", "0" },
        { "\"007.5\"", "007.5" },
        { "\"999999999999.9999\"", "999999999999.9999" },
        { "\"1000000000000\"", NULL },
        { "\"1.23456\"", NULL },
        { "\"1.\"", NULL },
        { "\".5\"", NULL },
        { "\"\"", NULL },
        { "\"-1\"", NULL },
        { "\"1,5\"", NULL },
        { "\"1.2.3\"", NULL },
        { "\"1 \"", NULL },
        { "\"1\\n\"", NULL },
        { "\"1e2\"", NULL },
        { "true", NULL },
        { "[]", NULL },
        { "{}", NULL },
        { "null", "untouched" },
    };
    for (size_t i = 0; i < countof(readings); i++) {
        check(&readings[i], field_may_price);
    }
}

static void a_day_may_stand_for_a_time(void **state)
{
    (void)state;
    const struct reading readings[] = {
        { "\"2025-11-28\"", "2025-11-28" },
        { "\"2025-11-28T10:00:00Z\"", "2025-11-28T10:00:00Z" },
        { "\"2025-02-30\"", "2025-02-30" },
        { "\"2025-11-28T23:59:60.123456789+14:00\"", "2025-11-28T23:59:60.123456789+14:00" },
        { "\"2025-13-01\"", NULL },
        { "\"2025-11-32\"", NULL },
        { "\"28.11.2025\"", NULL },
        { "\"\"", NULL },
        { "\"2025-11-28T10:00:00\"", NULL },
        { "\"tomorrow\"", NULL },
        { "20251128", NULL },
        { "null", "untouched" },
    };
    for (size_t i = 0; i < countof(readings); i++) {
        check(&readings[i], field_may_day_or_time);
    }
}

static void lengths_are_counted_in_characters(void **state)
{
    (void)state;
    struct payload payload;
    struct str id = STR_NONE;
    payload_init(&payload, payload_with("{\"id\":\"%s\"}", "\xf0\x9f\x98\x80", 256));
    assert_int_equal(field_want_id(&payload.at, "id", &id), OK);
    assert_int_equal(id.len, 1024);
    payload_fini(&payload);
    payload_init(&payload, payload_with("{\"id\":\"%s\"}", "\xe5\xa5\xbd", 257));
    assert_int_equal(field_want_id(&payload.at, "id", &id), ERR_SCHEMA);
    assert_int_equal(field_may_label(&payload.at, "id", &id), ERR_SCHEMA);
    payload_fini(&payload);
}

static void a_number_in_sequence_fits_every_json_reader(void **state)
{
    (void)state;
    struct payload payload;
    int64_t seq = -1;
    payload_init(&payload, "{\"a\":9007199254740991,\"b\":9007199254740992,\"c\":-1,\"d\":1.0,"
                           "\"e\":1.5,\"f\":\"1\",\"g\":true}");
    assert_int_equal(field_may_seq(&payload.at, "a", &seq), OK);
    assert_int_equal(seq, 9007199254740991);
    assert_int_equal(field_may_seq(&payload.at, "d", &seq), OK);
    assert_int_equal(seq, 1);
    assert_int_equal(field_may_seq(&payload.at, "absent", &seq), OK);
    const char *const wrong[] = { "b", "c", "e", "f", "g" };
    for (size_t i = 0; i < countof(wrong); i++) {
        assert_int_equal(field_may_seq(&payload.at, wrong[i], &seq), ERR_SCHEMA);
    }
    assert_int_equal(seq, 1);
    payload_fini(&payload);
}

static void a_reason_is_a_lower_case_label(void **state)
{
    (void)state;
    assert_true(field_is_reason(STR("no_facts")));
    assert_true(field_is_reason(STR("x")));
    assert_true(field_is_reason(STR("a-1_b")));
    assert_false(field_is_reason(STR("")));
    assert_false(field_is_reason(STR("No")));
    assert_false(field_is_reason(STR("1a")));
    assert_false(field_is_reason(STR("a b")));
    assert_true(field_is_reason(str_from(payload_times("a", 64))));
    assert_false(field_is_reason(str_from(payload_times("a", 65))));
}

static void texts_on_their_way_out_are_counted_only_when_they_may_be_too_long(void **state)
{
    (void)state;
    assert_true(field_has_chars(STR("abc"), 1, 3));
    assert_false(field_has_chars(STR("abcd"), 1, 3));
    assert_false(field_has_chars(STR_NONE, 1, 3));
    assert_true(field_has_chars(STR_NONE, 0, 3));
    assert_true(field_has_chars(STR("\xe5\xa5\xbd\xe5\xa5\xbd\xe5\xa5\xbd"), 3, 3));
    assert_false(field_has_chars(STR("\xe5\xa5\xbd\xe5\xa5\xbd\xe5\xa5\xbd\xe5\xa5\xbd"), 1, 3));
    assert_false(field_has_chars(STR("\xe5\xa5\xbd"), 2, 3));
}

static enum err want_id(const struct json_at *at, void *ret_output)
{
    return field_want_id(at, "f", ret_output);
}

static enum err may_language(const struct json_at *at, void *ret_output)
{
    return field_may_language(at, "f", ret_output);
}

static enum err may_currency(const struct json_at *at, void *ret_output)
{
    return field_may_currency(at, "f", ret_output);
}

static enum err may_price(const struct json_at *at, void *ret_output)
{
    return field_may_price(at, "f", ret_output);
}

static enum err may_day_or_time(const struct json_at *at, void *ret_output)
{
    return field_may_day_or_time(at, "f", ret_output);
}

static void without_memory_no_field_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing("{\"f\":\"i-1\"}", want_id, struct str);
    assert_decodes_or_gives_nothing("{\"f\":\"en-GB\"}", may_language, struct str);
    assert_decodes_or_gives_nothing("{\"f\":\"EUR\"}", may_currency, struct str);
    assert_decodes_or_gives_nothing("{\"f\":\"39.90\"}", may_price, struct str);
    assert_decodes_or_gives_nothing("{\"f\":39.9}", may_price, struct str);
    assert_decodes_or_gives_nothing("{\"f\":\"2025-11-28\"}", may_day_or_time, struct str);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_language_is_a_tag_of_short_parts),
        cmocka_unit_test(a_currency_is_three_capital_letters),
        cmocka_unit_test(a_price_is_a_number_or_a_decimal_string),
        cmocka_unit_test(a_day_may_stand_for_a_time),
        cmocka_unit_test(lengths_are_counted_in_characters),
        cmocka_unit_test(a_number_in_sequence_fits_every_json_reader),
        cmocka_unit_test(a_reason_is_a_lower_case_label),
        cmocka_unit_test(texts_on_their_way_out_are_counted_only_when_they_may_be_too_long),
        cmocka_unit_test(without_memory_no_field_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
