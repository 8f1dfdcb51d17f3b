/* kafka_record.h - sees a message of librdkafka as a record, and queues one as a message.
 *
 * Thread: any. */
#ifndef ADAPTER_KAFKA_RECORD_H
#define ADAPTER_KAFKA_RECORD_H

#include <librdkafka/rdkafka.h>

#include "common/record.h"

/* Fills `ret_record` and the headers it points to; both borrow from the message. Of more than
 * RECORD_HEADERS_MAX headers the rest is counted in headers_left_out. */
void kafka_record_view(const rd_kafka_message_t *message, enum topic topic,
                       struct header headers[RECORD_HEADERS_MAX], struct record *ret_record);

/* Its first `max` headers, borrowed from the message. Gives their number. */
size_t kafka_record_headers(const rd_kafka_message_t *message, struct header *headers, size_t max);

/* Queues a copy of key, value and headers for record->partition, RD_KAFKA_PARTITION_UA for the one
 * that the key says. `to` is the topic, of type RD_KAFKA_VTYPE_RKT or RD_KAFKA_VTYPE_TOPIC.
 * `opaque` comes back with the report. Does not block. Not NO_ERROR: nothing was queued. */
rd_kafka_resp_err_t kafka_record_queue(rd_kafka_t *client, rd_kafka_vu_t to,
                                       const struct record *record, void *opaque);

#endif
