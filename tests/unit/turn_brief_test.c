/* turn_brief_test.c - what a turn needs to know, and under which name that is stored. */
#include "worker/engine/turn_brief.h"

#include "tests/unit/runnable.h"

static void histories_of_two_conversations_or_tenants_never_meet(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    struct str same;
    struct str again;
    struct str other;
    struct str foreign;
    assert_int_equal(turn_brief_history_key(turn, &same), OK);
    assert_int_equal(turn_brief_history_key(turn, &again), OK);
    turn->event->message.conversation_id = STR("bob");
    assert_int_equal(turn_brief_history_key(turn, &other), OK);
    turn->event->message.conversation_id = STR("ann");
    turn->event->tenant = STR("acme");
    assert_int_equal(turn_brief_history_key(turn, &foreign), OK);
    assert_true(str_eq(same, again));
    assert_false(str_eq(same, other));
    assert_false(str_eq(same, foreign));
    assert_false(str_eq(other, foreign));
    turn->event->tenant = STR_NONE;
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_of_two_conversations_or_tenants_never_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
