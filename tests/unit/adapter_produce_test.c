/* adapter_produce_test.c - what delivery reports of a batch tell of its records. */
#include "worker/adapter/produce.h"

#include "common/mem.h"
#include "tests/unit/cm.h"
#include "worker/adapter/kafka_voice.h"

#define DELIVERIES 3

struct hearing {
    struct produce_job job;
    struct kafka_voice voice;
    struct delivery deliveries[DELIVERIES];
};

static void hear(struct hearing *hearing, size_t place, rd_kafka_resp_err_t code)
{
    const rd_kafka_message_t message = { .err = code, ._private = &hearing->deliveries[place] };
    hearing->voice.owner = &hearing->job;
    produce_on_report(NULL, &message, &hearing->voice);
}

static size_t count_refused(const struct hearing *hearing)
{
    size_t count = 0;
    for (size_t i = 0; i < DELIVERIES; i++) {
        count += hearing->deliveries[i].refused != OK ? 1 : 0;
    }
    return count;
}

static void a_record_that_alone_is_refused_is_to_blame(void **state)
{
    (void)state;
    static const struct {
        rd_kafka_resp_err_t code;
        enum err refused;
    } cases[] = {
        { RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ERR_TOO_LARGE },
        { RD_KAFKA_RESP_ERR_INVALID_RECORD, ERR_REFUSED },
        { RD_KAFKA_RESP_ERR_POLICY_VIOLATION, ERR_REFUSED },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct hearing hearing = { 0 };
        hear(&hearing, 0, RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD);
        hear(&hearing, 1, cases[i].code);
        hear(&hearing, 1, cases[i].code); /* another output of the same turn */
        hear(&hearing, 2, RD_KAFKA_RESP_ERR_NO_ERROR);
        assert_true(produce_blames(&hearing.job));
        assert_int_equal(count_refused(&hearing), 1);
        assert_int_equal(hearing.deliveries[1].refused, cases[i].refused);
        assert_int_equal(hearing.job.report.failed, 3);
    }
}

/* Of them one may be to blame, or none: librdkafka gives all records of a request that were
 * refused the same code. */
static void of_several_none_is_named(void **state)
{
    (void)state;
    static const rd_kafka_resp_err_t codes[] = { RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                                                 RD_KAFKA_RESP_ERR_INVALID_RECORD };
    for (size_t i = 0; i < countof(codes); i++) {
        struct hearing hearing = { 0 };
        hear(&hearing, 0, codes[i]);
        hear(&hearing, 2, codes[i]);
        assert_true(produce_blames(&hearing.job));
        assert_int_equal(count_refused(&hearing), 0);
    }
}

static void for_a_wrong_clock_no_record_is_to_blame(void **state)
{
    (void)state;
    struct hearing hearing = { 0 };
    hear(&hearing, 0, RD_KAFKA_RESP_ERR_INVALID_RECORD); /* of a request with several */
    hear(&hearing, 1, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
    assert_false(produce_blames(&hearing.job));
    assert_int_equal(count_refused(&hearing), 0);
    assert_non_null(strstr(produce_why(&hearing.job), "set this machine's clock right"));
}

static void what_fails_with_others_is_no_suspect(void **state)
{
    (void)state;
    static const rd_kafka_resp_err_t codes[] = { RD_KAFKA_RESP_ERR__PURGE_QUEUE,
                                                 RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
                                                 RD_KAFKA_RESP_ERR__MSG_TIMED_OUT };
    struct hearing hearing = { 0 };
    assert_string_equal(produce_why(&hearing.job), "no answer in time");
    for (size_t i = 0; i < countof(codes); i++) {
        hear(&hearing, i, codes[i]);
    }
    assert_false(produce_blames(&hearing.job));
    assert_int_equal(hearing.job.report.first_error, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT);
}

static void offsets_without_memory_for_each_map_are_none(void **state)
{
    (void)state;
    struct progress progress[] = {
        { .id = { TOPIC_MESSAGES, 0 }, .position = 5, .leader_epoch = 1, .metadata = STR("map") },
        { .id = { TOPIC_MESSAGES, 1 }, .position = 6, .leader_epoch = -1 },
        { .id = { TOPIC_ORDERS, 0 }, .position = 7, .leader_epoch = 2, .metadata = STR("other") },
    };
    const struct batch batch = { .progress = progress, .progress_count = countof(progress) };
    struct conf *conf = conf_create();
    assert_non_null(conf);
    rd_kafka_topic_partition_list_t *list = NULL;
    long nth = 0;
    while (!list) {
        mem_fail_nth(++nth);
        list = produce_offsets(conf, &batch);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_true(has_failed == !list);
    }
    assert_int_equal(nth, 3); /* two maps, and then it is whole */
    assert_int_equal(list->cnt, 3);
    for (int i = 0; i < list->cnt; i++) {
        assert_int_equal(list->elems[i].offset, progress[i].position);
        assert_int_equal(list->elems[i].metadata_size, progress[i].metadata.len);
        assert_memory_equal(list->elems[i].metadata, progress[i].metadata.ptr,
                            progress[i].metadata.len);
    }
    rd_kafka_topic_partition_list_destroy(list);
    conf_destroy(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_alone_is_refused_is_to_blame),
        cmocka_unit_test(of_several_none_is_named),
        cmocka_unit_test(for_a_wrong_clock_no_record_is_to_blame),
        cmocka_unit_test(what_fails_with_others_is_no_suspect),
        cmocka_unit_test(offsets_without_memory_for_each_map_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
