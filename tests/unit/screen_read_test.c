/* screen_read_test.c - which values a sentence holds. */
#include "worker/answer/screen_read.h"

#include "tests/unit/payload.h"

#define TODAY 20420 /* 2025-11-28, a Friday */

static struct screen_sentence sentence;
static struct screen_value values[SCREEN_VALUES_MAX];

static size_t read_text(const char *text)
{
    size_t count = 0;
    memset(&sentence, 0, sizeof(sentence));
    plain_of(str_from(text), &sentence.plain);
    assert_true(screen_read(&sentence, TODAY, values, &count));
    return count;
}

static void each_kind_is_told_by_what_stands_around_the_number(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum screen_kind kind;
        int64_t amount;
    } cases[] = {
        { "39.90 EUR", SCREEN_MONEY, 399000 },    { "\xe2\x82\xac" "39.90", SCREEN_MONEY, 399000 },
        { "US$ 5", SCREEN_MONEY, 50000 },         { "两百元", SCREEN_MONEY, 2000000 },
        { "three days", SCREEN_PERIOD, 30000 },   { "2 weeks", SCREEN_PERIOD, 140000 },
        { "三个工作日", SCREEN_PERIOD, 30000 },   { "30-day", SCREEN_PERIOD, 300000 },
        { "1.2kg", SCREEN_MEASURE, 12000000 },    { "10%", SCREEN_MEASURE, 100000 },
        { "八折", SCREEN_MEASURE, 80000 },        { "9:30", SCREEN_CLOCK, 570 },
        { "seven", SCREEN_NUMBER, 70000 },        { "100234", SCREEN_IDENTIFIER, 0 },
        { "1Z999AA", SCREEN_IDENTIFIER, 0 },      { "KTL-17", SCREEN_IDENTIFIER, 0 },
        { "a@b.example", SCREEN_IDENTIFIER, 0 },
        { "a month", SCREEN_PERIOD, 10000 },      { "half a year", SCREEN_PERIOD, 60000 },
        { "an hour", SCREEN_PERIOD, 600000 },     { "a month and a half", SCREEN_PERIOD, 15000 },
        { "one and a half months", SCREEN_PERIOD, 15000 },
        { "一个半月", SCREEN_PERIOD, 15000 },     { "半年", SCREEN_PERIOD, 60000 },
        { "一年半", SCREEN_PERIOD, 180000 },      { "两个半小时", SCREEN_PERIOD, 1500000 },
        { "9点", SCREEN_CLOCK, 540 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(read_text(cases[i].text), 1);
        assert_int_equal(values[0].kind, cases[i].kind);
        assert_int_equal(values[0].amount, cases[i].amount);
    }
}

static void a_range_has_two_ends_of_one_unit(void **state)
{
    (void)state;
    static const char *const cases[] = { "3 to 5 days", "3-5 days", "3-5天", "三到五天", "3至5天" };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(read_text(cases[i]), 2);
        assert_int_equal(values[0].kind, SCREEN_PERIOD);
        assert_int_equal(values[0].bound, SCREEN_FROM);
        assert_int_equal(values[0].amount, 30000);
        assert_int_equal(values[1].bound, SCREEN_TO);
        assert_int_equal(values[1].amount, 50000);
        assert_int_equal(values[0].unit, values[1].unit);
    }
}

static void what_was_read_before_is_not_read_again(void **state)
{
    (void)state;
    size_t count = 0;
    memset(&sentence, 0, sizeof(sentence));
    plain_of(STR("order 100234 of 7"), &sentence.plain);
    memset(sentence.read + 6, 1, 6);
    assert_true(screen_read(&sentence, TODAY, values, &count));
    assert_int_equal(count, 1);
    assert_int_equal(values[0].amount, 70000);
}

static void more_values_than_there_is_room_for_are_told(void **state)
{
    (void)state;
    size_t count = 0;
    memset(&sentence, 0, sizeof(sentence));
    plain_of(str_from(payload_times("7, ", SCREEN_VALUES_MAX + 1)), &sentence.plain);
    assert_false(screen_read(&sentence, TODAY, values, &count));
}

static void dollars_of_one_country_are_dollars(void **state)
{
    (void)state;
    assert_true(screen_is_same_money(screen_currency(STR("USD")), screen_currency(STR("$"))));
    assert_true(screen_is_same_money(screen_currency(STR("CNY")), screen_currency(STR("¥"))));
    assert_true(screen_is_same_money(screen_currency(STR("JPY")), screen_currency(STR("¥"))));
    assert_false(screen_is_same_money(screen_currency(STR("EUR")), screen_currency(STR("$"))));
    assert_false(screen_is_same_money(screen_currency(STR("USD")), screen_currency(STR("HKD"))));
    assert_int_equal(screen_currency(STR("XXX")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_told_by_what_stands_around_the_number),
        cmocka_unit_test(a_range_has_two_ends_of_one_unit),
        cmocka_unit_test(what_was_read_before_is_not_read_again),
        cmocka_unit_test(more_values_than_there_is_room_for_are_told),
        cmocka_unit_test(dollars_of_one_country_are_dollars),
    };
    return cmocka_run_group_tests_name("screen_read", tests, NULL, NULL);
}
