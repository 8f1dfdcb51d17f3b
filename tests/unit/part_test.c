/* part_test.c - claiming, pausing and giving back: an epoch for each change of owner. */
#include "worker/engine/part.h"

#include "tests/unit/world.h"

static struct world world;

static const struct partition_id messages = { TOPIC_MESSAGES, 0 };

static struct part *part_zero(void)
{
    struct part *part = parts_find(&world.engine->parts, messages);
    assert_non_null(part);
    return part;
}

static void a_partition_is_known_from_its_first_claim_on(void **state)
{
    (void)state;
    world_open(&world, NULL);
    assert_null(parts_find(&world.engine->parts, messages));
    world_claim(&world, 0);
    struct part *part = part_zero();
    assert_int_equal(part->state, PART_OWNED);
    assert_int_equal(world.engine->parts.owned, 1);
    assert_null(parts_find(&world.engine->parts, (struct partition_id){ TOPIC_ORDERS, 0 }));
    assert_null(parts_find(&world.engine->parts, (struct partition_id){ TOPIC_MESSAGES, 1 }));
    world.source.events->on_lost(world.engine, &messages, 1);
    assert_ptr_equal(part_zero(), part);
    assert_int_equal(part->state, PART_FOREIGN);
    assert_int_equal(world.engine->parts.owned, 0);
    world_close(&world);
}

static void each_gain_and_each_loss_raises_the_epoch(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    uint32_t first = epoch_now(&part_zero()->epoch);
    world.source.events->on_lost(world.engine, &messages, 1);
    uint32_t lost = epoch_now(&part_zero()->epoch);
    assert_true(lost > first);
    world.source.events->on_lost(world.engine, &messages, 1);
    assert_int_equal(epoch_now(&part_zero()->epoch), lost);
    world_claim(&world, 0);
    assert_true(epoch_now(&part_zero()->epoch) > lost);
    world_close(&world);
}

static void a_revoked_partition_finishes_what_runs_and_starts_nothing(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "runs");
    world_step(&world, 5);
    world_say(&world, 0, 1, "ann", "queues");
    world.source.events->on_revoke(world.engine, &messages, 1);
    assert_int_equal(part_zero()->state, PART_DRAINING);
    assert_int_equal(part_zero()->turns.count, 1);
    world_step(&world, 5);
    assert_int_equal(world.released, 0);
    world.holds_model = false;
    world_step(&world, 20);
    assert_int_equal(world.released, 1);
    assert_int_equal(part_zero()->state, PART_FOREIGN);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.committed[0], 1);
    world_close(&world);
}

static void a_revoked_partition_is_given_back_when_its_time_is_up(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "never ends");
    world_step(&world, 5);
    world.source.events->on_revoke(world.engine, &messages, 1);
    world.clock.mono_ms += 990;
    world_step(&world, 1);
    assert_int_equal(world.released, 0);
    world.clock.mono_ms += 20;
    world_step(&world, 1);
    assert_int_equal(world.released, 1);
    assert_int_equal(part_zero()->state, PART_FOREIGN);
    assert_true(list_is_empty(&part_zero()->turns));
    world.holds_model = false;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.committed[0], -1);
    world_close(&world);
}

static void stop_at_four(struct engine_options *options)
{
    options->backlog_records_max = 4;
}

static void a_full_partition_is_paused_and_goes_on_when_half_is_done(void **state)
{
    (void)state;
    world_open(&world, stop_at_four);
    world_claim(&world, 0);
    world.holds_model = true;
    for (int64_t offset = 0; offset < 4; offset++) {
        assert_int_equal(world.paused, 0);
        world_say(&world, 0, offset, "ann", "hello there friend");
    }
    assert_int_equal(world.paused, 1);
    world.holds_model = false;
    world_step(&world, 40);
    assert_int_equal(world.paused, 0);
    assert_int_equal(world.outputs_count, 4);
    world_close(&world);
}

static void a_busy_partition_has_the_shares_of_the_idle_ones(void **state)
{
    (void)state;
    world_open(&world, stop_at_four);
    world_claim(&world, 0);
    world_claim(&world, 1);
    world.holds_model = true;
    for (int64_t offset = 0; offset < 3; offset++) {
        world_say(&world, 0, offset, "ann", "hello there friend");
    }
    assert_int_equal(world.paused, 0);
    world_say(&world, 0, 3, "ann", "hello there friend");
    assert_int_equal(world.paused, 1);
    world.holds_model = false;
    world_step(&world, 40);
    assert_int_equal(world.paused, 0);
    assert_int_equal(world.engine->parts.busy, 0);
    world_close(&world);
}

static void shares_of_the_backlog_shrink_with_each_partition_that_is_busy(void **state)
{
    (void)state;
    world_open(&world, stop_at_four);
    world_claim(&world, 0);
    world_claim(&world, 1);
    world_say(&world, 1, 0, "eve", "hello");
    world_say(&world, 0, 0, "ann", "hi");
    assert_int_equal(world.paused, 0);
    world_say(&world, 0, 1, "bob", "hey");
    assert_int_equal(world.paused, 1);
    world_step(&world, 30);
    assert_int_equal(world.paused, 0);
    world_close(&world);
}

static void stop_at_six_thousand(struct engine_options *options)
{
    options->backlog_records_max = 6000;
}

/* How many records one partition among many idle ones takes until it is paused. */
static size_t taken_of(enum topic topic, const char *value)
{
    struct claim claims[40];
    for (int32_t i = 0; i < 40; i++) {
        claims[i] = (struct claim){ .id = { topic, i }, .committed = -1, .leader_epoch = -1,
                                    .high = -1 };
    }
    world_open(&world, stop_at_six_thousand);
    world.source.events->on_claim(world.engine, claims, 40);
    size_t taken = 0;
    for (; world.paused == 0; taken++) {
        assert_true(taken < 6000);
        const struct record record = { .topic = topic, .leader_epoch = -1,
                                       .offset = (int64_t)taken, .value = str_from(value),
                                       .has_value = true };
        world.source.events->on_record(world.engine, &record);
    }
    world_close(&world);
    return taken;
}

static void order_events_may_wait_in_greater_numbers(void **state)
{
    (void)state;
    assert_int_equal(taken_of(TOPIC_MESSAGES, "{"), PART_BUSY_RECORDS);
    assert_int_equal(taken_of(TOPIC_ORDERS, "{"), PART_BUSY_ORDERS);
}

static void stop_at_six(struct engine_options *options)
{
    options->backlog_records_max = 6;
}

/* What one partition has taken beyond its share keeps nothing from another, and what the others
 * take beyond theirs has an end. */
static void a_full_backlog_leaves_each_partition_its_equal_share(void **state)
{
    (void)state;
    world_open(&world, stop_at_six);
    world_claim(&world, 0);
    world_claim(&world, 1);
    world_claim(&world, 2);
    world.holds_model = true;
    for (int64_t offset = 0; offset < 6; offset++) {
        world_say(&world, 0, offset, "ann", "hello there friend");
    }
    assert_int_equal(world.paused, 1);
    world_say(&world, 1, 0, "eve", "hello there friend");
    assert_int_equal(world.paused, 1);
    world_say(&world, 1, 1, "eve", "hello there friend");
    assert_int_equal(world.paused, 2);
    world.holds_model = false;
    world_step(&world, 80);
    assert_int_equal(world.paused, 0);
    world_close(&world);
}

static void hold_many(struct engine_options *options)
{
    options->backlog_records_max = 20000;
}

/* Whose crowd it is, is only known when it is here: others lie behind it. */
static void a_crowd_is_fetched_though_the_model_takes_one_at_a_time(void **state)
{
    (void)state;
    world_open(&world, hold_many);
    world_claim(&world, 0);
    world.holds_model = true;
    world.engine->chain.backends[0].gate.limit.window = 1;
    for (int64_t offset = 0; offset < 3000; offset++) {
        world_say(&world, 0, offset, "crowd", "hello there friend");
    }
    assert_int_equal(world.paused, 0);
    world_close(&world);
}

static void a_map_that_cannot_be_read_stops_its_partition_only(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "slow");
    world_deliver(&world, 0, 1, "bob", "not json");
    world_step(&world, 10);
    assert_true(world.metadata[0][0] != '\0');
    world.source.events->on_lost(world.engine, &messages, 1);
    char *last = &world.metadata[0][strlen(world.metadata[0]) - 1];
    *last = *last == 'A' ? 'B' : 'A';
    world.holds_model = false;
    world_step(&world, 5);
    world_claim(&world, 0);
    world_claim(&world, 1);
    assert_int_equal(part_zero()->state, PART_STOPPED);
    assert_true(engine_is_stuck(world.engine));
    world_say(&world, 0, 0, "ann", "slow");
    world_say(&world, 1, 0, "eve", "goes on");
    world_step(&world, 20);
    assert_int_equal(world.committed[0], 0);
    assert_int_equal(world.committed[1], 1);
    world_close(&world);
}

static void claim_within(int64_t committed, int64_t low, int64_t high)
{
    struct claim claim = { .id = messages, .committed = committed, .leader_epoch = -1,
                           .low = low, .high = high };
    world.source.events->on_claim(world.engine, &claim, 1);
}

static void records_that_expired_unread_are_told_and_the_rest_is_answered(void **state)
{
    (void)state;
    world_open(&world, NULL);
    claim_within(3, 5, 9);
    assert_int_equal(part_zero()->state, PART_OWNED);
    assert_int_equal(part_zero()->ledger.position, 5);
    assert_int_equal(metric_get(world.metrics, METRIC_POSITIONS_LOST, 0, 0), 1);
    world_close(&world);
}

/* From its first record on, everything would be answered again. */
static void a_partition_whose_end_was_cut_off_stops(void **state)
{
    (void)state;
    world_open(&world, NULL);
    struct claim claim = { .id = messages, .committed = 10, .leader_epoch = -1, .low = 2,
                           .high = 9 };
    world.source.events->on_claim(world.engine, &claim, 1);
    assert_true(claim.refused);
    assert_int_equal(part_zero()->state, PART_STOPPED);
    assert_true(engine_is_stuck(world.engine));
    assert_int_equal(metric_get(world.metrics, METRIC_POSITIONS_LOST, 0, 0), 1);
    world_say(&world, 0, 2, "ann", "answered long ago");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void a_partition_that_is_read_to_its_end_goes_on(void **state)
{
    (void)state;
    world_open(&world, NULL);
    claim_within(9, 2, 9);
    assert_int_equal(part_zero()->state, PART_OWNED);
    assert_int_equal(part_zero()->ledger.position, 9);
    assert_int_equal(metric_get(world.metrics, METRIC_POSITIONS_LOST, 0, 0), 0);
    world_close(&world);
}

static void accept_repeats(struct engine_options *options)
{
    options->replays_unreadable = true;
}

static void a_partition_whose_end_was_cut_off_is_answered_again_where_that_is_accepted(void **state)
{
    (void)state;
    world_open(&world, accept_repeats);
    claim_within(10, 2, 9);
    assert_int_equal(part_zero()->state, PART_OWNED);
    assert_int_equal(part_zero()->ledger.position, 2);
    assert_int_equal(metric_get(world.metrics, METRIC_POSITIONS_LOST, 0, 0), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partition_is_known_from_its_first_claim_on),
        cmocka_unit_test(each_gain_and_each_loss_raises_the_epoch),
        cmocka_unit_test(a_revoked_partition_finishes_what_runs_and_starts_nothing),
        cmocka_unit_test(a_revoked_partition_is_given_back_when_its_time_is_up),
        cmocka_unit_test(a_full_partition_is_paused_and_goes_on_when_half_is_done),
        cmocka_unit_test(a_busy_partition_has_the_shares_of_the_idle_ones),
        cmocka_unit_test(shares_of_the_backlog_shrink_with_each_partition_that_is_busy),
        cmocka_unit_test(order_events_may_wait_in_greater_numbers),
        cmocka_unit_test(a_full_backlog_leaves_each_partition_its_equal_share),
        cmocka_unit_test(a_crowd_is_fetched_though_the_model_takes_one_at_a_time),
        cmocka_unit_test(records_that_expired_unread_are_told_and_the_rest_is_answered),
        cmocka_unit_test(a_partition_whose_end_was_cut_off_stops),
        cmocka_unit_test(a_partition_that_is_read_to_its_end_goes_on),
        cmocka_unit_test(
            a_partition_whose_end_was_cut_off_is_answered_again_where_that_is_accepted),
        cmocka_unit_test(a_map_that_cannot_be_read_stops_its_partition_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
