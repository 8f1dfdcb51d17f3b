/* screen_number_test.c - numbers in digits, in words, in Chinese. */
#include "worker/answer/screen_number.h"

#include "tests/unit/payload.h"

static void numbers_are_read_in_each_of_their_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t amount; /* in ten thousandths */
        size_t len;
    } cases[] = {
        { "7", 70000, 1 },
        { "39.90 eur", 399000, 5 },
        { "1,299.50", 12995000, 8 },
        { "1,29", 10000, 1 },
        { "3.", 30000, 1 },
        { "3万", 300000000, 4 },
        { "one", 10000, 3 },
        { "twenty-five days", 250000, 11 },
        { "two hundred and fifty", 2500000, 21 },
        { "one thousand two hundred", 12000000, 24 },
        { "five six", 50000, 4 },
        { "三", 30000, 3 },
        { "十五", 150000, 6 },
        { "二十", 200000, 6 },
        { "两百", 2000000, 6 },
        { "三百二十", 3200000, 12 },
        { "一百零五", 1050000, 12 },
        { "二〇二五年", 20250000, 12 },
        { "两万", 200000000, 6 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct screen_number number;
        print_message("%s\n", cases[i].text);
        assert_true(screen_number_at(str_from(cases[i].text), 0, &number));
        assert_int_equal(number.amount, cases[i].amount);
        assert_int_equal(number.len, cases[i].len);
    }
}

static void what_is_no_number_is_left(void **state)
{
    (void)state;
    static const char *const cases[] = { "", "x", "onerous", ".5", "天", "-3" };
    for (size_t i = 0; i < countof(cases); i++) {
        struct screen_number number = { .len = 77 };
        assert_false(screen_number_at(str_from(cases[i]), 0, &number));
        assert_int_equal(number.len, 77);
    }
}

/* More digits than any price has: bounded, and no overflow. */
static void a_number_without_end_does_not_overflow(void **state)
{
    (void)state;
    struct screen_number number;
    assert_true(screen_number_at(str_from(payload_times("9", 5000)), 0, &number));
    assert_true(number.amount > 0);
    assert_true(screen_number_at(str_from(payload_times("九", 5000)), 0, &number));
    assert_true(number.amount > 0);
    assert_true(screen_number_at(str_from(payload_times("万", 5000)), 0, &number));
    assert_true(screen_number_at(str_from(payload_times("thousand ", 5000)), 0, &number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_in_each_of_their_forms),
        cmocka_unit_test(what_is_no_number_is_left),
        cmocka_unit_test(a_number_without_end_does_not_overflow),
    };
    return cmocka_run_group_tests_name("screen_number", tests, NULL, NULL);
}
