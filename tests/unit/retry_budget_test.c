/* retry_budget_test.c - repeats stay a share of all calls, and a quiet worker has a few. */
#include "worker/engine/retry_budget.h"

#include "tests/unit/cm.h"

/* Calls that all fail and whose turns all want to ask again at once: what a backend that is down
 * gets. Returns how many of all calls were repeats. */
static double share_of_retries(double share, int firsts, int wants, int64_t step_ms)
{
    struct retry_budget budget;
    int retries = 0;
    retry_budget_init(&budget, share, 0);
    for (int i = 0; i < firsts; i++) {
        retry_budget_pay(&budget);
        for (int want = 0; want < wants && retry_budget_take(&budget, i * step_ms); want++) {
            retry_budget_pay(&budget);
            retries++;
        }
    }
    return (double)retries / (firsts + retries);
}

static void at_most_a_tenth_of_all_calls_are_repeats(void **state)
{
    (void)state;
    double share = share_of_retries(0.1, 10000, 4, 1);
    assert_true(share > 0.099 && share <= 0.1 + 1e-9);
}

/* Of `calls_max` calls all of which want to be repeated, from when nothing is saved up any more;
 * one comes every `step_ms`. Returns the most repeats that any WINDOW of them in a row hold. */
#define WINDOW 200

static int most_repeats_in_a_window(int calls_max, int64_t step_ms)
{
    struct retry_budget budget;
    bool is_repeat[WINDOW] = { false };
    int in_window = 0;
    int most = 0;
    retry_budget_init(&budget, 0.1, 0);
    while (retry_budget_take(&budget, 0)) {
    }
    for (int i = 0; i < calls_max; i++) {
        in_window -= is_repeat[i % WINDOW];
        is_repeat[i % WINDOW] = retry_budget_take(&budget, i * step_ms);
        in_window += is_repeat[i % WINDOW];
        retry_budget_pay(&budget);
        most = in_window > most ? in_window : most;
    }
    return most;
}

static void a_tenth_is_not_exceeded_in_any_stretch_of_a_busy_workers_calls(void **state)
{
    (void)state;
    assert_int_equal(most_repeats_in_a_window(5000, 1), WINDOW / 10);
    assert_int_equal(most_repeats_in_a_window(5000, 100), WINDOW / 10);
    assert_int_equal(most_repeats_in_a_window(5000, 900), WINDOW / 10);
}

static void time_pays_for_a_worker_of_few_calls(void **state)
{
    (void)state;
    int most = most_repeats_in_a_window(1000, 5000); /* a call in five seconds: one in two */
    assert_in_range(most, WINDOW / 2 - 1, WINDOW / 2 + 1);
}

static void with_the_budget_lowered_most_calls_are_repeats(void **state)
{
    (void)state;
    assert_true(share_of_retries(1, 10000, 4, 1) > 0.4);
}

static void without_a_share_there_is_only_the_reserve(void **state)
{
    (void)state;
    double share = share_of_retries(0, 10000, 4, 0);
    assert_true(share > 0.00099 && share < 0.001); /* RETRY_RESERVE of 10,010 */
}

static void a_quiet_worker_may_retry_a_few_times_and_later_again(void **state)
{
    (void)state;
    struct retry_budget budget;
    retry_budget_init(&budget, 0.1, 0);
    for (int i = 0; i < RETRY_RESERVE; i++) {
        assert_true(retry_budget_take(&budget, 0));
    }
    assert_false(retry_budget_take(&budget, 0));
    assert_false(retry_budget_take(&budget, RETRY_RESERVE_EVERY_MS - 1));
    assert_true(retry_budget_take(&budget, RETRY_RESERVE_EVERY_MS));
    assert_false(retry_budget_take(&budget, RETRY_RESERVE_EVERY_MS));
}

static void a_calm_day_saves_up_no_storm(void **state)
{
    (void)state;
    struct retry_budget budget;
    retry_budget_init(&budget, 0.1, 0);
    for (int i = 0; i < 1000000; i++) {
        retry_budget_pay(&budget);
    }
    int retries = 0;
    while (retry_budget_take(&budget, 86400000)) {
        retries++;
    }
    assert_int_equal(retries, RETRY_SAVED_MAX);
}

static void a_clock_that_stands_still_fills_nothing(void **state)
{
    (void)state;
    struct retry_budget budget;
    retry_budget_init(&budget, 0, 5000);
    while (retry_budget_take(&budget, 5000)) {
    }
    assert_false(retry_budget_take(&budget, 4000));
    assert_false(retry_budget_take(&budget, 5000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_most_a_tenth_of_all_calls_are_repeats),
        cmocka_unit_test(a_tenth_is_not_exceeded_in_any_stretch_of_a_busy_workers_calls),
        cmocka_unit_test(time_pays_for_a_worker_of_few_calls),
        cmocka_unit_test(with_the_budget_lowered_most_calls_are_repeats),
        cmocka_unit_test(without_a_share_there_is_only_the_reserve),
        cmocka_unit_test(a_quiet_worker_may_retry_a_few_times_and_later_again),
        cmocka_unit_test(a_calm_day_saves_up_no_storm),
        cmocka_unit_test(a_clock_that_stands_still_fills_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
