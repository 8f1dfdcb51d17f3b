/* alarm_test.c - alarms ring in order of their time, however they were set and moved. */
#include "worker/engine/alarm.h"

#include "common/mem.h"
#include "tests/unit/cm.h"

#define ALARMS 200

static void alarms_ring_in_order_and_not_before_their_time(void **state)
{
    (void)state;
    uint32_t seed = 20250304;
    print_message("seed %u\n", seed);
    struct alarms alarms;
    struct alarm items[ALARMS] = { 0 };
    assert_int_equal(alarms_init(&alarms, ALARMS), OK);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < ALARMS; i++) {
            seed = seed * 1664525u + 1013904223u;
            alarm_set(&alarms, &items[i], (seed >> 8) % 1000);
        }
    }
    for (size_t i = 0; i < ALARMS; i += 3) {
        alarm_clear(&alarms, &items[i]);
        alarm_clear(&alarms, &items[i]);
    }
    size_t rung = 0;
    int64_t last_ms = -1;
    for (int64_t now_ms = 0; now_ms < 1000; now_ms++) {
        struct alarm *alarm;
        while ((alarm = alarms_ring(&alarms, now_ms)) != NULL) {
            assert_int_equal(alarm->at_ms, now_ms);
            assert_true(alarm->at_ms >= last_ms);
            last_ms = alarm->at_ms;
            rung++;
        }
        assert_true(alarms_next_ms(&alarms) > now_ms);
    }
    assert_int_equal(rung, ALARMS - (ALARMS + 2) / 3);
    assert_int_equal(alarms_next_ms(&alarms), ALARM_NEVER);
    alarms_fini(&alarms);
}

static void without_memory_there_are_no_alarms(void **state)
{
    (void)state;
    struct alarms alarms = { 0 };
    mem_fail_nth(1);
    assert_int_equal(alarms_init(&alarms, ALARMS), ERR_NOMEM);
    mem_fail_nth(0);
    alarms_fini(&alarms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarms_ring_in_order_and_not_before_their_time),
        cmocka_unit_test(without_memory_there_are_no_alarms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
