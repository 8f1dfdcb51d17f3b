/* txn.h - the transactional committer's inside, shared by its two files.
 *
 * txn.c has the way of a batch, txn_replace.c what happens when its result is in doubt.
 *
 * Thread: the commit thread. */
#ifndef ADAPTER_TXN_H
#define ADAPTER_TXN_H

#include "worker/adapter/committer.h"
#include "worker/adapter/produce.h"
#include "worker/adapter/txn_watch.h"
#include "worker/engine/txn_state.h"

struct txn {
    struct committer committer;
    struct committer_options options;
    enum txn_state state;
    rd_kafka_t *client; /* NULL: none now */
    char id[KAFKA_TXN_ID_BYTES];
    struct kafka_voice voice;
    struct txn_watch watch;
    struct produce_job produce;
    struct txn_replacements replacements;
};

/* Makes a producer, if there is none, and takes the transactional id over from whoever had it
 * (init_transactions), for `timeout_ms`. ERR_FENCED: someone else took it meanwhile. ERR_CONFIG,
 * ERR_UNAVAILABLE, with a note. */
MUST_USE enum err txn_take_over(struct txn *txn, int64_t timeout_ms, struct note *note);

/* In REPLACING: goes on until it is known what became of the batch, or until hurried. Sets
 * work->result, or work->fatal and the note. */
void txn_resolve(struct txn *txn, struct committer_work *work, enum txn_fault fault);

/* Destroys the producer with all that it still holds. */
void txn_drop_client(struct txn *txn);

#endif
