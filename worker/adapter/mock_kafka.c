/* mock_kafka.c - see mock_kafka.h. The cluster hangs on a client that does nothing else. */
#include "worker/adapter/mock_kafka.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/mem.h"
#include "worker/adapter/kafka_voice.h"

#define MOCK_KAFKA_BROKERS 1

struct mock_kafka {
    struct kafka_voice voice;
    rd_kafka_t *client;
    rd_kafka_mock_cluster_t *cluster;
};

static enum err mock_kafka_open(struct mock_kafka *mock, struct note *note)
{
    char why[NOTE_TEXT_BYTES];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(conf, &mock->voice);
    rd_kafka_conf_set_log_cb(conf, kafka_voice_on_log);
    mock->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    if (!mock->client) {
        rd_kafka_conf_destroy(conf);
        note_set(note, "the mock cluster cannot be made: %s", why);
        return ERR_UNAVAILABLE;
    }
    mock->cluster = rd_kafka_mock_cluster_new(mock->client, MOCK_KAFKA_BROKERS);
    if (!mock->cluster) {
        note_set(note, "the mock cluster cannot be made: no port of 127.0.0.1 is free");
        return ERR_UNAVAILABLE;
    }
    /* Nobody else joins while the demo starts, so the group need not wait for others. */
    rd_kafka_mock_group_initial_rebalance_delay_ms(mock->cluster, 0);
    return OK;
}

enum err mock_kafka_create(struct log *log, struct mock_kafka **ret_mock, struct note *note)
{
    struct mock_kafka *mock = mem_zero(1, sizeof(*mock));
    if (!mock) {
        return ERR_NOMEM;
    }
    kafka_voice_init(&mock->voice, log, "mock", mock);
    enum err err = mock_kafka_open(mock, note);
    if (err != OK) {
        mock_kafka_destroy(mock);
        return err;
    }
    *ret_mock = mock;
    return OK;
}

void mock_kafka_destroy(struct mock_kafka *mock)
{
    if (!mock) {
        return;
    }
    if (mock->cluster) {
        rd_kafka_mock_cluster_destroy(mock->cluster);
    }
    if (mock->client) {
        rd_kafka_destroy(mock->client);
    }
    kafka_voice_fini(&mock->voice);
    mem_free(mock);
}

const char *mock_kafka_bootstrap(const struct mock_kafka *mock)
{
    return rd_kafka_mock_cluster_bootstraps(mock->cluster);
}

enum err mock_kafka_topic(struct mock_kafka *mock, const char *name, int partitions,
                          struct note *note)
{
    rd_kafka_resp_err_t code = rd_kafka_mock_topic_create(mock->cluster, name, partitions, 1);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        note_set(note, "topic %s: %s", name, rd_kafka_err2str(code));
        return ERR_UNAVAILABLE;
    }
    return OK;
}
