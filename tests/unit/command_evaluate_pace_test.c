/* command_evaluate_pace_test.c - numbers that are no milliseconds are stretched to weeks. */
#include "tests/unit/leaf.h"
#include "worker/command/evaluate_pace.h"

#define DAY_MS 86400000LL
#define WEEK_MS (7 * DAY_MS)

/* Baskets of ann at these times and of bob at the first of them, read from a file. */
static void read_times(struct baskets *baskets, const char *const *times, size_t count)
{
    char text[512];
    struct note note = { 0 };
    int len = snprintf(text, sizeof(text), "customer,time,sku\nbob,%s,tea\n", times[0]);
    for (size_t i = 0; i < count; i++) {
        len += snprintf(text + len, sizeof(text) - (size_t)len, "ann,%s,tea\n", times[i]);
    }
    assert_int_equal(baskets_read(baskets, str_from(text), &note), OK);
    assert_int_equal(baskets_pace(baskets), OK);
}

/* From the file's first basket to the last. */
static int64_t span_of(const char *const times[4], bool *ret_is_stretched)
{
    struct baskets baskets;
    read_times(&baskets, times, 4);
    int64_t span = baskets.all[baskets.count - 1].at - baskets.all[0].at;
    *ret_is_stretched = baskets.is_stretched;
    baskets_fini(&baskets);
    return span;
}

static void what_is_usual_between_two_orders_is_a_week(void **state)
{
    (void)state;
    static const struct {
        const char *times[4];
        int64_t span_ms;
    } cases[] = {
        { { "1", "2", "3", "4" }, 3 * WEEK_MS },             /* orders */
        { { "0.0", "1.0", "2.00", "5.0" }, 5 * WEEK_MS },    /* of a table with gaps */
        { { "0", "14", "28", "35" }, 5 * WEEK_MS / 2 },      /* days */
        { { "-3", "-2", "-1", "9" }, 12 * WEEK_MS },
        { { "1700000000", "1700000600", "1700001200", "1700001800" }, 3 * WEEK_MS }, /* seconds */
    };
    for (size_t i = 0; i < countof(cases); i++) {
        bool is_stretched;
        assert_int_equal(span_of(cases[i].times, &is_stretched), cases[i].span_ms);
        assert_true(is_stretched);
    }
}

static void milliseconds_and_dates_stay(void **state)
{
    (void)state;
    static const struct {
        const char *times[4];
        int64_t span_ms;
    } cases[] = {
        { { "1700000000000", "1700000000001", "1700000000002", "1700000000009" }, 9 },
        { { "-1700000000000", "-1699999999999", "-1699999999998", "-1699999999997" }, 3 },
        { { "0", "3600000", "7200000", "10800000" }, 10800000 },
        { { "1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z", "3" }, 2000 },
        { { "5", "5", "5", "5" }, 0 }, /* nobody comes back */
    };
    for (size_t i = 0; i < countof(cases); i++) {
        bool is_stretched;
        assert_int_equal(span_of(cases[i].times, &is_stretched), cases[i].span_ms);
        assert_false(is_stretched);
    }
}

static void baskets_stay_in_order_and_within_bounds(void **state)
{
    (void)state;
    static const char *const times[] = { "-99999999999", "-99999999998", "-99999999997",
                                         "99999999999" };
    struct baskets baskets;
    read_times(&baskets, times, countof(times));
    assert_true(baskets.is_stretched);
    for (uint32_t i = 1; i < baskets.count; i++) {
        assert_true(baskets.all[i - 1].at <= baskets.all[i].at);
        assert_true(baskets.all[i].at >= 0);
    }
    baskets_fini(&baskets);
}

static void a_file_without_baskets_has_no_pace(void **state)
{
    (void)state;
    struct baskets baskets;
    struct note note = { 0 };
    assert_int_equal(baskets_read(&baskets, STR("customer,time,sku\n"), &note), OK);
    assert_int_equal(baskets_pace(&baskets), OK);
    baskets_fini(&baskets);
}

static enum err pace_once(void *owner)
{
    struct baskets baskets;
    struct note note = { 0 };
    (void)owner;
    enum err err = baskets_read(&baskets, STR("customer,time,sku\nann,1,a\nann,2,b\n"), &note);
    if (err == OK) {
        err = baskets_pace(&baskets);
    }
    baskets_fini(&baskets);
    return err;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    assert_true(starve(pace_once, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_usual_between_two_orders_is_a_week),
        cmocka_unit_test(milliseconds_and_dates_stay),
        cmocka_unit_test(baskets_stay_in_order_and_within_bounds),
        cmocka_unit_test(a_file_without_baskets_has_no_pace),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
