/* Records to and from librdkafka: what is null stays null. */
#include "tests/unit/leaf.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "worker/adapter/kafka_record.h"

#define WAIT_MS 30000
#define TOO_MANY (RECORD_HEADERS_MAX + 6)

static void a_null_header_is_not_an_empty_one(void **state)
{
    (void)state;
    const struct header headers[] = { { STR("none"), STR_NONE },
                                      { STR("empty"), STR("") },
                                      { STR("full"), STR("value") } };
    rd_kafka_headers_t *list = kafka_record_headers_new(headers, countof(headers));
    assert_non_null(list);
    assert_int_equal(rd_kafka_header_cnt(list), countof(headers));
    for (size_t i = 0; i < countof(headers); i++) {
        const char *name;
        const void *value;
        size_t size;
        assert_int_equal(rd_kafka_header_get_all(list, i, &name, &value, &size),
                         RD_KAFKA_RESP_ERR_NO_ERROR);
        assert_text(headers[i].name, name);
        assert_int_equal(size, headers[i].value.len);
        assert_true((value == NULL) == (headers[i].value.ptr == NULL));
    }
    rd_kafka_headers_destroy(list);
}

static void produce_with_headers(rd_kafka_t *producer, size_t count)
{
    rd_kafka_headers_t *list = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rd_kafka_header_add(list, "h", -1, "v", -1), RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_PARTITION(0),
                                       RD_KAFKA_V_HEADERS(list), RD_KAFKA_V_END),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(rd_kafka_flush(producer, WAIT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
}

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

static void headers_that_have_no_room_are_counted(void **state)
{
    (void)state;
    static const size_t counts[] = { TOO_MANY, RECORD_HEADERS_MAX, 1 };
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", why, sizeof(why));
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    assert_non_null(producer);
    rd_kafka_t *reader =
        reader_at(rd_kafka_mock_cluster_bootstraps(rd_kafka_handle_mock_cluster(producer)));
    for (size_t i = 0; i < countof(counts); i++) {
        produce_with_headers(producer, counts[i]);
        struct header headers[RECORD_HEADERS_MAX];
        struct record record;
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, WAIT_MS);
        assert_non_null(message);
        assert_int_equal(message->err, RD_KAFKA_RESP_ERR_NO_ERROR);
        kafka_record_view(message, TOPIC_MESSAGES, headers, &record);
        assert_int_equal(record.headers_count + record.headers_left_out, counts[i]);
        assert_in_range(record.headers_count, 1, RECORD_HEADERS_MAX);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(reader);
    rd_kafka_destroy(producer);
}

static void a_key_without_bytes_is_told_from_no_key(void **state)
{
    (void)state;
    assert_null(kafka_record_bytes(STR_NONE, false));
    assert_non_null(kafka_record_bytes(STR_NONE, true));
    static const char key[] = "key";
    assert_ptr_equal(kafka_record_bytes(str_from(key), true), key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_null_header_is_not_an_empty_one),
        cmocka_unit_test(headers_that_have_no_room_are_counted),
        cmocka_unit_test(a_key_without_bytes_is_told_from_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
