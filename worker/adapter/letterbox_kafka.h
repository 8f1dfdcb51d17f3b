/* letterbox_kafka.h - reads the topic of dead letters, and the records that letters point to.
 *
 * By assignment, outside of any group, without committing. What is read is what a read_committed
 * reader sees, up to the end that the topic had when the box was opened. That end counts what is
 * still in open transactions, and a reading waits for those: a mark that somebody was about to
 * commit is never missed.
 *
 * Thread: one, not a loop's: the calls block, for a bounded time between two records. */
#ifndef ADAPTER_LETTERBOX_KAFKA_H
#define ADAPTER_LETTERBOX_KAFKA_H

#include "common/letter.h"
#include "worker/adapter/kafka_conf.h"

#define LETTERBOX_ALL_PARTITIONS (-1)

struct letterbox;

struct letterbox_options {
    struct kafka_conf_options kafka;
    int64_t timeout_ms; /* how long brokers may be silent */
};

/* One reading. What a callback returns, unless it is OK, ends the reading and is its result. */
struct letterbox_pass {
    int32_t partition; /* or LETTERBOX_ALL_PARTITIONS */
    int64_t from;      /* offset; with all partitions 0 */
    void *owner;
    enum err (*on_record)(void *owner, const struct record *record); /* borrowed */
    /* A few times a second at least: how many offsets are behind the reading, of how many. */
    enum err (*on_step)(void *owner, int64_t done, int64_t all);
};

/* A record that a letter points to. */
struct letterbox_found {
    bool is_there;
    struct record record; /* if it is there */
    struct note why;      /* if it is not */
};

/* ERR_CONFIG, ERR_UNAVAILABLE, ERR_NOMEM. */
MUST_USE enum err letterbox_open(const struct letterbox_options *options,
                                 struct letterbox **ret_box, struct note *note);
void letterbox_close(struct letterbox *box); /* accepts NULL */

int32_t letterbox_partitions(const struct letterbox *box);

/* The id of the topic when the box was opened, as Kafka shows it; empty: it has none. */
struct str letterbox_topic_id(const struct letterbox *box);

/* The first offset that there was. */
int64_t letterbox_first(const struct letterbox *box, int32_t partition);

/* Partition by partition, in the order of their numbers. */
MUST_USE enum err letterbox_read(struct letterbox *box, const struct letterbox_pass *pass,
                                 struct note *note);

/* ERR_UNAVAILABLE: the topic of dead letters is not the one that was opened. Offsets that were read
 * name other letters in a new one. */
MUST_USE enum err letterbox_check(struct letterbox *box, struct note *note);

/* False: brokers say that they have no such topic. */
bool letterbox_may_have_topic(const struct letterbox *box, const char *topic_name);

/* The original of a letter by reference, copied into the arena. That it is gone is no error. */
MUST_USE enum err letterbox_fetch(struct letterbox *box, const struct letter *letter,
                                  struct arena *arena, struct letterbox_found *ret_found,
                                  struct note *note);

#endif
