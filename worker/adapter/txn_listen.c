/* txn_listen.c - see txn_listen.h. A request that was never written whole to a connection is
 * not sent: brokers drop a part of one. The shape of the callbacks is librdkafka's. */
#include "worker/adapter/txn_listen.h"

static rd_kafka_resp_err_t txn_listen_on_sent(rd_kafka_t *client, int fd, const char *broker,
                                              int32_t broker_id, int16_t api_key,
                                              int16_t api_version, int32_t correlation_id,
                                              size_t size, void *opaque)
{
    (void)client;
    (void)fd;
    (void)broker;
    (void)broker_id;
    (void)api_version;
    (void)correlation_id;
    (void)size;
    txn_watch_sent(opaque, api_key);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t txn_listen_on_answer(rd_kafka_t *client, int fd, const char *broker,
                                                int32_t broker_id, int16_t api_key,
                                                int16_t api_version, int32_t correlation_id,
                                                size_t size, int64_t rtt_us,
                                                rd_kafka_resp_err_t err, void *opaque)
{
    (void)client;
    (void)fd;
    (void)broker;
    (void)broker_id;
    (void)api_version;
    (void)correlation_id;
    (void)size;
    (void)rtt_us;
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) { /* else there was no answer */
        txn_watch_answered(opaque, api_key);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t txn_listen_on_new(rd_kafka_t *client, const rd_kafka_conf_t *conf,
                                             void *opaque, char *why, size_t why_size)
{
    (void)conf;
    (void)why;
    (void)why_size;
    rd_kafka_resp_err_t err =
        rd_kafka_interceptor_add_on_request_sent(client, "txn_listen", txn_listen_on_sent, opaque);
    return err ? err
               : rd_kafka_interceptor_add_on_response_received(client, "txn_listen",
                                                               txn_listen_on_answer, opaque);
}

void txn_listen_install(rd_kafka_conf_t *conf, struct txn_watch *watch)
{
    txn_watch_reset(watch);
    rd_kafka_conf_interceptor_add_on_new(conf, "txn_listen", txn_listen_on_new, watch);
}
