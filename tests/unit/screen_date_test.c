/* screen_date_test.c - days in each form in which people write them. */
#include "worker/answer/screen_date.h"

#include "tests/unit/payload.h"

#define TODAY 20420 /* 2025-11-28, a Friday */

static void dates_are_read_in_many_forms_also_relative_ones(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int year, month, day;
    } cases[] = {
        { "2025-12-03", 2025, 12, 3 },        { "2025-12-03T10:00:00Z", 2025, 12, 3 },
        { "2025/12/3", 2025, 12, 3 },         { "December 3rd, 2025", 2025, 12, 3 },
        { "3 December 2025", 2025, 12, 3 },   { "3rd of Dec.", 0, 12, 3 },
        { "Dec 3", 0, 12, 3 },                { "2025年12月3日", 2025, 12, 3 },
        { "十二月三日", 0, 12, 3 },           { "12月3号", 0, 12, 3 },
        { "tomorrow", 2025, 11, 29 },         { "后天", 2025, 11, 30 },
        { "next Monday", 2025, 12, 1 },       { "下周三", 2025, 12, 3 },
        { "yesterday", 2025, 11, 27 },        { "3rd", 0, 0, 3 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        struct plain plain;
        struct screen_date date;
        plain_of(str_from(cases[i].text), &plain);
        assert_int_equal(screen_date_at(plain_str(&plain), 0, TODAY, &date), plain.len);
        assert_int_equal(date.year, cases[i].year);
        assert_int_equal(date.month, cases[i].month);
        assert_int_equal(date.day, cases[i].day);
    }
}

static void what_is_no_date_is_left(void **state)
{
    (void)state;
    static const char *const cases[] = { "2025-13-03", "32 december", "3 days", "三天", "13月3日",
                                         "2025-12", "december", "", "12/45" };
    for (size_t i = 0; i < countof(cases); i++) {
        struct screen_date date;
        assert_int_equal(screen_date_at(str_from(cases[i]), 0, TODAY, &date), 0);
    }
}

static void a_day_is_the_same_if_all_that_is_said_of_it_holds(void **state)
{
    (void)state;
    const struct screen_date fact = { .year = 2025, .month = 12, .day = 3 }; /* a Wednesday */
    static const struct {
        struct screen_date said;
        bool is_same;
    } cases[] = {
        { { .year = 2025, .month = 12, .day = 3 }, true }, { { .month = 12, .day = 3 }, true },
        { { .day = 3 }, true },                            { { .weekday = 3 }, true },
        { { .month = 12, .day = 3, .weekday = 3 }, true }, { { .year = 2026, .day = 3 }, false },
        { { .month = 11, .day = 3 }, false },              { { .day = 4 }, false },
        { { .weekday = 4 }, false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(screen_is_same_day(&cases[i].said, &fact), cases[i].is_same);
    }
}

static void days_become_dates_also_before_1970(void **state)
{
    (void)state;
    struct screen_date date = screen_date_of(0);
    assert_true(date.year == 1970 && date.month == 1 && date.day == 1 && date.weekday == 4);
    date = screen_date_of(-1);
    assert_true(date.year == 1969 && date.month == 12 && date.day == 31 && date.weekday == 3);
    date = screen_date_of(11016);
    assert_true(date.year == 2000 && date.month == 2 && date.day == 29 && date.weekday == 2);
}

static void a_time_of_day_is_told_in_minutes(void **state)
{
    (void)state;
    int64_t minutes = 0;
    assert_int_equal(screen_clock_at(STR("18:05"), 0, &minutes), 5);
    assert_int_equal(minutes, 18 * 60 + 5);
    assert_int_equal(screen_clock_at(STR("25:00"), 0, &minutes), 0);
    assert_int_equal(screen_clock_at(STR("9:5"), 0, &minutes), 0);
}

static void hours_are_read_in_chinese(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
        size_t len;
        int64_t minutes;
    } cases[] = {
        { "9点", 0, 4, 540 },           { "九点", 0, 6, 540 },
        { "晚上10点", 6, 5, 1320 },     { "早上9点半", 6, 7, 570 },
        { "17点30分", 0, 7, 1050 },     { "39.90", 0, 0, 0 },
        { "9天后有一点", 0, 0, 0 },     { "30点", 0, 0, 0 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct plain plain;
        int64_t minutes = 0;
        plain_of(str_from(cases[i].text), &plain);
        print_message("%s\n", cases[i].text);
        assert_int_equal(screen_clock_at(plain_str(&plain), cases[i].at, &minutes), cases[i].len);
        assert_int_equal(cases[i].len > 0 ? minutes : 0, cases[i].minutes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_many_forms_also_relative_ones),
        cmocka_unit_test(what_is_no_date_is_left),
        cmocka_unit_test(a_day_is_the_same_if_all_that_is_said_of_it_holds),
        cmocka_unit_test(days_become_dates_also_before_1970),
        cmocka_unit_test(a_time_of_day_is_told_in_minutes),
        cmocka_unit_test(hours_are_read_in_chinese),
    };
    return cmocka_run_group_tests_name("screen_date", tests, NULL, NULL);
}
