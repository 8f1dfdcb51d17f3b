/* batch_test.c - what is ready goes out together with its offsets, and comes back in order. */
#include "worker/engine/batch.h"

#include "common/mem.h"
#include "tests/unit/world.h"

#define ASKED 16 /* calls at once */

static struct world world;

static void open_world(void)
{
    world_open(&world, NULL);
    world_claim(&world, 0);
}

static void say(int64_t offset)
{
    char name[16];
    snprintf(name, sizeof(name), "c%d", (int)offset);
    world_say(&world, 0, offset, name, "do you gift wrap?");
}

static void offsets_count_up_to(size_t count)
{
    assert_int_equal(world.outputs_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(world.outputs[i].offset, i);
    }
}

static void a_single_outcome_goes_at_once(void **state)
{
    (void)state;
    open_world();
    world.holds_batches = true;
    say(0);
    world_step(&world, 5);
    assert_non_null(world.batch);
    assert_int_equal(world.batch->deliveries.count, 1);
    world_close(&world);
}

static void while_one_batch_commits_the_next_outcomes_gather(void **state)
{
    (void)state;
    open_world();
    world.holds_batches = true;
    say(0);
    world_step(&world, 5);
    struct batch *batch = world.batch;
    for (int64_t offset = 1; offset < 6; offset++) {
        say(offset);
    }
    world_step(&world, 10);
    assert_ptr_equal(world.batch, batch);
    assert_int_equal(batch->deliveries.count, 1);
    assert_int_equal(world.engine->turns[TURN_READY].count, 5);
    world.holds_batches = false;
    world_step(&world, 1);
    world.holds_batches = true;
    world_step(&world, 1);
    assert_int_equal(world.batch->deliveries.count, 5);
    world.holds_batches = false;
    world_step(&world, 5);
    offsets_count_up_to(6);
    world_close(&world);
}

static void an_aborted_batch_waits_longer_each_time_and_at_most_five_seconds(void **state)
{
    (void)state;
    int64_t last_ms = 0;
    open_world();
    world.result = BATCH_ABORTED;
    say(0);
    world_step(&world, 5);
    for (int i = 0; i < 10; i++) {
        int64_t due_ms = batch_next_ms(world.engine);
        int64_t wait_ms = due_ms - world.clock.mono_ms;
        assert_true(wait_ms > 0 && wait_ms <= 5000);
        assert_true(wait_ms >= last_ms);
        last_ms = wait_ms;
        world.clock.mono_ms = due_ms;
        world_step(&world, 1);
    }
    assert_true(last_ms > 4000);
    assert_int_equal(world.outputs_count, 0);
    world.result = BATCH_COMMITTED;
    world.clock.mono_ms += 5001;
    world_step(&world, 5);
    offsets_count_up_to(1);
    assert_int_equal(world.asked, 1);
    world_close(&world);
}

static void a_lost_batch_settles_nothing(void **state)
{
    (void)state;
    open_world();
    world.holds_batches = true;
    say(0);
    say(1);
    world_step(&world, 5);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_batches = false;
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.committed[0], -1);
    assert_false(world.engine->batcher.is_busy);
    assert_int_equal(world.engine->turns[TURN_COMMITTING].count, 0);
    world_close(&world);
}

static void a_named_culprit_becomes_a_dead_letter_and_the_rest_goes_at_once(void **state)
{
    (void)state;
    open_world();
    world.holds_batches = true;
    world.holds_model = true;
    for (int64_t offset = 0; offset < 3; offset++) {
        say(offset);
    }
    world_step(&world, 5);
    world.holds_model = false;
    world_step(&world, 5);
    assert_int_equal(world.batch->deliveries.count, 3);
    struct list_node *node = list_next(&world.batch->deliveries,
                                       list_first(&world.batch->deliveries));
    container_of(node, struct delivery, node)->refused = ERR_REFUSED;
    world.result = BATCH_ABORTED;
    world.holds_batches = false;
    world_step(&world, 1);
    world.result = BATCH_COMMITTED;
    world_step(&world, 5); /* 5 ms: no back-off */
    offsets_count_up_to(3);
    assert_int_equal(world.outputs[0].kind, OUTCOME_ANSWER);
    assert_int_equal(world.outputs[1].kind, OUTCOME_DEAD_LETTER);
    assert_int_equal(world.outputs[2].kind, OUTCOME_ANSWER);
    world_close(&world);
}

/* One batch of so many is with the sink. */
static void commit_many(size_t count)
{
    open_world();
    world.holds_batches = true;
    world.engine->batcher.not_before_ms = INT64_MAX;
    for (size_t offset = 0; offset < count; offset++) {
        say((int64_t)offset);
    }
    world_step(&world, 100);
    world.engine->batcher.not_before_ms = 0;
    engine_tick(world.engine);
    assert_int_equal(world.batch->deliveries.count, count);
    world.holds_batches = false;
}

/* The clock and what it takes to settle are not looked at: so many are counted. */
static void of_what_is_committed_a_tick_settles_a_few_in_their_order(void **state)
{
    (void)state;
    const size_t count = 3 * BATCH_SETTLE_SLICE;
    commit_many(count);
    struct batch *batch = TAKE(world.batch);
    batch->on_done(batch, BATCH_COMMITTED);
    for (size_t left = count - BATCH_SETTLE_SLICE; left > 0; left -= BATCH_SETTLE_SLICE) {
        const struct list *turns = &world.engine->turns[TURN_COMMITTING];
        assert_int_equal(turns->count, left);
        struct turn *first = container_of(list_first(turns), struct turn, node);
        assert_int_equal(first->record.offset, count - left);
        assert_true(engine_tick(world.engine) <= world.clock.mono_ms || left <= BATCH_SETTLE_SLICE);
    }
    assert_int_equal(world.engine->turns[TURN_COMMITTING].count, 0);
    assert_int_equal(metric_get(world.metrics, METRIC_TURNS, OUTCOME_ANSWER, 0), count);
    world_close(&world);
}

static void the_next_batch_goes_while_the_last_one_is_settled(void **state)
{
    (void)state;
    commit_many(3 * BATCH_SETTLE_SLICE);
    say(3 * BATCH_SETTLE_SLICE);
    world_load(&world);
    engine_tick(world.engine);
    world_load(&world);
    engine_tick(world.engine);
    world_reply(&world);
    struct batch *batch = TAKE(world.batch);
    batch->on_done(batch, BATCH_COMMITTED);
    engine_tick(world.engine);
    assert_non_null(world.batch);
    assert_false(list_is_empty(&world.engine->batcher.committed));
    world_close(&world);
    assert_int_equal(world.outputs[0].offset, 3 * BATCH_SETTLE_SLICE);
}

static void what_is_committed_counts_though_its_partition_goes_before_it_is_settled(void **state)
{
    (void)state;
    const size_t count = 3 * BATCH_SETTLE_SLICE;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    commit_many(count);
    struct batch *batch = TAKE(world.batch);
    batch->on_done(batch, BATCH_COMMITTED);
    world.source.events->on_lost(world.engine, &id, 1);
    assert_int_equal(metric_get(world.metrics, METRIC_TURNS, OUTCOME_ANSWER, 0), count);
    world_claim(&world, 0);
    world_close(&world);
}

/* ---- order events ---- */

static void deliver(int64_t offset, const char *value)
{
    char customer[16];
    snprintf(customer, sizeof(customer), "u-%d", (int)offset);
    world_hear(&world, (struct record){ .topic = TOPIC_ORDERS, .offset = offset,
                                        .key = str_from(customer), .has_key = true,
                                        .value = str_from(value), .has_value = true });
}

static void order(int64_t offset)
{
    deliver(offset, "{\"id\":\"e\",\"order_id\":\"o\",\"customer_id\":\"u\","
                    "\"type\":\"paid\",\"at\":\"2025-11-28T10:00:00Z\"}");
}

static void open_orders(void)
{
    world_open(&world, NULL);
    world.holds_batches = true;
    world_claim_of(&world, TOPIC_ORDERS, 0);
}

/* The first is ready, the second is with the store, which does not answer. */
static void one_ready_and_one_coming(void)
{
    open_orders();
    order(0);
    world_step(&world, 1);
    order(1);
    world_step(&world, 1);
    world.holds_store = true;
    assert_int_equal(world.engine->turns[TURN_READY].count, 1);
    assert_int_equal(world.engine->turns[TURN_STORING].count, 1);
    assert_null(world.batch);
}

static void an_order_event_alone_goes_at_once(void **state)
{
    (void)state;
    open_orders();
    order(0);
    world_step(&world, 2);
    assert_non_null(world.batch);
    world_close(&world);
}

static void order_events_wait_for_more_of_them_but_not_long(void **state)
{
    (void)state;
    one_ready_and_one_coming();
    int64_t due_ms = batch_next_ms(world.engine);
    assert_in_range(due_ms - world.clock.mono_ms, 1, BATCH_QUIET_MS);
    world_step(&world, (int)(due_ms - world.clock.mono_ms) - 1);
    assert_null(world.batch);
    world_step(&world, 1);
    assert_non_null(world.batch);
    assert_int_equal(world.batch->deliveries.count, 1);
    world_close(&world);
}

static void order_events_go_with_the_first_outcome_that_is_waited_for(void **state)
{
    (void)state;
    one_ready_and_one_coming();
    deliver(2, "{");
    world_step(&world, 1);
    assert_non_null(world.batch);
    assert_int_equal(world.batch->deliveries.count, 2);
    world_close(&world);
}

static void order_events_that_are_many_go_at_once(void **state)
{
    (void)state;
    open_orders();
    int64_t begun_ms = world.clock.mono_ms;
    for (int64_t offset = 0; offset < BATCH_QUIET_OUTCOMES + 100; offset++) {
        order(offset);
    }
    while (!world.batch && world.clock.mono_ms < begun_ms + 1000) {
        world_step(&world, 1);
    }
    assert_in_range(world.batch->deliveries.count, BATCH_QUIET_OUTCOMES, BATCH_OUTCOMES_MAX);
    world_close(&world);
}

static void a_worker_that_ends_lets_no_order_event_wait(void **state)
{
    (void)state;
    one_ready_and_one_coming();
    engine_drain(world.engine, world.clock.mono_ms + 1000);
    world_step(&world, 1);
    assert_non_null(world.batch);
    world_close(&world);
}

static void what_was_aborted_does_not_wait_for_more(void **state)
{
    (void)state;
    open_orders();
    order(0);
    world_step(&world, 2);
    world.result = BATCH_ABORTED;
    world.holds_batches = false;
    world_step(&world, 1);
    world.holds_batches = true;
    world.holds_store = true;
    order(1);
    world_step(&world, 1);
    assert_int_equal(world.engine->turns[TURN_STORING].count, 1);
    world.clock.mono_ms = batch_next_ms(world.engine);
    world_step(&world, 0);
    assert_non_null(world.batch);
    world_close(&world);
}

/* Records that are no events: their outcomes are ready at once. */
static void spoil(int64_t offset)
{
    world_deliver(&world, 0, offset, "bob", "not json");
}

/* The first of the lane finds no memory for the partition's new progress, the second one would. */
static void without_memory_no_outcome_overtakes_an_earlier_one(void **state)
{
    (void)state;
    open_world();
    world.holds_model = true;
    say(0);
    spoil(1);
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 1);
    world.engine->batcher.not_before_ms = INT64_MAX;
    spoil(2);
    spoil(3);
    world_step(&world, 10);
    assert_int_equal(world.engine->turns[TURN_READY].count, 2);
    world.engine->batcher.not_before_ms = 0;
    mem_fail_nth(1);
    batch_start(world.engine);
    assert_true(mem_has_failed());
    mem_fail_nth(0);
    assert_int_equal(world.engine->turns[TURN_READY].count, 2);
    int64_t due_ms = batch_next_ms(world.engine);
    assert_true(due_ms > world.clock.mono_ms && due_ms <= world.clock.mono_ms + 5000);
    world.clock.mono_ms = due_ms;
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 3);
    assert_int_equal(world.outputs[1].offset, 2);
    assert_int_equal(world.outputs[2].offset, 3);
    world.holds_model = false;
    world_step(&world, 10);
    world_close(&world);
}

static void with_a_tiny_map(struct engine_options *options)
{
    options->donemap_body_max = 1; /* a bit for each of eight offsets */
}

/* Every second call is taken out of the model, to be answered later. */
static void keep_every_second(struct list *kept)
{
    list_init(kept);
    for (size_t i = world.model_calls.count; i > 0; i--) {
        struct list_node *node = list_pop(&world.model_calls);
        list_append(i % 2 == 0 ? kept : &world.model_calls, node);
    }
}

/* Outcomes that the map has no room for are not looked at again before their partition moves on:
 * batches of others do not walk over them, and then they go, once and in order. */
static void what_the_map_has_no_room_for_waits_aside_until_its_partition_moves(void **state)
{
    (void)state;
    struct list kept;
    world_open(&world, with_a_tiny_map);
    world_claim(&world, 0);
    world_claim(&world, 1);
    world.holds_model = true;
    for (int64_t offset = 0; offset < ASKED; offset++) {
        say(offset);
    }
    world_step(&world, 5);
    assert_int_equal(world.model_calls.count, ASKED);
    keep_every_second(&kept);
    world.holds_model = false;
    world_step(&world, 20);
    size_t held = world.engine->turns[TURN_HELD_BACK].count;
    assert_int_equal(held, ASKED / 2 - 4);
    assert_int_equal(world.outputs_count, 4);
    assert_true(list_is_empty(&world.engine->turns[TURN_READY]));
    world_say(&world, 1, 0, "another", "do you gift wrap?");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 5);
    assert_int_equal(world.committed[1], 1);
    assert_int_equal(world.engine->turns[TURN_HELD_BACK].count, held);
    struct list_node *node;
    while ((node = list_pop(&kept)) != NULL) {
        list_append(&world.model_calls, node);
    }
    world_step(&world, 50);
    assert_int_equal(world.engine->turns[TURN_HELD_BACK].count, 0);
    assert_int_equal(world.outputs_count, ASKED + 1);
    assert_int_equal(world.committed[0], ASKED);
    world_close(&world);
}

/* What is ready is gathered before what was held back, and its lane must not be turned round by
 * that. */
static void what_is_ready_does_not_overtake_what_its_partition_has_held_back(void **state)
{
    (void)state;
    struct list kept;
    list_init(&kept);
    world_open(&world, with_a_tiny_map);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "slow", "do you gift wrap?");
    world_step(&world, 5);
    list_append(&kept, list_pop(&world.model_calls));
    world.holds_model = false;
    world_say(&world, 0, 9, "ann", "do you sell stamps?"); /* beyond the map */
    world_step(&world, 20);
    assert_int_equal(world.engine->turns[TURN_HELD_BACK].count, 1);
    world.holds_batches = true;
    list_append(&world.model_calls, list_pop(&kept));
    world_step(&world, 20);
    assert_int_equal(world.engine->turns[TURN_COMMITTING].count, 1);
    world_say(&world, 0, 10, "ann", "and envelopes?");
    world_step(&world, 20);
    assert_int_equal(world.engine->turns[TURN_READY].count, 1);
    world.holds_batches = false;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 3);
    assert_int_equal(world.outputs[0].offset, 0);
    assert_int_equal(world.outputs[1].offset, 9);
    assert_int_equal(world.outputs[2].offset, 10);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_outcome_goes_at_once),
        cmocka_unit_test(while_one_batch_commits_the_next_outcomes_gather),
        cmocka_unit_test(an_aborted_batch_waits_longer_each_time_and_at_most_five_seconds),
        cmocka_unit_test(a_lost_batch_settles_nothing),
        cmocka_unit_test(without_memory_no_outcome_overtakes_an_earlier_one),
        cmocka_unit_test(a_named_culprit_becomes_a_dead_letter_and_the_rest_goes_at_once),
        cmocka_unit_test(of_what_is_committed_a_tick_settles_a_few_in_their_order),
        cmocka_unit_test(the_next_batch_goes_while_the_last_one_is_settled),
        cmocka_unit_test(what_is_committed_counts_though_its_partition_goes_before_it_is_settled),
        cmocka_unit_test(an_order_event_alone_goes_at_once),
        cmocka_unit_test(order_events_wait_for_more_of_them_but_not_long),
        cmocka_unit_test(order_events_go_with_the_first_outcome_that_is_waited_for),
        cmocka_unit_test(order_events_that_are_many_go_at_once),
        cmocka_unit_test(a_worker_that_ends_lets_no_order_event_wait),
        cmocka_unit_test(what_was_aborted_does_not_wait_for_more),
        cmocka_unit_test(what_the_map_has_no_room_for_waits_aside_until_its_partition_moves),
        cmocka_unit_test(what_is_ready_does_not_overtake_what_its_partition_has_held_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
