/* answering_test.c - what a turn fetches before it asks, and what becomes of it when that fails. */
#include "worker/engine/answering.h"

#include "tests/unit/world.h"

static struct world world;

static const char greeting[] = "hello"; /* leans on nothing, so its answer may be shared */
static const char about_order[] = "where is my order?";

static void share(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

static void tell_history(struct engine_options *options)
{
    share(options);
    options->history_turns = 4;
}

static void open_with(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
    world_step(&world, 1);
}

static struct turn *first_in(enum turn_state state)
{
    struct list_node *node = list_first(&world.engine->turns[state]);
    return node ? container_of(node, struct turn, node) : NULL;
}

/* A turn that may start, and has not. */
static struct turn *runnable(const char *text)
{
    world_say(&world, 0, 0, "ann", text);
    struct turn *turn = first_in(TURN_RUNNABLE);
    assert_non_null(turn);
    return turn;
}

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

static void ends_as(enum outcome_kind kind, const char *words)
{
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, kind);
    assert_non_null(strstr(world.outputs[0].text, words));
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

static void an_answer_in_the_cache_is_given_without_the_model(void **state)
{
    (void)state;
    open_with(share);
    world_say(&world, 0, 0, "ann", greeting);
    world_step(&world, 20);
    world_say(&world, 0, 1, "bob", greeting);
    world_step(&world, 20);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, 2);
    assert_non_null(strstr(world.outputs[1].text, "\"source\":\"cache\""));
    assert_int_equal(metric_get(world.metrics, METRIC_CACHE, METRIC_LOOKUP_HIT, 0), 1);
    world_close(&world);
}

static void a_cache_entry_that_cannot_be_read_is_a_miss(void **state)
{
    (void)state;
    open_with(share);
    world_say(&world, 0, 0, "ann", greeting);
    world_step(&world, 20);
    for (size_t i = 0; i < world.values_count; i++) {
        world.values[i].value = STR("{\"v\":99}");
    }
    world_say(&world, 0, 1, "bob", greeting);
    world_step(&world, 20);
    assert_int_equal(world.asked, 2);
    assert_non_null(strstr(world.outputs[1].text, "\"source\":\"model\""));
    world_close(&world);
}

static void each_class_of_error_has_its_own_end(void **state)
{
    (void)state;
    static const struct {
        enum err why;
        enum outcome_kind kind;
        const char *words;
    } ends[] = { { ERR_SCHEMA, OUTCOME_DEAD_LETTER, "\"text\":\"hello\"" },
                 { ERR_REFUSED, OUTCOME_HANDOFF, "\"reason\":\"refused\"" } };
    for (size_t i = 0; i < countof(ends); i++) {
        open_with(NULL);
        struct turn *turn = runnable(greeting);
        turn->attempt = 1;
        answering_fail(turn, ends[i].why, -1);
        world_step(&world, 10);
        ends_as(ends[i].kind, ends[i].words);
        assert_int_equal(world.fatal, OK);
        world_close(&world);
    }
}

static void what_the_process_cannot_survive_stops_it_and_settles_nothing(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    turn->attempt = 1;
    answering_fail(turn, ERR_CONFIG, -1);
    assert_int_equal(world.fatal, ERR_CONFIG);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.committed[0], -1);
    world_close(&world);
}

static void a_retry_waits_and_the_last_one_ends_with_a_person(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    const int attempts_max = world.engine->options.retry.attempts_max;
    for (int attempt = 1; attempt < attempts_max; attempt++) {
        turn->attempt = attempt;
        answering_fail(turn, ERR_BUSY, -1);
        assert_int_equal(turn->state, TURN_WAITING);
        assert_true(turn->alarm.at_ms > world.clock.mono_ms);
        alarm_clear(&world.engine->alarms, &turn->alarm);
        answering_wake(turn);
        assert_int_equal(turn->state, TURN_RUNNABLE);
    }
    assert_int_equal(metric_get(world.metrics, METRIC_RETRIES, ERR_BUSY, 0), attempts_max - 1);
    turn->attempt = attempts_max;
    answering_fail(turn, ERR_BUSY, -1);
    world_step(&world, 10);
    ends_as(OUTCOME_HANDOFF, "\"reason\":\"attempts\"");
    world_close(&world);
}

static void the_backends_wish_is_the_least_wait(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    turn->attempt = 1;
    answering_fail(turn, ERR_BUSY, 900);
    assert_true(turn->alarm.at_ms >= world.clock.mono_ms + 900);
    assert_true(turn->alarm.at_ms <= world.clock.mono_ms + 1000);
    world_close(&world);
}

static void what_must_not_be_given_up_is_tried_however_often(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    for (turn->attempt = 1; turn->attempt < 100; turn->attempt++) {
        answering_again(turn, ERR_UNREACHABLE);
        assert_int_equal(turn->state, TURN_WAITING);
        assert_true(turn->alarm.at_ms - world.clock.mono_ms <=
                    world.engine->options.retry.backoff_max_ms + 1);
        alarm_clear(&world.engine->alarms, &turn->alarm);
        answering_wake(turn);
    }
    turn->attempt = 0;
    world_step(&world, 10);
    ends_as(OUTCOME_ANSWER, "re: hello");
    world_close(&world);
}

static void an_events_own_end_makes_it_too_late(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        open_with(NULL);
        struct turn *turn = runnable(greeting);
        turn->event->expires_wall_ms = world.clock.wall_ms + (late ? -1 : 100);
        world_step(&world, 10);
        ends_as(late ? OUTCOME_HANDOFF : OUTCOME_ANSWER, late ? "deadline" : "re: hello");
        world_close(&world);
    }
}

static void each_attempt_works_in_fresh_space(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    assert_int_equal(answering_make_work(turn), OK);
    struct work *first = turn->work;
    assert_int_equal(first->model_ms, -1);
    first->is_cacheable = true;
    assert_int_equal(answering_make_work(turn), OK);
    assert_ptr_not_equal(turn->work, first);
    assert_false(turn->work->is_cacheable);
    assert_int_equal(turn->work->awaited, 0);
    world_close(&world);
}

static void histories_of_two_conversations_or_tenants_never_meet(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    struct str same;
    struct str again;
    struct str other;
    struct str foreign;
    assert_int_equal(answering_history_key(turn, &same), OK);
    assert_int_equal(answering_history_key(turn, &again), OK);
    turn->event->message.conversation_id = STR("bob");
    assert_int_equal(answering_history_key(turn, &other), OK);
    turn->event->message.conversation_id = STR("ann");
    turn->event->tenant = STR("acme");
    assert_int_equal(answering_history_key(turn, &foreign), OK);
    assert_true(str_eq(same, again));
    assert_false(str_eq(same, other));
    assert_false(str_eq(same, foreign));
    assert_false(str_eq(other, foreign));
    turn->event->tenant = STR_NONE;
    world_close(&world);
}

/* Uses the arena up but for `bytes`. */
static void leave_room(struct arena *arena, size_t bytes)
{
    arena->max_bytes = arena->total_bytes;
    while (arena_alloc(arena, 1)) {
    }
    arena->max_bytes = arena->total_bytes + bytes;
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
        const size_t bytes_max = turn->arena.max_bytes;
        leave_room(&turn->arena, bytes);
        answering_start(turn);
        is_enough = turn->state == TURN_LOADING;
        failures += is_enough ? 0 : 1;
        assert_true(is_enough || turn->state == TURN_WAITING);
        turn->arena.max_bytes = bytes_max;
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
        cmocka_unit_test(an_answer_in_the_cache_is_given_without_the_model),
        cmocka_unit_test(a_cache_entry_that_cannot_be_read_is_a_miss),
        cmocka_unit_test(each_class_of_error_has_its_own_end),
        cmocka_unit_test(what_the_process_cannot_survive_stops_it_and_settles_nothing),
        cmocka_unit_test(a_retry_waits_and_the_last_one_ends_with_a_person),
        cmocka_unit_test(the_backends_wish_is_the_least_wait),
        cmocka_unit_test(what_must_not_be_given_up_is_tried_however_often),
        cmocka_unit_test(an_events_own_end_makes_it_too_late),
        cmocka_unit_test(each_attempt_works_in_fresh_space),
        cmocka_unit_test(histories_of_two_conversations_or_tenants_never_meet),
        cmocka_unit_test(without_memory_it_is_tried_again_and_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
