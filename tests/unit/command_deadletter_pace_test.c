/* Pace: how many letters are settled in a second. */
#include "tests/unit/leaf.h"

#include "worker/command/deadletter_pace.h"

#define SECOND_US 1000000

/* As many as may go from one moment to the other, each step of `step_us` taking some of them. */
static int64_t letters(struct pace *pace, int64_t from_us, int64_t to_us, int64_t step_us)
{
    int64_t count = 0;
    for (int64_t now_us = from_us; now_us < to_us; now_us += step_us) {
        while (pace_wait_us(pace, now_us) == 0) {
            pace_take(pace, now_us);
            count++;
        }
    }
    return count;
}

static void every_rate_is_kept_from_the_first_letter_on(void **state)
{
    (void)state;
    static const int64_t rates[] = { 1, 3, 7, 100, 999, 30000, PACE_RATE_MAX };
    for (size_t i = 0; i < countof(rates); i++) {
        struct pace pace;
        pace_init(&pace, rates[i], 5 * SECOND_US);
        assert_int_equal(pace_wait_us(&pace, 5 * SECOND_US), 0);
        int64_t count = letters(&pace, 5 * SECOND_US, 15 * SECOND_US, 1000);
        assert_in_range(count, rates[i] * 9, rates[i] * 10);
    }
}

static void the_next_letter_waits_for_what_is_left_of_its_step(void **state)
{
    (void)state;
    struct pace pace;
    pace_init(&pace, 4, 0);
    pace_take(&pace, 0);
    assert_int_equal(pace_wait_us(&pace, 0), 250000);
    assert_int_equal(pace_wait_us(&pace, 100000), 150000);
    assert_int_equal(pace_wait_us(&pace, 250000), 0);
}

static void the_time_that_transactions_take_is_made_up_for(void **state)
{
    (void)state;
    struct pace pace;
    pace_init(&pace, 100, 0);
    assert_in_range(letters(&pace, 0, 10 * SECOND_US, 90000), 980, 1010);
}

static void a_long_pause_ends_in_no_flood(void **state)
{
    (void)state;
    struct pace pace;
    pace_init(&pace, 100, 0);
    assert_in_range(letters(&pace, 3600 * (int64_t)SECOND_US, 3601 * (int64_t)SECOND_US, 1000), 100,
                    111);
}

static void as_many_are_gathered_as_a_tenth_of_a_second_lets_through(void **state)
{
    (void)state;
    static const struct {
        int64_t rate;
        size_t at_once;
    } rows[] = { { 1, 1 }, { 9, 1 }, { 20, 2 }, { 100, 10 }, { 1000, 100 }, { 1000000, 100 } };
    for (size_t i = 0; i < countof(rows); i++) {
        struct pace pace;
        pace_init(&pace, rows[i].rate, 0);
        assert_int_equal(pace_at_once(&pace, 100), rows[i].at_once);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rate_is_kept_from_the_first_letter_on),
        cmocka_unit_test(the_next_letter_waits_for_what_is_left_of_its_step),
        cmocka_unit_test(the_time_that_transactions_take_is_made_up_for),
        cmocka_unit_test(a_long_pause_ends_in_no_flood),
        cmocka_unit_test(as_many_are_gathered_as_a_tenth_of_a_second_lets_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
