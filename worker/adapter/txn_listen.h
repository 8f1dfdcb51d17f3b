/* txn_listen.h - makes librdkafka report the requests of its transactions (txn_watch.h).
 *
 * Thread: librdkafka's broker threads report; the rest is the commit thread's. */
#ifndef ADAPTER_TXN_LISTEN_H
#define ADAPTER_TXN_LISTEN_H

#include <librdkafka/rdkafka.h>

#include "worker/engine/txn_watch.h"

/* Makes a producer of `conf` report to `watch`, which lives longer than it. */
void txn_listen_install(rd_kafka_conf_t *conf, struct txn_watch *watch);

#endif
