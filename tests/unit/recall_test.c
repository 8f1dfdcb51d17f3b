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

/* How often the model is asked when one customer asks the same twice. */
static size_t asked_for_twice(void (*change)(struct engine_options *options), const char *text)
{
    open_with(change);
    for (int64_t offset = 0; offset < 2; offset++) {
        world_say(&world, 0, offset, "ann", text);
        world_step(&world, 20);
    }
    assert_int_equal(world.outputs_count, 2);
    size_t asked = world.asked;
    world_close(&world);
    return asked;
}

static void share_without_a_lasting_key(struct engine_options *options)
{
    share(options);
    options->is_personal_cache_on = false;
}

static void without_a_lasting_key_only_what_is_not_personal_is_cached(void **state)
{
    (void)state;
    assert_int_equal(asked_for_twice(share, about_order), 1);
    assert_int_equal(asked_for_twice(share_without_a_lasting_key, about_order), 2);
    assert_int_equal(asked_for_twice(share_without_a_lasting_key, greeting), 1);
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

/* What a producer sends a second time: the same in all but its place. */
static void say_again(int64_t offset, const struct header *header)
{
    static const char value[] = "{\"id\":\"m-1\",\"conversation_id\":\"ann\","
                                "\"customer_id\":\"ann\",\"text\":\"hello\"}";
    const struct header headers[] = {
        WORLD_ENVELOPE(STR("e-1")),
        header ? *header : (struct header){ STR("x"), STR("1") },
    };
    world_hear(&world, (struct record){ .topic = TOPIC_MESSAGES, .offset = offset,
                                        .key = STR("ann"), .has_key = true,
                                        .value = str_from(value), .has_value = true,
                                        .headers = headers, .headers_count = countof(headers) });
    world_step(&world, 20);
}

static void the_same_event_at_another_place_is_a_duplicate_and_says_nothing(void **state)
{
    (void)state;
    open_with(NULL);
    say_again(0, NULL);
    say_again(1, NULL);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, 2);
    assert_int_equal(world.outputs[0].kind, OUTCOME_ANSWER);
    assert_int_equal(world.outputs[1].kind, OUTCOME_DUPLICATE);
    assert_int_equal(world.committed[0], 2);
    assert_int_equal(metric_get(world.metrics, METRIC_MEMO, METRIC_LOOKUP_HIT, 0), 1);
    world_close(&world);
}

/* Its first outcome may be a dead letter although it was answered: brokers can refuse an answer. */
static void an_event_that_was_sent_again_on_purpose_is_said_again_and_not_asked(void **state)
{
    (void)state;
    const struct header redrives = { STR("x-dlq-redrives"), STR("1") };
    open_with(NULL);
    say_again(0, NULL);
    say_again(1, &redrives);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, 2);
    assert_int_equal(world.outputs[1].kind, OUTCOME_ANSWER);
    assert_non_null(strstr(world.outputs[1].text, "\"source\":\"memo\""));
    assert_int_equal(world.committed[0], 2);
    world_close(&world);
}

/* Only then is what was paid for said again: after a crash it has the place that it had. */
static void a_memo_is_a_repetition_unless_it_has_the_records_own_place(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    const struct memo own = { .has_position = true, .id = turn->part->id };
    struct memo later = own;
    struct memo elsewhere = own;
    later.offset = 1;
    elsewhere.id.number++;
    assert_false(recall_is_repeated(turn, &own));
    assert_true(recall_is_repeated(turn, &later));
    assert_true(recall_is_repeated(turn, &elsewhere));
    world_close(&world);
}

static void a_memo_that_cannot_be_read_is_a_miss(void **state)
{
    (void)state;
    open_with(NULL);
    say_again(0, NULL);
    for (size_t i = 0; i < world.values_count; i++) {
        world.values[i].value = STR("{\"v\":99}");
    }
    say_again(1, NULL);
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.outputs[1].kind, OUTCOME_ANSWER);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_in_the_cache_is_given_without_the_model),
        cmocka_unit_test(without_a_lasting_key_only_what_is_not_personal_is_cached),
        cmocka_unit_test(a_cache_entry_that_cannot_be_read_is_a_miss),
        cmocka_unit_test(the_same_event_at_another_place_is_a_duplicate_and_says_nothing),
        cmocka_unit_test(an_event_that_was_sent_again_on_purpose_is_said_again_and_not_asked),
        cmocka_unit_test(a_memo_is_a_repetition_unless_it_has_the_records_own_place),
        cmocka_unit_test(a_memo_that_cannot_be_read_is_a_miss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
