/* topics_kafka.h - asks Kafka about topics, and makes them.
 *
 * Thread: any but the loop's: every call blocks, for a bounded time. */
#ifndef ADAPTER_TOPICS_KAFKA_H
#define ADAPTER_TOPICS_KAFKA_H

#include "worker/adapter/kafka_conf.h"
#include "worker/engine/source.h"

/* Whether every one of `topics` exists and may be seen. Tries again until `timeout_ms` while
 * brokers cannot be reached. ERR_CONFIG: the note names topic and setting, or what is wrong
 * with credentials; ERR_UNAVAILABLE. */
struct topics_check {
    rd_kafka_t *client;
    const struct conf *conf;
    const enum topic *topics;
    size_t topics_count;
    /* Out: how many partitions each of them has, by the answer that said that it exists. Another
     * broker may know less of a new topic, so it is not asked for again. NULL: not wanted. */
    int *partitions;
    int64_t timeout_ms;
    /* Asked between attempts; true gives up. NULL: never. */
    bool (*is_hurried)(void *owner);
    void *owner;
};
MUST_USE enum err topics_check(const struct topics_check *check, struct note *note);

/* Number of partitions, or -1. */
int topics_partitions(rd_kafka_t *client, const char *name, int timeout_ms);

/* False: brokers say that they have no such topic, or that none can have this name. True as well
 * where they do not say: no answer in time, no right to know. */
bool topics_may_have(rd_kafka_t *client, const char *name, int timeout_ms);

/* Fills `ret_id`; zeroes where topics have no ids. False: no answer in time, or a refusal. */
bool topics_id(rd_kafka_t *client, const char *name, int timeout_ms,
               uint8_t ret_id[TOPIC_ID_BYTES]);

enum topic_made { TOPIC_MADE, TOPIC_WAS_THERE, TOPIC_REFUSED };

/* One call for each topic that is switched on; `why` is empty unless refused. */
typedef void topics_made_fn(void *owner, enum topic topic, struct str name, enum topic_made made,
                            const char *why);

/* Every few seconds without an answer: what the client said last, and how long it still waits. */
typedef void topics_wait_fn(void *owner, const char *why, int64_t left_ms);

struct topics_create {
    struct kafka_conf_options kafka;
    struct log *log;
    int64_t timeout_ms;
    topics_wait_fn *on_wait;
    topics_made_fn *on_made;
    void *owner;
};

/* ERR_CONFIG: settings or permissions; ERR_UNAVAILABLE: no broker, or one topic was refused. */
MUST_USE enum err topics_create(const struct topics_create *create, struct note *note);

#endif
