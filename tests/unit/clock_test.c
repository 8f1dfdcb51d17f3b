/* Clock: times as RFC 3339 and HTTP write them, held against those documents and libc. */
#include "tests/unit/leaf.h"

#include <time.h>

#include "common/clock.h"

#define NOW_MS 1764324000000 /* 2025-11-28T10:00:00Z */
#define DAY_MS 86400000

static void assert_time(const char *text, int64_t expected_ms)
{
    int64_t wall_ms = 77;
    assert_true(clock_parse(str_from(text), &wall_ms));
    if (wall_ms != expected_ms) {
        fail_msg("%s is %lld, not %lld", text, (long long)wall_ms, (long long)expected_ms);
    }
}

/* RFC 3339, section 5.8. */
static void the_examples_of_rfc_3339_hold(void **state)
{
    (void)state;
    assert_time("1985-04-12T23:20:50.52Z", 482196050520);
    assert_time("1996-12-19T16:39:57-08:00", 851042397000);
    assert_time("1996-12-20T00:39:57Z", 851042397000);
    assert_time("1990-12-31T23:59:60Z", 662688000000);
    assert_time("1990-12-31T15:59:60-08:00", 662688000000);
    assert_time("1937-01-01T12:00:27.87+00:20", -1041337172130);
}

static void a_fraction_is_cut_at_the_millisecond(void **state)
{
    (void)state;
    assert_time("1970-01-01T00:00:00.1Z", 100);
    assert_time("1970-01-01T00:00:00.12Z", 120);
    assert_time("1970-01-01T00:00:00.123Z", 123);
    assert_time("1970-01-01T00:00:00.123999999Z", 123);
    assert_time("1970-01-01T00:00:00.000999Z", 0);
    assert_time("1969-12-31T23:59:59.999Z", -1);
}

/* As schemas/README.md has it: the day is not held against the month. */
static void a_day_beyond_the_month_runs_on(void **state)
{
    (void)state;
    assert_time("2025-02-30T00:00:00Z", 1740873600000);
    assert_time("2024-02-30T00:00:00Z", 1709251200000);
    assert_time("2025-03-02T00:00:00Z", 1740873600000);
    assert_time("2024-03-01T00:00:00Z", 1709251200000);
}

static void what_is_no_time_is_refused_and_nothing_is_written(void **state)
{
    (void)state;
    static const struct str faults[] = {
        STR(""),
        STR("2025-11-28"),
        STR("2025-11-28T10:00Z"),
        STR("2025-11-28T10:00:00"),
        STR("2025-11-28 10:00:00Z"),
        STR("2025-11-28t10:00:00Z"),
        STR("2025-11-28T10:00:00z"),
        STR(" 2025-11-28T10:00:00Z"),
        STR("2025-11-28T10:00:00Z "),
        STR("2025-11-28T10:00:00Z\n"),
        BYTES("2025-11-28T10:00:00Z\0"),
        STR("2025-11-28T10:00:00.Z"),
        STR("2025-11-28T10:00:00.1234567890Z"),
        STR("2025-11-28T10:00:00,5Z"),
        STR("2025-11-28T10:00:00+0100"),
        STR("2025-11-28T10:00:00+01"),
        STR("2025-11-28T10:00:00+24:00"),
        STR("2025-11-28T10:00:00+01:60"),
        STR("2025-11-28T10:00:00Z+01:00"),
        STR("2025-11-28T24:00:00Z"),
        STR("2025-11-28T10:60:00Z"),
        STR("2025-11-28T10:00:61Z"),
        STR("2025-00-28T10:00:00Z"),
        STR("2025-13-28T10:00:00Z"),
        STR("2025-11-00T10:00:00Z"),
        STR("2025-11-32T10:00:00Z"),
        STR("25-11-28T10:00:00Z"),
        STR("12025-11-28T10:00:00Z"),
        STR("-2025-11-28T10:00:00Z"),
        STR("2025-1-28T10:00:00Z"),
        STR("20251128T100000Z"),
        STR("2025-11-28T10:00:0\xd9\xa0Z"),
    };
    for (size_t i = 0; i < countof(faults); i++) {
        int64_t wall_ms = 77;
        if (clock_parse(faults[i], &wall_ms)) {
            fail_msg("accepted: %.*s", STR_ARG(faults[i]));
        }
        assert_true(wall_ms == 77);
    }
}

static void a_time_is_refused_wherever_it_is_cut_off(void **state)
{
    (void)state;
    struct str whole = STR("2025-11-28T10:00:00.125+01:00");
    int64_t wall_ms;
    assert_true(clock_parse(whole, &wall_ms));
    for (size_t len = 0; len < whole.len; len++) {
        wall_ms = 77;
        assert_false(clock_parse(str_slice(whole, 0, len), &wall_ms));
        assert_true(wall_ms == 77);
    }
}

static void a_date_alone_means_its_midnight_where_that_is_allowed(void **state)
{
    (void)state;
    int64_t wall_ms = 77;
    assert_true(clock_parse_day_or_time(STR("1996-12-20"), &wall_ms));
    assert_true(wall_ms == 851040000000);
    assert_true(clock_parse_day_or_time(STR("1996-12-20T00:39:57Z"), &wall_ms));
    assert_true(wall_ms == 851042397000);
    wall_ms = 77;
    assert_false(clock_parse_day_or_time(STR("1996-12-20T"), &wall_ms));
    assert_false(clock_parse_day_or_time(STR("1996-12-2"), &wall_ms));
    assert_false(clock_parse_day_or_time(STR("1996-12-20 "), &wall_ms));
    assert_false(clock_parse_day_or_time(STR(""), &wall_ms));
    assert_true(wall_ms == 77);
}

static void a_day_exists_that_its_month_has(void **state)
{
    (void)state;
    static const char *const days[] = { "2025-02-28", "2024-02-29", "2000-02-29T12:00:00Z",
                                        "2025-04-30", "2025-12-31T23:59:60Z" };
    static const char *const none[] = { "2025-02-29", "2025-02-30", "2024-02-30T00:00:00Z",
                                        "1900-02-29", "2025-04-31", "2025-06-31", "2025-09-31",
                                        "2025-11-31", "2025-11-32", "2025-13-01", "now", "" };
    for (size_t i = 0; i < countof(days); i++) {
        assert_true(clock_day_exists(str_from(days[i])));
    }
    for (size_t i = 0; i < countof(none); i++) {
        assert_false(clock_day_exists(str_from(none[i])));
    }
}

static void assert_written(int64_t wall_ms, const char *expected)
{
    char text[CLOCK_TEXT_BYTES];
    assert_text(clock_format(wall_ms, text), expected);
    assert_int_equal(text[CLOCK_TEXT_BYTES - 1], '\0');
}

static void what_is_written_stays_within_four_digits_of_a_year(void **state)
{
    (void)state;
    assert_written(0, "1970-01-01T00:00:00.000Z");
    assert_written(-1, "1969-12-31T23:59:59.999Z");
    assert_written(1709164800123, "2024-02-29T00:00:00.123Z");
    assert_written(951782400000, "2000-02-29T00:00:00.000Z");
    assert_written(253402300799999, "9999-12-31T23:59:59.999Z");
    assert_written(253402300800000, "9999-12-31T23:59:59.999Z");
    assert_written(INT64_MAX, "9999-12-31T23:59:59.999Z");
    assert_written(-62167219200000, "0000-01-01T00:00:00.000Z");
    assert_written(-62167219200001, "0000-01-01T00:00:00.000Z");
    assert_written(INT64_MIN, "0000-01-01T00:00:00.000Z");
}

/* Every day of 1600 to 2000, so of every kind of year that the Gregorian calendar has. */
static void the_calendar_is_the_one_of_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -135140; day < -135140 + 146097; day++) {
        time_t seconds = (time_t)(day * 86400);
        struct tm date;
        char expected[CLOCK_TEXT_BYTES];
        assert_non_null(gmtime_r(&seconds, &date));
        assert_int_equal(strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.000Z", &date),
                         CLOCK_TEXT_BYTES - 1);
        assert_written(day * DAY_MS, expected);
    }
    assert_written(-135140 * (int64_t)DAY_MS, "1600-01-01T00:00:00.000Z");
}

static void any_time_reads_back_as_it_was_written(void **state)
{
    (void)state;
    struct luck luck = luck_of(3339);
    for (size_t i = 0; i < 20000; i++) {
        int64_t given = (int64_t)luck_next(&luck, 253402300800000 + 62167219200000);
        char text[CLOCK_TEXT_BYTES];
        int64_t again;
        given -= 62167219200000;
        assert_true(clock_parse(clock_format(given, text), &again));
        assert_true(again == given);
    }
}

static void assert_http(const char *text, int64_t now_ms, int64_t expected_ms)
{
    int64_t wall_ms = 77;
    assert_true(clock_parse_http(str_from(text), now_ms, &wall_ms));
    if (wall_ms != expected_ms) {
        fail_msg("%s is %lld, not %lld", text, (long long)wall_ms, (long long)expected_ms);
    }
}

/* RFC 9110, section 5.6.7. */
static void the_three_forms_of_http_mean_the_same(void **state)
{
    (void)state;
    assert_http("Sun, 06 Nov 1994 08:49:37 GMT", NOW_MS, 784111777000);
    assert_http("Sunday, 06-Nov-94 08:49:37 GMT", NOW_MS, 784111777000);
    assert_http("Sun Nov  6 08:49:37 1994", NOW_MS, 784111777000);
    assert_http("Wed Nov 16 08:49:37 1994", NOW_MS, 784975777000);
}

/* The same section: more than 50 years ahead means the past. */
static void two_digits_of_a_year_mean_the_one_within_fifty_years(void **state)
{
    (void)state;
    const int64_t in_1999_ms = 915148800000;
    const int64_t in_2099_ms = 4070908800000;
    assert_http("Wednesday, 01-Jan-75 00:00:00 GMT", NOW_MS, 3313526400000);
    assert_http("Thursday, 01-Jan-76 00:00:00 GMT", NOW_MS, 189302400000);
    assert_http("Friday, 01-Jan-99 00:00:00 GMT", in_1999_ms, in_1999_ms);
    assert_http("Saturday, 01-Jan-00 00:00:00 GMT", in_1999_ms, 946684800000);
    assert_http("Saturday, 01-Jan-05 00:00:00 GMT", in_1999_ms, 1104537600000);
    assert_http("Friday, 01-Jan-00 00:00:00 GMT", in_2099_ms, 4102444800000);
}

static void what_is_no_date_of_http_is_refused(void **state)
{
    (void)state;
    static const struct str faults[] = {
        STR(""),
        STR("S"),
        STR("120"),
        STR("Sun, 06 Nov 1994 08:49:37"),
        STR("Sun, 06 Nov 1994 08:49:37 UTC"),
        STR("Sun, 06 Nov 1994 08:49:37 GMT "),
        STR("Sun, 6 Nov 1994 08:49:37 GMT"),
        STR("Sun, 06 nov 1994 08:49:37 GMT"),
        STR("Sun, 06 Nov 94 08:49:37 GMT"),
        STR("Sun, 06 Nov 1994 24:49:37 GMT"),
        STR("Sun, 32 Nov 1994 08:49:37 GMT"),
        STR("Sun, 31 Nov 1994 08:49:37 GMT"),
        STR("Sunday, 29-Feb-95 08:49:37 GMT"),
        STR("Sun Feb 30 08:49:37 1994"),
        STR("Sunday, 06-Nov-1994 08:49:37 GMT"),
        STR("Sunday 06-Nov-94 08:49:37 GMT"),
        STR("Sun Nov 6 08:49:37 1994"),
        STR("Sun Nov 06 08:49:37 1994 GMT"),
        STR("Sun Nov  0 08:49:37 1994"),
        STR("2025-11-28T10:00:00Z"),
        BYTES("Sun, 06 Nov 1994 08:49:37 GMT\0"),
    };
    for (size_t i = 0; i < countof(faults); i++) {
        int64_t wall_ms = 77;
        if (clock_parse_http(faults[i], NOW_MS, &wall_ms)) {
            fail_msg("accepted: %.*s", STR_ARG(faults[i]));
        }
        assert_true(wall_ms == 77);
    }
}

static void a_time_keeps_the_offset_that_it_was_told_with(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        int offset_min;
        const char *written;
    } times[] = {
        { STR("2025-03-01T02:00:00+08:00"), 480, "2025-03-01T02:00:00.000+08:00" },
        { STR("2025-03-01T02:00:00.5-03:30"), -210, "2025-03-01T02:00:00.500-03:30" },
        { STR("2025-03-01T02:00:00Z"), 0, "2025-03-01T02:00:00.000Z" },
        { STR("2025-03-01T02:00:00+00:00"), 0, "2025-03-01T02:00:00.000Z" },
    };
    for (size_t i = 0; i < countof(times); i++) {
        char out[CLOCK_LOCAL_BYTES];
        int64_t wall_ms = 0;
        assert_true(clock_parse(times[i].text, &wall_ms));
        assert_int_equal(clock_offset_min(times[i].text), times[i].offset_min);
        struct str text = clock_format_local(wall_ms, times[i].offset_min, out);
        assert_string_equal(text.ptr, times[i].written);
        assert_int_equal(strlen(text.ptr), text.len);
    }
    assert_int_equal(clock_offset_min(STR("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_rfc_3339_hold),
        cmocka_unit_test(a_fraction_is_cut_at_the_millisecond),
        cmocka_unit_test(a_day_beyond_the_month_runs_on),
        cmocka_unit_test(what_is_no_time_is_refused_and_nothing_is_written),
        cmocka_unit_test(a_time_is_refused_wherever_it_is_cut_off),
        cmocka_unit_test(a_date_alone_means_its_midnight_where_that_is_allowed),
        cmocka_unit_test(a_day_exists_that_its_month_has),
        cmocka_unit_test(what_is_written_stays_within_four_digits_of_a_year),
        cmocka_unit_test(the_calendar_is_the_one_of_the_c_library),
        cmocka_unit_test(any_time_reads_back_as_it_was_written),
        cmocka_unit_test(the_three_forms_of_http_mean_the_same),
        cmocka_unit_test(two_digits_of_a_year_mean_the_one_within_fifty_years),
        cmocka_unit_test(what_is_no_date_of_http_is_refused),
        cmocka_unit_test(a_time_keeps_the_offset_that_it_was_told_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
