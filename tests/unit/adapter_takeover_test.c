/* A takeover reads where partitions stand within its time; what that is not enough for is not
 * taken for read. */
#include "tests/unit/cm.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/mem.h"
#include "worker/adapter/now.h"
#include "worker/adapter/takeover.h"
#include "worker/adapter/topics_kafka.h"

#define PARTITIONS 3
#define MANY_MS 20000
#define LIST_OFFSETS 2 /* the number of the request */

struct scene {
    rd_kafka_t *maker;
    rd_kafka_mock_cluster_t *mock;
    struct loop *loop;
    struct job_thread *thread;
    struct conf *conf;
    rd_kafka_t *client;
    struct claim claims[PARTITIONS];
    bool is_read[PARTITIONS];
    struct reading reading;
    int64_t most_ms; /* of the takeover that has ended */
    takeover_id_fn *ask_id;
    struct str witness;
    size_t ends_count;
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
    scene->ends_count = takeover->ends_count;
    takeover_destroy(takeover);
    loop_stop(scene->loop);
}

static void open_scene(struct scene *scene)
{
    char why[256];
    *scene = (struct scene){ .reading = { .count = PARTITIONS }, .ask_id = topics_id };
    scene->maker = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
    assert_non_null(scene->maker);
    scene->mock = rd_kafka_mock_cluster_new(scene->maker, 1);
    assert_int_equal(rd_kafka_mock_topic_create(scene->mock, "support.messages", PARTITIONS, 1), 0);
    scene->reading.claims = scene->claims;
    scene->reading.is_read = scene->is_read;
    for (int32_t i = 0; i < PARTITIONS; i++) {
        scene->claims[i] = (struct claim){ .id = { TOPIC_MESSAGES, i }, .low = -1, .high = -1 };
    }
    scene->loop = loop_create();
    const struct job_thread_options options = { .loop = scene->loop };
    scene->thread = job_thread_create(&options);
    scene->conf = conf_create();
    scene->client = client_of(rd_kafka_mock_cluster_bootstraps(scene->mock));
}

/* It ends with the loop. */
static bool start_takeover(struct scene *scene, int64_t most_ms)
{
    const struct takeover plan = {
        .client = scene->client,
        .conf = scene->conf,
        .reading = &scene->reading,
        .most_ms = most_ms,
        .witness = scene->witness,
        .ask_id = scene->ask_id,
        .on_done = on_taken_over,
        .owner = scene,
    };
    scene->most_ms = -1;
    scene->ends_count = 0;
    return takeover_start(&plan, scene->thread);
}

static void take_over(struct scene *scene, int64_t most_ms)
{
    assert_true(start_takeover(scene, most_ms));
    loop_run(scene->loop);
    assert_int_equal(scene->most_ms, most_ms);
}

static void close_scene(struct scene *scene)
{
    job_thread_destroy(scene->thread);
    loop_destroy(scene->loop);
    rd_kafka_destroy(scene->client);
    conf_destroy(scene->conf);
    rd_kafka_mock_cluster_destroy(scene->mock);
    rd_kafka_destroy(scene->maker);
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

static void commit_all(const struct scene *scene, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(PARTITIONS);
    for (int32_t i = 0; i < PARTITIONS; i++) {
        rd_kafka_topic_partition_list_add(list, "support.messages", i)->offset = offset;
    }
    assert_int_equal(rd_kafka_commit(scene->client, list, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
}

/* The range is not answered for as long as there is time: whether the committed offset is in it,
 * and whatever else was still to be asked, nobody knows. */
static void what_time_ran_out_for_is_not_taken_for_read(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    commit_all(&scene, 5);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(rd_kafka_mock_broker_push_request_error_rtts(
                             scene.mock, 1, LIST_OFFSETS, 1, RD_KAFKA_RESP_ERR_NO_ERROR, MANY_MS),
                         0);
    }
    take_over(&scene, 1500);
    for (size_t i = 0; i < PARTITIONS; i++) {
        assert_int_equal(scene.claims[i].committed, 5); /* that much was in time */
        assert_int_equal(scene.claims[i].high, -1);
        assert_false(scene.is_read[i]);
    }
    close_scene(&scene);
}

static bool refuse_id(rd_kafka_t *client, const char *name, int timeout_ms,
                      uint8_t ret_id[TOPIC_ID_BYTES])
{
    (void)client;
    (void)name;
    (void)timeout_ms;
    memset(ret_id, 0, TOPIC_ID_BYTES);
    return false;
}

static bool tell_id(rd_kafka_t *client, const char *name, int timeout_ms,
                    uint8_t ret_id[TOPIC_ID_BYTES])
{
    (void)client;
    assert_string_equal(name, "support.messages");
    assert_true(timeout_ms > 0);
    memset(ret_id, 7, TOPIC_ID_BYTES);
    return true;
}

/* Its map may be of another topic that had this name: nothing is answered from it. */
static void where_the_topics_id_is_refused_nothing_is_taken_for_read(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    commit_all(&scene, 5);
    scene.ask_id = refuse_id;
    take_over(&scene, MANY_MS);
    for (size_t i = 0; i < PARTITIONS; i++) {
        assert_false(scene.is_read[i]);
        assert_int_equal(scene.claims[i].committed, 5); /* all but the id is known */
        assert_int_equal(scene.claims[i].low, 0);
        assert_true(scene.claims[i].high >= 0);
    }
    scene.ask_id = tell_id;
    take_over(&scene, MANY_MS);
    for (size_t i = 0; i < PARTITIONS; i++) {
        assert_true(scene.is_read[i]);
        assert_int_equal(scene.claims[i].topic_id[TOPIC_ID_BYTES - 1], 7);
    }
    close_scene(&scene);
}

static void a_takeover_that_is_done_is_not_waited_for(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    take_over(&scene, 0);
    int64_t late_us = now_mono_us();
    for (int second = 0; second < 60; second++) {
        late_us += 1000000;
        assert_null(job_thread_overdue(scene.thread, late_us));
    }
    close_scene(&scene);
}

/* Whichever allocation fails, it either does not start or ends with nothing that is half known. */
static void without_memory_it_does_not_start_or_nothing_is_taken_for_read(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    assert_int_equal(rd_kafka_mock_topic_create(scene.mock, "support.conversations", 2, 1), 0);
    scene.witness = STR("support.conversations");
    take_over(&scene, MANY_MS); /* librdkafka has connected, the loop its room */
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        assert_true(nth < 100);
        memset(scene.is_read, 0, sizeof(scene.is_read));
        mem_fail_nth(nth);
        bool is_started = start_takeover(&scene, MANY_MS);
        if (is_started) {
            loop_run(scene.loop);
        }
        has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_true(is_started || has_failed);
        assert_int_equal(scene.ends_count, has_failed ? 0 : 2);
        for (size_t i = 0; i < PARTITIONS; i++) {
            assert_true(scene.is_read[i] == !has_failed);
        }
    }
    close_scene(&scene);
}

/* No answer is no id, and no leave to believe a map without one. */
static void an_id_that_nobody_tells_in_time_is_not_known(void **state)
{
    (void)state;
    rd_kafka_t *alone = client_of("127.0.0.1:1");
    uint8_t id[TOPIC_ID_BYTES];
    memset(id, 7, sizeof(id));
    assert_false(topics_id(alone, "support.messages", 100, id));
    for (size_t i = 0; i < sizeof(id); i++) {
        assert_int_equal(id[i], 0);
    }
    rd_kafka_destroy(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_time_nothing_is_taken_for_read),
        cmocka_unit_test(within_its_time_each_partition_is_read),
        cmocka_unit_test(what_time_ran_out_for_is_not_taken_for_read),
        cmocka_unit_test(where_the_topics_id_is_refused_nothing_is_taken_for_read),
        cmocka_unit_test(a_takeover_that_is_done_is_not_waited_for),
        cmocka_unit_test(without_memory_it_does_not_start_or_nothing_is_taken_for_read),
        cmocka_unit_test(an_id_that_nobody_tells_in_time_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
