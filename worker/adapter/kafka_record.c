/* kafka_record.c - see kafka_record.h. */
#include "worker/adapter/kafka_record.h"

size_t kafka_record_headers(const rd_kafka_message_t *message, struct header *headers, size_t max)
{
    rd_kafka_headers_t *list;
    if (rd_kafka_message_headers(message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return 0;
    }
    size_t count = 0;
    const char *name;
    const void *value;
    size_t size;
    while (count < max &&
           rd_kafka_header_get_all(list, count, &name, &value, &size) ==
               RD_KAFKA_RESP_ERR_NO_ERROR) {
        headers[count++] = (struct header){
            .name = str_from(name),
            .value = { .ptr = value, .len = value ? size : 0 },
        };
    }
    return count;
}

void kafka_record_view(const rd_kafka_message_t *message, enum topic topic,
                       struct header headers[RECORD_HEADERS_MAX], struct record *ret_record)
{
    rd_kafka_timestamp_type_t kind;
    int64_t timestamp_ms = rd_kafka_message_timestamp(message, &kind);
    *ret_record = (struct record){
        .topic = topic,
        .partition = message->partition,
        .offset = message->offset,
        .leader_epoch = rd_kafka_message_leader_epoch(message),
        .timestamp_wall_ms = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp_ms,
        .key = { message->key, message->key ? message->key_len : 0 },
        .value = { message->payload, message->payload ? message->len : 0 },
        .has_key = message->key != NULL,
        .has_value = message->payload != NULL,
        .headers = headers,
        .headers_count = kafka_record_headers(message, headers, RECORD_HEADERS_MAX),
    };
}
