/* json_token_test.c - tokens of the usual JSON are read, others are told. */
#include "tests/unit/leaf.h"

#include "common/json_token.h"

static struct json_token over(const char *text)
{
    return (struct json_token){ .bytes = str_from(text) };
}

static void a_string_stands_between_quotes(void **state)
{
    (void)state;
    const char *const left[] = { "", "a", "\"", "\"a", "\"a\\n\"", "\"a\nb\"", "1" };
    struct json_token token = over(" \t\r\n\"水 and tea\"x");
    struct str text;
    assert_true(json_token_string(&token, &text));
    assert_text(text, "水 and tea");
    assert_int_equal(json_token_peek(&token), 'x');
    for (size_t i = 0; i < countof(left); i++) {
        token = over(left[i]);
        assert_false(json_token_string(&token, &text));
    }
}

static void a_number_has_at_most_18_digits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number;
    } numbers[] = { { "0", 0 }, { " 7,", 7 }, { "-12]", -12 },
                    { "999999999999999999", 999999999999999999 } };
    const char *const left[] = { "", "-", "+1", "01", "-0", "a", "1000000000000000000" };
    for (size_t i = 0; i < countof(numbers); i++) {
        struct json_token token = over(numbers[i].text);
        int64_t number;
        assert_true(json_token_int(&token, &number));
        assert_true(number == numbers[i].number);
    }
    for (size_t i = 0; i < countof(left); i++) {
        struct json_token token = over(left[i]);
        int64_t number;
        assert_false(json_token_int(&token, &number));
    }
}

static void a_byte_is_taken_if_it_is_the_next_one(void **state)
{
    (void)state;
    struct json_token token = over(" { }\n");
    assert_false(json_token_take(&token, '}'));
    assert_true(json_token_take(&token, '{'));
    assert_false(json_token_is_end(&token));
    assert_true(json_token_take(&token, '}'));
    assert_true(json_token_is_end(&token));
    struct json_token nul = { .bytes = BYTES("\0") };
    assert_false(json_token_is_end(&nul));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_stands_between_quotes),
        cmocka_unit_test(a_number_has_at_most_18_digits),
        cmocka_unit_test(a_byte_is_taken_if_it_is_the_next_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
