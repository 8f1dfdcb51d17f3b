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
    grouping.member = NULL;
    grouping_tell(MEMBERSHIP_LOST, 0, 2);
    assert_int_equal(grouping.losses, 2);
    assert_int_equal(grouping.unassigns, 1);
    assert_false(grouping.is_fetched[0] || grouping.is_fetched[1]);
    assert_null(grouping.membership.ticket);
    grouping_close();
}

/* Whatever it names: who is not in the group as before has nothing for sure. */
static void all_is_lost_with_the_membership_or_its_generation(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        int32_t generation;
    } nows[] = { { NULL, 1 }, { "m1", 2 }, { "m2", 1 } };
    for (size_t i = 0; i < countof(nows); i++) {
        own(3);
        grouping.member = nows[i].member;
        grouping.generation = nows[i].generation;
        grouping_tell(MEMBERSHIP_LOST, 1, 1);
        assert_int_equal(grouping.losses, 3);
        assert_null(grouping.membership.ticket);
        assert_false(grouping.is_fetched[0] || grouping.is_fetched[1] || grouping.is_fetched[2]);
        grouping_close();
    }
}

static void a_member_as_before_loses_what_is_named_alone_as_of_a_topic_that_is_gone(void **state)
{
    (void)state;
    own(4);
    const struct ticket *old = grouping.membership.ticket;
    grouping_tell(MEMBERSHIP_REVOKED, 3, 1);
    grouping_tell(MEMBERSHIP_LOST, 1, 1);
    assert_int_equal(grouping.losses, 1);
    assert_int_equal(grouping.unassigns, 1);
    assert_ptr_equal(grouping.membership.ticket, old);
    assert_true(grouping.is_fetched[0] && grouping.is_fetched[2] && grouping.is_draining[3]);
    assert_false(grouping.is_fetched[1] || grouping.is_engines[1]);
    grouping_tell(MEMBERSHIP_ASSIGNED, 1, 1); /* it is there again */
    grouping_found(9, -1);
    assert_int_equal(grouping.start[1], 9);
    assert_true(grouping.is_fetched[0] && grouping.is_fetched[1] && grouping.is_fetched[2]);
    grouping_close();
}

static void what_is_claimed_of_a_topic_that_is_gone_is_not_taken(void **state)
{
    (void)state;
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 2);
    grouping_tell(MEMBERSHIP_LOST, 1, 1);
    assert_int_equal(grouping.losses, 0);
    grouping_found(5, -1);
    assert_true(grouping.is_engines[0]);
    assert_false(grouping.is_engines[1] || grouping.is_fetched[1]);
    grouping_close();
}

/* A generation that the client knows already may have given our partitions away. */
static void a_refused_ticket_is_kept_until_the_group_has_spoken(void **state)
{
    (void)state;
    own(1);
    const struct ticket *old = grouping.membership.ticket;
    grouping.generation = 2;
    membership_refused(&grouping.membership);
    membership_act(&grouping.membership, true);
    assert_ptr_equal(grouping.membership.ticket, old);
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_int_equal(grouping.membership.ticket->generation, 2);
    assert_true(grouping.is_engines[0]);
    grouping_close();
}

static void where_epochs_move_silently_a_new_ticket_waits_for_all_that_is_to_be_told(void **state)
{
    (void)state;
    own(1);
    grouping.group.is_silent = true;
    grouping.generation = 2;
    membership_refused(&grouping.membership);
    membership_act(&grouping.membership, false);
    assert_int_equal(grouping.membership.ticket->generation, 1);
    membership_act(&grouping.membership, true);
    assert_int_equal(grouping.membership.ticket->generation, 2);
    assert_true(grouping.is_engines[0]);
    grouping_close();
}

static void a_static_member_that_missed_a_generation_claims_again(void **state)
{
    (void)state;
    own(1);
    grouping.group.is_static = true;
    grouping.generation = 2;
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_int_equal(grouping.losses, 0);
    grouping.generation = 4;
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_int_equal(grouping.losses, 1);
    grouping_found(9, -1);
    assert_int_equal(grouping.start[0], 9);
    grouping_close();
}

static void a_member_that_was_nobody_in_between_claims_again(void **state)
{
    (void)state;
    own(1);
    grouping.member = NULL;
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_null(grouping.membership.ticket);
    assert_int_equal(grouping.losses, 0);
    grouping.member = "m2";
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_int_equal(grouping.losses, 1);
    grouping_close();
}

/* Unassigning a partition that is claimed again has answered the revocation. */
static void what_still_drains_when_the_next_assignment_comes_is_lost(void **state)
{
    (void)state;
    own(2);
    grouping_tell(MEMBERSHIP_REVOKED, 1, 1);
    assert_true(grouping.is_draining[1]);
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    assert_int_equal(grouping.losses, 1);
    assert_false(grouping.is_engines[1] || grouping.is_fetched[1]);
    assert_true(grouping.is_engines[0] && grouping.is_fetched[0]);
    grouping_close();
}

static void a_worker_that_stops_answers_an_eager_assignment(void **state)
{
    (void)state;
    grouping_open();
    grouping.is_eager = true;
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
    assert_int_equal(grouping.assigns, 0);
    membership_stop(&grouping.membership);
    assert_int_equal(grouping.assigns, 1);
    grouping_close();
}

static void a_worker_that_leaves_answers_a_revocation_that_still_drains(void **state)
{
    (void)state;
    own(1);
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
    membership_leave(&grouping.membership);
    assert_int_equal(grouping.unassigns, 1);
    assert_false(grouping.is_fetched[0]);
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

/* --- the moves of one partition ------------------------------------------------------------- */

static enum holding_phase phase_of(int32_t number)
{
    const struct partition_id id = { TOPIC_MESSAGES, number };
    const struct holding *holding = holdings_find(&grouping.membership.holdings, id);
    return holding ? holding->phase : HOLDING_NONE;
}

static void be_given(void)
{
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 1);
}

static void be_found(void)
{
    grouping_found(5, -1);
}

static void be_wanted_back(void)
{
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
}

static void be_lost(void)
{
    grouping_tell(MEMBERSHIP_LOST, 0, 1);
}

/* As another member; partition 1 is ours, so that there is something that was lost meanwhile. */
static void come_back(void)
{
    struct reading *late = TAKE(grouping.reading);
    grouping.member = "m2";
    grouping_tell(MEMBERSHIP_ASSIGNED, 0, 0);
    if (late) { /* it says what stood there before */
        late->is_read[0] = true;
        membership_read(late);
    }
}

static void be_let_go(void)
{
    grouping_release(0);
}

/* Up to a phase of partition 0, beside partition 1, which is ours. */
static void lead_to(enum holding_phase phase)
{
    static void (*const steps[])(void) = { be_given, be_found, be_wanted_back };
    grouping_open();
    grouping_tell(MEMBERSHIP_ASSIGNED, 1, 1);
    grouping_found(5, -1);
    for (size_t i = 0; i < (size_t)phase; i++) {
        steps[i]();
    }
    assert_int_equal(phase_of(0), phase);
}

static const struct {
    const char *name;
    enum holding_phase from;
    enum holding_phase to;
    void (*go)(void);
} moves[] = {
    { "given", HOLDING_NONE, HOLDING_CLAIMING, be_given },
    { "read", HOLDING_CLAIMING, HOLDING_OURS, be_found },
    { "away while it was claimed", HOLDING_CLAIMING, HOLDING_CLAIMING, come_back },
    { "wanted back before the engine had it", HOLDING_CLAIMING, HOLDING_NONE, be_wanted_back },
    { "wanted back", HOLDING_OURS, HOLDING_REVOKED, be_wanted_back },
    { "away while it was ours", HOLDING_OURS, HOLDING_CLAIMING, come_back },
    { "lost", HOLDING_OURS, HOLDING_NONE, be_lost },
    { "let go", HOLDING_REVOKED, HOLDING_NONE, be_let_go },
};

static void each_move_of_a_partition_is_made_by_what_its_row_says(void **state)
{
    (void)state;
    unsigned made[HOLDING_PHASE_COUNT] = { 0 };
    const struct partition_id first = { TOPIC_MESSAGES, 0 };
    for (size_t i = 0; i < countof(moves); i++) {
        lead_to(moves[i].from);
        const struct holding *holding = holdings_find(&grouping.membership.holdings, first);
        uint32_t claim = holding ? holding->claim : 0;
        moves[i].go();
        if (phase_of(0) != moves[i].to) {
            fail_msg("%s: ends %s", moves[i].name, holding_phase_name(phase_of(0)));
        }
        if (moves[i].from == moves[i].to) {
            assert_int_not_equal(holding->claim, claim); /* a late reading is known as late */
        }
        made[moves[i].from] |= BIT(moves[i].to);
        grouping_close();
    }
    for (enum holding_phase from = 0; from < HOLDING_PHASE_COUNT; from++) {
        for (enum holding_phase to = 0; to < HOLDING_PHASE_COUNT; to++) {
            assert_int_equal((made[from] & BIT(to)) != 0, holding_may_move(from, to));
        }
    }
}

/* It goes on draining: the engine still has it. */
static void what_is_wanted_back_twice_still_drains(void **state)
{
    (void)state;
    own(1);
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
    grouping_tell(MEMBERSHIP_REVOKED, 0, 1);
    assert_int_equal(phase_of(0), HOLDING_REVOKED);
    assert_int_equal(grouping.unassigns, 0);
    grouping_release(0);
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
        cmocka_unit_test(all_is_lost_with_the_membership_or_its_generation),
        cmocka_unit_test(a_member_as_before_loses_what_is_named_alone_as_of_a_topic_that_is_gone),
        cmocka_unit_test(what_is_claimed_of_a_topic_that_is_gone_is_not_taken),
        cmocka_unit_test(a_refused_ticket_is_kept_until_the_group_has_spoken),
        cmocka_unit_test(
            where_epochs_move_silently_a_new_ticket_waits_for_all_that_is_to_be_told),
        cmocka_unit_test(a_static_member_that_missed_a_generation_claims_again),
        cmocka_unit_test(a_member_that_was_nobody_in_between_claims_again),
        cmocka_unit_test(what_still_drains_when_the_next_assignment_comes_is_lost),
        cmocka_unit_test(a_worker_that_stops_answers_an_eager_assignment),
        cmocka_unit_test(a_worker_that_leaves_answers_a_revocation_that_still_drains),
        cmocka_unit_test(a_member_that_comes_back_with_another_id_claims_again),
        cmocka_unit_test(offsets_that_are_gone_make_one_partition_be_claimed_again),
        cmocka_unit_test(eager_groups_give_and_take_everything_at_once),
        cmocka_unit_test(a_worker_that_stops_takes_nothing_new_but_keeps_what_it_has),
        cmocka_unit_test(a_worker_that_leaves_tells_the_engine_nothing_any_more),
        cmocka_unit_test(each_move_of_a_partition_is_made_by_what_its_row_says),
        cmocka_unit_test(what_is_wanted_back_twice_still_drains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
