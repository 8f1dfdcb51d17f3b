/* standby_test.c - while no backend answers turns wait, go to the next one, or to a person. */
#include "worker/engine/standby.h"

#include "tests/unit/world.h"
#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"

static const char question[] = "do you gift wrap?";

static struct world world;
static struct model second;
static int64_t outage_max_ms;
static size_t backends;

static void set_outage(struct engine_options *options)
{
    options->outage_max_ms = outage_max_ms;
}

/* The second one's answers come as the first one's do; calls tell them apart. */
static void put_two(struct world *at, struct engine_ports *ports)
{
    second = (struct model){ at->model.ops, STR("second") };
    ports->chain.count = backends;
    ports->chain.backends[1] = ports->chain.backends[0];
    ports->chain.backends[1].model = &second;
}

static void open_with(size_t count, int64_t most_ms)
{
    backends = count;
    outage_max_ms = most_ms;
    world_open_wired(&world, set_outage, put_two);
    world_claim(&world, 0);
}

static struct gate *gate_of(size_t place)
{
    return &world.engine->chain.backends[place].gate;
}

static void say_from_many(int64_t first, int count)
{
    for (int i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof(name), "c%d", (int)first + i);
        world_say(&world, 0, first + i, name, question);
    }
}

/* Time passes, and the engine is ticked ten times a second. */
static void pass(int64_t for_ms)
{
    for (int64_t end_ms = world.clock.mono_ms + for_ms; world.clock.mono_ms < end_ms;) {
        world_step(&world, 2);
        world.clock.mono_ms += 98;
        world.clock.wall_ms += 98;
    }
}

static void fail_until_shut(enum err err)
{
    world.model_err = err;
    say_from_many(0, 20);
    pass(500);
    assert_int_equal(gate_of(0)->breaker.state, BREAKER_OPEN);
}

static void in_an_outage_turns_wait_and_spend_no_attempts(void **state)
{
    (void)state;
    open_with(1, 0);
    fail_until_shut(ERR_UNREACHABLE);
    size_t asked = world.asked;
    pass(60000);
    assert_in_range(world.asked - asked, 50, 61);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 20);
    assert_int_equal(engine_inflight(world.engine), 0);
    world.model_err = OK;
    pass(2000);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 20);
    world_close(&world);
}

static void what_is_for_the_operator_floods_nobody_with_handoffs(void **state)
{
    (void)state;
    static const enum err errs[] = { ERR_AUTH, ERR_NO_MODEL };
    for (size_t i = 0; i < countof(errs); i++) {
        open_with(1, 0);
        fail_until_shut(errs[i]);
        assert_in_range(world.asked, 1, 20);
        pass(60000);
        assert_in_range(world.asked, 1, 20 + 12);
        assert_int_equal(world.outputs_count, 0);
        assert_int_equal(gate_of(0)->breaker.why, errs[i]);
        world.model_err = OK;
        pass(6000);
        assert_int_equal(world_count(&world, OUTCOME_ANSWER), 20);
        world_close(&world);
    }
}

static void an_outage_that_lasts_too_long_is_for_people(void **state)
{
    (void)state;
    open_with(1, 10000);
    fail_until_shut(ERR_BACKEND);
    pass(9000);
    assert_int_equal(world.outputs_count, 0);
    pass(2000);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 20);
    assert_non_null(strstr(world.outputs[0].text, "no_backend"));
    say_from_many(20, 1); /* it gets its time too */
    pass(9000);
    assert_int_equal(world.outputs_count, 20);
    pass(2000);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 21);
    world_close(&world);
}

/* Mere queueing is no outage, however long it takes. */
static void waiting_for_ones_turn_at_an_open_gate_is_no_outage(void **state)
{
    (void)state;
    open_with(1, 5000);
    world.holds_model = true;
    say_from_many(0, 40);
    pass(20000);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 24);
    world.holds_model = false;
    pass(1000);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 40);
    world_close(&world);
}

static void expire_all(int64_t in_ms)
{
    for (size_t state = 0; state < TURN_STATE_COUNT; state++) {
        struct list *list = &world.engine->turns[state];
        for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
            struct turn *turn = container_of(node, struct turn, node);
            turn->event->expires_wall_ms = world.clock.wall_ms + in_ms;
        }
    }
}

static void an_event_that_expires_at_the_gate_goes_to_a_person_then(void **state)
{
    (void)state;
    open_with(1, 0);
    world.holds_model = true;
    say_from_many(0, 18); /* sixteen go in */
    expire_all(5000);
    pass(4000);
    assert_int_equal(world.outputs_count, 0);
    pass(2000);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 2);
    assert_non_null(strstr(world.outputs[0].text, "deadline"));
    world.holds_model = false;
    pass(1000);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 16);
    world_close(&world);
}

static void an_event_that_expires_in_a_back_off_goes_to_a_person_then(void **state)
{
    (void)state;
    open_with(1, 0);
    world.model_err = ERR_BACKEND;
    say_from_many(0, 1);
    world_step(&world, 5);
    assert_int_equal(world.engine->turns[TURN_WAITING].count, 1);
    world.model_err = OK;
    struct turn *turn = container_of(list_first(&world.engine->turns[TURN_WAITING]), struct turn,
                                     node);
    alarm_set(&world.engine->alarms, &turn->alarm, world.clock.mono_ms + 60000);
    turn->event->expires_wall_ms = world.clock.wall_ms - 1;
    attempt_wake(turn);
    world_step(&world, 5);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 1);
    world_close(&world);
}

static void those_who_wait_at_a_shut_gate_go_to_the_next_backend(void **state)
{
    (void)state;
    open_with(2, 0);
    gate_of(0)->breaker.state = BREAKER_OPEN;
    gate_of(0)->breaker.probe_at_ms = INT64_MAX;
    say_from_many(0, 10);
    world_step(&world, 10);
    assert_int_equal(gate_of(0)->made, 0);
    assert_int_equal(gate_of(1)->made, 10);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 10);
    assert_non_null(strstr(world.outputs[0].text, "\"source\":\"fallback\""));
    world_close(&world);
}

static void who_waited_before_the_gate_shut_goes_on_too(void **state)
{
    (void)state;
    open_with(2, 0);
    world.holds_model = true;
    say_from_many(0, 30);
    world_step(&world, 10);
    assert_int_equal(gate_of(0)->waiting.count, 14);
    world.model_err = ERR_UNREACHABLE;
    world.holds_model = false;
    world_step(&world, 1);
    world.model_err = OK;
    pass(500);
    assert_int_equal(gate_of(0)->made, 16);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 30);
    world_close(&world);
}

/* More than a tick sends on wait at the first gate, some of them for one call. */
static void of_those_who_waited_a_tick_sends_on_a_few_and_each_once(void **state)
{
    (void)state;
    const int waiting = 2 * ASK_SHED_SLICE;
    open_with(2, 0);
    world.holds_model = true;
    say_from_many(0, 16 + waiting);
    world_step(&world, 20);
    assert_int_equal(gate_of(0)->waiting.count, waiting);
    gate_of(0)->breaker.state = BREAKER_OPEN;
    gate_of(0)->breaker.probe_at_ms = INT64_MAX;
    assert_int_equal(engine_tick(world.engine), world.clock.mono_ms); /* it wants more */
    assert_int_equal(gate_of(0)->waiting.count, waiting - ASK_SHED_SLICE);
    assert_int_equal(world.engine->turns[TURN_WAITING].count, ASK_SHED_SLICE);
    engine_tick(world.engine);
    assert_int_equal(gate_of(0)->waiting.count, 0);
    world.holds_model = false;
    pass(3000);
    assert_int_equal(gate_of(0)->made, 16);
    assert_int_equal(gate_of(1)->made, waiting);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 16 + waiting);
    world_close(&world);
}

static void share_answers(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

/* Those that were sent on ask for the same at once, and must not come back to where they were. */
static void many_that_share_a_call_at_a_shut_gate_share_it_at_the_next(void **state)
{
    (void)state;
    const int sharing = 3 * ASK_SHED_SLICE;
    backends = 2;
    world_open_wired(&world, share_answers, put_two);
    world_claim(&world, 0);
    world.holds_model = true;
    gate_of(0)->limit.window = 1;
    say_from_many(0, 1);
    world_step(&world, 10);
    for (int i = 1; i <= sharing; i++) {
        char name[16];
        snprintf(name, sizeof(name), "s%d", i);
        world_say(&world, 0, i, name, "hello");
    }
    world_step(&world, 20);
    assert_int_equal(gate_of(0)->waiting.count, 1);
    gate_of(0)->breaker.state = BREAKER_OPEN;
    gate_of(0)->breaker.probe_at_ms = INT64_MAX;
    engine_tick(world.engine);
    assert_non_null(world.engine->shed);
    assert_int_equal(world.engine->turns[TURN_WAITING].count, ASK_SHED_SLICE);
    world.holds_model = false;
    pass(3000);
    assert_null(world.engine->shed);
    assert_int_equal(gate_of(1)->made, 1);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 1 + sharing);
    world_close(&world);
}

static void of_those_whose_time_is_over_at_once_a_tick_wakes_a_few(void **state)
{
    (void)state;
    const int late = 2 * ENGINE_WAKES_SLICE;
    open_with(1, 0);
    world.holds_model = true;
    world.holds_batches = true;
    say_from_many(0, 16 + late);
    expire_all(5000);
    world_step(&world, 10);
    assert_int_equal(world.engine->turns[TURN_GATED].count, late);
    world.clock.mono_ms += 6000;
    world.clock.wall_ms += 6000;
    assert_true(engine_tick(world.engine) <= world.clock.mono_ms); /* it wants more */
    assert_int_equal(world.engine->turns[TURN_GATED].count, late - ENGINE_WAKES_SLICE);
    engine_tick(world.engine);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 0);
    world.holds_model = false;
    world.holds_batches = false;
    pass(500);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), late);
    world_close(&world);
}

static void the_first_backend_is_probed_and_taken_again(void **state)
{
    (void)state;
    open_with(2, 0);
    gate_of(0)->breaker.state = BREAKER_OPEN;
    gate_of(0)->breaker.probe_at_ms = world.clock.mono_ms + 1000;
    say_from_many(0, 5);
    world_step(&world, 10);
    assert_int_equal(gate_of(0)->made, 0);
    world.clock.mono_ms += 1000;
    say_from_many(5, 5);
    world_step(&world, 10);
    assert_int_equal(gate_of(0)->made, 1);
    assert_int_equal(gate_of(0)->breaker.state, BREAKER_CLOSED);
    say_from_many(10, 5);
    world_step(&world, 10);
    assert_int_equal(gate_of(0)->made, 6);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 15);
    world_close(&world);
}

static void a_request_that_one_backend_refuses_is_asked_of_the_next(void **state)
{
    (void)state;
    open_with(2, 0);
    world.model_err = ERR_REFUSED;
    say_from_many(0, 1);
    world_step(&world, 2);
    world.model_err = OK;
    pass(500);
    assert_int_equal(gate_of(0)->made, 1);
    assert_int_equal(gate_of(1)->made, 1);
    assert_int_equal(world_count(&world, OUTCOME_ANSWER), 1);
    world_close(&world);
}

static void when_the_last_backend_refuses_too_a_person_gets_it(void **state)
{
    (void)state;
    open_with(2, 0);
    world.model_err = ERR_REFUSED;
    say_from_many(0, 1);
    pass(500);
    assert_int_equal(gate_of(0)->made, 1);
    assert_int_equal(gate_of(1)->made, 1);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 1);
    world_close(&world);
}

static void spent_attempts_begin_anew_with_the_next_backend(void **state)
{
    (void)state;
    open_with(2, 0);
    world.model_err = ERR_BACKEND;
    say_from_many(0, 1);
    pass(3000);
    assert_int_equal(gate_of(0)->made, 3);
    assert_int_equal(gate_of(1)->made, 3);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 1);
    assert_non_null(strstr(world.outputs[0].text, "attempts"));
    world_close(&world);
}

static void what_no_backend_takes_goes_to_a_person(void **state)
{
    (void)state;
    open_with(1, 0);
    world.engine->chain.backends[0].kinds = BIT(ASK_COPY);
    say_from_many(0, 1);
    world_step(&world, 5);
    assert_int_equal(world.asked, 0);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_an_outage_turns_wait_and_spend_no_attempts),
        cmocka_unit_test(what_is_for_the_operator_floods_nobody_with_handoffs),
        cmocka_unit_test(an_outage_that_lasts_too_long_is_for_people),
        cmocka_unit_test(waiting_for_ones_turn_at_an_open_gate_is_no_outage),
        cmocka_unit_test(an_event_that_expires_at_the_gate_goes_to_a_person_then),
        cmocka_unit_test(an_event_that_expires_in_a_back_off_goes_to_a_person_then),
        cmocka_unit_test(those_who_wait_at_a_shut_gate_go_to_the_next_backend),
        cmocka_unit_test(who_waited_before_the_gate_shut_goes_on_too),
        cmocka_unit_test(of_those_who_waited_a_tick_sends_on_a_few_and_each_once),
        cmocka_unit_test(many_that_share_a_call_at_a_shut_gate_share_it_at_the_next),
        cmocka_unit_test(of_those_whose_time_is_over_at_once_a_tick_wakes_a_few),
        cmocka_unit_test(the_first_backend_is_probed_and_taken_again),
        cmocka_unit_test(a_request_that_one_backend_refuses_is_asked_of_the_next),
        cmocka_unit_test(when_the_last_backend_refuses_too_a_person_gets_it),
        cmocka_unit_test(spent_attempts_begin_anew_with_the_next_backend),
        cmocka_unit_test(what_no_backend_takes_goes_to_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
