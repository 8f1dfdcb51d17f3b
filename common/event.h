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
#include "common/crypto.h"
#include "common/feedback.h"
#include "common/handback.h"
#include "common/message.h"
#include "common/order.h"
#include "common/page.h"
#include "common/product.h"
#include "common/recommendation_request.h"
#include "common/record.h"

enum event_kind {
    EVENT_MESSAGE,
    EVENT_ORDER,
    EVENT_PRODUCT,
    EVENT_PAGE,
    EVENT_COPY_REQUEST,
    EVENT_HANDBACK,
    EVENT_RECOMMENDATION_REQUEST,
    EVENT_FEEDBACK
};

/* All memory is the arena's. */
struct event {
    enum event_kind kind;
    struct str source;       /* ce_source, else the topic's name */
    struct str id;           /* ce_id, else topic/partition/offset */
    struct str tenant;       /* ce_tenant or the payload's; empty: the shop has only one */
    struct str traceparent;  /* W3C trace context, empty if absent or malformed */
    int64_t time_wall_ms;    /* sent_at, at, ce_time or the record's timestamp; -1: not known */
    int64_t expires_wall_ms; /* ce_expirytime; -1: none */
    uint8_t digest[CRYPTO_DIGEST_BYTES]; /* SHA-256 of the payload's bytes */
    union {
        struct message message;
        struct order order;
        struct product product;
        struct page page;
        struct copy_request copy_request;
        struct handback handback;
        struct recommendation_request recommendation_request;
        struct feedback feedback;
    };
};

#define EVENT_HEADERS_MAX 64 /* and one more that says how often it was sent again */

struct event_limits {
    size_t value_bytes_max;
};

/* What decoding may take of the arena at most, for values of up to so many bytes. */
#define EVENT_ARENA_BYTES(value_bytes_max) (2 * (size_t)(value_bytes_max) + ((size_t)2 << 20))

/* Decodes `record`, of an input topic with the real name `topic_name`, as the kind that this
 * topic carries, into the arena of `in`. A tombstone is a product that is removed, or a page. The
 * classes of errors are REJECT (dead letter; see the note of `in`) and RETRY (no
 * memory). */
MUST_USE enum err event_decode(const struct json_in *in, const struct record *record,
                               struct str topic_name, const struct event_limits *limits,
                               struct event **ret_event);

/* Key of the lane: the record's key, else conversation_id, else customer_id, else empty
 * (a lane of its own). `event` may be NULL when the record could not be decoded. */
struct str event_lane_key(const struct record *record, const struct event *event);

/* The conversation of a message or hand-back; empty for other events. */
struct str event_conversation(const struct event *event);

/* The id that its payload names itself by, which replies name: `id`, and for a product or a
 * page, which have none, the event's. */
struct str event_payload_id(const struct event *event);

/* topic/partition/offset, at most 256 characters: the id of a record that has no other. */
MUST_USE enum err event_position_id(struct arena *arena, const struct record *record,
                                    struct str topic_name, struct str *ret_id);

/* UUIDv5 (RFC 9562) of the kind of output, the event's source and its id, so that a redelivered
 * event makes the same outcome id. ERR_NOMEM. */
MUST_USE enum err event_outcome_id(struct str source, struct str id, const char *output_kind,
                                   char ret_id[CRYPTO_UUID_TEXT_BYTES]);

#endif
