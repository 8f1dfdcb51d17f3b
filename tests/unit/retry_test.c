/* retry_test.c - the class of an error alone decides, and every wait has a bound. */
#include "worker/engine/retry.h"

#include "tests/unit/cm.h"

static const struct retry_policy policy = { .attempts_max = 4,
                                            .backoff_ms = 100,
                                            .backoff_max_ms = 1000 };

static void the_class_of_each_error_decides_its_fate(void **state)
{
    (void)state;
    for (int err = OK + 1; err < ERR_COUNT; err++) {
        struct fate fate = retry_decide(&policy, (enum err)err, 1, -1, 0);
        switch (err_class((enum err)err)) {
        case ERR_CLASS_RETRY:
            assert_int_equal(fate.next, FATE_AGAIN);
            break;
        case ERR_CLASS_REJECT:
            assert_int_equal(fate.next, FATE_DEAD_LETTER);
            break;
        case ERR_CLASS_HANDOFF:
            assert_int_equal(fate.next, FATE_HANDOFF);
            break;
        case ERR_CLASS_NONE:
        case ERR_CLASS_ABORT:
        case ERR_CLASS_FATAL:
            assert_int_equal(fate.next, FATE_STOP);
            break;
        }
    }
}

static void the_last_attempt_goes_to_a_person(void **state)
{
    (void)state;
    assert_int_equal(retry_decide(&policy, ERR_TIMEOUT, 3, -1, 0).next, FATE_AGAIN);
    struct fate fate = retry_decide(&policy, ERR_TIMEOUT, 4, -1, 0);
    assert_int_equal(fate.next, FATE_HANDOFF);
    assert_int_equal(fate.why, ERR_ATTEMPTS);
}

static void waits_double_with_full_jitter_up_to_a_bound(void **state)
{
    (void)state;
    for (int attempt = 1; attempt < 100; attempt++) {
        int64_t cap_ms = attempt > 4 ? 1000 : 100 << (attempt - 1);
        for (uint64_t chance = 0; chance < 5000; chance += 37) {
            int64_t wait_ms = retry_wait_ms(&policy, attempt, chance);
            assert_true(wait_ms >= 1 && wait_ms <= cap_ms);
        }
        assert_int_equal(retry_wait_ms(&policy, attempt, (uint64_t)cap_ms - 1), cap_ms);
    }
}

static void what_the_backend_asks_for_is_obeyed_within_bounds(void **state)
{
    (void)state;
    assert_true(retry_decide(&policy, ERR_BUSY, 1, 600, 5).wait_ms >= 600);
    for (uint64_t chance = 0; chance < 5000; chance += 37) {
        int64_t wait_ms = retry_decide(&policy, ERR_BUSY, 1, 600, chance).wait_ms;
        assert_true(wait_ms >= 600 && wait_ms <= 630);
    }
    assert_true(retry_decide(&policy, ERR_BUSY, 1, 86400000, 3).wait_ms <= 1050);
    assert_true(retry_decide(&policy, ERR_BUSY, 1, 0, 3).wait_ms <= 100);
}

static void who_is_held_back_waits_longer_than_a_back_off(void **state)
{
    (void)state;
    for (uint64_t chance = 0; chance < 5000; chance += 37) {
        int64_t wait_ms = retry_long_wait_ms(&policy, chance);
        assert_true(wait_ms > 500 && wait_ms <= 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_class_of_each_error_decides_its_fate),
        cmocka_unit_test(the_last_attempt_goes_to_a_person),
        cmocka_unit_test(waits_double_with_full_jitter_up_to_a_bound),
        cmocka_unit_test(who_is_held_back_waits_longer_than_a_back_off),
        cmocka_unit_test(what_the_backend_asks_for_is_obeyed_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
