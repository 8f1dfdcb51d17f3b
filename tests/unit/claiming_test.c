/* claiming_test.c - partitions on their way to the engine. */
#include <stdlib.h>

#include "common/mem.h"
#include "tests/unit/grouping.h"

static void what_cannot_be_read_is_asked_for_again_and_holds_up_nothing_else(void **state)
{
    (void)state;
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 3);
    grouping_found(5, 1);
    assert_true(grouping.is_fetched[0] && !grouping.is_fetched[1] && grouping.is_fetched[2]);
    assert_int_equal(grouping.wake_ms, 1500);
    membership_wake(&grouping.membership);
    assert_int_equal(grouping.reading->count, 1);
    grouping_found(6, -1);
    assert_int_equal(grouping.start[1], 6);
    grouping_close();
}

static void a_reading_that_is_overtaken_by_a_loss_is_not_believed(void **state)
{
    (void)state;
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
    struct reading *late = grouping.reading;
    grouping.reading = NULL;
    grouping_tell(MEMBERSHIP_LOST, 0, 1);
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
    struct reading *fresh = grouping.reading;
    grouping.reading = late;
    grouping_found(3, -1);
    assert_false(grouping.is_engines[0]);
    grouping.reading = fresh;
    grouping_found(8, -1);
    assert_int_equal(grouping.start[0], 8);
    grouping_close();
}

static void a_reading_that_cannot_start_is_tried_again_later(void **state)
{
    (void)state;
    grouping_open();
    grouping.refuses_readings = true;
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
    assert_null(grouping.reading);
    assert_int_equal(grouping.wake_ms, 1500);
    grouping.refuses_readings = false;
    membership_wake(&grouping.membership);
    grouping_found(5, -1);
    assert_true(grouping.is_fetched[0]);
    grouping_close();
}

static void what_the_engine_refuses_is_held_but_not_fetched(void **state)
{
    (void)state;
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
    grouping_found(13, -1);
    assert_true(grouping.is_engines[0]);
    assert_false(grouping.is_fetched[0]);
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
    assert_true(grouping.is_draining[0]);
    grouping_close();
}

static void without_memory_a_reading_is_tried_again_later(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        grouping_open();
        membership_note(&grouping.membership, MEMBERSHIP_ASSIGNED, &id, 1);
        assert_non_null(holdings_make(&grouping.membership.holdings, id));
        mem_fail_nth(nth);
        membership_act(&grouping.membership, true);
        has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(grouping.reading == NULL, has_failed);
        if (has_failed) {
            assert_int_equal(grouping.wake_ms, 1500);
            membership_wake(&grouping.membership);
        }
        grouping_found(5, -1);
        assert_true(grouping.is_fetched[0]);
        grouping_close();
        assert_true(has_failed || nth == 5); /* a reading consists of four */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_read_is_asked_for_again_and_holds_up_nothing_else),
        cmocka_unit_test(a_reading_that_is_overtaken_by_a_loss_is_not_believed),
        cmocka_unit_test(a_reading_that_cannot_start_is_tried_again_later),
        cmocka_unit_test(what_the_engine_refuses_is_held_but_not_fetched),
        cmocka_unit_test(without_memory_a_reading_is_tried_again_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
