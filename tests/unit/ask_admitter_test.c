/* ask_admitter_test.c - what an admitter is told of a call, and what becomes of what it refuses. */
#include "tests/unit/world.h"
#include "worker/engine/ask.h"

static struct world world;

static void change_nothing(struct engine_options *options)
{
    (void)options;
}

static const char question[] = "do you gift wrap?";

static struct admission refuse_all(struct admitter *admitter, struct errand *errand, int64_t now_ms)
{
    (void)admitter;
    (void)now_ms;
    assert_int_equal(errand->kind, ASK_MESSAGE);
    assert_true(errand->tokens > 0);
    return (struct admission){ .verdict = ADMISSION_REFUSE, .why = ERR_REFUSED };
}

static void put_refusal_in_front(struct world *at, struct engine_ports *ports)
{
    (void)at;
    static struct admitter admitter = { refuse_all };
    ports->admitter = &admitter;
}

static int64_t answers_seen;

static struct admission see_answers(struct admitter *admitter, struct errand *errand,
                                    int64_t now_ms)
{
    (void)admitter;
    (void)now_ms;
    answers_seen = errand->answers;
    return (struct admission){ .verdict = ADMISSION_GO };
}

static void put_seer_in_front(struct world *at, struct engine_ports *ports)
{
    (void)at;
    static struct admitter admitter = { see_answers };
    ports->admitter = &admitter;
}

static void a_budget_is_told_how_many_texts_a_call_wishes_for(void **state)
{
    (void)state;
    world_open_wired(&world, change_nothing, put_seer_in_front);
    world_claim_copies(&world);
    world_wish(&world, 0,
               "{\"id\":\"w1\",\"variants\":3,\"product\":{\"sku\":\"K-1\",\"name\":\"Kettle\"}}");
    world_step(&world, 3);
    assert_int_equal(answers_seen, 3);
    world_claim(&world, 0);
    world_say_from_many(&world, 1, question);
    world_step(&world, 10);
    assert_int_equal(answers_seen, 1);
    world_close(&world);
}

static void whom_the_admitter_refuses_a_person_answers(void **state)
{
    (void)state;
    world_open_wired(&world, change_nothing, put_refusal_in_front);
    world_claim(&world, 0);
    world_say_from_many(&world, 3, question);
    world_step(&world, 10);
    assert_int_equal(world.asked, 0);
    assert_int_equal(world_count(&world, OUTCOME_HANDOFF), 3);
    assert_int_equal(world.engine->flights.map.count, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_is_told_how_many_texts_a_call_wishes_for),
        cmocka_unit_test(whom_the_admitter_refuses_a_person_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
