/* adapter_produce_test.c - what delivery reports of a batch tell of its records. */
#include "worker/adapter/produce.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_alone_is_refused_is_to_blame),
        cmocka_unit_test(of_several_none_is_named),
        cmocka_unit_test(for_a_wrong_clock_no_record_is_to_blame),
        cmocka_unit_test(what_fails_with_others_is_no_suspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
