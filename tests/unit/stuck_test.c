/* stuck_test.c - a lane that holds up its partition is found, named without its conversation, and
 * goes to a person whole and in order, if that is wished. */
#include "worker/engine/stuck.h"

#include "tests/unit/world.h"

#define STUCK_MS 1000

static struct world world;
static char said[8192]; /* the log */

static void only_told(struct engine_options *options)
{
    options->stuck_ms = STUCK_MS;
}

static void handed_off(struct engine_options *options)
{
    only_told(options);
    options->hands_off_stuck = true;
    options->retry.attempts_max = 1000;
    options->retry.backoff_max_ms = 100;
}

static void handed_off_without_custody(struct engine_options *options)
{
    handed_off(options);
    options->is_custody_on = false;
}

static void never_found(struct engine_options *options)
{
    handed_off(options);
    options->stuck_ms = 0;
}

static void with_one_place(struct engine_options *options)
{
    handed_off(options);
    options->inflight_max = 1;
}

static void shared(struct engine_options *options)
{
    handed_off(options);
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

/* The model holds the first question of ann; what others asked behind it is answered. */
static void open_with_ann_stuck(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "first");
    world_step(&world, 5);
    world_say(&world, 0, 1, "ann", "second");
    world_say(&world, 0, 2, "bob", "other");
    world_say(&world, 0, 3, "ann", "third");
    world_step(&world, 5);
}

static void pass_ms(int64_t ms)
{
    for (int64_t i = 0; i < ms / 50; i++) {
        world.clock.mono_ms += 49;
        world_step(&world, 1);
    }
}

static size_t stuck_count(void)
{
    struct stuck_lane lanes[STUCK_TOLD_MAX];
    size_t count = stuck_lanes(world.engine, lanes, countof(lanes));
    assert_int_equal(metric_get(world.metrics, METRIC_LANES_STUCK, 0, 0), count);
    return count;
}

static void settles(size_t i, int64_t offset, enum outcome_kind kind, const char *words)
{
    assert_true(i < world.outputs_count);
    assert_int_equal(world.outputs[i].offset, offset);
    assert_int_equal(world.outputs[i].kind, kind);
    assert_non_null(strstr(world.outputs[i].text, words));
}

static void a_lane_is_stuck_when_its_time_is_up_and_not_before(void **state)
{
    (void)state;
    open_with_ann_stuck(only_told);
    pass_ms(STUCK_MS / 2);
    assert_int_equal(stuck_count(), 0);
    pass_ms(STUCK_MS);
    struct stuck_lane lane;
    assert_int_equal(stuck_count(), 1);
    assert_int_equal(stuck_lanes(world.engine, &lane, 1), 1);
    assert_int_equal(lane.partition, 0);
    assert_int_equal(lane.offset, 0);
    assert_true(lane.for_ms >= STUCK_MS);
    assert_int_equal(metric_get(world.metrics, METRIC_LANES_STUCK_TOTAL, 0, 0), 1);
    assert_true(metric_get(world.metrics, METRIC_POSITION_BLOCKED, 0, 0) >= STUCK_MS / 1000);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void a_stuck_lane_that_goes_on_is_stuck_no_more(void **state)
{
    (void)state;
    open_with_ann_stuck(only_told);
    pass_ms(2 * STUCK_MS);
    assert_int_equal(stuck_count(), 1);
    world.holds_model = false;
    pass_ms(STUCK_MS);
    assert_int_equal(stuck_count(), 0);
    assert_int_equal(metric_get(world.metrics, METRIC_POSITION_BLOCKED, 0, 0), 0);
    assert_int_equal(world.committed[0], 4);
    for (size_t i = 0; i < world.outputs_count; i++) {
        assert_int_equal(world.outputs[i].kind, OUTCOME_ANSWER);
    }
    world_close(&world);
}

static size_t keep(void *owner, struct str bytes)
{
    (void)owner;
    size_t len = strlen(said);
    snprintf(said + len, sizeof(said) - len, "%.*s", STR_ARG(bytes));
    return bytes.len;
}

static int64_t wall_ms(void *owner)
{
    (void)owner;
    return world.clock.wall_ms;
}

static void the_log_names_the_place_and_never_the_conversation(void **state)
{
    (void)state;
    static const struct log_options options = {
        .level = LOG_DEBUG, .buffer_bytes = LOG_LINE_BYTES_MAX, .wall_ms = wall_ms, .write = keep
    };
    said[0] = '\0';
    open_with_ann_stuck(only_told);
    world.engine->ports.log = log_create(&options);
    pass_ms(4 * STUCK_MS);
    struct stuck_lane lane;
    assert_int_equal(stuck_lanes(world.engine, &lane, 1), 1);
    world.holds_model = false;
    pass_ms(STUCK_MS);
    log_destroy(TAKE(world.engine->ports.log));
    assert_int_equal(strlen(lane.name), STUCK_NAME_BYTES - 1);
    char *line = strstr(said, "a lane is stuck");
    assert_non_null(line);
    assert_null(strstr(line + 1, "a lane is stuck")); /* once, not at each look */
    assert_non_null(strstr(line, lane.name));
    assert_non_null(strstr(line, "\"support.messages\""));
    assert_non_null(strstr(line, "offset\":0"));
    assert_non_null(strstr(line, "behind\":3"));
    assert_non_null(strstr(line, "a lane is not stuck any more"));
    assert_null(strstr(said, "ann"));
    world_close(&world);
}

static void a_lane_keeps_its_name_and_others_have_others(void **state)
{
    (void)state;
    char names[2][STUCK_NAME_BYTES];
    for (int i = 0; i < 2; i++) {
        world_open(&world, only_told);
        world_claim(&world, 0);
        world.holds_model = true;
        world_say(&world, 0, i, "ann", "anything"); /* another offset, the same conversation */
        pass_ms(2 * STUCK_MS);
        struct stuck_lane lane;
        assert_int_equal(stuck_lanes(world.engine, &lane, 1), 1);
        memcpy(names[i], lane.name, sizeof(names[i]));
        world_close(&world);
    }
    assert_string_equal(names[0], names[1]);
    world_open(&world, only_told);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "bob", "anything");
    pass_ms(2 * STUCK_MS);
    struct stuck_lane lane;
    assert_int_equal(stuck_lanes(world.engine, &lane, 1), 1);
    assert_string_not_equal(lane.name, names[0]);
    world_close(&world);
}

static void readiness_and_metrics_name_the_lane(void **state)
{
    (void)state;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 4096);
    open_with_ann_stuck(only_told);
    assert_int_equal(stuck_explain(world.engine, &buf), OK);
    assert_int_equal(stuck_render(world.engine, &buf), OK);
    assert_int_equal(buf.len, 0);
    pass_ms(2 * STUCK_MS);
    struct stuck_lane lane;
    char wanted[256];
    assert_int_equal(stuck_lanes(world.engine, &lane, 1), 1);
    assert_int_equal(stuck_explain(world.engine, &buf), OK);
    snprintf(wanted, sizeof(wanted),
             "lane: support.messages/0 waits for offset 0 since %d s (lane %s)\n",
             (int)(lane.for_ms / 1000), lane.name);
    assert_true(str_is(buf_str(&buf), wanted));
    buf.len = 0;
    assert_int_equal(stuck_render(world.engine, &buf), OK);
    snprintf(wanted, sizeof(wanted),
             "\ndeskhand_stuck_lane_seconds{topic=\"support.messages\",partition=\"0\","
             "offset=\"0\",lane=\"%s\"} %d\n", lane.name, (int)(lane.for_ms / 1000));
    assert_int_equal(buf_add(&buf, (struct str){ "", 1 }), OK);
    assert_non_null(strstr(buf.ptr, wanted));
    assert_null(strstr(buf.ptr, "ann"));
    world_close(&world);
}

static void no_more_lanes_are_named_than_there_is_room_for(void **state)
{
    (void)state;
    world_open(&world, only_told);
    world.holds_model = true;
    for (int32_t partition = 0; partition < 3; partition++) {
        world_claim(&world, partition);
        world_say(&world, partition, 0, "ann", "anything");
    }
    pass_ms(2 * STUCK_MS);
    struct stuck_lane lanes[2];
    assert_int_equal(stuck_lanes(world.engine, lanes, 2), 2);
    assert_int_equal(metric_get(world.metrics, METRIC_LANES_STUCK, 0, 0), 3);
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 100);
    assert_int_equal(stuck_explain(world.engine, &buf), ERR_FULL);
    assert_int_equal(stuck_render(world.engine, &buf), ERR_FULL);
    world_close(&world);
}

static void a_stuck_lane_goes_to_a_person_whole_and_in_order(void **state)
{
    (void)state;
    open_with_ann_stuck(handed_off);
    pass_ms(2 * STUCK_MS);
    assert_int_equal(world.outputs_count, 3);
    settles(0, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    settles(1, 1, OUTCOME_HANDOFF, "\"lane_stuck\"");
    settles(2, 3, OUTCOME_HANDOFF, "\"lane_stuck\"");
    assert_true(world.outputs[0].held[0] != '\0');
    world.holds_model = false;
    world_step(&world, 20);
    settles(3, 2, OUTCOME_ANSWER, "re: other");
    assert_int_equal(world.committed[0], 4);
    world_close(&world);
}

static void the_model_is_called_off_where_nobody_else_waits_for_it(void **state)
{
    (void)state;
    open_with_ann_stuck(handed_off);
    const struct gate *gate = &world.engine->chain.backends[0].gate;
    assert_int_equal(gate->running, 2);
    pass_ms(2 * STUCK_MS);
    assert_int_equal(gate->running, 1); /* bob's; ann's second was not asked for */
    assert_int_equal(world.asked, 2);
    world_close(&world);
}

static void who_shares_the_call_of_a_stuck_lane_gets_the_answer(void **state)
{
    (void)state;
    world_open(&world, shared);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "hello");
    world_say(&world, 0, 1, "bob", "hello");
    pass_ms(STUCK_MS + STUCK_MS / 5);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, 1);
    settles(0, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    world.holds_model = false;
    world_step(&world, 20);
    settles(1, 1, OUTCOME_ANSWER, "re: hello");
    world_close(&world);
}

static void a_lane_that_waits_to_try_again_is_given_up_too(void **state)
{
    (void)state;
    world_open(&world, handed_off);
    world_claim(&world, 0);
    world.model_err = ERR_BACKEND;
    world_say(&world, 0, 0, "ann", "first");
    world_say(&world, 0, 1, "ann", "second");
    pass_ms(3 * STUCK_MS);
    assert_int_equal(world.outputs_count, 2);
    settles(0, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    settles(1, 1, OUTCOME_HANDOFF, "\"lane_stuck\"");
    assert_int_equal(world.committed[0], 2);
    world_close(&world);
}

static void a_lane_that_waits_for_the_gate_is_given_up_too(void **state)
{
    (void)state;
    world_open(&world, handed_off);
    world.engine->chain.backends[0].gate.limit.window = 1;
    world_claim(&world, 0);
    world_claim(&world, 1);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "first");
    world_step(&world, 5);
    world_say(&world, 1, 0, "bob", "other");
    pass_ms(2 * STUCK_MS);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, 2);
    settles(0, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    settles(1, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    assert_int_equal(world.engine->chain.backends[0].gate.running, 0);
    world_close(&world);
}

static void what_comes_to_the_conversation_later_follows_to_the_person(void **state)
{
    (void)state;
    open_with_ann_stuck(handed_off);
    pass_ms(2 * STUCK_MS);
    world.holds_model = false;
    world_say(&world, 0, 4, "ann", "are you there?");
    world_step(&world, 20);
    settles(3, 4, OUTCOME_HANDOFF, "\"with_person\"");
    world_close(&world);
}

static void without_custody_the_turns_that_wait_go_to_a_person_all_the_same(void **state)
{
    (void)state;
    open_with_ann_stuck(handed_off_without_custody);
    pass_ms(2 * STUCK_MS);
    settles(0, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    settles(1, 1, OUTCOME_HANDOFF, "\"lane_stuck\"");
    settles(2, 3, OUTCOME_HANDOFF, "\"lane_stuck\"");
    world_close(&world);
}

static void what_another_author_said_meanwhile_is_heard_and_not_handed_off(void **state)
{
    (void)state;
    open_with_ann_stuck(handed_off);
    world_deliver(&world, 0, 4, "ann",
                  "{\"id\":\"a\",\"conversation_id\":\"ann\",\"customer_id\":\"c\","
                  "\"author\":\"agent\",\"text\":\"I look into it\"}");
    world_deliver(&world, 0, 5, "ann", "not json");
    pass_ms(2 * STUCK_MS);
    assert_int_equal(world.outputs_count, 5);
    assert_int_equal(world.outputs[3].kind, OUTCOME_NOTHING);
    assert_int_equal(world.outputs[4].kind, OUTCOME_DEAD_LETTER);
    world_close(&world);
}

/* One after another, each with its own time: an outage of the model must not send everybody to a
 * person at once. */
static void the_next_lane_has_its_own_time(void **state)
{
    (void)state;
    open_with_ann_stuck(handed_off);
    pass_ms(STUCK_MS + STUCK_MS / 2);
    assert_int_equal(world.outputs_count, 3);
    pass_ms(STUCK_MS);
    assert_int_equal(world.outputs_count, 4);
    settles(3, 2, OUTCOME_HANDOFF, "\"lane_stuck\"");
    assert_int_equal(world.committed[0], 4);
    world_close(&world);
}

static void a_turn_that_has_found_no_place_to_run_is_not_stuck(void **state)
{
    (void)state;
    world_open(&world, with_one_place);
    world_claim(&world, 0);
    world_claim(&world, 1);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "first");
    world_step(&world, 5);
    world_say(&world, 1, 0, "bob", "other");
    pass_ms(STUCK_MS + STUCK_MS / 5);
    assert_int_equal(world.outputs_count, 1);
    settles(0, 0, OUTCOME_HANDOFF, "\"lane_stuck\"");
    world.holds_model = false;
    world_step(&world, 20);
    settles(1, 0, OUTCOME_ANSWER, "re: other");
    world_close(&world);
}

static void an_outcome_that_brokers_do_not_take_is_no_stuck_lane(void **state)
{
    (void)state;
    world_open(&world, handed_off);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", "first");
    pass_ms(3 * STUCK_MS);
    assert_int_equal(stuck_count(), 0);
    world.holds_batches = false;
    world_step(&world, 10);
    settles(0, 0, OUTCOME_ANSWER, "re: first");
    world_close(&world);
}

static void a_partition_that_is_lost_takes_its_stuck_lane_along(void **state)
{
    (void)state;
    open_with_ann_stuck(only_told);
    pass_ms(2 * STUCK_MS);
    assert_int_equal(stuck_count(), 1);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1);
    pass_ms(STUCK_MS);
    assert_int_equal(stuck_count(), 0);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "first");
    pass_ms(STUCK_MS / 2);
    assert_int_equal(stuck_count(), 0);
    world_close(&world);
}

static void without_a_time_nothing_is_ever_stuck(void **state)
{
    (void)state;
    open_with_ann_stuck(never_found);
    pass_ms(20 * STUCK_MS);
    assert_int_equal(stuck_count(), 0);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(stuck_next_ms(world.engine), ALARM_NEVER);
    world_close(&world);
}

static void nobody_is_woken_for_an_idle_worker(void **state)
{
    (void)state;
    world_open(&world, handed_off);
    world_claim(&world, 0);
    assert_int_equal(stuck_next_ms(world.engine), ALARM_NEVER);
    world_say(&world, 0, 0, "ann", "first");
    assert_true(stuck_next_ms(world.engine) <= world.clock.mono_ms + STUCK_MS / 10);
    pass_ms(STUCK_MS);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(stuck_next_ms(world.engine), ALARM_NEVER);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lane_is_stuck_when_its_time_is_up_and_not_before),
        cmocka_unit_test(a_stuck_lane_that_goes_on_is_stuck_no_more),
        cmocka_unit_test(the_log_names_the_place_and_never_the_conversation),
        cmocka_unit_test(a_lane_keeps_its_name_and_others_have_others),
        cmocka_unit_test(readiness_and_metrics_name_the_lane),
        cmocka_unit_test(no_more_lanes_are_named_than_there_is_room_for),
        cmocka_unit_test(a_stuck_lane_goes_to_a_person_whole_and_in_order),
        cmocka_unit_test(the_model_is_called_off_where_nobody_else_waits_for_it),
        cmocka_unit_test(who_shares_the_call_of_a_stuck_lane_gets_the_answer),
        cmocka_unit_test(a_lane_that_waits_to_try_again_is_given_up_too),
        cmocka_unit_test(a_lane_that_waits_for_the_gate_is_given_up_too),
        cmocka_unit_test(what_comes_to_the_conversation_later_follows_to_the_person),
        cmocka_unit_test(without_custody_the_turns_that_wait_go_to_a_person_all_the_same),
        cmocka_unit_test(what_another_author_said_meanwhile_is_heard_and_not_handed_off),
        cmocka_unit_test(the_next_lane_has_its_own_time),
        cmocka_unit_test(a_turn_that_has_found_no_place_to_run_is_not_stuck),
        cmocka_unit_test(an_outcome_that_brokers_do_not_take_is_no_stuck_lane),
        cmocka_unit_test(a_partition_that_is_lost_takes_its_stuck_lane_along),
        cmocka_unit_test(without_a_time_nothing_is_ever_stuck),
        cmocka_unit_test(nobody_is_woken_for_an_idle_worker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
