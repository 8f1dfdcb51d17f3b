/* redrive_kafka.h - sends records again and marks their letters, both in one transaction.
 *
 * What is sent and that it was sent are one fact: after a crash at any place a letter is either
 * open and was not sent, or sent and marked. One transactional id for all who work on a topic of
 * letters (`kafka.txn_scope`) makes a second sender fence the first.
 *
 * Thread: one, not a loop's: the calls block, for a bounded time. */
#ifndef ADAPTER_REDRIVE_KAFKA_H
#define ADAPTER_REDRIVE_KAFKA_H

#include "common/record.h"
#include "worker/adapter/kafka_conf.h"

struct redrive;

struct redrive_options {
    struct kafka_conf_options kafka;
    int64_t timeout_ms; /* how long brokers may be silent */
    const char *doing;  /* for notes: "sending letters again" */
};

struct redrive_item {
    const char *topic_name; /* of the original; NULL: there is only the mark */
    struct record original;
    const char *mark_topic_name;
    struct record mark;
    bool is_sent;    /* result: committed, with its mark */
    bool is_refused; /* result: brokers will not have it, `why` says why; nothing of it was sent */
    struct note why;
};

/* Ends what an earlier sender has left open, and fences it. ERR_CONFIG, ERR_UNAVAILABLE,
 * ERR_NOMEM. */
MUST_USE enum err redrive_open(const struct redrive_options *options, struct redrive **ret_redrive,
                               struct note *note);
void redrive_close(struct redrive *redrive); /* accepts NULL */

/* In one transaction, or, where brokers refuse a record, in one for each item. On an error
 * `is_sent` tells which are known to be sent all the same; the sender is of no use any more.
 * ERR_FENCED: another one has begun. ERR_TXN_UNKNOWN: how the last transaction ended is not known.
 * ERR_TXN, ERR_UNAVAILABLE. ERR_CONFIG: a right is missing, the note names it. */
MUST_USE enum err redrive_send(struct redrive *redrive, struct redrive_item *items, size_t count,
                               struct note *note);

#endif
