/* txn_error.c - see txn_error.h. librdkafka would go on with the same producer after some of
 * these; where its id has expired we do not, since a new one is quick and certain. */
#include "worker/adapter/txn_error.h"

static bool txn_error_is_generation(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ||
           code == RD_KAFKA_RESP_ERR_FENCED_MEMBER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_STALE_MEMBER_EPOCH ||
           code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS;
}

static bool txn_error_is_fenced(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

static bool txn_error_is_expired(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID ||
           code == RD_KAFKA_RESP_ERR_INVALID_TXN_STATE;
}

static bool txn_error_is_silence(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE ||
           code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT;
}

enum txn_fault txn_error_judge(const struct txn_error *error)
{
    if (error->code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return TXN_FAULT_NONE;
    }
    if (txn_error_is_fenced(error->code)) {
        return TXN_FAULT_FENCED;
    }
    if (error->is_fatal || txn_error_is_expired(error->code)) {
        return TXN_FAULT_FATAL;
    }
    if (txn_error_is_generation(error->code)) {
        return TXN_FAULT_GENERATION;
    }
    if (txn_error_is_silence(error->code)) {
        return TXN_FAULT_UNKNOWN;
    }
    if (error->requires_abort) {
        return TXN_FAULT_ABORTABLE;
    }
    return error->is_retriable ? TXN_FAULT_RETRIABLE : TXN_FAULT_FATAL;
}

enum txn_fault txn_error_fault(const rd_kafka_error_t *error)
{
    struct txn_error parts = { .code = RD_KAFKA_RESP_ERR_NO_ERROR };
    if (error) {
        parts = (struct txn_error){
            .code = rd_kafka_error_code(error),
            .is_fatal = rd_kafka_error_is_fatal(error) != 0,
            .is_retriable = rd_kafka_error_is_retriable(error) != 0,
            .requires_abort = rd_kafka_error_txn_requires_abort(error) != 0,
        };
    }
    return txn_error_judge(&parts);
}

bool txn_error_refuses_record(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
           code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE || code == RD_KAFKA_RESP_ERR_INVALID_MSG ||
           code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION;
}
