/* recall_test.c - what was said before is said again without the model, if it can be read. */
#include "worker/engine/recall.h"

#include "tests/unit/runnable.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_in_the_cache_is_given_without_the_model),
        cmocka_unit_test(a_cache_entry_that_cannot_be_read_is_a_miss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
