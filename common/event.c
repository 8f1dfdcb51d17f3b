/* event.c - see event.h. The order of the checks is the order in which they get dearer: what
 * the record is missing, its size, its encoding, its headers, its JSON, its fields. */
#include "common/event.h"

#include "common/cloudevent.h"
#include "common/field.h"
#include "common/message_scan.h"
#include "common/order_scan.h"
#include "common/utf8.h"

#define FRAME_BYTES 5 /* Schema Registry: 0x00 and the schema's number */
#define POSITION_TAIL_BYTES 31 /* "/2147483647/9223372036854775807" */
#define OUTCOME_NAME_BYTES 8192

/* The namespace of outcome ids; never changes. */
static const uint8_t event_outcome_space[CRYPTO_UUID_BYTES] = {
    0x5b, 0x0c, 0x1d, 0x9e, 0x37, 0x6a, 0x4f, 0x82, 0xa4, 0xd1, 0x6e, 0x2f, 0x93, 0x58, 0xc7, 0x10,
};

static const char *const event_payloads[] = {
    [EVENT_MESSAGE] = "message",
    [EVENT_ORDER] = "order",
    [EVENT_PRODUCT] = "catalog",
    [EVENT_PAGE] = "knowledge",
    [EVENT_COPY_REQUEST] = "copy-request",
    [EVENT_HANDBACK] = "handback",
    [EVENT_RECOMMENDATION_REQUEST] = "recommendation-request",
    [EVENT_FEEDBACK] = "feedback",
};

static enum event_kind event_kind_of(enum topic topic)
{
    switch (topic) {
    case TOPIC_MESSAGES:
        return EVENT_MESSAGE;
    case TOPIC_ORDERS:
        return EVENT_ORDER;
    case TOPIC_CATALOG:
        return EVENT_PRODUCT;
    case TOPIC_KNOWLEDGE:
        return EVENT_PAGE;
    case TOPIC_COPY_REQUESTS:
        return EVENT_COPY_REQUEST;
    case TOPIC_HANDBACKS:
        return EVENT_HANDBACK;
    case TOPIC_RECOMMENDATION_REQUESTS:
        return EVENT_RECOMMENDATION_REQUEST;
    case TOPIC_FEEDBACK:
        return EVENT_FEEDBACK;
    case TOPIC_ANSWERS:
    case TOPIC_RECOMMENDATIONS:
    case TOPIC_COPIES:
    case TOPIC_HANDOFFS:
    case TOPIC_CONVERSATIONS:
    case TOPIC_DEAD_LETTERS:
    case TOPIC_AUDIT:
    case TOPIC_COUNT:
        break;
    }
    BUG("decoding a record of a topic that carries no events");
}

static enum err event_fault(struct note *note, enum err err, const char *text)
{
    note_at(note, "%s", "");
    note_set(note, "%s", text);
    return err;
}

/* ---- bytes ---- */

static bool event_starts_object(struct str bytes)
{
    size_t at = 0;
    while (at < bytes.len && memchr(" \t\r\n", bytes.ptr[at], 4)) {
        at++;
    }
    return at < bytes.len && bytes.ptr[at] == '{';
}

/* What was left out may have said what the record is. */
static enum err event_check_headers(const struct record *record, struct note *note)
{
    struct str redrives;
    size_t count = record->headers_count + record->headers_left_out;
    bool is_redriven = count == EVENT_HEADERS_MAX + 1 &&
                       record_header(record, "x-dlq-redrives", &redrives);
    if (record->headers_left_out == 0 && (count <= EVENT_HEADERS_MAX || is_redriven)) {
        return OK;
    }
    event_fault(note, ERR_TOO_LARGE, "");
    note_set(note, "the record has %zu headers, %d are allowed%s", count, EVENT_HEADERS_MAX,
             record->headers_left_out > 0 ? "; the others are not in this letter" : "");
    return ERR_TOO_LARGE;
}

/* The bytes that should be JSON: not empty, not too large, without a frame. */
static enum err event_find_payload(const struct record *record, size_t bytes_max,
                                   struct str *ret_payload, struct note *note)
{
    struct str bytes = record->value;
    if (!record->has_value || bytes.len == 0) {
        return event_fault(note, ERR_EMPTY, "the record has no value");
    }
    if (bytes.len > bytes_max) {
        event_fault(note, ERR_TOO_LARGE, "");
        note_set(note, "the value has %zu bytes, %zu are allowed", bytes.len, bytes_max);
        return ERR_TOO_LARGE;
    }
    if (bytes.ptr[0] == '\0' && bytes.len >= FRAME_BYTES) {
        bytes = str_slice(bytes, FRAME_BYTES, bytes.len);
        if (!event_starts_object(bytes)) {
            return event_fault(note, ERR_FORMAT,
                               "a Schema Registry frame without JSON behind it: "
                               "Avro and Protobuf are not read, produce JSON");
        }
    }
    *ret_payload = bytes;
    return OK;
}

/* ---- reading ---- */

/* What one decoding works on. */
struct event_reading {
    struct json_in in; /* arena and note */
    const struct record *record;
    struct str topic_name;
    struct str payload; /* the bytes of the JSON */
    enum cloudevent_mode mode;
    struct cloudevent cloudevent;
    struct str tenant;    /* what the payload says */
    int64_t time_wall_ms; /* the same; -1: nothing */
};

static enum err event_read_headers(struct event_reading *reading, const struct event *event)
{
    const struct record *record = reading->record;
    struct note *note = reading->in.note;
    TRY(cloudevent_mode_of(record, &reading->mode, note));
    if (reading->mode != CLOUDEVENT_BINARY) {
        return OK;
    }
    TRY(cloudevent_from_headers(reading->in.arena, record, &reading->cloudevent, note));
    if (!cloudevent_claims(reading->cloudevent.type, event_payloads[event->kind])) {
        return event_fault(note, ERR_VERSION, "header ce_type: claims another payload or version");
    }
    return OK;
}

/* Finds the payload inside an envelope, if there is one. */
static enum err event_read_envelope(struct event_reading *reading, const struct event *event,
                                    const struct json_at *root, struct json_at *ret_data)
{
    if (reading->mode == CLOUDEVENT_PLAIN && cloudevent_is_envelope(root)) {
        reading->mode = CLOUDEVENT_STRUCTURED;
    }
    if (reading->mode != CLOUDEVENT_STRUCTURED) {
        *ret_data = *root;
        return OK;
    }
    TRY(cloudevent_from_envelope(root, &reading->cloudevent, ret_data));
    if (!cloudevent_claims(reading->cloudevent.type, event_payloads[event->kind])) {
        enum err err = json_fault(root, "type", "claims another payload or version");
        return err == OK ? OK : ERR_VERSION;
    }
    return OK;
}

static enum err event_read_wish(struct event_reading *reading, const struct json_at *at,
                                struct event *event)
{
    if (event->kind == EVENT_COPY_REQUEST) {
        TRY(copy_request_decode(at, &event->copy_request));
        reading->tenant = event->copy_request.tenant;
        return OK;
    }
    TRY(recommendation_request_decode(at, &event->recommendation_request));
    reading->tenant = event->recommendation_request.tenant;
    return OK;
}

/* What a worker knows all of. */
static enum err event_read_entry(struct event_reading *reading, const struct json_at *at,
                                 struct event *event)
{
    if (event->kind == EVENT_PAGE) {
        TRY(page_decode(at, &event->page));
        reading->tenant = event->page.tenant;
        return OK;
    }
    TRY(product_decode(at, &event->product));
    reading->tenant = event->product.tenant;
    return OK;
}

static enum err event_read_payload(struct event_reading *reading, const struct json_at *at,
                                   struct event *event)
{
    switch (event->kind) {
    case EVENT_MESSAGE:
        TRY(message_decode(at, &event->message));
        reading->tenant = event->message.tenant;
        reading->time_wall_ms = event->message.sent_at_wall_ms;
        break;
    case EVENT_ORDER:
        TRY(order_decode(at, &event->order));
        reading->tenant = event->order.tenant;
        reading->time_wall_ms = event->order.at_wall_ms;
        break;
    case EVENT_PRODUCT:
    case EVENT_PAGE:
        return event_read_entry(reading, at, event);
    case EVENT_COPY_REQUEST:
    case EVENT_RECOMMENDATION_REQUEST:
        return event_read_wish(reading, at, event);
    case EVENT_HANDBACK:
        TRY(handback_decode(at, &event->handback));
        reading->tenant = event->handback.tenant;
        reading->time_wall_ms = event->handback.at_wall_ms;
        break;
    case EVENT_FEEDBACK:
        TRY(feedback_decode(at, &event->feedback));
        reading->tenant = event->feedback.tenant;
        reading->time_wall_ms = event->feedback.at_wall_ms;
        break;
    }
    return OK;
}

static enum err event_read_fields(struct event_reading *reading, const struct json_at *at,
                                  struct event *event)
{
    TRY(event_read_payload(reading, at, event));
    struct str claimed = reading->cloudevent.tenant;
    if (claimed.len && reading->tenant.len && !str_eq(claimed, reading->tenant)) {
        return json_fault(at, "tenant", "is another one than the envelope's");
    }
    return OK;
}

/* Of the payload as it was received; in structured mode, where it has no bytes of its own, of
 * its compact form. */
static enum err event_digest(const struct event_reading *reading, const struct json_at *data,
                             uint8_t ret_digest[CRYPTO_DIGEST_BYTES])
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, SIZE_MAX);
    if (reading->mode != CLOUDEVENT_STRUCTURED) {
        return crypto_sha256(reading->payload, ret_digest);
    }
    TRY(buf_reserve(&buf, reading->payload.len));
    TRY(json_write(data->value, &buf));
    return crypto_sha256(buf_str(&buf), ret_digest);
}

static enum err event_scan_kind(struct event_reading *reading, struct event *event,
                                bool *ret_is_read)
{
    struct arena *arena = reading->in.arena;
    if (event->kind == EVENT_MESSAGE) {
        return message_scan(arena, reading->payload, &event->message, ret_is_read);
    }
    enum order_scan_end end = order_scan_event(arena, reading->payload, &event->order);
    *ret_is_read = end == ORDER_SCAN_DONE;
    return end == ORDER_SCAN_NOMEM ? ERR_NOMEM : OK;
}

/* Most order events and messages need no tree. `*ret_is_read` is false for the others, and those
 * whose tenant is in doubt. */
static enum err event_scan(struct event_reading *reading, struct event *event, bool *ret_is_read)
{
    bool is_order = event->kind == EVENT_ORDER;
    *ret_is_read = false;
    if (reading->mode == CLOUDEVENT_STRUCTURED || (!is_order && event->kind != EVENT_MESSAGE)) {
        return OK;
    }
    TRY(event_scan_kind(reading, event, ret_is_read));
    if (!*ret_is_read) {
        return OK;
    }
    struct str claimed = reading->cloudevent.tenant;
    reading->tenant = is_order ? event->order.tenant : event->message.tenant;
    reading->time_wall_ms = is_order ? event->order.at_wall_ms : event->message.sent_at_wall_ms;
    *ret_is_read = !claimed.len || !reading->tenant.len || str_eq(claimed, reading->tenant);
    return crypto_sha256(reading->payload, event->digest);
}

static enum err event_read_json(struct event_reading *reading, struct event *event)
{
    bool is_read;
    TRY(event_scan(reading, event, &is_read));
    if (is_read) {
        return OK;
    }
    CLEANUP(json_drop) struct json_t *tree = NULL;
    struct json_at data;
    TRY(json_read(reading->payload, reading->payload.len, &tree, reading->in.note));
    struct json_at root = json_root(tree, &reading->in);
    TRY(event_read_envelope(reading, event, &root, &data));
    TRY(event_read_fields(reading, &data, event));
    return event_digest(reading, &data, event->digest);
}

/* A tombstone: its key says which product is gone, or which page. */
static enum err event_read_removal(const struct event_reading *reading, struct event *event)
{
    const struct record *record = reading->record;
    struct note *note = reading->in.note;
    if (!record->has_key || record->key.len == 0) {
        return event_fault(note, ERR_EMPTY, "the record has neither value nor key");
    }
    if (utf8_check(record->key, NULL) != OK) {
        return event_fault(note, ERR_UTF8, "the key is not valid UTF-8");
    }
    if (utf8_count(record->key) > FIELD_ID_MAX || memchr(record->key.ptr, '\0', record->key.len)) {
        return event_fault(note, ERR_SCHEMA, "the key is no name: too long, or with a NUL");
    }
    struct str name;
    TRY(arena_copy(reading->in.arena, record->key, &name));
    if (event->kind == EVENT_PAGE) {
        event->page = (struct page){ .name = name, .is_removed = true };
    } else {
        event->product = (struct product){
            .sku = name, .removed = true, .ship_min_days = -1, .ship_max_days = -1
        };
    }
    return crypto_sha256(STR_NONE, event->digest);
}

/* ---- identity ---- */

static int64_t event_time(const struct event_reading *reading)
{
    if (reading->time_wall_ms >= 0) {
        return reading->time_wall_ms;
    }
    return reading->cloudevent.time_wall_ms >= 0 ? reading->cloudevent.time_wall_ms
                                                 : reading->record->timestamp_wall_ms;
}

/* What the envelope says, or in its place the record's position. */
static enum err event_identify(struct event_reading *reading, struct event *event)
{
    struct arena *arena = reading->in.arena;
    const struct cloudevent *cloudevent = &reading->cloudevent;
    TRY(cloudevent_trace(arena, reading->record, &reading->cloudevent));
    event->source = cloudevent->source;
    event->id = cloudevent->id;
    event->tenant = cloudevent->tenant.len ? cloudevent->tenant : reading->tenant;
    event->traceparent = cloudevent->traceparent;
    event->expires_wall_ms = cloudevent->expires_wall_ms;
    event->time_wall_ms = event_time(reading);
    if (event->id.len) {
        return OK;
    }
    TRY(arena_copy(arena, reading->topic_name, &event->source));
    return event_position_id(arena, reading->record, reading->topic_name, &event->id);
}

/* ---- public ---- */

enum err event_decode(const struct json_in *in, const struct record *record, struct str topic_name,
                      const struct event_limits *limits, struct event **ret_event)
{
    struct event_reading reading = {
        .in = *in,
        .record = record,
        .topic_name = topic_name,
        .cloudevent = CLOUDEVENT_NONE,
        .time_wall_ms = -1,
    };
    struct event *event = arena_new(in->arena, struct event);
    if (!event) {
        return ERR_NOMEM;
    }
    event->kind = event_kind_of(record->topic);
    TRY(event_check_headers(record, in->note));
    if (!record->has_value && !topic_has_events(record->topic)) {
        TRY(event_read_headers(&reading, event));
        TRY(event_read_removal(&reading, event));
    } else {
        TRY(event_find_payload(record, limits->value_bytes_max, &reading.payload, in->note));
        TRY(event_read_headers(&reading, event));
        TRY(event_read_json(&reading, event));
    }
    TRY(event_identify(&reading, event));
    *ret_event = event;
    return OK;
}

/* The customer of an event that belongs to no conversation. */
static struct str event_own_key(const struct event *event)
{
    switch (event->kind) {
    case EVENT_ORDER:
        return event->order.customer_id;
    case EVENT_RECOMMENDATION_REQUEST:
        return event->recommendation_request.customer_id;
    case EVENT_FEEDBACK:
        return event->feedback.customer_id;
    case EVENT_MESSAGE:
    case EVENT_HANDBACK:
    case EVENT_PRODUCT:
    case EVENT_PAGE:
    case EVENT_COPY_REQUEST:
        break;
    }
    return event_conversation(event);
}

struct str event_lane_key(const struct record *record, const struct event *event)
{
    if (record->has_key && record->key.len) {
        return record->key;
    }
    return event ? event_own_key(event) : STR_NONE;
}

struct str event_conversation(const struct event *event)
{
    if (event->kind == EVENT_MESSAGE) {
        return event->message.conversation_id;
    }
    return event->kind == EVENT_HANDBACK ? event->handback.conversation_id : STR_NONE;
}

struct str event_payload_id(const struct event *event)
{
    switch (event->kind) {
    case EVENT_MESSAGE:
        return event->message.id;
    case EVENT_ORDER:
        return event->order.id;
    case EVENT_COPY_REQUEST:
        return event->copy_request.id;
    case EVENT_HANDBACK:
        return event->handback.id;
    case EVENT_RECOMMENDATION_REQUEST:
        return event->recommendation_request.id;
    case EVENT_FEEDBACK:
        return event->feedback.id;
    case EVENT_PRODUCT:
    case EVENT_PAGE:
        break;
    }
    return event->id;
}

enum err event_position_id(struct arena *arena, const struct record *record, struct str topic_name,
                           struct str *ret_id)
{
    struct str topic = str_slice(topic_name, 0, FIELD_ID_MAX - POSITION_TAIL_BYTES);
    char partition[STR_INT_BYTES];
    char offset[STR_INT_BYTES];
    const struct str parts[] = { topic, STR("/"), str_from_int(record->partition, partition),
                                 STR("/"), str_from_int(record->offset, offset) };
    return arena_join(arena, parts, countof(parts), ret_id);
}

enum err event_outcome_id(struct str source, struct str id, const char *output_kind,
                          char ret_id[CRYPTO_UUID_TEXT_BYTES])
{
    char name[OUTCOME_NAME_BYTES];
    char length[STR_INT_BYTES];
    /* The length keeps "a","bc" and "ab","c" apart. */
    const struct str parts[] = { str_from(output_kind), STR("\n"),
                                 str_from_int((int64_t)source.len, length), STR(":"), source, id };
    return crypto_uuid5(event_outcome_space, str_join(parts, countof(parts), name, sizeof(name)),
                        ret_id);
}
