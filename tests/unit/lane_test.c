/* lane_test.c - one turn of a conversation at a time, in order; others side by side. */
#include "worker/engine/lane.h"

#include "common/mem.h"
#include "tests/unit/cm.h"

static const uint64_t seed[2] = { 1, 2 };

static void enter(struct lanes *lanes, const char *key, struct lane_place *place)
{
    assert_int_equal(lanes_enter(lanes, str_from(key), place), OK);
}

static void one_turn_of_a_conversation_is_first_and_others_follow_in_order(void **state)
{
    (void)state;
    struct lanes lanes;
    struct lane_place a1 = { 0 };
    struct lane_place a2 = { 0 };
    struct lane_place b1 = { 0 };
    assert_int_equal(lanes_init(&lanes, 8, seed), OK);
    enter(&lanes, "ann", &a1);
    enter(&lanes, "ann", &a2);
    enter(&lanes, "bob", &b1);
    assert_true(lane_is_first(&a1));
    assert_false(lane_is_first(&a2));
    assert_true(lane_is_first(&b1));
    assert_ptr_equal(lanes_leave(&lanes, &a1), &a2);
    assert_null(lanes_leave(&lanes, &a2));
    assert_null(lanes_leave(&lanes, &b1));
    assert_int_equal(lanes_count(&lanes), 0);
    lanes_fini(&lanes);
}

static void one_that_leaves_from_the_middle_wakes_nobody(void **state)
{
    (void)state;
    struct lanes lanes;
    struct lane_place places[3] = { 0 };
    assert_int_equal(lanes_init(&lanes, 8, seed), OK);
    for (size_t i = 0; i < 3; i++) {
        enter(&lanes, "ann", &places[i]);
    }
    assert_null(lanes_leave(&lanes, &places[1]));
    assert_ptr_equal(lanes_leave(&lanes, &places[0]), &places[2]);
    assert_null(lanes_leave(&lanes, &places[2]));
    lanes_fini(&lanes);
}

static void a_lane_can_be_walked_from_its_first_to_its_last(void **state)
{
    (void)state;
    struct lanes lanes;
    struct lane_place a1 = { 0 };
    struct lane_place a2 = { 0 };
    struct lane_place b1 = { 0 };
    assert_int_equal(lanes_init(&lanes, 8, seed), OK);
    enter(&lanes, "ann", &a1);
    enter(&lanes, "bob", &b1);
    enter(&lanes, "ann", &a2);
    assert_ptr_equal(lane_next(&a1), &a2);
    assert_null(lane_next(&a2));
    assert_null(lane_next(&b1));
    lanes_leave(&lanes, &a1);
    lanes_leave(&lanes, &a2);
    lanes_leave(&lanes, &b1);
    lanes_fini(&lanes);
}

static void more_conversations_than_allowed_are_refused(void **state)
{
    (void)state;
    struct lanes lanes;
    struct lane_place a = { 0 };
    struct lane_place b = { 0 };
    assert_int_equal(lanes_init(&lanes, 1, seed), OK);
    enter(&lanes, "ann", &a);
    assert_int_equal(lanes_enter(&lanes, STR("bob"), &b), ERR_FULL);
    lanes_leave(&lanes, &a);
    enter(&lanes, "bob", &b);
    lanes_leave(&lanes, &b);
    lanes_fini(&lanes);
}

static void no_memory_refuses_and_leaks_nothing(void **state)
{
    (void)state;
    struct lanes lanes;
    struct lane_place a = { 0 };
    assert_int_equal(lanes_init(&lanes, 1, seed), OK);
    mem_fail_nth(1);
    assert_int_equal(lanes_enter(&lanes, STR("ann"), &a), ERR_NOMEM);
    mem_fail_nth(0);
    assert_int_equal(lanes_count(&lanes), 0);
    lanes_fini(&lanes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_turn_of_a_conversation_is_first_and_others_follow_in_order),
        cmocka_unit_test(one_that_leaves_from_the_middle_wakes_nobody),
        cmocka_unit_test(a_lane_can_be_walked_from_its_first_to_its_last),
        cmocka_unit_test(more_conversations_than_allowed_are_refused),
        cmocka_unit_test(no_memory_refuses_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
