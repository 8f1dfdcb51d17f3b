/* txn_watch.h - sees what librdkafka hides: requests of a transaction that were sent twice.
 *
 * librdkafka resends them after transport errors and timeouts and reports success. The first
 * copy may still reach the broker, and then it counts for the next transaction. So every
 * request that changes a transaction is noted when it is sent and when it is answered.
 *
 * Its interceptors (2.15) tell: that a request of a kind was written whole, before anything else
 * is done with it; that an answer to one of a kind is there, before what it says is read or acted
 * on, once or twice; and errors that stand for an answer that never came. What an answer says they
 * do not tell, nor which copy it belongs to: the number that goes with it is not the request's.
 * That is enough, since one request of a kind is under way at a time, and it is sent again only
 * behind its answer or its error; a late answer to a copy that was given up comes without a kind.
 *
 * Sent again behind a full answer (CONCURRENT_TRANSACTIONS, COORDINATOR_LOAD_IN_PROGRESS,
 * NOT_COORDINATOR and their like) is normal, also for an end. Brokers answer when they are done
 * with a request: it was refused, or what it changed is in the coordinator's log, even where the
 * answer says that replicas have not confirmed it. All that comes later, the second copy and
 * the next transaction, stands behind it there; nothing of it is left on its way. The last answer
 * then says how the transaction has ended.
 *
 * Sent again without an answer leaves a copy of which nobody knows where it is: that is a doubt,
 * and stays one when the second copy is answered.
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

/* True if nothing that was sent since the reset can still take effect by surprise: brokers have
 * answered every copy. */
bool txn_watch_is_clean(const struct txn_watch *watch);

/* "24: 2-0, 25: 1-0, 26: 2-1, 28: 1-0": sent and without an answer, by kind of request. */
#define TXN_WATCH_TEXT_BYTES 128
void txn_watch_tell(const struct txn_watch *watch, char out[TXN_WATCH_TEXT_BYTES]);

#endif
