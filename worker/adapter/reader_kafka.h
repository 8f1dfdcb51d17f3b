/* reader_kafka.h - the life of a consumer outside of any group.
 *
 * What blocks is done on the commit thread: it sees that the topics are there, and in the end
 * destroys the client. In between the client's queue is served on the loop. What is read, its
 * owner says with rd_kafka_assign(); nothing is ever committed.
 *
 * Embedded in its owner: reader_kafka_init(), _start(), then _close() and after on_closed
 * _fini(); after a failed init, or without a start, _fini() alone.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_READER_KAFKA_H
#define ADAPTER_READER_KAFKA_H

#include "worker/adapter/job_thread.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/adapter/kafka_inbox.h"

struct reader_kafka_options {
    struct kafka_conf_options kafka;
    const char *part; /* who speaks, in log lines; a literal */
    bool is_hasty;    /* all that is read is there: brokers need not wait for more to send */
    struct loop *loop;
    struct log *log;
    struct job_thread *thread;
    const enum topic *topics; /* that must be there; the owner's, for as long as it lives */
    size_t topics_count;
    int *partitions; /* set before on_open: how many each topic has; NULL: not wanted */
    int64_t start_timeout_ms;
    void *owner;
    void (*on_open)(void *owner); /* once: the topics are there, and assignments take effect */
    void (*on_message)(void *owner, const rd_kafka_message_t *message); /* see kafka_inbox.h */
    void (*on_served)(void *owner, bool is_all);
    void *user; /* of the owner, who is told of the end */
    void (*on_fatal)(void *user, enum err err, const struct note *note); /* at most once */
    void (*on_closed)(void *user); /* the client is gone; NULL: nobody waits for that */
};

struct reader_kafka {
    struct reader_kafka_options options;
    struct kafka_voice voice;
    rd_kafka_t *client;
    struct kafka_inbox *inbox; /* NULL: not open */
    struct job check;
    struct job drop;
    enum err checked; /* set on the commit thread by `check`, with the note */
    struct note checked_note;
    bool is_closing;
    bool is_failed;
};

/* ERR_CONFIG, ERR_NOMEM. */
MUST_USE enum err reader_kafka_init(struct reader_kafka *reader,
                                    const struct reader_kafka_options *options,
                                    struct note *note);
void reader_kafka_fini(struct reader_kafka *reader);

/* Then on_open or on_fatal: ERR_CONFIG, ERR_UNAVAILABLE, ERR_OS (without a note). */
void reader_kafka_start(struct reader_kafka *reader);

/* No more on_message and on_fatal; then on_closed. */
void reader_kafka_close(struct reader_kafka *reader);

/* Tells on_fatal, unless it was told, or the reader closes. `note` may be NULL. */
void reader_kafka_fail(struct reader_kafka *reader, enum err err, const struct note *note);

/* The same, with what `code` means and what to do; `doing` as in kafka_voice_explain(). */
void reader_kafka_explain(struct reader_kafka *reader, rd_kafka_resp_err_t code,
                          const char *doing);

#endif
