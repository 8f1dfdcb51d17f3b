/* txn_watch.c - see txn_watch.h. A request that was never written whole to a connection is
 * not sent: brokers drop a part of one. An answer comes before librdkafka acts on it, so the
 * counts are complete when the call that waited for it returns. */
#include "worker/adapter/txn_watch.h"

#include "worker/adapter/crash_point.h"

static bool txn_watch_find(int api_key, enum txn_request *ret_request)
{
    switch (api_key) {
    case 24:
        *ret_request = TXN_ADD_PARTITIONS;
        return true;
    case 25:
        *ret_request = TXN_ADD_OFFSETS;
        return true;
    case 26:
        *ret_request = TXN_END;
        return true;
    case 28:
        *ret_request = TXN_OFFSET_COMMIT;
        return true;
    default:
        return false;
    }
}

void txn_watch_sent(struct txn_watch *watch, int api_key)
{
    enum txn_request request;
    if (txn_watch_find(api_key, &request)) {
        atomic_fetch_add(&watch->sent[request], 1);
        if (atomic_exchange(&watch->is_open[request], true)) {
            atomic_fetch_add(&watch->lost[request], 1);
        }
    }
}

void txn_watch_answered(struct txn_watch *watch, int api_key, rd_kafka_resp_err_t err)
{
    enum txn_request request;
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR && txn_watch_find(api_key, &request)) {
        atomic_store(&watch->is_open[request], false);
    }
}

/* The shape of these three is librdkafka's. */
static rd_kafka_resp_err_t txn_watch_on_sent(rd_kafka_t *client, int fd, const char *broker,
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

static rd_kafka_resp_err_t txn_watch_on_answer(rd_kafka_t *client, int fd, const char *broker,
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
    txn_watch_answered(opaque, api_key, err);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t txn_watch_on_new(rd_kafka_t *client, const rd_kafka_conf_t *conf,
                                            void *opaque, char *why, size_t why_size)
{
    (void)conf;
    (void)why;
    (void)why_size;
    rd_kafka_resp_err_t err =
        rd_kafka_interceptor_add_on_request_sent(client, "txn_watch", txn_watch_on_sent, opaque);
    return err ? err
               : rd_kafka_interceptor_add_on_response_received(client, "txn_watch",
                                                               txn_watch_on_answer, opaque);
}

void txn_watch_install(rd_kafka_conf_t *conf, struct txn_watch *watch)
{
    txn_watch_reset(watch);
    rd_kafka_conf_interceptor_add_on_new(conf, "txn_watch", txn_watch_on_new, watch);
}

void txn_watch_reset(struct txn_watch *watch)
{
    for (size_t i = 0; i < TXN_REQUEST_COUNT; i++) {
        atomic_store(&watch->sent[i], 0);
        atomic_store(&watch->lost[i], 0);
        atomic_store(&watch->is_open[i], false);
    }
}

static uint32_t txn_watch_missing(const struct txn_watch *watch, size_t request)
{
    return atomic_load(&watch->lost[request]) + (atomic_load(&watch->is_open[request]) ? 1 : 0);
}

void txn_watch_tell(const struct txn_watch *watch, char out[TXN_WATCH_TEXT_BYTES])
{
    static const int keys[TXN_REQUEST_COUNT] = { 24, 25, 26, 28 };
    size_t len = 0;
    for (size_t i = 0; i < TXN_REQUEST_COUNT && len < TXN_WATCH_TEXT_BYTES; i++) {
        int wrote = snprintf(out + len, TXN_WATCH_TEXT_BYTES - len, "%s%d: %u-%u",
                             i > 0 ? ", " : "", keys[i], atomic_load(&watch->sent[i]),
                             txn_watch_missing(watch, i));
        len += wrote > 0 ? (size_t)wrote : 0;
    }
}

bool txn_watch_is_clean(const struct txn_watch *watch)
{
    if (DEFENCE_IS_LOWERED("resends")) {
        return true;
    }
    for (size_t i = 0; i < TXN_REQUEST_COUNT; i++) {
        if (txn_watch_missing(watch, i) > 0) {
            return false;
        }
    }
    return atomic_load(&watch->sent[TXN_END]) <= 1;
}
