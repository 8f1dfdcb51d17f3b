/* mock_kafka.h - librdkafka's own cluster, inside the process, on loopback.
 *
 * For the demo and for tests: any Kafka client can talk to it. It shows aborted records and
 * forgets offsets that were sent to a transaction, so it is used at least once.
 *
 * Thread: the loop's; it has threads of its own. */
#ifndef ADAPTER_MOCK_KAFKA_H
#define ADAPTER_MOCK_KAFKA_H

#include "common/log.h"
#include "common/note.h"
#include "common/str.h"

struct mock_kafka;

/* ERR_UNAVAILABLE, ERR_NOMEM. */
MUST_USE enum err mock_kafka_create(struct log *log, struct mock_kafka **ret_mock,
                                    struct note *note);
void mock_kafka_destroy(struct mock_kafka *mock); /* all clients are closed; accepts NULL */

/* "127.0.0.1:port"; lives as long as the mock. */
const char *mock_kafka_bootstrap(const struct mock_kafka *mock);

MUST_USE enum err mock_kafka_topic(struct mock_kafka *mock, const char *name, int partitions,
                                   struct note *note);

#endif
