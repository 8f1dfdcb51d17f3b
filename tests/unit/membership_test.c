/* membership_test.c - what follows from what the group says. */
#include <stdlib.h>

#include "tests/unit/grouping.h"

static void own(size_t count)
{
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, count);
    grouping_found(5, -1);
}

static void what_is_assigned_is_read_before_it_is_fetched(void **state)
{
    (void)state;
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 2);
    assert_int_equal(grouping.assigns, 1); /* an answer at once, with nothing in it */
    assert_false(grouping.is_fetched[0]);
    grouping_found(5, -1);
    assert_true(grouping.is_fetched[0] && grouping.is_fetched[1]);
    assert_int_equal(grouping.start[1], 5);
    assert_true(grouping.is_engines[0] && grouping.is_engines[1]);
    grouping_close();
}

static void what_is_revoked_goes_back_when_the_engine_lets_go_of_all_of_it(void **state)
{
    (void)state;
    own(3);
    grouping_tell(MEMBERSHIP_REVOKED, 1, 2);
    assert_false(grouping.is_draining[0]);
    assert_true(grouping.is_draining[1] && grouping.is_draining[2]);
    grouping_release(1);
    assert_int_equal(grouping.unassigns, 0);
    grouping_release(2);
    assert_int_equal(grouping.unassigns, 1);
    assert_true(grouping.is_fetched[0]);
    assert_false(grouping.is_fetched[1] || grouping.is_fetched[2]);
    grouping_close();
}

static void what_the_engine_never_had_goes_back_at_once(void **state)
{
    (void)state;
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
    assert_int_equal(grouping.unassigns, 1);
    grouping_found(5, -1); /* too late */
    assert_false(grouping.is_engines[0] || grouping.is_fetched[0]);
    grouping_close();
}

static void what_is_lost_is_let_go_at_once_also_while_it_drains(void **state)
{
    (void)state;
    own(2);
    grouping_tell(MEMBERSHIP_REVOKED, 1, 1);
    grouping_tell(MEMBERSHIP_LOST, 0, 2);
    assert_int_equal(grouping.losses, 2);
    assert_int_equal(grouping.unassigns, 1);
    assert_false(grouping.is_fetched[0] || grouping.is_fetched[1]);
    assert_null(grouping.membership.ticket);
    grouping_close();
}

static void a_refused_ticket_is_renewed_by_the_same_member(void **state)
{
    (void)state;
    own(1);
    const struct ticket *old = grouping.membership.ticket;
    membership_refused(&grouping.membership);
    assert_non_null(grouping.membership.ticket);
    assert_ptr_not_equal(grouping.membership.ticket, old);
    assert_true(grouping.is_engines[0]);
    grouping_close();
}

static void a_refused_ticket_is_kept_while_the_reason_waits_to_be_acted_on(void **state)
{
    (void)state;
    own(1);
    const struct ticket *old = grouping.membership.ticket;
    membership_note(&grouping.membership, MEMBERSHIP_LOST, NULL, 0);
    membership_refused(&grouping.membership);
    assert_ptr_equal(grouping.membership.ticket, old);
    grouping_close();
}

static void a_member_that_comes_back_with_another_id_claims_again(void **state)
{
    (void)state;
    own(2);
    grouping.member = "m2";
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_int_equal(grouping.losses, 2);
    assert_false(grouping.is_fetched[0] || grouping.is_fetched[1]);
    grouping_found(9, -1);
    assert_true(grouping.is_fetched[0] && grouping.is_fetched[1]);
    assert_int_equal(grouping.start[0], 9);
    grouping_close();
}

static void offsets_that_are_gone_make_one_partition_be_claimed_again(void **state)
{
    (void)state;
    own(2);
    membership_retake(&grouping.membership, (struct partition_id){ TOPIC_MESSAGES, 1 });
    assert_int_equal(grouping.losses, 1);
    assert_true(grouping.is_fetched[0] && !grouping.is_fetched[1]);
    grouping_found(7, -1);
    assert_int_equal(grouping.start[1], 7);
    grouping_close();
}

static void eager_groups_give_and_take_everything_at_once(void **state)
{
    (void)state;
    grouping_open();
    grouping.is_eager = true;
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 2);
    assert_int_equal(grouping.assigns, 0);
    grouping_found(5, 1); /* one cannot be read: none is taken yet */
    assert_int_equal(grouping.assigns, 0);
    assert_int_equal(grouping.wake_ms, 1500);
    membership_wake(&grouping.membership);
    grouping_found(5, -1);
    assert_int_equal(grouping.assigns, 1);
    assert_true(grouping.is_fetched[0] && grouping.is_fetched[1]);
    membership_retake(&grouping.membership, (struct partition_id){ TOPIC_MESSAGES, 1 });
    assert_int_equal(grouping.losses, 2);
    grouping_close();
}

static void a_worker_that_stops_takes_nothing_new_but_keeps_what_it_has(void **state)
{
    (void)state;
    own(1);
    grouping_tell(MEMBERSHIP_ASSIGNED, 1, 1);
    membership_stop(&grouping.membership);
    grouping_found(5, -1);
    grouping_tell(MEMBERSHIP_ASSIGNED, 2, 1);
    assert_null(grouping.reading);
    assert_true(grouping.is_engines[0]);
    assert_false(grouping.is_engines[1] || grouping.is_engines[2]);
    grouping_close();
}

static void a_worker_that_leaves_tells_the_engine_nothing_any_more(void **state)
{
    (void)state;
    own(1);
    membership_leave(&grouping.membership);
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
    assert_int_equal(grouping.losses, 0);
    assert_false(grouping.is_draining[0]);
    assert_int_equal(grouping.unassigns, 1);
    grouping_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_assigned_is_read_before_it_is_fetched),
        cmocka_unit_test(what_is_revoked_goes_back_when_the_engine_lets_go_of_all_of_it),
        cmocka_unit_test(what_the_engine_never_had_goes_back_at_once),
        cmocka_unit_test(what_is_lost_is_let_go_at_once_also_while_it_drains),
        cmocka_unit_test(a_refused_ticket_is_renewed_by_the_same_member),
        cmocka_unit_test(a_refused_ticket_is_kept_while_the_reason_waits_to_be_acted_on),
        cmocka_unit_test(a_member_that_comes_back_with_another_id_claims_again),
        cmocka_unit_test(offsets_that_are_gone_make_one_partition_be_claimed_again),
        cmocka_unit_test(eager_groups_give_and_take_everything_at_once),
        cmocka_unit_test(a_worker_that_stops_takes_nothing_new_but_keeps_what_it_has),
        cmocka_unit_test(a_worker_that_leaves_tells_the_engine_nothing_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
