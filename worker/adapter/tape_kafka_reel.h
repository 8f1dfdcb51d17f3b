/* tape_kafka_reel.h - which offsets of which partitions a reading covers, and how far it is.
 *
 * Thread: any, one at a time; reel_find() blocks for a bounded time, on the commit thread. */
#ifndef ADAPTER_TAPE_KAFKA_REEL_H
#define ADAPTER_TAPE_KAFKA_REEL_H

#include "worker/adapter/tape_kafka.h"

struct reel_part {
    bool is_wanted;
    bool is_done;
    int64_t first;
    int64_t next; /* to be read */
    int64_t end;  /* behind the last */
};

struct reel_topic {
    const char *name;
    int partitions; /* 0: nothing of it is read */
    struct reel_part *parts;
};

struct reel {
    struct reel_topic topics[TOPIC_COUNT];
    size_t open; /* parts that are wanted and not done */
};

struct reel_search {
    rd_kafka_t *client;
    const struct conf *conf;
    const struct tape_span *spans;
    size_t spans_count;
    struct job_thread *thread; /* the one that it runs on */
    int timeout_ms;            /* of all questions about one partition */
};

/* Asks the brokers where the spans lie. ERR_USAGE: a span is not in its topic, the note says
 * where. ERR_CONFIG, ERR_UNAVAILABLE, ERR_NOMEM. `ret_reel` is to be freed by reel_fini() in any
 * case. */
MUST_USE enum err reel_find(const struct reel_search *search, struct reel *ret_reel,
                            struct note *note);
void reel_fini(struct reel *reel); /* accepts a zeroed one */

/* NULL: the reading does not have it. */
struct reel_part *reel_part_of(struct reel *reel, const char *topic_name, int32_t partition,
                               enum topic *ret_topic);

/* Everything before `next` has been seen. */
void reel_advance(struct reel *reel, struct reel_part *part, int64_t next);

/* What is still to be read, for rd_kafka_assign(); the caller destroys it. */
rd_kafka_topic_partition_list_t *reel_assignment(const struct reel *reel);

#endif
