/* kafka_record.h - sees a message of librdkafka as a record.
 *
 * Thread: any. */
#ifndef ADAPTER_KAFKA_RECORD_H
#define ADAPTER_KAFKA_RECORD_H

#include <librdkafka/rdkafka.h>

#include "common/record.h"

/* Fills `ret_record` and the headers it points to; both borrow from the message. More than
 * RECORD_HEADERS_MAX headers are cut off. */
void kafka_record_view(const rd_kafka_message_t *message, enum topic topic,
                       struct header headers[RECORD_HEADERS_MAX], struct record *ret_record);

/* Its first `max` headers, borrowed from the message. Gives their number. */
size_t kafka_record_headers(const rd_kafka_message_t *message, struct header *headers, size_t max);

#endif
