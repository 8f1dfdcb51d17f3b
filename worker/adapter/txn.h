/* txn.h - the transactional committer's inside, shared by its two files.
 *
 * What is done next is decided in worker/engine/txn_way.h. txn.c does it; txn_producer.c makes,
 * initialises and drops the librdkafka producer.
 *
 * Thread: the commit thread. */
#ifndef ADAPTER_TXN_H
#define ADAPTER_TXN_H

#include "worker/adapter/committer.h"
#include "worker/adapter/produce.h"
#include "worker/engine/txn_watch.h"
#include "worker/engine/txn_way.h"

struct txn {
    struct committer committer;
    struct committer_options options;
    struct txn_way way;
    rd_kafka_t *client; /* NULL: none now */
    char id[KAFKA_TXN_ID_BYTES];
    struct kafka_voice voice;
    struct txn_watch watch;
    struct produce_job produce;
    enum err init_err;      /* why the last attempt to initialise failed, for people */
    struct note init_note;
    enum txn_trace *traces; /* of the batch that is under way, read back */
};

/* TXN_STEP_INIT. Sets init_err and init_note when it fails. */
void txn_producer_init(struct txn *txn, struct txn_took *took);

/* Destroys the producer with all that it still holds. */
void txn_producer_drop(struct txn *txn);

#endif
