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

/* A value without bytes is a null. NULL: no memory. */
static rd_kafka_headers_t *kafka_record_headers_new(const struct header *headers, size_t count)
{
    rd_kafka_headers_t *list = rd_kafka_headers_new(count);
    for (size_t i = 0; list && i < count; i++) {
        const struct header *header = &headers[i];
        if (rd_kafka_header_add(list, header->name.ptr, (ssize_t)header->name.len,
                                header->value.ptr, (ssize_t)header->value.len) !=
            RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_headers_destroy(list);
            return NULL;
        }
    }
    return list;
}

/* rd_kafka_produceva() tells null from empty. It only reads, though its interface has no const. */
static void *kafka_record_bytes(struct str text, bool is_there)
{
    static const char empty[1] = "";
    return is_there ? (void *)(uintptr_t)(text.ptr ? text.ptr : empty) : NULL;
}

rd_kafka_resp_err_t kafka_record_queue(rd_kafka_t *client, rd_kafka_vu_t to,
                                       const struct record *record, void *opaque)
{
    rd_kafka_headers_t *headers = kafka_record_headers_new(record->headers, record->headers_count);
    if (!headers) {
        return RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
    }
    const rd_kafka_vu_t parts[] = {
        to,
        { .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = record->partition },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_KEY,
          .u.mem = { kafka_record_bytes(record->key, record->has_key), record->key.len } },
        { .vtype = RD_KAFKA_VTYPE_VALUE,
          .u.mem = { kafka_record_bytes(record->value, record->has_value), record->value.len } },
        { .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque },
        { .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
    };
    rd_kafka_error_t *error = rd_kafka_produceva(client, parts, countof(parts));
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    if (error) {
        rd_kafka_error_destroy(error);
        rd_kafka_headers_destroy(headers);
    }
    return code;
}

static size_t kafka_record_count_headers(const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *list;
    rd_kafka_resp_err_t code = rd_kafka_message_headers(message, &list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? rd_kafka_header_cnt(list) : 0;
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
    if (ret_record->headers_count == RECORD_HEADERS_MAX) {
        ret_record->headers_left_out = kafka_record_count_headers(message) - RECORD_HEADERS_MAX;
    }
}
