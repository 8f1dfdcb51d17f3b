/* command_learning_test.c - what the ranking learns from records, within the settings' bounds. */
#include "worker/command/learning.h"

#include "common/json.h"
#include "tests/unit/leaf.h"

struct fixture {
    struct conf *conf;
    struct rig rig;
    struct learning learning;
};

static struct conf *conf_of(const char *const *arguments)
{
    struct note note = { 0 };
    struct conf *conf = conf_create();
    assert_non_null(conf);
    for (size_t i = 0; arguments[i]; i++) {
        assert_int_equal(conf_read_argument(conf, arguments[i], &note), OK);
    }
    return conf;
}

/* Without the two topics nothing of Kafka is needed. */
static void open_fixture_with(struct fixture *fixture, const char *argument)
{
    const char *const arguments[] = { "topic.orders=", "topic.feedback=",
                                      "recommend.feedback.max=2", argument, NULL };
    const struct whole_kafka_options kafka = { .owner = NULL };
    struct note note = { 0 };
    json_setup(1);
    *fixture = (struct fixture){ .conf = conf_of(arguments) };
    fixture->rig.conf = fixture->conf;
    fixture->rig.loop = loop_create();
    assert_non_null(fixture->rig.loop);
    assert_int_equal(learning_open(&fixture->learning, &fixture->rig, &kafka, &note), OK);
}

static void open_fixture(struct fixture *fixture)
{
    open_fixture_with(fixture, NULL);
}

static void close_fixture(struct fixture *fixture)
{
    learning_free(&fixture->learning);
    loop_destroy(fixture->rig.loop);
    conf_destroy(fixture->conf);
}

static void take(struct fixture *fixture, enum topic topic, const char *value)
{
    const struct record record = { .topic = topic,
                                   .leader_epoch = -1,
                                   .timestamp_wall_ms = 1000,
                                   .value = str_from(value),
                                   .has_value = true };
    learning_take(&fixture->learning, &record);
}

#define ORDER                                                                                      \
    "{\"id\":\"o1\",\"order_id\":\"7\",\"customer_id\":\"ann\",\"type\":\"placed\","              \
    "\"at\":\"2025-01-01T00:00:00Z\",\"items\":[{\"sku\":\"tea\"}]}"
#define SHOWN(id)                                                                                  \
    "{\"id\":\"" id "\",\"customer_id\":\"ann\",\"type\":\"shown\",\"skus\":[\"tea\"]}"

static int shown(const struct fixture *fixture)
{
    const struct rank *rank = fixture->learning.recommender.rank;
    const struct rank_customer *ann =
        rank_find_customer(rank, rank_find_shop(rank, STR("")), STR("ann"));
    return ann->views_count > 0 ? ann->views[0].shown : 0;
}

static void feedback_that_comes_twice_counts_once(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    take(&fixture, TOPIC_ORDERS, ORDER);
    take(&fixture, TOPIC_FEEDBACK, SHOWN("f1"));
    take(&fixture, TOPIC_FEEDBACK, SHOWN("f1"));
    assert_int_equal(shown(&fixture), 1);
    take(&fixture, TOPIC_FEEDBACK, SHOWN("f2"));
    assert_int_equal(shown(&fixture), 2);
    take(&fixture, TOPIC_FEEDBACK, SHOWN("f3"));
    take(&fixture, TOPIC_FEEDBACK, SHOWN("f1")); /* forgotten: two are remembered */
    assert_int_equal(shown(&fixture), 4);
    close_fixture(&fixture);
}

static void what_cannot_be_decoded_is_passed_over(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture(&fixture);
    take(&fixture, TOPIC_ORDERS, "{\"id\":");
    take(&fixture, TOPIC_FEEDBACK, "{}");
    assert_int_equal(fixture.learning.recommender.rank->customers.count, 0);
    close_fixture(&fixture);
}

static void the_settings_bound_what_is_remembered(void **state)
{
    (void)state;
    static const char *const arguments[] = { "recommend.customers.max=5",
                                             "recommend.products.max=6", "recommend.lines.max=7",
                                             "recommend.ties.max=8", NULL };
    struct conf *conf = conf_of(arguments);
    struct rank_limits limits = learning_limits(conf);
    assert_int_equal(limits.customers_max, 5);
    assert_int_equal(limits.items_max, 6);
    assert_int_equal(limits.lines_max, 7);
    assert_int_equal(limits.near_max, 8);
    conf_destroy(conf);
}

static void an_order_is_answered_only_if_it_is_set(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture_with(&fixture, "recommend.after.order=true");
    assert_true(fixture.learning.recommender.follows_orders);
    close_fixture(&fixture);
    open_fixture(&fixture);
    assert_false(fixture.learning.recommender.follows_orders);
    close_fixture(&fixture);
}

static void a_replay_learns_what_it_is_told_and_reads_nothing_itself(void **state)
{
    (void)state;
    struct fixture fixture;
    struct learning taped;
    open_fixture(&fixture);
    assert_int_equal(learning_open_taped(&taped, &fixture.rig), OK);
    assert_true(learning_port(&taped)->is_whole);
    assert_false(learning_port(&taped)->follows_orders);
    assert_null(taped.orders);
    learning_free(&taped);
    close_fixture(&fixture);
}

static void a_model_words_what_is_recommended_only_if_it_is_set(void **state)
{
    (void)state;
    struct fixture fixture;
    open_fixture_with(&fixture, "recommend.words=model");
    assert_true(fixture.learning.recommender.asks_model);
    close_fixture(&fixture);
    open_fixture(&fixture);
    assert_false(fixture.learning.recommender.asks_model);
    close_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replay_learns_what_it_is_told_and_reads_nothing_itself),
        cmocka_unit_test(a_model_words_what_is_recommended_only_if_it_is_set),
        cmocka_unit_test(an_order_is_answered_only_if_it_is_set),
        cmocka_unit_test(feedback_that_comes_twice_counts_once),
        cmocka_unit_test(what_cannot_be_decoded_is_passed_over),
        cmocka_unit_test(the_settings_bound_what_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
