/* txn_cluster.h - librdkafka's own cluster, and what its broker does to the requests of a commit.
 *
 * What is to happen is fixed before, by request: there is no race about when. */
#ifndef TESTS_UNIT_TXN_CLUSTER_H
#define TESTS_UNIT_TXN_CLUSTER_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "tests/unit/kafka_rig.h"

#define TXN_CLUSTER_BROKER 1
#define TXN_CLUSTER_RECORDS 20

/* Requests by their number in Kafka's protocol. */
enum {
    PRODUCE = 0,
    FETCH = 1,
    OFFSET_FETCH = 9,
    FIND_COORDINATOR = 10,
    INIT = 22,
    ADD_PARTITIONS = 24,
    ADD_OFFSETS = 25,
    END = 26,
    OFFSET_COMMIT = 28,
};

struct cluster {
    rd_kafka_t *client;
    rd_kafka_mock_cluster_t *mock;
};

/* With one broker, and two partitions of "support.messages" and of "support.answers". */
void cluster_open(struct cluster *cluster);
void cluster_close(struct cluster *cluster);
const char *cluster_bootstrap(const struct cluster *cluster);

/* How many requests of a kind have come since rd_kafka_mock_start_request_tracking(). */
size_t cluster_requests(const struct cluster *cluster, int16_t api_key);

/* What the broker does with the first copies of a request. */
struct mishap {
    int16_t api_key;
    rd_kafka_resp_err_t err; /* __TRANSPORT: it drops the connection; NO_ERROR: it is only late */
    int late_ms;
    int times;
};

void cluster_push(const struct cluster *cluster, const struct mishap *mishap);

/* Commits some records on a worker that is running, with `count` mishaps on the way, all of which
 * must happen. The number of producers that it costs. */
int64_t cluster_lost(const struct cluster *cluster, struct rig *rig, const struct mishap *mishaps,
                     size_t count);

/* For kafka_rig_open(): a worker that waits for an answer for longer than a busy machine can make
 * it late, since each one that it gives up costs a producer; and one that waits for 4 s. Sessions
 * last, since a member that is put out cannot read back what became of its batch. */
extern const char *const cluster_settings[];
extern const char *const cluster_hasty_settings[];

#endif
