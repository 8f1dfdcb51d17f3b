/* txn_watch.h - sees what librdkafka hides: requests of a transaction that were sent twice.
 *
 * librdkafka resends them after transport errors and timeouts and reports success. The first
 * copy may still reach the broker, and then it counts for the next transaction. So every
 * request that changes a transaction is noted when it is sent and when it is answered. A
 * retry after an answer (CONCURRENT_TRANSACTIONS and its like) leaves nothing behind; one
 * that has no answer does, and so may an end that was asked for twice.
 *
 * Pure: no I/O, no clock. Thread: any, but for the reset. */
#ifndef ENGINE_TXN_WATCH_H
#define ENGINE_TXN_WATCH_H

#include <stdatomic.h>

#include "common/base.h"

enum txn_request {
    TXN_ADD_PARTITIONS, /* AddPartitionsToTxn, 24 */
    TXN_ADD_OFFSETS,    /* AddOffsetsToTxn, 25 */
    TXN_END,            /* EndTxn, 26 */
    TXN_OFFSET_COMMIT,  /* TxnOffsetCommit, 28 */
    TXN_REQUEST_COUNT
};

/* librdkafka has one request of a kind under way at a time, and reports an answer once or
 * twice before it acts on it. */
struct txn_watch {
    _Atomic uint32_t sent[TXN_REQUEST_COUNT];
    _Atomic uint32_t lost[TXN_REQUEST_COUNT]; /* sent again while the last one had no answer */
    _Atomic bool is_open[TXN_REQUEST_COUNT];  /* sent, and no answer yet */
};

/* A transaction begins. */
void txn_watch_reset(struct txn_watch *watch);

/* A request was written whole; one that changes no transaction is ignored. */
void txn_watch_sent(struct txn_watch *watch, int api_key);

/* A broker has answered it, whatever it said. */
void txn_watch_answered(struct txn_watch *watch, int api_key);

/* True if nothing that was sent since the reset can still take effect by surprise. */
bool txn_watch_is_clean(const struct txn_watch *watch);

/* "24: 2-0, 25: 1-0, 26: 2-1, 28: 1-0": sent and without an answer, by kind of request. */
#define TXN_WATCH_TEXT_BYTES 128
void txn_watch_tell(const struct txn_watch *watch, char out[TXN_WATCH_TEXT_BYTES]);

#endif
