/* event.h - one Kafka record that asks for something, decoded and checked.
 *
 * A record is a CloudEvent in binary mode (ce_ headers), a CloudEvent in structured mode,
 * or plain JSON (CloudEvents 1.0.2, Kafka protocol binding). The topic says which kind of
 * payload it must be; the payload is checked against the schema of that kind.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_EVENT_H
#define COMMON_EVENT_H

#include "common/copy_request.h"
#include "common/message.h"
#include "common/order.h"
#include "common/product.h"
#include "common/record.h"

enum event_kind { EVENT_MESSAGE, EVENT_ORDER, EVENT_PRODUCT, EVENT_COPY_REQUEST };

/* All memory is the arena's. */
struct event {
    enum event_kind kind;
    struct str source;      /* ce_source, else the topic's name */
    struct str id;          /* ce_id, else topic/partition/offset */
    struct str tenant;      /* empty: the shop has only one */
    struct str traceparent; /* W3C trace context, empty if absent or malformed */
    int64_t time_wall_ms;   /* sent_at, at, ce_time or the record's timestamp; -1: not known */
    int64_t expires_wall_ms; /* ce_expirytime; -1: none */
    uint8_t digest[32];      /* SHA-256 of the payload's bytes */
    union {
        struct message message;
        struct order order;
        struct product product;
        struct copy_request copy_request;
    };
};

struct event_limits {
    size_t value_bytes_max;
};

/* Decodes `record` of the kind that its topic carries. `topic_name` is the topic's real name.
 * The classes of errors are REJECT (dead letter) and RETRY (no memory). */
MUST_USE enum err event_decode(struct arena *arena, const struct record *record,
                               struct str topic_name, const struct event_limits *limits,
                               struct event **ret_event, struct note *note);

/* Key of the lane: the record's key, else conversation_id, else customer_id, else empty
 * (a lane of its own). `event` may be NULL when the record could not be decoded. */
struct str event_lane_key(const struct record *record, const struct event *event);

/* UUIDv5 (RFC 9562) of source and id, under a namespace for each kind of output, so that a
 * redelivered event makes the same outcome id. Writes 36 characters and a NUL. */
void event_outcome_id(const struct event *event, const char *output_kind, char ret_id[37]);

#endif
