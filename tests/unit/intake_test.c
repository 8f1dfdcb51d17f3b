/* intake_test.c - a record becomes one turn of its lane, once, or the process ends. */
#include "worker/engine/intake.h"

#include "common/mem.h"
#include "tests/unit/world.h"

static struct world world;

static const struct partition_id messages = { TOPIC_MESSAGES, 0 };

static uint64_t queued(void)
{
    return world.engine->turns[TURN_QUEUED].count;
}

static uint64_t runnable(void)
{
    return world.engine->turns[TURN_RUNNABLE].count;
}

static void open_owned(void)
{
    world_open(&world, NULL);
    world_claim(&world, 0);
}

static void the_first_of_a_lane_may_run_and_the_others_queue(void **state)
{
    (void)state;
    open_owned();
    world_say(&world, 0, 0, "ann", "hi");
    world_say(&world, 0, 1, "ann", "hey");
    world_say(&world, 0, 2, "bob", "hm");
    assert_int_equal(runnable(), 2);
    assert_int_equal(queued(), 1);
    world_step(&world, 30);
    assert_int_equal(world.committed[0], 3);
    world_close(&world);
}

static void a_record_without_any_key_is_a_lane_of_its_own(void **state)
{
    (void)state;
    open_owned();
    world_deliver(&world, 0, 0, NULL, "not json");
    world_deliver(&world, 0, 1, NULL, "not json");
    assert_int_equal(runnable(), 2);
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 2);
    world_close(&world);
}

static void the_conversation_is_the_key_of_a_record_that_has_none(void **state)
{
    (void)state;
    static const char value[] = "{\"id\":\"m\",\"conversation_id\":\"ann\",\"customer_id\":\"c\","
                                "\"text\":\"hi\"}";
    open_owned();
    world_deliver(&world, 0, 0, NULL, value);
    world_deliver(&world, 0, 1, NULL, value);
    assert_int_equal(runnable(), 1);
    assert_int_equal(queued(), 1);
    world_close(&world);
}

static void long_keys_keep_their_lanes_apart(void **state)
{
    (void)state;
    char keys[3][1200];
    memset(keys, 'k', sizeof(keys));
    keys[1][1100] = 'x';
    for (size_t i = 0; i < countof(keys); i++) {
        keys[i][1199] = '\0';
    }
    keys[2][1198] = '\0';
    open_owned();
    world_deliver(&world, 0, 0, keys[0], "{}");
    world_deliver(&world, 0, 1, keys[1], "{}");
    world_deliver(&world, 0, 2, keys[2], "{}");
    world_deliver(&world, 0, 3, keys[0], "{}");
    assert_int_equal(runnable(), 3);
    assert_int_equal(queued(), 1);
    world_close(&world);
}

static void a_record_that_comes_again_is_not_worked_on_again(void **state)
{
    (void)state;
    open_owned();
    world_say(&world, 0, 0, "ann", "hi");
    world_say(&world, 0, 0, "ann", "hi");
    assert_int_equal(world.engine->backlog_records, 1);
    world_step(&world, 20);
    world_say(&world, 0, 0, "ann", "hi");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.asked, 1);
    world_close(&world);
}

static void what_is_not_ours_is_left_to_its_owner(void **state)
{
    (void)state;
    open_owned();
    world_say(&world, 1, 0, "ann", "never claimed");
    assert_int_equal(world.engine->backlog_records, 0);
    world.source.events->on_lost(world.engine, &messages, 1);
    world_say(&world, 0, 0, "ann", "lost");
    assert_int_equal(world.engine->backlog_records, 0);
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.committed[0], -1);
    world_close(&world);
}

static void nothing_new_is_taken_while_draining(void **state)
{
    (void)state;
    open_owned();
    engine_drain(world.engine, world.clock.mono_ms + 1000);
    world_say(&world, 0, 0, "ann", "late");
    assert_int_equal(world.engine->backlog_records, 0);
    world_close(&world);
}

static void what_does_not_exist_before_the_end_counts_as_settled(void **state)
{
    (void)state;
    open_owned();
    world_say(&world, 0, 0, "ann", "hi");
    world_step(&world, 20);
    intake_end(world.engine, messages, 7);
    world.clock.mono_ms += 5000;
    world_step(&world, 5);
    world.clock.mono_ms += 5000;
    world_step(&world, 5);
    assert_int_equal(world.committed[0], 7);
    world_close(&world);
}

static void a_turn_has_room_for_its_headers_too(void **state)
{
    (void)state;
    open_owned();
    static char bytes[4 << 20];
    memset(bytes, 'x', sizeof(bytes));
    const struct header headers[] = { { STR("big"), { bytes, sizeof(bytes) } } };
    const struct record record = { .topic = TOPIC_MESSAGES,
                                   .value = STR("not json"),
                                   .has_value = true,
                                   .headers = headers,
                                   .headers_count = countof(headers) };
    assert_true(sizeof(bytes) > 2 * world.engine->options.event_limits.value_bytes_max);
    intake_record(world.engine, &record);
    const struct turn *turn =
        container_of(list_first(&world.engine->turns[TURN_RUNNABLE]), struct turn, node);
    assert_true(turn->arena.max_bytes > 12 * sizeof(bytes));
    world_close(&world);
}

static void a_record_that_finds_no_memory_ends_the_process_and_is_not_let_by(void **state)
{
    (void)state;
    for (long nth = 1;; nth++) {
        open_owned();
        mem_fail_nth(nth);
        world_say(&world, 0, 0, "ann", "hi");
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        bool is_taken = world.engine->backlog_records == 1;
        assert_true(is_taken || world.engine->fatal == ERR_NOMEM);
        assert_int_equal(world.committed[0], -1);
        world_close(&world);
        if (!has_failed) {
            assert_true(is_taken && nth > 2);
            return;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_a_lane_may_run_and_the_others_queue),
        cmocka_unit_test(a_record_without_any_key_is_a_lane_of_its_own),
        cmocka_unit_test(the_conversation_is_the_key_of_a_record_that_has_none),
        cmocka_unit_test(long_keys_keep_their_lanes_apart),
        cmocka_unit_test(a_record_that_comes_again_is_not_worked_on_again),
        cmocka_unit_test(what_is_not_ours_is_left_to_its_owner),
        cmocka_unit_test(nothing_new_is_taken_while_draining),
        cmocka_unit_test(what_does_not_exist_before_the_end_counts_as_settled),
        cmocka_unit_test(a_turn_has_room_for_its_headers_too),
        cmocka_unit_test(a_record_that_finds_no_memory_ends_the_process_and_is_not_let_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
