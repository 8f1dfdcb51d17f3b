/* toll_test.c - who pays for a call: its tokens and its price are told once. */
#include "worker/engine/toll.h"

#include "tests/unit/world.h"

static struct world world;
static struct prices prices;

static void with_prices(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
    options->prices = &prices;
    options->topic_names[TOPIC_AUDIT] = STR("audit");
}

static void open_with_prices(void)
{
    prices = (struct prices){ .count = 1, .rows = { { STR("fake"), 2, 3, 1 } } };
    world_open(&world, with_prices);
    world.tokens_in = 10;
    world.tokens_out = 4;
    world_claim(&world, 0);
}

/* So many audit records have `text` in them. */
static size_t audits_with(const char *text)
{
    size_t count = 0;
    for (size_t i = 0; i < world.outputs_count; i++) {
        count += strstr(world.outputs[i].audit, text) ? 1 : 0;
    }
    return count;
}

static void one_of_those_who_share_a_call_pays_for_it(void **state)
{
    (void)state;
    open_with_prices();
    world_say(&world, 0, 0, "a", "hello");
    world_say(&world, 0, 1, "b", "hello");
    world_say(&world, 0, 2, "c", "hello");
    world_step(&world, 60);
    assert_int_equal(world.outputs_count, 3);
    assert_int_equal(world.asked, 1);
    assert_int_equal(audits_with("\"calls\":1,\"tokens_in\":10,\"tokens_out\":4,"), 1);
    assert_int_equal(audits_with("\"cost_micros\":32,"), 1); /* 10 at 2 and 4 at 3 */
    assert_int_equal(audits_with("\"calls\""), 1);
    assert_int_equal(metric_get(world.metrics, METRIC_MODEL_COST, METRIC_TENANTS_MAX, 0), 32);
    assert_int_equal(
        metric_get(world.metrics, METRIC_TENANT_TOKENS, METRIC_TENANTS_MAX, METRIC_TOKENS_IN), 10);
    assert_int_equal(metric_get(world.metrics, METRIC_MODEL_TOKENS, 0, METRIC_TOKENS_OUT), 4);
    world_close(&world);
}

static void all_attempts_of_a_turn_are_paid_for_by_it(void **state)
{
    (void)state;
    open_with_prices();
    world.model_err = ERR_BACKEND;
    world_say(&world, 0, 0, "a", "do you gift wrap?");
    world_step(&world, 10);
    world.model_err = OK;
    world.clock.mono_ms += 2000;
    world_step(&world, 30);
    assert_int_equal(world.asked, 2);
    assert_int_equal(audits_with("\"calls\":2,\"tokens_in\":20,\"tokens_out\":8,"), 1);
    world_close(&world);
}

static void without_a_price_there_are_tokens_and_no_cost(void **state)
{
    (void)state;
    open_with_prices();
    prices.count = 0;
    world_say(&world, 0, 0, "a", "hello");
    world_step(&world, 60);
    assert_int_equal(audits_with("\"tokens_in\":10,"), 1);
    assert_int_equal(audits_with("cost"), 0);
    world_close(&world);
}

static void ask_as(const char *name, int64_t offset, const char *text)
{
    world.calls_itself = name;
    world_say(&world, 0, offset, "a", text);
    world_step(&world, 60);
}

/* A backend may be given another model under the same address at any time: who answered is what it
 * says of itself, and that is paid for. What it said before is found under what was asked for. */
static void a_backend_that_changes_its_models_name_is_charged_by_the_new_one(void **state)
{
    (void)state;
    open_with_prices();
    prices = (struct prices){ .count = 2, .rows = { { STR("fake"), 2, 3, 1 },
                                                    { STR("fake-2"), 20, 30, 10 } } };
    ask_as("fake", 0, "hello");
    ask_as("fake-2", 1, "do you gift wrap?");
    ask_as("fake-3", 2, "do you gift wrap boxes?");
    ask_as("fake-3", 3, "hello");
    assert_int_equal(world.outputs_count, 4);
    assert_int_equal(world.asked, 3);
    assert_int_equal(audits_with("\"model\":\"fake\""), 2); /* asked for, and from the cache */
    assert_int_equal(audits_with("\"cost_micros\":32,"), 1);
    assert_int_equal(audits_with("\"model\":\"fake-2\""), 1);
    assert_int_equal(audits_with("\"cost_micros\":320,"), 1);
    assert_int_equal(audits_with("\"model\":\"fake-3\""), 1);
    assert_int_equal(audits_with("cost_micros"), 2); /* no price is known for that one */
    assert_int_equal(metric_get(world.metrics, METRIC_MODEL_COST, METRIC_TENANTS_MAX, 0), 352);
    world_close(&world);
}

/* A second delivery of an event whose answer is memoised pays nothing, on whichever worker. */
static void a_redelivered_event_never_pays_twice(void **state)
{
    (void)state;
    open_with_prices();
    world.holds_batches = true;
    world_say(&world, 0, 0, "a", "do you gift wrap?");
    world_step(&world, 30);
    assert_int_equal(world.asked, 1);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1); /* before it was committed */
    world.holds_batches = false;
    world_step(&world, 30);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "a", "do you gift wrap?");
    world_step(&world, 60);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.asked, 1);
    assert_int_equal(audits_with("\"source\":\"memo\""), 1);
    assert_int_equal(audits_with("\"calls\""), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_those_who_share_a_call_pays_for_it),
        cmocka_unit_test(all_attempts_of_a_turn_are_paid_for_by_it),
        cmocka_unit_test(without_a_price_there_are_tokens_and_no_cost),
        cmocka_unit_test(a_backend_that_changes_its_models_name_is_charged_by_the_new_one),
        cmocka_unit_test(a_redelivered_event_never_pays_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
