/* txn_error.h - puts an error of librdkafka's transactions into one of our classes.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ADAPTER_TXN_ERROR_H
#define ADAPTER_TXN_ERROR_H

#include <librdkafka/rdkafka.h>

#include "worker/engine/txn_state.h"

/* What a librdkafka call of a transaction returned; NULL is no error. */
enum txn_fault txn_error_fault(const rd_kafka_error_t *error);

/* The same from its parts. */
struct txn_error {
    rd_kafka_resp_err_t code;
    bool is_fatal;
    bool is_retriable;
    bool requires_abort;
};
enum txn_fault txn_error_judge(const struct txn_error *error);

/* True if brokers will never take a record that failed with `code`. */
bool txn_error_refuses_record(rd_kafka_resp_err_t code);

#endif
