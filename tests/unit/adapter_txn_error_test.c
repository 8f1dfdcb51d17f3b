/* Which class each error of a transaction is in, with the flags that librdkafka 2.15 gives it. */
#include "tests/unit/cm.h"
#include "worker/adapter/txn_error.h"

enum flag { PLAIN, RETRIABLE, ABORT, FATAL };

#define ERR(name) RD_KAFKA_RESP_ERR_##name

static const struct {
    rd_kafka_resp_err_t code;
    enum flag flag;
    enum txn_fault fault;
} rows[] = {
    { ERR(NO_ERROR), PLAIN, TXN_FAULT_NONE },
    /* The coordinator is busy or elsewhere, and was asked again until the time was up. */
    { ERR(CONCURRENT_TRANSACTIONS), RETRIABLE, TXN_FAULT_RETRIABLE },
    { ERR(COORDINATOR_LOAD_IN_PROGRESS), RETRIABLE, TXN_FAULT_RETRIABLE },
    { ERR(COORDINATOR_NOT_AVAILABLE), RETRIABLE, TXN_FAULT_RETRIABLE },
    { ERR(NOT_COORDINATOR), RETRIABLE, TXN_FAULT_RETRIABLE },
    { ERR(UNKNOWN_TOPIC_OR_PART), RETRIABLE, TXN_FAULT_RETRIABLE },
    { ERR(_STATE), RETRIABLE, TXN_FAULT_RETRIABLE },
    /* This transaction is refused. */
    { ERR(TOPIC_AUTHORIZATION_FAILED), ABORT, TXN_FAULT_ABORTABLE },
    { ERR(GROUP_AUTHORIZATION_FAILED), ABORT, TXN_FAULT_ABORTABLE },
    { ERR(OPERATION_NOT_ATTEMPTED), ABORT, TXN_FAULT_ABORTABLE },
    { ERR(COORDINATOR_NOT_AVAILABLE), ABORT, TXN_FAULT_ABORTABLE },
    { ERR(UNKNOWN), ABORT, TXN_FAULT_ABORTABLE },
    { ERR(_INCONSISTENT), ABORT, TXN_FAULT_ABORTABLE },
    { ERR(_PURGE_QUEUE), ABORT, TXN_FAULT_ABORTABLE },
    /* The group has moved on. */
    { ERR(ILLEGAL_GENERATION), ABORT, TXN_FAULT_GENERATION },
    { ERR(UNKNOWN_MEMBER_ID), ABORT, TXN_FAULT_GENERATION },
    { ERR(FENCED_INSTANCE_ID), ABORT, TXN_FAULT_GENERATION },
    { ERR(FENCED_MEMBER_EPOCH), ABORT, TXN_FAULT_GENERATION },
    { ERR(STALE_MEMBER_EPOCH), ABORT, TXN_FAULT_GENERATION },
    { ERR(REBALANCE_IN_PROGRESS), ABORT, TXN_FAULT_GENERATION },
    /* Nobody has answered, or only that it takes too long. */
    { ERR(_TIMED_OUT), RETRIABLE, TXN_FAULT_UNKNOWN },
    { ERR(_TIMED_OUT_QUEUE), RETRIABLE, TXN_FAULT_UNKNOWN },
    { ERR(_TRANSPORT), RETRIABLE, TXN_FAULT_UNKNOWN },
    { ERR(_TIMED_OUT), ABORT, TXN_FAULT_UNKNOWN },
    { ERR(REQUEST_TIMED_OUT), ABORT, TXN_FAULT_UNKNOWN },
    /* Another producer has the id. */
    { ERR(_FENCED), FATAL, TXN_FAULT_FENCED },
    { ERR(PRODUCER_FENCED), FATAL, TXN_FAULT_FENCED },
    { ERR(INVALID_PRODUCER_EPOCH), FATAL, TXN_FAULT_FENCED },
    { ERR(INVALID_PRODUCER_EPOCH), ABORT, TXN_FAULT_FENCED },
    /* Its id has expired: librdkafka would bump the epoch, a new producer is more certain. */
    { ERR(UNKNOWN_PRODUCER_ID), ABORT, TXN_FAULT_FATAL },
    { ERR(INVALID_PRODUCER_ID_MAPPING), ABORT, TXN_FAULT_FATAL },
    { ERR(INVALID_PRODUCER_ID_MAPPING), FATAL, TXN_FAULT_FATAL },
    { ERR(INVALID_TXN_STATE), FATAL, TXN_FAULT_FATAL },
    { ERR(INVALID_TXN_STATE), ABORT, TXN_FAULT_FATAL },
    /* Only people can help, or nobody knows. */
    { ERR(TRANSACTIONAL_ID_AUTHORIZATION_FAILED), FATAL, TXN_FAULT_FATAL },
    { ERR(CLUSTER_AUTHORIZATION_FAILED), FATAL, TXN_FAULT_FATAL },
    { ERR(UNSUPPORTED_FOR_MESSAGE_FORMAT), FATAL, TXN_FAULT_FATAL },
    { ERR(_FATAL), FATAL, TXN_FAULT_FATAL },
    { ERR(_CONFLICT), PLAIN, TXN_FAULT_FATAL },
    { ERR(UNKNOWN), PLAIN, TXN_FAULT_FATAL },
};

static void each_error_has_its_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        const struct txn_error error = { .code = rows[i].code,
                                         .is_fatal = rows[i].flag == FATAL,
                                         .is_retriable = rows[i].flag == RETRIABLE,
                                         .requires_abort = rows[i].flag == ABORT };
        enum txn_fault fault = txn_error_judge(&error);
        if (fault != rows[i].fault) {
            fail_msg("%s: %d", rd_kafka_err2name(rows[i].code), (int)fault);
        }
    }
    assert_int_equal(txn_error_fault(NULL), TXN_FAULT_NONE);
}

/* What has no row of its own is not believed to be harmless. */
static void an_error_that_nobody_knows_never_goes_on_with_the_producer_as_it_is(void **state)
{
    (void)state;
    const struct rd_kafka_err_desc *known;
    size_t count;
    rd_kafka_get_err_descs(&known, &count);
    for (size_t i = 0; i < count; i++) {
        struct txn_error error = { .code = known[i].code };
        if (known[i].desc && error.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            enum txn_fault fault = txn_error_judge(&error);
            assert_int_not_equal(fault, TXN_FAULT_NONE);
            assert_int_not_equal(fault, TXN_FAULT_RETRIABLE);
            assert_int_not_equal(fault, TXN_FAULT_ABORTABLE);
        }
    }
}

static void only_what_no_broker_will_ever_take_blames_the_record(void **state)
{
    (void)state;
    assert_true(txn_error_refuses_record(ERR(MSG_SIZE_TOO_LARGE)));
    assert_true(txn_error_refuses_record(ERR(INVALID_MSG)));
    assert_true(txn_error_refuses_record(ERR(INVALID_RECORD)));
    assert_true(txn_error_refuses_record(ERR(POLICY_VIOLATION)));
    assert_false(txn_error_refuses_record(ERR(INVALID_TIMESTAMP))); /* the clock is wrong, not it */
    assert_false(txn_error_refuses_record(ERR(NOT_ENOUGH_REPLICAS)));
    assert_false(txn_error_refuses_record(ERR(_MSG_TIMED_OUT)));
    assert_false(txn_error_refuses_record(ERR(_PURGE_QUEUE)));
    assert_false(txn_error_refuses_record(ERR(INVALID_PRODUCER_EPOCH)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_has_its_class),
        cmocka_unit_test(an_error_that_nobody_knows_never_goes_on_with_the_producer_as_it_is),
        cmocka_unit_test(only_what_no_broker_will_ever_take_blames_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
