/* landing_test.c - replies are read at once and taken up a few a tick, and no kind of work waits
 * for another to run dry. */
#include "worker/engine/landing.h"

#include "tests/unit/world.h"
#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"

#define AT_ONCE 16 /* calls that the gate of a new world lets in */

static struct world world;
static const char question[] = "do you gift wrap?";

static void say_many(int first, int count)
{
    for (int i = first; i < first + count; i++) {
        char name[16];
        snprintf(name, sizeof(name), "c%d", i);
        world_say(&world, 0, i, name, question);
    }
}

/* All of AT_ONCE calls end in the same turn of the loop, before the next tick. */
static void land_all(void)
{
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    say_many(0, AT_ONCE);
    world_step(&world, 10);
    assert_int_equal(chain_running(&world.engine->chain), AT_ONCE);
    world.holds_model = false;
    world.holds_batches = true;
    world_reply(&world);
    assert_int_equal(chain_running(&world.engine->chain), 0);
    assert_int_equal(world.engine->landed.count, AT_ONCE);
}

static size_t taken_up(void)
{
    return world.engine->turns[TURN_READY].count + world.engine->turns[TURN_COMMITTING].count;
}

static void close_world(void)
{
    world.holds_batches = false;
    world_step(&world, 200);
    assert_int_equal(world.engine->landed.count, 0);
    assert_int_equal(world.engine->flights.map.count, 0);
    assert_int_equal(engine_inflight(world.engine), 0);
    world_close(&world);
}

static void of_replies_that_come_at_once_a_tick_takes_up_a_few(void **state)
{
    (void)state;
    land_all();
    for (size_t taken = LANDING_SLICE; taken < AT_ONCE; taken += LANDING_SLICE) {
        assert_int_equal(engine_tick(world.engine), world.clock.mono_ms); /* it wants more */
        assert_int_equal(taken_up(), taken);
    }
    engine_tick(world.engine);
    assert_int_equal(taken_up(), AT_ONCE);
    assert_true(engine_tick(world.engine) > world.clock.mono_ms);
    close_world();
}

static void they_are_taken_up_in_the_order_in_which_they_came(void **state)
{
    (void)state;
    land_all();
    close_world();
    assert_int_equal(world.outputs_count, AT_ONCE);
    for (size_t i = 0; i < AT_ONCE; i++) {
        assert_int_equal(world.outputs[i].offset, i);
    }
}

static void a_reply_holds_its_place_in_flight_until_it_is_taken_up(void **state)
{
    (void)state;
    land_all();
    assert_int_equal(engine_inflight(world.engine), AT_ONCE);
    engine_tick(world.engine);
    assert_int_equal(engine_inflight(world.engine), AT_ONCE - LANDING_SLICE);
    close_world();
}

static void what_a_reply_waits_is_no_part_of_its_calls_time_and_is_counted(void **state)
{
    (void)state;
    CLEANUP(buf_fini) struct buf shown;
    buf_init(&shown, (size_t)4 << 20);
    land_all();
    world.clock.mono_ms += 7000;
    world.holds_batches = false;
    world_step(&world, 20);
    assert_int_equal(metrics_render(world.metrics, &shown), OK);
    assert_int_equal(buf_add_char(&shown, '\0'), OK);
    assert_non_null(
        strstr(shown.ptr, "deskhand_model_call_seconds_bucket{backend=\"1\",le=\"1\"} 16\n"));
    assert_non_null(strstr(shown.ptr, "deskhand_reply_wait_seconds_bucket{le=\"5\"} 0\n"));
    assert_non_null(strstr(shown.ptr, "deskhand_reply_wait_seconds_count 16\n"));
    close_world();
}

static void a_reply_at_hand_is_not_called_off(void **state)
{
    (void)state;
    land_all();
    ask_cancel_all(world.engine); /* the fake would insist that the call is under way */
    close_world();
    assert_int_equal(world.outputs_count, AT_ONCE);
    assert_int_equal(world.outputs[0].kind, OUTCOME_ANSWER);
}

static void share(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

/* A second conversation asks the same while the reply to the first one's call is at hand. */
static void ask_again_at_landing(enum err err)
{
    world_open(&world, share);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "hello");
    world_step(&world, 10);
    assert_int_equal(world.asked, 1);
    world_say(&world, 0, 1, "bob", "hello");
    engine_tick(world.engine);
    world.holds_model = false;
    world.model_err = err;
    world_reply(&world);
    world.model_err = OK;
    world_load(&world);
    assert_int_equal(world.engine->landed.count, 1);
}

static void who_asks_when_an_equal_call_has_failed_makes_one_of_its_own(void **state)
{
    (void)state;
    ask_again_at_landing(ERR_TIMEOUT);
    assert_int_equal(world.engine->turns[TURN_ASKING].count, 1);
    world_step(&world, 60);
    world.clock.mono_ms += 2000;
    world_step(&world, 60);
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.outputs_count, 2);
    assert_int_equal(metric_get(world.metrics, METRIC_RETRIES, ERR_TIMEOUT, 0), 1);
    close_world();
}

static void who_asks_when_an_equal_call_was_answered_shares_the_answer(void **state)
{
    (void)state;
    ask_again_at_landing(OK);
    assert_int_equal(world.engine->turns[TURN_ASKING].count, 2);
    close_world();
    assert_int_equal(world.outputs_count, 2);
    assert_int_equal(world.asked, 1);
}

static void who_gives_up_with_a_reply_at_hand_leaves_nothing_behind(void **state)
{
    (void)state;
    land_all();
    struct list_node *node = list_first(&world.engine->turns[TURN_ASKING]);
    attempt_give_up(container_of(node, struct turn, node));
    close_world();
    assert_int_equal(world.outputs_count, AT_ONCE);
    assert_int_equal(world.outputs[0].kind, OUTCOME_HANDOFF);
}

/* What was paid for is memoised for the next owner. */
static void a_partition_lost_with_replies_at_hand_asks_nothing_twice(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    land_all();
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_batches = false;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.engine->orphans.count, 0);
    world_claim(&world, 0);
    say_many(0, AT_ONCE);
    close_world();
    assert_int_equal(world.outputs_count, AT_ONCE);
    assert_int_equal(world.asked, AT_ONCE);
}

static void a_drain_waits_for_replies_at_hand(void **state)
{
    (void)state;
    land_all();
    world.holds_batches = false;
    engine_drain(world.engine, world.clock.mono_ms + 1000);
    assert_false(world.is_drained);
    world_step(&world, 20);
    assert_true(world.is_drained);
    assert_int_equal(world.outputs_count, AT_ONCE);
    world_close(&world);
}

static void a_tick_begins_a_bounded_number_of_turns_and_of_calls(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    say_many(0, 2 * ENGINE_RUNS_SLICE + 1);
    assert_int_equal(engine_tick(world.engine), world.clock.mono_ms);
    assert_int_equal(world.engine->turns[TURN_LOADING].count, ENGINE_RUNS_SLICE);
    world_load(&world);
    assert_int_equal(engine_tick(world.engine), world.clock.mono_ms);
    assert_int_equal(world.asked, ENGINE_CALLS_SLICE);
    close_world();
    assert_int_equal(world.outputs_count, 2 * ENGINE_RUNS_SLICE + 1);
}

/* More comes in before each tick than a tick begins. */
static void a_flood_of_records_keeps_no_reply_and_no_call_waiting(void **state)
{
    (void)state;
    land_all();
    for (int tick = 1; tick <= AT_ONCE / LANDING_SLICE; tick++) {
        say_many(AT_ONCE + (tick - 1) * 2 * ENGINE_RUNS_SLICE, 2 * ENGINE_RUNS_SLICE);
        world_load(&world);
        size_t asked = world.asked;
        engine_tick(world.engine);
        assert_int_equal(taken_up(), tick * LANDING_SLICE);
        bool has_room = tick == 2 || tick == 3; /* the gate is full then */
        assert_true(world.asked - asked <= ENGINE_CALLS_SLICE);
        assert_true(!has_room || world.asked - asked == ENGINE_CALLS_SLICE);
    }
    close_world();
    assert_int_equal(world.outputs_count, AT_ONCE + 2 * ENGINE_RUNS_SLICE * 4);
}

#define CROWD 30 /* turns that share one call */

static void ask_as_one(struct world *at, int32_t partition)
{
    for (int i = 0; i < CROWD; i++) {
        char name[16];
        snprintf(name, sizeof(name), "c%d", i);
        world_say(at, partition, i, name, "hello");
    }
}

static void open_crowd(void)
{
    world_open(&world, share);
    world_claim(&world, 0);
    world.holds_model = true;
    ask_as_one(&world, 0);
    world_step(&world, 10);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.engine->turns[TURN_ASKING].count, CROWD);
}

/* Another conversation asks something else behind them; both calls have their reply. */
static void land_crowd(void)
{
    open_crowd();
    world_say(&world, 0, CROWD, "other", question);
    world_step(&world, 10);
    world.holds_model = false;
    world.holds_batches = true;
    world_reply(&world);
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.engine->landed.count, 2);
}

static void of_many_that_share_a_reply_a_tick_tells_a_few_in_their_order(void **state)
{
    (void)state;
    int64_t last = -1;
    land_crowd();
    for (size_t told = LANDING_SLICE; told <= CROWD; told += LANDING_SLICE) {
        assert_int_equal(engine_tick(world.engine), world.clock.mono_ms); /* it wants more */
        assert_int_equal(taken_up(), told);
    }
    close_world();
    assert_int_equal(world.outputs_count, CROWD + 1);
    for (size_t i = 0; i <= CROWD; i++) {
        int64_t offset = world.outputs[i].offset;
        assert_true(offset == CROWD || offset > last);
        last = offset == CROWD ? last : offset;
    }
}

static void a_reply_for_many_keeps_no_other_waiting(void **state)
{
    (void)state;
    land_crowd();
    engine_tick(world.engine);
    engine_tick(world.engine);
    assert_int_equal(world.engine->landed.count, 1);
    close_world();
    size_t place = 0;
    while (world.outputs[place].offset != CROWD) {
        place++;
    }
    assert_int_equal(place, LANDING_SLICE);
}

/* Some of its turns have their answer, the others are not this worker's any more. */
static void a_partition_lost_while_a_reply_is_told_leaves_nothing_behind(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    land_crowd();
    engine_tick(world.engine);
    world.source.events->on_lost(world.engine, &id, 1);
    assert_int_equal(world.engine->backlog_records, 0);
    assert_true(world.engine->orphans.count > 0);
    world.holds_batches = false;
    world_step(&world, 20);
    assert_int_equal(world.engine->orphans.count, 0);
    close_world();
    assert_int_equal(world.outputs_count, 0);
}

static void who_asks_while_a_reply_is_told_finds_it_in_the_cache(void **state)
{
    (void)state;
    land_crowd();
    engine_tick(world.engine);
    world_say(&world, 0, CROWD + 1, "late", "hello");
    close_world();
    assert_int_equal(world.outputs_count, CROWD + 2);
    assert_int_equal(world.asked, 2);
}

static void when_a_shared_call_fails_a_tick_tells_a_few(void **state)
{
    (void)state;
    open_crowd();
    world.holds_model = false;
    world.model_err = ERR_TIMEOUT;
    world_reply(&world);
    world.model_err = OK;
    engine_tick(world.engine);
    assert_int_equal(world.engine->turns[TURN_WAITING].count, LANDING_SLICE);
    assert_int_equal(world.engine->turns[TURN_ASKING].count, CROWD - LANDING_SLICE);
    world_step(&world, 20);
    world.clock.mono_ms += 2000;
    close_world();
    assert_int_equal(world.outputs_count, CROWD);
}

static struct world other;

static void share_with_another_seed(struct engine_options *options)
{
    share(options);
    options->seed[0] = 77;
}

/* One asks while many wait for its lock in another worker. */
static void of_many_that_share_what_another_worker_found_a_tick_tells_a_few(void **state)
{
    (void)state;
    world_open(&world, share);
    world_open(&other, share_with_another_seed);
    other.shelf = &world;
    world_claim(&world, 0);
    world_claim(&other, 1);
    world_say(&world, 0, 0, "ann", "hello");
    world.holds_model = true;
    world_step(&world, 5);
    ask_as_one(&other, 1);
    world_step(&other, 5);
    world.holds_model = false;
    world_step(&world, 20);
    other.holds_batches = true;
    for (int left = 2000; left > 0 && other.engine->landed.count == 0; left--) {
        world_step(&other, 1);
    }
    assert_int_equal(other.engine->turns[TURN_GATED].count, CROWD - 1 - LANDING_SLICE);
    engine_tick(other.engine);
    assert_int_equal(other.engine->turns[TURN_GATED].count, CROWD - 1 - 2 * LANDING_SLICE);
    other.holds_batches = false;
    world_step(&other, 30);
    assert_int_equal(other.outputs_count, CROWD);
    assert_int_equal(other.asked, 0);
    world_close(&other);
    close_world();
}

static struct admission refuse(struct admitter *admitter, struct errand *errand, int64_t now_ms)
{
    (void)admitter;
    (void)errand;
    (void)now_ms;
    return (struct admission){ .verdict = ADMISSION_REFUSE, .why = ERR_REFUSED };
}

static void put_refusal(struct world *at, struct engine_ports *ports)
{
    (void)at;
    static struct admitter admitter = { refuse };
    ports->admitter = &admitter;
}

static void of_many_whose_call_is_not_made_a_tick_tells_a_few(void **state)
{
    (void)state;
    world_open_wired(&world, share, put_refusal);
    world_claim(&world, 0);
    world.holds_batches = true;
    ask_as_one(&world, 0);
    for (int left = 20; left > 0 && world.engine->landed.count == 0; left--) {
        world_load(&world);
        engine_tick(world.engine);
    }
    assert_int_equal(world.engine->landed.count, 1);
    size_t told = taken_up();
    assert_in_range(told, 1, LANDING_SLICE);
    engine_tick(world.engine);
    assert_int_equal(taken_up(), told + LANDING_SLICE);
    close_world();
    assert_int_equal(world.outputs_count, CROWD);
    assert_int_equal(world.asked, 0);
}

/* Flights that look for what another worker has found. */
static void of_locks_that_wake_at_once_a_tick_wakes_a_few(void **state)
{
    (void)state;
    static struct flight_lock waiting[2 * FLIGHT_LOCKS_SLICE];
    world_open(&world, NULL);
    world_step(&world, 1);
    struct flight_locks *locks = &world.engine->flights.locks;
    for (size_t i = 0; i < countof(waiting); i++) {
        waiting[i] = (struct flight_lock){ .locks = locks, .state = FLIGHT_LOCK_RESTING };
        alarm_set(&locks->alarms, &waiting[i].alarm, world.clock.mono_ms);
    }
    assert_true(engine_tick(world.engine) <= world.clock.mono_ms); /* it wants more */
    assert_int_equal(world.store_calls.count, FLIGHT_LOCKS_SLICE);
    engine_tick(world.engine);
    assert_int_equal(world.store_calls.count, countof(waiting));
    list_init(&world.store_calls); /* nobody is told */
    close_world();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_replies_that_come_at_once_a_tick_takes_up_a_few),
        cmocka_unit_test(they_are_taken_up_in_the_order_in_which_they_came),
        cmocka_unit_test(a_reply_holds_its_place_in_flight_until_it_is_taken_up),
        cmocka_unit_test(what_a_reply_waits_is_no_part_of_its_calls_time_and_is_counted),
        cmocka_unit_test(a_reply_at_hand_is_not_called_off),
        cmocka_unit_test(who_asks_when_an_equal_call_has_failed_makes_one_of_its_own),
        cmocka_unit_test(who_asks_when_an_equal_call_was_answered_shares_the_answer),
        cmocka_unit_test(who_gives_up_with_a_reply_at_hand_leaves_nothing_behind),
        cmocka_unit_test(a_partition_lost_with_replies_at_hand_asks_nothing_twice),
        cmocka_unit_test(a_drain_waits_for_replies_at_hand),
        cmocka_unit_test(a_tick_begins_a_bounded_number_of_turns_and_of_calls),
        cmocka_unit_test(a_flood_of_records_keeps_no_reply_and_no_call_waiting),
        cmocka_unit_test(of_many_that_share_a_reply_a_tick_tells_a_few_in_their_order),
        cmocka_unit_test(a_reply_for_many_keeps_no_other_waiting),
        cmocka_unit_test(a_partition_lost_while_a_reply_is_told_leaves_nothing_behind),
        cmocka_unit_test(who_asks_while_a_reply_is_told_finds_it_in_the_cache),
        cmocka_unit_test(when_a_shared_call_fails_a_tick_tells_a_few),
        cmocka_unit_test(of_many_that_share_what_another_worker_found_a_tick_tells_a_few),
        cmocka_unit_test(of_many_whose_call_is_not_made_a_tick_tells_a_few),
        cmocka_unit_test(of_locks_that_wake_at_once_a_tick_wakes_a_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
