/* feed_kafka.h - puts records into topics, as a shop's own systems would.
 *
 * For the demo. Blocking calls have a bound; sending does not block.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_FEED_KAFKA_H
#define ADAPTER_FEED_KAFKA_H

#include "common/note.h"
#include "common/str.h"

struct feed_kafka;

/* ERR_UNAVAILABLE, ERR_NOMEM. */
MUST_USE enum err feed_kafka_create(const char *bootstrap, struct feed_kafka **ret_feed,
                                    struct note *note);
void feed_kafka_destroy(struct feed_kafka *feed); /* accepts NULL */

/* Copies what it sends. ERR_FULL: try later. */
MUST_USE enum err feed_kafka_send(struct feed_kafka *feed, const char *topic, struct str key,
                                  struct str value);

/* Waits until all is with the broker. ERR_TIMEOUT. */
MUST_USE enum err feed_kafka_flush(struct feed_kafka *feed, int timeout_ms);

#endif
