/* attempt_test.c - how an attempt ends: once more, with a person, as a dead letter. */
#include "worker/engine/attempt.h"

#include "tests/unit/runnable.h"

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
        attempt_fail(turn, ends[i].why, -1);
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
    attempt_fail(turn, ERR_CONFIG, -1);
    assert_int_equal(world.fatal, OK); /* not while someone is at work on the turn */
    world_step(&world, 0);
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
        attempt_fail(turn, ERR_BUSY, -1);
        assert_int_equal(turn->state, TURN_WAITING);
        assert_true(turn->alarm.at_ms > world.clock.mono_ms);
        alarm_clear(&world.engine->alarms, &turn->alarm);
        attempt_wake(turn);
        assert_int_equal(turn->state, TURN_RUNNABLE);
    }
    assert_int_equal(metric_get(world.metrics, METRIC_RETRIES, ERR_BUSY, 0), attempts_max - 1);
    turn->attempt = attempts_max;
    attempt_fail(turn, ERR_BUSY, -1);
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
    attempt_fail(turn, ERR_BUSY, 900);
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
        attempt_again(turn, ERR_UNREACHABLE);
        assert_int_equal(turn->state, TURN_WAITING);
        assert_true(turn->alarm.at_ms - world.clock.mono_ms <=
                    world.engine->options.retry.backoff_max_ms + 1);
        alarm_clear(&world.engine->alarms, &turn->alarm);
        attempt_wake(turn);
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
    assert_int_equal(attempt_make_work(turn), OK);
    struct work *first = turn->work;
    assert_int_equal(turn->model_ms, -1);
    turn->model_ms = 7;
    first->is_cacheable = true;
    turn->calls_open = 1; /* it may still be written to */
    assert_int_equal(attempt_make_work(turn), OK);
    turn->calls_open = 0;
    assert_ptr_not_equal(turn->work, first);
    assert_int_equal(turn->model_ms, -1);
    assert_false(turn->work->is_cacheable);
    assert_int_equal(turn->work->awaited, 0);
    world_close(&world);
}

/* The store may be away for days, and an order event waits for it as long as that. */
static void a_thousand_attempts_take_no_more_memory_than_two(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    size_t bytes = 0;
    for (int attempt = 1; attempt <= 1000; attempt++) {
        assert_int_equal(attempt_make_work(turn), OK);
        assert_non_null(arena_alloc(&turn->scratch, 5000));
        bytes = attempt == 2 ? turn->scratch.total_bytes : bytes;
    }
    assert_int_equal(turn->scratch.total_bytes, bytes);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_of_error_has_its_own_end),
        cmocka_unit_test(what_the_process_cannot_survive_stops_it_and_settles_nothing),
        cmocka_unit_test(a_retry_waits_and_the_last_one_ends_with_a_person),
        cmocka_unit_test(the_backends_wish_is_the_least_wait),
        cmocka_unit_test(what_must_not_be_given_up_is_tried_however_often),
        cmocka_unit_test(an_events_own_end_makes_it_too_late),
        cmocka_unit_test(each_attempt_works_in_fresh_space),
        cmocka_unit_test(a_thousand_attempts_take_no_more_memory_than_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
