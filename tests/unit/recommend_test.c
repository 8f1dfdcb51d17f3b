/* recommend_test.c - turns of recommendation requests and feedback, from record to outcome. */
#include "worker/engine/recommend.h"

#include "tests/unit/recommending.h"

static void a_request_ends_with_a_recommendation_and_its_reasons(void **state)
{
    (void)state;
    shop_opens();
    bought("ann", "o1", "tea");
    bought("ann", "o2", "tea");
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    assert_non_null(strstr(world.outputs[0].text, "\"reason\":\"You bought it in 2 orders.\""));
    assert_non_null(strstr(world.outputs[0].text, "\"because\":[\"o2\",\"o1\"]"));
    assert_int_equal(world.asked, 0);
    shop_closes();
}

static void a_request_waits_until_the_orders_are_known_however_long_that_is(void **state)
{
    (void)state;
    shop_opens();
    recommender.is_whole = false;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    for (int i = 0; i < 20; i++) {
        world.clock.mono_ms += 60000;
        world_step(&world, 5);
        assert_int_equal(world.outputs_count, 0);
        assert_int_equal(world.engine->turns[TURN_WAITING].count, 1);
    }
    bought("bob", "o1", "tea");
    recommender.is_whole = true;
    world.clock.mono_ms += 60000;
    world_step(&world, 10);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    shop_closes();
}

static void a_recommendation_is_labelled_with_the_language_of_its_words(void **state)
{
    (void)state;
    shop_opens();
    bought("ann", "o1", "tea");
    bought("ann", "o2", "tea");
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0,
            "{\"id\":\"q-1\",\"customer_id\":\"ann\",\"language\":\"fr\"}");
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    assert_non_null(strstr(world.outputs[0].text, "You bought it"));
    assert_non_null(strstr(world.outputs[0].text, "\"language\":\"en\""));
    shop_closes();
}

static void an_empty_shop_settles_a_request_with_nothing(void **state)
{
    (void)state;
    shop_opens();
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_NOTHING);
    shop_closes();
}

static void a_second_copy_of_a_request_is_a_duplicate(void **state)
{
    (void)state;
    shop_opens();
    bought("bob", "o1", "tea");
    const struct header headers[] = { WORLD_ENVELOPE(STR("e-1")) };
    for (int64_t offset = 0; offset < 2; offset++) {
        world_hear(&world, (struct record){ .topic = TOPIC_RECOMMENDATION_REQUESTS,
                                            .offset = offset,
                                            .headers = headers,
                                            .headers_count = countof(headers),
                                            .value = STR(REQUEST),
                                            .has_value = true });
        world_step(&world, 10);
    }
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    assert_int_equal(world.outputs[1].kind, OUTCOME_DUPLICATE);
    shop_closes();
}

static void without_recommendations_a_request_settles_with_nothing(void **state)
{
    (void)state;
    shop_opens();
    world.engine->ports.recommender = NULL;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_int_equal(world.outputs[0].kind, OUTCOME_NOTHING);
    shop_closes();
}

#define PLACED                                                                                     \
    "{\"id\":\"e-1\",\"order_id\":\"o9\",\"customer_id\":\"ann\",\"type\":\"placed\","             \
    "\"at\":\"2025-11-28T10:00:00Z\",\"items\":[{\"sku\":\"tea\"}]}"

static void an_order_is_answered_with_a_recommendation_only_when_that_is_set(void **state)
{
    (void)state;
    shop_opens();
    bought("bob", "o1", "tea");
    bought("bob", "o1", "cup");
    deliver(TOPIC_ORDERS, 0, PLACED);
    assert_int_equal(world.outputs[0].kind, OUTCOME_NOTHING);
    recommender.follows_orders = true;
    deliver(TOPIC_ORDERS, 1, PLACED);
    assert_int_equal(world.outputs[1].kind, OUTCOME_RECOMMENDATION);
    assert_non_null(strstr(world.outputs[1].text, "\"items\":[{\"sku\":\"cup\""));
    assert_null(strstr(world.outputs[1].text, "{\"sku\":\"tea\""));
    shop_closes();
}

static void an_order_waits_for_its_recommendation_until_the_orders_are_known(void **state)
{
    (void)state;
    shop_opens();
    bought("bob", "o1", "tea");
    bought("bob", "o1", "cup");
    recommender.follows_orders = true;
    recommender.is_whole = false;
    deliver(TOPIC_ORDERS, 0, PLACED);
    assert_int_equal(world.outputs_count, 0);
    recommender.is_whole = true;
    world.clock.mono_ms += 60000;
    world_step(&world, 20);
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    shop_closes();
}

static void deliver_event(int64_t offset, const char *id)
{
    const struct header headers[] = { WORLD_ENVELOPE(str_from(id)) };
    world_hear(&world, (struct record){ .topic = TOPIC_ORDERS,
                                        .offset = offset,
                                        .value = STR(PLACED),
                                        .has_value = true,
                                        .headers = headers,
                                        .headers_count = countof(headers) });
    world_step(&world, 10);
}

static void a_second_copy_of_an_order_event_gets_no_second_recommendation(void **state)
{
    (void)state;
    shop_opens();
    recommender.follows_orders = true;
    bought("bob", "o1", "tea");
    bought("bob", "o1", "cup");
    deliver_event(0, "e-1");
    deliver_event(1, "e-1");
    deliver_event(2, "e-2");
    assert_int_equal(world.outputs[0].kind, OUTCOME_RECOMMENDATION);
    assert_int_equal(world.outputs[1].kind, OUTCOME_DUPLICATE);
    assert_int_equal(world.outputs[2].kind, OUTCOME_RECOMMENDATION);
    shop_closes();
}

static void feedback_is_counted_once_by_kind_and_backend(void **state)
{
    (void)state;
    shop_opens();
    deliver(TOPIC_FEEDBACK, 0,
            "{\"id\":\"f-1\",\"customer_id\":\"ann\",\"type\":\"clicked\","
            "\"skus\":[\"tea\"],\"model\":\"builtin\"}");
    assert_int_equal(world.outputs[0].kind, OUTCOME_NOTHING);
    assert_int_equal(
        metric_get(world.metrics, METRIC_FEEDBACK, FEEDBACK_CLICKED, METRIC_MODEL_BUILTIN), 1);
    deliver(TOPIC_FEEDBACK, 1, "{\"id\":\"f-2\",\"customer_id\":\"ann\",\"type\":\"liked\"}");
    assert_int_equal(world.outputs[1].kind, OUTCOME_DEAD_LETTER);
    shop_closes();
}

static void a_rating_is_counted_by_what_it_says(void **state)
{
    (void)state;
    shop_opens();
    const char *said[] = {
        "{\"id\":\"f-1\",\"customer_id\":\"ann\",\"type\":\"rating\",\"rating\":5,"
        "\"model\":\"builtin\"}",
        "{\"id\":\"f-2\",\"customer_id\":\"ann\",\"type\":\"rating\",\"rating\":1,"
        "\"model\":\"builtin\"}",
        "{\"id\":\"f-3\",\"customer_id\":\"ann\",\"type\":\"rating\",\"model\":\"builtin\"}",
        "{\"id\":\"f-4\",\"customer_id\":\"ann\",\"type\":\"clicked\",\"rating\":1,"
        "\"model\":\"builtin\"}",
    };
    for (unsigned i = 0; i < countof(said); i++) {
        deliver(TOPIC_FEEDBACK, (int64_t)i, said[i]);
    }
    const int64_t expected[] = { 1, 0, 0, 0, 1 };
    for (unsigned i = 0; i < countof(expected); i++) {
        assert_int_equal(metric_get(world.metrics, METRIC_RATINGS, i, METRIC_MODEL_BUILTIN),
                         expected[i]);
    }
    shop_closes();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_ends_with_a_recommendation_and_its_reasons),
        cmocka_unit_test(a_request_waits_until_the_orders_are_known_however_long_that_is),
        cmocka_unit_test(a_recommendation_is_labelled_with_the_language_of_its_words),
        cmocka_unit_test(an_empty_shop_settles_a_request_with_nothing),
        cmocka_unit_test(a_second_copy_of_a_request_is_a_duplicate),
        cmocka_unit_test(without_recommendations_a_request_settles_with_nothing),
        cmocka_unit_test(an_order_is_answered_with_a_recommendation_only_when_that_is_set),
        cmocka_unit_test(an_order_waits_for_its_recommendation_until_the_orders_are_known),
        cmocka_unit_test(a_second_copy_of_an_order_event_gets_no_second_recommendation),
        cmocka_unit_test(feedback_is_counted_once_by_kind_and_backend),
        cmocka_unit_test(a_rating_is_counted_by_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
