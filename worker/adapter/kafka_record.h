/* kafka_record.h - sees a message of librdkafka as a record.
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

/* The same headers for librdkafka; a value without bytes is a null. NULL: no memory. */
rd_kafka_headers_t *kafka_record_headers_new(const struct header *headers, size_t count);

/* A key or value for rd_kafka_produceva(), which tells null from empty. Borrowed. */
void *kafka_record_bytes(struct str text, bool is_there);

/* Its first `max` headers, borrowed from the message. Gives their number. */
size_t kafka_record_headers(const rd_kafka_message_t *message, struct header *headers, size_t max);

#endif
