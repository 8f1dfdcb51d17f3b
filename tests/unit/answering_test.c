/* answering_test.c - what a turn fetches before it asks, and what becomes of it when that fails. */
#include "worker/engine/answering.h"

#include "tests/unit/runnable.h"

static unsigned calls_started(void)
{
    unsigned ops = 0;
    struct list_node *node = list_first(&world.store_calls);
    while (node) {
        const struct store_call *call = container_of(node, struct store_call, node);
        const struct work *work = call->owner;
        ops |= BIT(call - work->calls);
        node = list_next(&world.store_calls, node);
    }
    return ops;
}

static void memo_and_cache_are_asked_side_by_side_when_no_facts_are_needed(void **state)
{
    (void)state;
    open_with(share);
    world.holds_store = true;
    struct turn *turn = runnable(greeting);
    answering_start(turn);
    assert_int_equal(turn->state, TURN_LOADING);
    assert_int_equal(turn->work->awaited, 2);
    assert_int_equal(calls_started(), BIT(CALL_MEMO) | BIT(CALL_CACHE));
    world_close(&world);
}

static void facts_come_first_where_the_key_is_made_of_them(void **state)
{
    (void)state;
    open_with(tell_history);
    world.holds_store = true;
    struct turn *turn = runnable(about_order);
    answering_start(turn);
    assert_int_equal(calls_started(), BIT(CALL_MEMO) | BIT(CALL_HISTORY) | BIT(CALL_ORDERS));
    world.holds_store = false;
    world_step(&world, 20);
    ends_as(OUTCOME_ANSWER, "re: where is my order?");
    world_close(&world);
}

static void without_the_store_only_what_needs_no_facts_is_answered(void **state)
{
    (void)state;
    open_with(share);
    world.store_err = ERR_UNREACHABLE;
    world_say(&world, 0, 0, "ann", greeting);
    world_step(&world, 20);
    ends_as(OUTCOME_ANSWER, "re: hello");
    world_say(&world, 0, 1, "bob", about_order);
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 2);
    assert_int_equal(world.outputs[1].kind, OUTCOME_HANDOFF);
    assert_non_null(strstr(world.outputs[1].text, "\"reason\":\"no_facts\""));
    assert_int_equal(world.asked, 1);
    world_close(&world);
}

/* Memory that is not there costs an attempt, never the event. */
static void without_memory_it_is_tried_again_and_answered(void **state)
{
    (void)state;
    size_t failures = 0;
    bool is_enough = false;
    for (size_t bytes = 0; !is_enough; bytes += 16 + bytes / 32) {
        open_with(tell_history);
        struct turn *turn = runnable(about_order);
        const size_t bytes_max = turn->scratch.max_bytes;
        world_leave_room(&turn->scratch, bytes);
        answering_start(turn);
        is_enough = turn->state == TURN_LOADING;
        failures += is_enough ? 0 : 1;
        assert_true(is_enough || turn->state == TURN_WAITING);
        turn->scratch.max_bytes = bytes_max;
        world.clock.mono_ms += 2000;
        world_step(&world, 30);
        ends_as(OUTCOME_ANSWER, "re: where is my order?");
        world_close(&world);
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memo_and_cache_are_asked_side_by_side_when_no_facts_are_needed),
        cmocka_unit_test(facts_come_first_where_the_key_is_made_of_them),
        cmocka_unit_test(without_the_store_only_what_needs_no_facts_is_answered),
        cmocka_unit_test(without_memory_it_is_tried_again_and_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
