/* recommend_words_test.c - a model words a recommendation, and no model is needed for it. */
#include "worker/engine/recommend_words.h"

#include "tests/unit/recommending.h"

#define SAID(sku, sentence) "{\"sku\":\"" sku "\",\"sentence\":\"" sentence "\"}"
#define OWN "\"reason\":\"You bought it in 2 orders.\""

static void ann_has_tea_and_cup(void)
{
    bought("ann", "o1", "tea");
    bought("ann", "o2", "tea");
    bought("ann", "o1", "cup");
    bought("ann", "o2", "cup");
}

/* The recommendation that ann gets when the model says so. */
static const char *made_of(const char *says)
{
    shop_opens();
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.says = says;
    world.is_json = true;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    world_step(&world, 40);
    world.clock.mono_ms += 5000;
    world_step(&world, 40);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    return world.outputs[0].text;
}

static void a_model_is_asked_only_where_that_is_set(void **state)
{
    (void)state;
    shop_opens();
    ann_has_tea_and_cup();
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.asked, 0);
    assert_non_null(strstr(world.outputs[0].text, "\"model\":\"builtin\""));
    shop_closes();
}

static void its_sentences_stand_in_the_place_of_our_reasons(void **state)
{
    (void)state;
    const char *text = made_of("{\"sentences\":[" SAID("cup", "You bought the cup in 2 orders.")
                               "," SAID("tea", "You bought tea in 2 orders.") "]}");
    assert_non_null(strstr(text, "\"reason\":\"You bought the cup in 2 orders.\""));
    assert_non_null(strstr(text, "\"reason\":\"You bought tea in 2 orders.\""));
    assert_non_null(strstr(text, "\"because\":[\"o2\",\"o1\"]"));
    assert_non_null(strstr(text, "\"source\":\"model\""));
    assert_non_null(strstr(text, "\"model\":\"fake\""));
    assert_int_equal(world.asked, 1);
    shop_closes();
}

static void one_that_is_not_true_is_dropped_alone(void **state)
{
    (void)state;
    const char *text = made_of("{\"sentences\":[" SAID("cup", "You bought the cup in 9 orders.")
                               "," SAID("tea", "You bought tea in 2 orders.") "]}");
    assert_non_null(strstr(text, OWN));
    assert_non_null(strstr(text, "\"reason\":\"You bought tea in 2 orders.\""));
    assert_int_equal(world.asked, 1);
    assert_int_equal(metric_get(world.metrics, METRIC_FLAWS, FLAW_NUMBER, 0), 1);
    shop_closes();
}

static void a_product_that_was_not_offered_is_not_recommended(void **state)
{
    (void)state;
    const char *text = made_of("{\"sentences\":[" SAID("gold", "You bought gold in 2 orders.")
                               "," SAID("tea", "You bought gold in 2 orders.") "]}");
    assert_null(strstr(text, "gold"));
    assert_non_null(strstr(text, OWN));
    assert_non_null(strstr(text, "\"source\":\"fallback\""));
    assert_non_null(strstr(text, "\"model\":\"builtin\""));
    shop_closes();
}

static void another_form_is_asked_for_once_more_and_then_our_words_do(void **state)
{
    (void)state;
    const char *text = made_of("not json");
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.asked_flaw, FLAW_FORM);
    assert_non_null(strstr(text, OWN));
    assert_non_null(strstr(text, "\"source\":\"fallback\""));
    shop_closes();
}

static void open_without_retries(struct engine_options *options)
{
    options->retry.attempts_max = 1;
}

static void a_model_that_fails_costs_words_not_the_recommendation(void **state)
{
    (void)state;
    static const enum err errors[] = { ERR_TIMEOUT, ERR_UNREACHABLE, ERR_REFUSED, ERR_ANSWER };
    for (size_t i = 0; i < countof(errors); i++) {
        shop_opens_with(open_without_retries);
        ann_has_tea_and_cup();
        recommender.asks_model = true;
        world.model_err = errors[i];
        deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
        for (int step = 0; step < 20; step++) {
            world.clock.mono_ms += 1000;
            world_step(&world, 5);
        }
        assert_int_equal(world.outputs_count, 1);
        assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
        assert_non_null(strstr(world.outputs[0].text, OWN));
        shop_closes();
    }
}

/* The event's time is over while the model is asked. */
static void open_with_an_age(struct engine_options *options)
{
    options->event_age_max_ms = 10000;
}

static void a_deadline_that_passes_meanwhile_takes_only_the_words(void **state)
{
    (void)state;
    shop_opens_with(open_with_an_age);
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.model_err = ERR_TIMEOUT;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    world.clock.mono_ms += 20000;
    world.clock.wall_ms += 20000;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    shop_closes();
}

static void the_builtin_model_is_not_asked(void **state)
{
    (void)state;
    shop_opens();
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.engine->chain.backends[0].metric = METRIC_MODEL_BUILTIN;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.asked, 0);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    shop_closes();
}

static void while_the_backend_is_shut_our_own_words_do_but_for_a_probe(void **state)
{
    (void)state;
    shop_opens();
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.says = "{\"sentences\":[]}";
    struct breaker *breaker = &world.engine->chain.backends[0].gate.breaker;
    breaker->state = BREAKER_OPEN;
    breaker->why = ERR_UNREACHABLE;
    breaker->opened_ms = world.clock.mono_ms;
    breaker->probe_at_ms = world.clock.mono_ms + 1000;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.asked, 0);
    assert_non_null(strstr(world.outputs[0].text, OWN));
    world.clock.mono_ms += 1000;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 1, "{\"id\":\"r-2\",\"customer_id\":\"ann\"}");
    assert_int_equal(world.outputs_count, 2);
    assert_int_equal(world.asked, 1);
    shop_closes();
}

static struct admission let_wait(struct admitter *self, struct errand *errand, int64_t now_ms)
{
    (void)self;
    (void)errand;
    return (struct admission){ ADMISSION_WAIT, now_ms + 60000, OK };
}

/* It is away for good, and a reply would wait for it for as long as events live. */
static void a_backend_that_shuts_meanwhile_is_waited_for_only_for_seconds(void **state)
{
    static struct admitter admitter = { .admit = let_wait };
    (void)state;
    shop_opens();
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.engine->ports.admitter = &admitter; /* it waits at the gate */
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.engine->turns[TURN_GATED].count, 1);
    for (int second = 0; second < 12; second++) {
        struct breaker *breaker = &world.engine->chain.backends[0].gate.breaker;
        breaker->state = BREAKER_OPEN;
        breaker->why = ERR_UNREACHABLE;
        breaker->opened_ms = second == 0 ? world.clock.mono_ms : breaker->opened_ms;
        breaker->probe_at_ms = world.clock.mono_ms + 60000;
        world.clock.mono_ms += 1000;
        world_step(&world, 5);
    }
    assert_int_equal(world.outputs_count, 1);
    assert_non_null(strstr(world.outputs[0].text, OWN));
    shop_closes();
}

static void no_backend_that_takes_it_is_no_loss(void **state)
{
    (void)state;
    shop_opens();
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.engine->chain.backends[0].kinds = BIT(ASK_MESSAGE);
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.asked, 0);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    shop_closes();
}

/* Paid for, and then the batch was lost with the worker: the next one asks nobody. */
static void words_that_were_paid_for_are_used_again(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_RECOMMENDATION_REQUESTS, 0 };
    struct claim claim = { .id = id, .committed = -1, .leader_epoch = -1, .high = -1 };
    shop_opens();
    ann_has_tea_and_cup();
    recommender.asks_model = true;
    world.says = "{\"sentences\":[" SAID("tea", "You bought tea in 2 orders.") "]}";
    world.holds_batches = true;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.asked, 1);
    world.source.events->on_lost(world.engine, &id, 1);
    world.result = BATCH_ABORTED;
    world.holds_batches = false;
    world_step(&world, 10);
    world.result = BATCH_COMMITTED;
    size_t before = world.outputs_count;
    world.source.events->on_claim(world.engine, &claim, 1);
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    world.clock.mono_ms += 10000;
    world_step(&world, 10);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.outputs_count, before + 1);
    assert_non_null(strstr(world.outputs[before].text, "You bought tea in 2 orders."));
    assert_non_null(strstr(world.outputs[before].text, "\"source\":\"memo\""));
    shop_closes();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_asked_only_where_that_is_set),
        cmocka_unit_test(its_sentences_stand_in_the_place_of_our_reasons),
        cmocka_unit_test(one_that_is_not_true_is_dropped_alone),
        cmocka_unit_test(a_product_that_was_not_offered_is_not_recommended),
        cmocka_unit_test(another_form_is_asked_for_once_more_and_then_our_words_do),
        cmocka_unit_test(a_model_that_fails_costs_words_not_the_recommendation),
        cmocka_unit_test(a_deadline_that_passes_meanwhile_takes_only_the_words),
        cmocka_unit_test(the_builtin_model_is_not_asked),
        cmocka_unit_test(while_the_backend_is_shut_our_own_words_do_but_for_a_probe),
        cmocka_unit_test(a_backend_that_shuts_meanwhile_is_waited_for_only_for_seconds),
        cmocka_unit_test(no_backend_that_takes_it_is_no_loss),
        cmocka_unit_test(words_that_were_paid_for_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
