/* txn_cluster.c - see txn_cluster.h. */
#include "tests/unit/cm.h"

#include "tests/unit/txn_cluster.h"

#define PARTITIONS 2

#define LASTING "delivery=exactly-once", "kafka.consumer.session.timeout.ms=120000"

const char *const cluster_settings[] = { LASTING, "kafka.producer.transaction.timeout.ms=60000",
                                         NULL };
const char *const cluster_hasty_settings[] = { LASTING, "kafka.producer.socket.timeout.ms=4000",
                                               NULL };

void cluster_open(struct cluster *cluster)
{
    char why[256];
    cluster->client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
    assert_non_null(cluster->client);
    cluster->mock = rd_kafka_mock_cluster_new(cluster->client, TXN_CLUSTER_BROKER);
    assert_non_null(cluster->mock);
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster->mock, 0);
    static const char *const topics[] = { "support.messages", "support.answers" };
    for (size_t i = 0; i < countof(topics); i++) {
        assert_int_equal(rd_kafka_mock_topic_create(cluster->mock, topics[i], PARTITIONS, 1), 0);
    }
}

void cluster_close(struct cluster *cluster)
{
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->client);
}

const char *cluster_bootstrap(const struct cluster *cluster)
{
    return rd_kafka_mock_cluster_bootstraps(cluster->mock);
}

size_t cluster_requests(const struct cluster *cluster, int16_t api_key)
{
    size_t count = 0;
    size_t found = 0;
    rd_kafka_mock_request_t **requests = rd_kafka_mock_get_requests(cluster->mock, &count);
    for (size_t i = 0; i < count; i++) {
        found += rd_kafka_mock_request_api_key(requests[i]) == api_key;
    }
    rd_kafka_mock_request_destroy_array(requests, count);
    return found;
}

void cluster_push(const struct cluster *cluster, const struct mishap *mishap)
{
    for (int i = 0; i < mishap->times; i++) {
        assert_int_equal(rd_kafka_mock_broker_push_request_error_rtts(
                             cluster->mock, TXN_CLUSTER_BROKER, mishap->api_key, 1, mishap->err,
                             mishap->late_ms),
                         0);
    }
}

static void must_have_happened(const struct cluster *cluster, const struct mishap *mishap)
{
    size_t left = 1;
    assert_int_equal(rd_kafka_mock_broker_error_stack_cnt(cluster->mock, TXN_CLUSTER_BROKER,
                                                          mishap->api_key, &left),
                     0);
    if (left > 0) {
        fail_msg("%d, %s: %zu did not happen", mishap->api_key, rd_kafka_err2name(mishap->err),
                 left);
    }
}

static bool rig_has_read(struct rig *rig)
{
    return rig->engine.records >= rig->goal && rig_is_ready(rig);
}

int64_t cluster_lost(const struct cluster *cluster, struct rig *rig, const struct mishap *mishaps,
                     size_t count)
{
    int64_t before = metric_get(rig->metrics, METRIC_PRODUCERS, 0, 0);
    rig->engine.is_held = true; /* or the requests of who produces would meet with it */
    rig_produce(cluster_bootstrap(cluster), "support.messages", -1, TXN_CLUSTER_RECORDS);
    rig->goal += TXN_CLUSTER_RECORDS;
    assert_true(rig_run_until(rig, rig_has_read));
    for (size_t i = 0; i < count; i++) {
        cluster_push(cluster, &mishaps[i]);
    }
    rig->engine.is_held = false;
    assert_true(rig_run_until(rig, rig_is_settled));
    assert_int_equal(rig->fatal, OK);
    for (size_t i = 0; i < count; i++) {
        must_have_happened(cluster, &mishaps[i]);
    }
    return metric_get(rig->metrics, METRIC_PRODUCERS, 0, 0) - before;
}
