/* feed_kafka.c - see feed_kafka.h. */
#include "worker/adapter/feed_kafka.h"

#include <librdkafka/rdkafka.h>

#include "common/mem.h"

struct feed_kafka {
    rd_kafka_t *client;
};

static bool feed_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[256];
    return rd_kafka_conf_set(conf, name, value, why, sizeof(why)) == RD_KAFKA_CONF_OK;
}

static rd_kafka_conf_t *feed_kafka_conf(const char *bootstrap)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (feed_kafka_set(conf, "bootstrap.servers", bootstrap) &&
        feed_kafka_set(conf, "linger.ms", "0") &&
        feed_kafka_set(conf, "partitioner", "murmur2_random")) {
        return conf;
    }
    rd_kafka_conf_destroy(conf);
    return NULL;
}

enum err feed_kafka_create(const char *bootstrap, struct feed_kafka **ret_feed,
                           struct note *note)
{
    struct feed_kafka *feed = mem_zero(1, sizeof(*feed));
    rd_kafka_conf_t *conf = feed ? feed_kafka_conf(bootstrap) : NULL;
    if (!conf) {
        mem_free(feed);
        return ERR_NOMEM;
    }
    char why[NOTE_TEXT_BYTES];
    feed->client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    if (!feed->client) {
        rd_kafka_conf_destroy(conf);
        mem_free(feed);
        note_set(note, "%s", why);
        return ERR_UNAVAILABLE;
    }
    *ret_feed = feed;
    return OK;
}

void feed_kafka_destroy(struct feed_kafka *feed)
{
    if (!feed) {
        return;
    }
    rd_kafka_destroy(feed->client);
    mem_free(feed);
}

enum err feed_kafka_send(struct feed_kafka *feed, const char *topic, struct str key,
                         struct str value)
{
    rd_kafka_resp_err_t code = rd_kafka_producev(
        feed->client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY((void *)(uintptr_t)key.ptr, key.len),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value.ptr, value.len),
        RD_KAFKA_V_END);
    rd_kafka_poll(feed->client, 0);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? OK : ERR_FULL;
}

enum err feed_kafka_flush(struct feed_kafka *feed, int timeout_ms)
{
    return rd_kafka_flush(feed->client, timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR ? OK
                                                                                   : ERR_TIMEOUT;
}
