/* Records to and from librdkafka: what is null stays null. */
#include "tests/unit/leaf.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "worker/adapter/kafka_record.h"

#define WAIT_MS 30000
#define TOO_MANY (RECORD_HEADERS_MAX + 6)

static const rd_kafka_vu_t topic_t = { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = "t" };

static rd_kafka_t *reader_at(const char *bootstrap)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof(why));
    rd_kafka_conf_set(conf, "group.id", "record", why, sizeof(why));
    rd_kafka_t *reader = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
    assert_non_null(reader);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "t", 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(reader, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    return reader;
}

struct scene {
    rd_kafka_t *producer;
    rd_kafka_t *reader;
};

static void scene_open(struct scene *scene)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why, sizeof(why));
    scene->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    assert_non_null(scene->producer);
    scene->reader =
        reader_at(rd_kafka_mock_cluster_bootstraps(rd_kafka_handle_mock_cluster(scene->producer)));
}

static void scene_close(struct scene *scene)
{
    rd_kafka_destroy(scene->reader);
    rd_kafka_destroy(scene->producer);
}

/* The message is to be destroyed when `ret_record` was looked at. */
static rd_kafka_message_t *pass_on(struct scene *scene, const struct record *record,
                                   struct header headers[RECORD_HEADERS_MAX],
                                   struct record *ret_record)
{
    assert_int_equal(kafka_record_queue(scene->producer, topic_t, record, NULL),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(rd_kafka_flush(scene->producer, WAIT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_message_t *message = rd_kafka_consumer_poll(scene->reader, WAIT_MS);
    assert_non_null(message);
    assert_int_equal(message->err, RD_KAFKA_RESP_ERR_NO_ERROR);
    kafka_record_view(message, TOPIC_MESSAGES, headers, ret_record);
    return message;
}

static void a_record_arrives_as_it_was_queued(void **state)
{
    (void)state;
    static const struct header headers[] = { { STR("none"), STR_NONE },
                                             { STR("empty"), STR("") },
                                             { STR("full"), STR("value") } };
    static const struct record records[] = {
        { .key = STR("key"), .has_key = true, .value = STR("value"), .has_value = true },
        { .key = STR(""), .has_key = true, .value = STR(""), .has_value = true },
        { .key = STR_NONE, .has_key = true, .value = STR_NONE, .has_value = true },
        { .has_key = false, .has_value = false },
        { .has_key = false, .has_value = true, .headers = headers, .headers_count = 3 },
    };
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < countof(records); i++) {
        struct header seen_headers[RECORD_HEADERS_MAX];
        struct record seen;
        rd_kafka_message_t *message = pass_on(&scene, &records[i], seen_headers, &seen);
        assert_int_equal(seen.has_key, records[i].has_key);
        assert_int_equal(seen.has_value, records[i].has_value);
        assert_true(str_eq(seen.key, records[i].key) && str_eq(seen.value, records[i].value));
        assert_int_equal(seen.headers_count, records[i].headers_count);
        for (size_t h = 0; h < seen.headers_count; h++) {
            assert_true(str_eq(seen.headers[h].name, headers[h].name));
            assert_true(str_eq(seen.headers[h].value, headers[h].value));
            assert_int_equal(seen.headers[h].value.ptr == NULL, headers[h].value.ptr == NULL);
        }
        rd_kafka_message_destroy(message);
    }
    scene_close(&scene);
}

static void headers_that_have_no_room_are_counted(void **state)
{
    (void)state;
    static const size_t counts[] = { TOO_MANY, RECORD_HEADERS_MAX, 1 };
    struct header many[TOO_MANY];
    struct scene scene;
    scene_open(&scene);
    for (size_t i = 0; i < countof(many); i++) {
        many[i] = (struct header){ STR("h"), STR("v") };
    }
    for (size_t i = 0; i < countof(counts); i++) {
        const struct record record = { .headers = many, .headers_count = counts[i] };
        struct header headers[RECORD_HEADERS_MAX];
        struct record seen;
        rd_kafka_message_t *message = pass_on(&scene, &record, headers, &seen);
        assert_int_equal(seen.headers_count + seen.headers_left_out, counts[i]);
        assert_in_range(seen.headers_count, 1, RECORD_HEADERS_MAX);
        rd_kafka_message_destroy(message);
    }
    scene_close(&scene);
}

static void a_record_that_is_refused_is_not_queued(void **state)
{
    (void)state;
    static char large[2000000];
    const struct record record = { .value = { large, sizeof(large) }, .has_value = true };
    struct scene scene;
    scene_open(&scene);
    assert_int_equal(kafka_record_queue(scene.producer, topic_t, &record, NULL),
                     RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(rd_kafka_outq_len(scene.producer), 0);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_arrives_as_it_was_queued),
        cmocka_unit_test(headers_that_have_no_room_are_counted),
        cmocka_unit_test(a_record_that_is_refused_is_not_queued),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
