/* retry_after_test.c - each form in which backends ask for time, and what is none. */
#include "common/retry_after.h"

#include "tests/unit/cm.h"

#define NOW_WALL_MS 784111777000      /* Sun, 06 Nov 1994 08:49:37 GMT */
#define LATER_WALL_MS 1764324000000 /* 2025-11-28T10:00:00Z: numbers of seconds have ten digits */

static int64_t after(const char *text)
{
    const struct retry_said said = { .retry_after = str_from(text) };
    return retry_after_ms(&said, NOW_WALL_MS);
}

static int64_t after_ms(const char *text)
{
    const struct retry_said said = { .retry_after_ms = str_from(text), .retry_after = STR("1") };
    return retry_after_ms(&said, NOW_WALL_MS);
}

static int64_t reset(const char *text)
{
    const struct retry_said said = { .limits = { { STR("0"), str_from(text) } } };
    return retry_after_ms(&said, LATER_WALL_MS);
}

static void retry_after_is_read_in_all_its_forms(void **state)
{
    (void)state;
    assert_int_equal(after("0"), 0);
    assert_int_equal(after("7"), 7000);
    assert_int_equal(after("1.5"), 1500);
    assert_int_equal(after("1.2345"), 1234);
    assert_int_equal(after("86400"), 86400000);
    assert_int_equal(after("Sun, 06 Nov 1994 08:49:40 GMT"), 3000);
    assert_int_equal(after("Sun, 06 Nov 1994 08:49:30 GMT"), 0);
    assert_int_equal(after("99999999999999999999"), RETRY_AFTER_MS_MAX);
    assert_int_equal(after("Fri, 31 Dec 9999 23:59:59 GMT"), RETRY_AFTER_MS_MAX);
}

static void garbage_in_retry_after_is_no_wait_at_all(void **state)
{
    (void)state;
    static const char *const texts[] = { "",    "-1",  "+1", "soon", "1s",  "1 2", "1.",
                                         ".5",  "1e3", "--", "NaN",  "0x1", "1,5", "1.x",
                                         "Sun, 06 Foo 1994 08:49:37 GMT" };
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(after(texts[i]), -1);
    }
}

static void milliseconds_are_more_exact_than_seconds(void **state)
{
    (void)state;
    assert_int_equal(after_ms("250"), 250);
    assert_int_equal(after_ms("250.7"), 250);
    assert_int_equal(after_ms("0"), 0);
    assert_int_equal(after_ms("-250"), 1000);
    assert_int_equal(after_ms("99999999999999999999"), RETRY_AFTER_MS_MAX);
    const struct retry_said nothing = { 0 };
    assert_int_equal(retry_after_ms(&nothing, NOW_WALL_MS), -1);
}

static void the_end_of_a_rate_limit_is_read_in_all_its_forms(void **state)
{
    (void)state;
    assert_int_equal(reset("20ms"), 20);
    assert_int_equal(reset("1s"), 1000);
    assert_int_equal(reset("6m0s"), 360000);
    assert_int_equal(reset("1h2m3.5s"), 3723500);
    assert_int_equal(reset("2d"), 172800000);
    assert_int_equal(reset("12"), 12000);
    assert_int_equal(reset("0.25"), 250);
    assert_int_equal(reset("1764324007"), 7000);
    assert_int_equal(reset("1764324000250"), 250);
    assert_int_equal(reset("2025-11-28T10:00:02Z"), 2000);
    assert_int_equal(reset("2025-11-28T09:59:00Z"), 0);
    assert_int_equal(reset("99999999999999999999"), RETRY_AFTER_MS_MAX);
    assert_int_equal(reset("9999999999999d99999999999999d"), RETRY_AFTER_MS_MAX);
}

static void garbage_in_a_rate_limit_is_no_wait_at_all(void **state)
{
    (void)state;
    static const char *const texts[] = { "",   "-1",  "1y", "s",    "1s2",  "1 s",
                                         "m1", "1.s", "1s ", "soon", "-5ms", "1994-11-06" };
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(reset(texts[i]), -1);
    }
}

static void only_a_limit_that_is_used_up_counts(void **state)
{
    (void)state;
    struct retry_said said = { .limits = { { STR("0"), STR("2s") }, { STR("7"), STR("9s") } } };
    assert_int_equal(retry_after_ms(&said, NOW_WALL_MS), 2000);
    said.limits[1].remaining = STR("0");
    assert_int_equal(retry_after_ms(&said, NOW_WALL_MS), 9000);
    said.limits[0].remaining = STR("1");
    said.limits[1].remaining = STR("1");
    assert_int_equal(retry_after_ms(&said, NOW_WALL_MS), -1);
    said.limits[2].reset = STR("3"); /* says no more than that */
    assert_int_equal(retry_after_ms(&said, NOW_WALL_MS), 3000);
    said.retry_after = STR("1");
    assert_int_equal(retry_after_ms(&said, NOW_WALL_MS), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_after_is_read_in_all_its_forms),
        cmocka_unit_test(garbage_in_retry_after_is_no_wait_at_all),
        cmocka_unit_test(milliseconds_are_more_exact_than_seconds),
        cmocka_unit_test(the_end_of_a_rate_limit_is_read_in_all_its_forms),
        cmocka_unit_test(garbage_in_a_rate_limit_is_no_wait_at_all),
        cmocka_unit_test(only_a_limit_that_is_used_up_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
