/* A takeover reads where partitions stand within its time; without it nothing is taken for read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "worker/adapter/mock_kafka.h"
#include "worker/adapter/takeover.h"

#define PARTITIONS 3
#define MANY_MS 20000

struct scene {
    struct mock_kafka *mock;
    struct loop *loop;
    struct commit_thread *thread;
    struct conf *conf;
    rd_kafka_t *client;
    struct claim claims[PARTITIONS];
    bool is_read[PARTITIONS];
    struct reading reading;
    int64_t most_ms; /* of the takeover that has ended */
};

static rd_kafka_t *client_of(const char *bootstrap)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    assert_int_equal(rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why)),
                     RD_KAFKA_CONF_OK);
    assert_int_equal(rd_kafka_conf_set(conf, "group.id", "takers", why, sizeof(why)),
                     RD_KAFKA_CONF_OK);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(client);
    return client;
}

static void on_taken_over(struct takeover *takeover)
{
    struct scene *scene = takeover->owner;
    scene->most_ms = takeover->most_ms;
    takeover_destroy(takeover);
    loop_stop(scene->loop);
}

static void open_scene(struct scene *scene)
{
    struct note note = { 0 };
    *scene = (struct scene){ .reading = { .count = PARTITIONS } };
    assert_int_equal(mock_kafka_create(NULL, &scene->mock, &note), OK);
    assert_int_equal(mock_kafka_topic(scene->mock, "support.messages", PARTITIONS, &note), OK);
    scene->reading.claims = scene->claims;
    scene->reading.is_read = scene->is_read;
    for (int32_t i = 0; i < PARTITIONS; i++) {
        scene->claims[i] = (struct claim){ .id = { TOPIC_MESSAGES, i }, .low = -1, .high = -1 };
    }
    scene->loop = loop_create();
    const struct commit_thread_options options = { .loop = scene->loop };
    scene->thread = commit_thread_create(&options);
    scene->conf = conf_create();
    scene->client = client_of(mock_kafka_bootstrap(scene->mock));
}

static void take_over(struct scene *scene, int64_t most_ms)
{
    const struct takeover plan = {
        .client = scene->client,
        .conf = scene->conf,
        .reading = &scene->reading,
        .most_ms = most_ms,
        .on_done = on_taken_over,
        .owner = scene,
    };
    scene->most_ms = -1;
    assert_true(takeover_start(&plan, scene->thread));
    loop_run(scene->loop);
    assert_int_equal(scene->most_ms, most_ms);
}

static void close_scene(struct scene *scene)
{
    commit_thread_destroy(scene->thread);
    loop_destroy(scene->loop);
    rd_kafka_destroy(scene->client);
    conf_destroy(scene->conf);
    mock_kafka_destroy(scene->mock);
}

static void without_time_nothing_is_taken_for_read(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    take_over(&scene, 0);
    for (size_t i = 0; i < PARTITIONS; i++) {
        assert_false(scene.is_read[i]);
        assert_int_equal(scene.claims[i].low, -1);
    }
    close_scene(&scene);
}

static void within_its_time_each_partition_is_read(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    take_over(&scene, MANY_MS);
    for (size_t i = 0; i < PARTITIONS; i++) {
        assert_true(scene.is_read[i]);
        assert_int_equal(scene.claims[i].committed, -1);
        assert_int_equal(scene.claims[i].low, 0);
    }
    close_scene(&scene);
}

static void a_takeover_that_is_done_is_not_waited_for(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    take_over(&scene, 0);
    int64_t late_us = commit_thread_now_us();
    for (int second = 0; second < 60; second++) {
        late_us += 1000000;
        assert_null(commit_thread_overdue(scene.thread, late_us));
    }
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_time_nothing_is_taken_for_read),
        cmocka_unit_test(within_its_time_each_partition_is_read),
        cmocka_unit_test(a_takeover_that_is_done_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
