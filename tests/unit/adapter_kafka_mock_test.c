/* Source and sink against librdkafka's own cluster: what needs no real broker to be seen. */
#include "tests/unit/cm.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <time.h>

#include "tests/unit/kafka_rig.h"
#include "worker/adapter/group_kafka.h"
#include "worker/adapter/kafka_inbox.h"
#include "worker/adapter/mock_kafka.h"
#include "worker/adapter/now.h"
#include "worker/adapter/topics_kafka.h"

#define PARTITIONS 4

/* The cluster lets a group that was left go on only after a session has run out. That is longer
 * than a busy machine keeps a heartbeat back: a member that is put out has its records twice. */
static const char *const at_least_once[] = { "delivery=at-least-once",
                                             "kafka.consumer.session.timeout.ms=6000",
                                             "kafka.consumer.heartbeat.interval.ms=100", NULL };

static struct mock_kafka *mock_with_topics(void)
{
    struct mock_kafka *mock;
    struct note note = { 0 };
    assert_int_equal(mock_kafka_create(NULL, &mock, &note), OK);
    assert_int_equal(mock_kafka_topic(mock, "support.messages", PARTITIONS, &note), OK);
    assert_int_equal(mock_kafka_topic(mock, "support.answers", PARTITIONS, &note), OK);
    return mock;
}

static void every_record_is_delivered_and_answered(void **state)
{
    (void)state;
    struct mock_kafka *mock = mock_with_topics();
    const char *bootstrap = mock_kafka_bootstrap(mock);
    struct rig rig;
    kafka_rig_open(&rig, bootstrap, "w1", at_least_once);
    rig_produce(bootstrap, "support.messages", -1, 500);
    rig.goal = 500;
    assert_true(rig_run_until(&rig, rig_is_settled));
    assert_int_equal(rig.fatal, OK);
    assert_int_equal(rig.engine.claims, PARTITIONS);
    assert_int_equal(rig.engine.records, 500);
    assert_int_equal(rig_count(bootstrap, "support.answers", PARTITIONS), 500);
    kafka_rig_close(&rig);
    mock_kafka_destroy(mock);
}

static const struct source_events *stalled_events;

/* Holds the loop up for longer than the inbox's timer waits, in each portion. */
static void stalled_on_record(struct engine *engine, const struct record *record)
{
    const struct timespec wait = { .tv_nsec = 2 * INBOX_POLL_MS * 1000000L };
    if (engine->records % INBOX_PORTION == 0) {
        nanosleep(&wait, NULL);
    }
    stalled_events->on_record(engine, record);
}

static void a_stall_amid_many_records_loses_none(void **state)
{
    (void)state;
    struct mock_kafka *mock = mock_with_topics();
    const char *bootstrap = mock_kafka_bootstrap(mock);
    struct rig rig;
    rig_produce(bootstrap, "support.messages", 1, (size_t)8 * INBOX_PORTION);
    kafka_rig_open(&rig, bootstrap, "w1", at_least_once);
    struct source *port = source_kafka_port(rig.source);
    stalled_events = port->events;
    struct source_events events = *stalled_events;
    events.on_record = stalled_on_record;
    port->events = &events;
    rig.goal = (size_t)8 * INBOX_PORTION;
    assert_true(rig_run_until(&rig, rig_is_settled));
    assert_int_equal(rig.fatal, OK);
    assert_int_equal(rig.engine.records, rig.goal);
    kafka_rig_close(&rig);
    mock_kafka_destroy(mock);
}

static void the_next_worker_starts_where_the_last_one_stopped(void **state)
{
    (void)state;
    struct mock_kafka *mock = mock_with_topics();
    const char *bootstrap = mock_kafka_bootstrap(mock);
    struct rig rig;
    kafka_rig_open(&rig, bootstrap, "w1", at_least_once);
    rig_produce(bootstrap, "support.messages", 1, 100);
    rig.goal = 100;
    assert_true(rig_run_until(&rig, rig_is_settled));
    kafka_rig_close(&rig);

    kafka_rig_open(&rig, bootstrap, "w1", at_least_once);
    rig_produce(bootstrap, "support.messages", 1, 10);
    rig.goal = 10;
    assert_true(rig_run_until(&rig, rig_is_settled));
    struct echo_part *part = echo_find(&rig.engine, (struct partition_id){ TOPIC_MESSAGES, 1 });
    assert_int_equal(part->start, 100);
    assert_string_equal(part->claimed_metadata, "at 100");
    assert_int_equal(rig.engine.records, 10);
    kafka_rig_close(&rig);
    mock_kafka_destroy(mock);
}

static void a_missing_topic_is_named_with_its_setting(void **state)
{
    (void)state;
    struct mock_kafka *mock = mock_with_topics();
    static const char *const settings[] = { "delivery=at-least-once", "topic.messages=not.there",
                                            "kafka.allow.auto.create.topics=false", NULL };
    struct rig rig;
    kafka_rig_open(&rig, mock_kafka_bootstrap(mock), "w1", settings);
    assert_true(rig_run_until(&rig, rig_is_fatal));
    assert_int_equal(rig.fatal, ERR_CONFIG);
    assert_non_null(strstr(rig.fatal_note.text, "not.there"));
    assert_non_null(strstr(rig.fatal_note.text, "topic.messages"));
    kafka_rig_close(&rig);
    mock_kafka_destroy(mock);
}

/* One answer for both: the next broker that is asked may not know a new topic yet. */
static void what_says_that_a_topic_exists_also_says_how_many_partitions_it_has(void **state)
{
    (void)state;
    struct mock_kafka *mock = mock_with_topics();
    struct rig rig;
    kafka_rig_open(&rig, mock_kafka_bootstrap(mock), "w1", at_least_once);
    static const enum topic topics[] = { TOPIC_MESSAGES, TOPIC_ANSWERS };
    int partitions[countof(topics)] = { 0 };
    struct kafka_voice voice;
    rd_kafka_conf_t *conf;
    rd_kafka_t *client;
    struct note note = { 0 };
    const struct kafka_conf_options kafka = {
        .conf = rig.conf, .bootstrap = mock_kafka_bootstrap(mock), .worker_id = "w2"
    };
    kafka_voice_init(&voice, rig.log, "test", NULL);
    assert_int_equal(kafka_conf_make(&kafka, KAFKA_READER, &voice, &conf, &note), OK);
    assert_int_equal(kafka_client_create(conf, KAFKA_READER, &client, &note), OK);
    const struct topics_check check = {
        .client = client,
        .conf = rig.conf,
        .topics = topics,
        .topics_count = countof(topics),
        .partitions = partitions,
        .timeout_ms = RIG_WAIT_MS,
    };
    assert_int_equal(topics_check(&check, &note), OK);
    assert_int_equal(partitions[0], PARTITIONS);
    assert_int_equal(partitions[1], PARTITIONS);
    assert_true(rig_run_until(&rig, rig_is_ready));
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    kafka_voice_fini(&voice);
    kafka_rig_close(&rig);
    mock_kafka_destroy(mock);
}

static void brokers_that_do_not_answer_end_the_start(void **state)
{
    (void)state;
    static const char *const settings[] = { "start.timeout.ms=1000", NULL };
    struct rig rig;
    kafka_rig_open(&rig, "127.0.0.1:9", "w1", settings);
    assert_true(rig_run_until(&rig, rig_is_fatal));
    assert_int_equal(rig.fatal, ERR_UNAVAILABLE);
    assert_non_null(strstr(rig.fatal_note.text, "kafka.bootstrap.servers"));
    kafka_rig_close(&rig);
}

static bool is_refused(struct rig *rig)
{
    return rig_is_fatal(rig) || !source_kafka_is_ready(rig->source, NULL);
}

/* This cluster cannot be asked for rights, so that they are back is shown with real brokers. */
static void an_input_that_may_not_be_read_any_more_is_named_to_readiness(void **state)
{
    (void)state;
    char why[256];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, why, sizeof(why));
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client, 1);
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
    rd_kafka_mock_topic_create(cluster, "support.messages", PARTITIONS, 1);
    rd_kafka_mock_topic_create(cluster, "support.answers", PARTITIONS, 1);
    struct rig rig;
    static const char *const settings[] = {
        "delivery=at-least-once", "kafka.consumer.topic.metadata.refresh.interval.ms=100", NULL
    };
    kafka_rig_open(&rig, rd_kafka_mock_cluster_bootstraps(cluster), "w1", settings);
    assert_true(rig_run_until(&rig, rig_is_ready));
    rd_kafka_mock_topic_set_error(cluster, "support.messages",
                                  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_true(rig_run_until(&rig, is_refused));
    assert_int_equal(rig.fatal, OK);
    CLEANUP(buf_fini) struct buf reasons;
    buf_init(&reasons, 1024);
    assert_false(source_kafka_is_ready(rig.source, &reasons));
    assert_int_equal(buf_add_char(&reasons, '\0'), OK);
    assert_non_null(strstr(reasons.ptr, "source: no permission to read support.messages\n"));
    kafka_rig_close(&rig);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(client);
}

/* A member of the same group that has the only partition, and is served when it is looked at. */
static rd_kafka_t *other_member(const char *bootstrap)
{
    static const char *const settings[][2] = {
        { "group.id", "deskhand" },
        { "partition.assignment.strategy", "cooperative-sticky" },
        { "session.timeout.ms", "6000" },
        { "heartbeat.interval.ms", "100" },
    };
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why));
    for (size_t i = 0; i < countof(settings); i++) {
        rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof(why));
    }
    rd_kafka_t *member = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(member);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, "support.messages", RD_KAFKA_PARTITION_UA);
    rd_kafka_poll_set_consumer(member);
    assert_int_equal(rd_kafka_subscribe(member, topics), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(topics);
    return member;
}

static rd_kafka_t *other;

static bool serves_other(struct rig *rig)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(other, 0);
    if (message) {
        rd_kafka_message_destroy(message);
    }
    return rig_is_fatal(rig) || rig_is_ready(rig);
}

static bool has_the_partition(rd_kafka_t *member)
{
    rd_kafka_topic_partition_list_t *mine = NULL;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(member, 50);
    if (message) {
        rd_kafka_message_destroy(message);
    }
    assert_int_equal(rd_kafka_assignment(member, &mine), RD_KAFKA_RESP_ERR_NO_ERROR);
    bool has = mine->cnt == 1;
    rd_kafka_topic_partition_list_destroy(mine);
    return has;
}

/* Nothing of it is revoked when its session ends. */
static void a_worker_without_partitions_notices_that_its_brokers_are_gone(void **state)
{
    (void)state;
    char why[256];
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, why, sizeof(why));
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client, 1);
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
    rd_kafka_mock_topic_create(cluster, "support.messages", 1, 1);
    rd_kafka_mock_topic_create(cluster, "support.answers", 1, 1);
    other = other_member(rd_kafka_mock_cluster_bootstraps(cluster));
    for (int i = 0; i < RIG_WAIT_MS / 50 && !has_the_partition(other); i++) {
    }
    struct rig rig;
    kafka_rig_open(&rig, rd_kafka_mock_cluster_bootstraps(cluster), "w1", at_least_once);
    assert_true(rig_run_until(&rig, serves_other));
    assert_int_equal(rig.engine.claims, 0);
    rd_kafka_mock_broker_set_down(cluster, 1);
    assert_true(rig_run_until(&rig, is_refused));
    assert_int_equal(rig.fatal, OK);
    rd_kafka_mock_broker_set_up(cluster, 1);
    assert_true(rig_run_until(&rig, serves_other));
    kafka_rig_close(&rig);
    rd_kafka_destroy(other);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(client);
}

static void take_what_is_assigned(rd_kafka_t *client, rd_kafka_resp_err_t code,
                                  rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    bool *is_member = opaque;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assert_int_equal(rd_kafka_assign(client, partitions), RD_KAFKA_RESP_ERR_NO_ERROR);
        *is_member = true;
    }
}

static rd_kafka_t *member_of_a_group(const char *bootstrap, bool *is_member)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why));
    rd_kafka_conf_set(conf, "group.id", "ending", why, sizeof(why));
    rd_kafka_conf_set_rebalance_cb(conf, take_what_is_assigned);
    rd_kafka_conf_set_opaque(conf, is_member);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(client);
    rd_kafka_poll_set_consumer(client);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "support.messages", RD_KAFKA_PARTITION_UA);
    assert_int_equal(rd_kafka_subscribe(client, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    return client;
}

static void not_for_ever(int64_t start_us)
{
    assert_true(now_mono_us() - start_us < RIG_WAIT_MS * 1000);
}

/* Without the answer rd_kafka_destroy() does not come back. */
static void a_revocation_that_nobody_hears_does_not_hold_up_the_end(void **state)
{
    (void)state;
    struct mock_kafka *mock = mock_with_topics();
    bool is_member = false;
    rd_kafka_t *client = member_of_a_group(mock_kafka_bootstrap(mock), &is_member);
    int64_t start_us = now_mono_us();
    while (!is_member) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 10);
        if (message) {
            rd_kafka_message_destroy(message);
        }
        not_for_ever(start_us);
    }
    rd_kafka_queue_t *unheard = rd_kafka_queue_new(client);
    assert_null(rd_kafka_consumer_close_queue(client, unheard));
    while (rd_kafka_queue_length(unheard) == 0) {
        const struct timespec nap = { .tv_nsec = 1000000 };
        nanosleep(&nap, NULL);
        not_for_ever(start_us);
    }
    rd_kafka_queue_destroy(unheard);
    group_kafka_end(client, true);
    mock_kafka_destroy(mock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_delivered_and_answered),
        cmocka_unit_test(a_stall_amid_many_records_loses_none),
        cmocka_unit_test(the_next_worker_starts_where_the_last_one_stopped),
        cmocka_unit_test(a_missing_topic_is_named_with_its_setting),
        cmocka_unit_test(what_says_that_a_topic_exists_also_says_how_many_partitions_it_has),
        cmocka_unit_test(brokers_that_do_not_answer_end_the_start),
        cmocka_unit_test(an_input_that_may_not_be_read_any_more_is_named_to_readiness),
        cmocka_unit_test(a_worker_without_partitions_notices_that_its_brokers_are_gone),
        cmocka_unit_test(a_revocation_that_nobody_hears_does_not_hold_up_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
