/* A topic that is read whole, against librdkafka's own cluster: partitions that are added later. */
#include "tests/unit/leaf.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/conf.h"
#include "worker/adapter/whole_kafka.h"

#define WAIT_MS 90000

struct desk {
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *cluster;
    struct conf *conf;
    struct loop *loop;
    struct job_thread *thread;
    struct whole_kafka *reader;
    struct loop_timer *late;
    bool is_whole;
    enum err fatal;
    struct note why;
};

static void on_record(void *owner, const struct record *record)
{
    (void)owner;
    (void)record;
}

static void on_whole(void *owner)
{
    struct desk *desk = owner;
    desk->is_whole = true;
    loop_stop(desk->loop);
}

static void on_fatal(void *owner, enum err err, const struct note *note)
{
    struct desk *desk = owner;
    desk->fatal = err;
    desk->why = *note;
    loop_stop(desk->loop);
}

static void on_closed(void *owner)
{
    struct desk *desk = owner;
    loop_stop(desk->loop);
}

static void on_late(void *owner)
{
    (void)owner;
    fail_msg("nothing happened in %d ms", WAIT_MS);
}

static void desk_wait(struct desk *desk)
{
    loop_timer_set(desk->late, loop_clock(desk->loop)->mono_ms + WAIT_MS);
    loop_run(desk->loop);
}

static void desk_open(struct desk *desk, const char *topic, int partitions)
{
    char text[128];
    struct note note = { 0 };
    *desk = (struct desk){ .conf = conf_create(), .loop = loop_create() };
    const struct job_thread_options thread = { desk->loop, NULL };
    desk->thread = job_thread_create(&thread);
    desk->late = loop_timer_create(desk->loop, on_late, desk);
    desk->host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text, sizeof(text));
    desk->cluster = rd_kafka_mock_cluster_new(desk->host, 1);
    assert_int_equal(rd_kafka_mock_topic_create(desk->cluster, topic, partitions, 1), 0);
    snprintf(text, sizeof(text), "kafka.bootstrap.servers=%s",
             rd_kafka_mock_cluster_bootstraps(desk->cluster));
    assert_int_equal(conf_read_argument(desk->conf, text, &note), OK);
    assert_int_equal(conf_read_argument(desk->conf, "kafka.allow.auto.create.topics=false", &note),
                     OK);
    const struct whole_kafka_options options = {
        .kafka = { .conf = desk->conf },
        .topic = TOPIC_CATALOG,
        .loop = desk->loop,
        .thread = desk->thread,
        .start_timeout_ms = WAIT_MS,
        .look_ms = 20,
        .owner = desk,
        .on_record = on_record,
        .on_whole = on_whole,
        .on_fatal = on_fatal,
        .on_closed = on_closed,
    };
    assert_int_equal(whole_kafka_create(&options, &desk->reader, &note), OK);
    whole_kafka_start(desk->reader);
}

static void desk_close(struct desk *desk)
{
    whole_kafka_close(desk->reader);
    desk_wait(desk);
    whole_kafka_destroy(desk->reader);
    job_thread_destroy(desk->thread);
    loop_timer_destroy(desk->late);
    loop_destroy(desk->loop);
    conf_destroy(desk->conf);
    rd_kafka_mock_cluster_destroy(desk->cluster);
    rd_kafka_destroy(desk->host);
}

static void partitions_that_are_added_later_end_the_reading_with_a_word(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, "support.catalog", 2);
    desk_wait(&desk);
    assert_true(desk.is_whole);
    assert_int_equal(desk.fatal, OK);
    assert_int_equal(rd_kafka_mock_topic_delete(desk.cluster, "support.catalog"), 0);
    assert_int_equal(rd_kafka_mock_topic_create(desk.cluster, "support.catalog", 3, 1), 0);
    desk_wait(&desk);
    assert_int_equal(desk.fatal, ERR_UNAVAILABLE);
    assert_string_equal(desk.why.text, "topic support.catalog has more partitions than at the "
                                       "start: start the worker again");
    desk_close(&desk);
}

static void without_an_answer_it_goes_on_looking(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk, "support.catalog", 2);
    desk_wait(&desk);
    rd_kafka_mock_push_request_errors(desk.cluster, 3 /* Metadata */, 2,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(rd_kafka_mock_topic_delete(desk.cluster, "support.catalog"), 0);
    assert_int_equal(rd_kafka_mock_topic_create(desk.cluster, "support.catalog", 4, 1), 0);
    desk_wait(&desk);
    assert_int_equal(desk.fatal, ERR_UNAVAILABLE);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_that_are_added_later_end_the_reading_with_a_word),
        cmocka_unit_test(without_an_answer_it_goes_on_looking),
    };
    return cmocka_run_group_tests_name("adapter_whole_kafka", tests, NULL, NULL);
}
