/* Events: records in all three modes, what is refused before any field is read, identity. */
#include "tests/unit/payload.h"

#include "common/event.h"

#define MESSAGE                                                                                    \
    "{\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\",\"text\":\"hi\"}"
#define MESSAGE_WITH(fields)                                                                       \
    "{\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\",\"text\":\"hi\","         \
    fields "}"
#define ORDER                                                                                      \
    "{\"id\":\"o-e\",\"order_id\":\"o-1\",\"customer_id\":\"u-1\",\"type\":\"paid\","              \
    "\"at\":\"2025-11-28T10:00:00Z\"}"
#define PRODUCT "{\"sku\":\"KTL-17\",\"name\":\"Kettle\"}"
#define REQUEST "{\"id\":\"r-1\",\"sku\":\"KTL-17\"}"
#define PAGE "{\"name\":\"returns.md\",\"text\":\"Within 30 days.\",\"tenant\":\"lin\"}"
#define HANDBACK "{\"id\":\"b-1\",\"conversation_id\":\"c-1\",\"note\":\"done\"}"
#define ENVELOPE(data, fields)                                                                     \
    "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shop\",\"type\":\"x\",\"data\":" data   \
    fields "}"
#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define BYTES_MAX 4096

/* A record on its way to be decoded. */
struct given {
    struct header headers[RECORD_HEADERS_MAX];
    struct record record;
    struct str topic_name;
    struct arena arena;
    struct note note;
    struct event *event;
};

static struct given given_of(enum topic topic, const char *value)
{
    struct given given = {
        .record = { .topic = topic, .partition = 3, .offset = 42, .leader_epoch = -1,
                    .timestamp_wall_ms = 1700000000000, .value = str_from(value),
                    .has_value = true },
        .topic_name = STR("support.in"),
    };
    json_setup(1);
    arena_init(&given.arena, EVENT_ARENA_BYTES(1 << 20));
    return given;
}

static void given_add(struct given *given, const char *name, const char *value)
{
    assert_true(given->record.headers_count < RECORD_HEADERS_MAX);
    given->headers[given->record.headers_count++] =
        (struct header){ str_from(name), str_from(value) };
}

static void given_add_envelope(struct given *given)
{
    given_add(given, "ce_specversion", "1.0");
    given_add(given, "ce_id", "e-1");
    given_add(given, "ce_source", "/shop");
    given_add(given, "ce_type", "com.example.any");
}

static void given_key(struct given *given, struct str key)
{
    given->record.key = key;
    given->record.has_key = true;
}

static enum err given_decode(struct given *given)
{
    const struct event_limits limits = { .value_bytes_max = BYTES_MAX };
    given->record.headers = given->headers;
    const struct json_in in = { &given->arena, &given->note };
    return event_decode(&in, &given->record, given->topic_name, &limits, &given->event);
}

static void given_fini(struct given *given)
{
    arena_fini(&given->arena);
}

/* Decodes and expects a refusal without an event. */
static void check_refused(struct given *given, enum err expected, const char *pointer)
{
    given->note = (struct note){ .pointer = "/stale" };
    enum err err = given_decode(given);
    if (err != expected) {
        fail_msg("expected %s, got %s", err_name(expected), err_name(err));
    }
    assert_string_equal(given->note.pointer, pointer);
    assert_true(given->note.text[0] != '\0');
    assert_int_equal(err_class(err), ERR_CLASS_REJECT);
    assert_null(given->event);
    given_fini(given);
}

/* ---- kinds and modes ---- */

static void the_topic_says_what_the_payload_must_be(void **state)
{
    (void)state;
    const struct {
        enum topic topic;
        enum event_kind kind;
        const char *json;
    } kinds[] = {
        { TOPIC_MESSAGES, EVENT_MESSAGE, MESSAGE },
        { TOPIC_ORDERS, EVENT_ORDER, ORDER },
        { TOPIC_CATALOG, EVENT_PRODUCT, PRODUCT },
        { TOPIC_COPY_REQUESTS, EVENT_COPY_REQUEST, REQUEST },
        { TOPIC_HANDBACKS, EVENT_HANDBACK, HANDBACK },
        { TOPIC_KNOWLEDGE, EVENT_PAGE, PAGE },
    };
    for (size_t i = 0; i < countof(kinds); i++) {
        struct given given = given_of(kinds[i].topic, kinds[i].json);
        assert_int_equal(given_decode(&given), OK);
        assert_int_equal(given.event->kind, kinds[i].kind);
        given_fini(&given);
    }
    struct given given = given_of(TOPIC_ORDERS, MESSAGE);
    check_refused(&given, ERR_SCHEMA, "/order_id");
}

static void a_plain_record_is_identified_by_its_position(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, MESSAGE);
    assert_int_equal(given_decode(&given), OK);
    assert_str(given.event->source, "support.in");
    assert_str(given.event->id, "support.in/3/42");
    assert_str(event_payload_id(given.event), "m-1");
    assert_int_equal(given.event->tenant.len, 0);
    assert_int_equal(given.event->traceparent.len, 0);
    assert_int_equal(given.event->expires_wall_ms, -1);
    assert_true(given.event->time_wall_ms == 1700000000000);
    given_fini(&given);
}

static void a_position_under_the_longest_name_of_a_topic_is_still_an_id(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, MESSAGE);
    given.topic_name = str_from(payload_times("t", TOPIC_NAME_BYTES_MAX));
    given.record.partition = INT32_MAX;
    given.record.offset = INT64_MAX;
    assert_int_equal(given_decode(&given), OK);
    assert_int_equal(given.event->id.len, 256);
    assert_int_equal(given.event->source.len, TOPIC_NAME_BYTES_MAX);
    given_fini(&given);
}

static void binary_mode_takes_the_envelope_from_headers(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, MESSAGE_WITH("\"specversion\":\"0.3\""));
    given_add_envelope(&given);
    given_add(&given, "ce_time", "2025-11-28T10:00:00Z");
    given_add(&given, "ce_expirytime", "2025-11-28T11:00:00Z");
    given_add(&given, "traceparent", TRACE);
    assert_int_equal(given_decode(&given), OK);
    assert_str(given.event->source, "/shop");
    assert_str(given.event->id, "e-1");
    assert_str(given.event->traceparent, TRACE);
    assert_str(given.event->message.id, "m-1");
    assert_true(given.event->time_wall_ms == 1764324000000);
    assert_true(given.event->expires_wall_ms == 1764327600000);
    given_fini(&given);
}

static void structured_mode_takes_the_envelope_from_the_value(void **state)
{
    (void)state;
    struct given by_shape = given_of(TOPIC_MESSAGES, ENVELOPE(MESSAGE, ""));
    struct given by_header = given_of(TOPIC_MESSAGES, ENVELOPE(MESSAGE, ""));
    given_add(&by_header, "content-type", "application/cloudevents+json; charset=utf-8");
    struct given *const givens[] = { &by_shape, &by_header };
    for (size_t i = 0; i < countof(givens); i++) {
        assert_int_equal(given_decode(givens[i]), OK);
        assert_str(givens[i]->event->source, "/shop");
        assert_str(givens[i]->event->id, "e-1");
        assert_str(givens[i]->event->message.text, "hi");
        given_fini(givens[i]);
    }
}

static void pointers_in_structured_mode_begin_at_the_envelope(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, ENVELOPE("{\"id\":\"m\"}", ""));
    check_refused(&given, ERR_SCHEMA, "/data/conversation_id");
    struct given missing = given_of(TOPIC_MESSAGES, MESSAGE);
    given_add(&missing, "content-type", "application/cloudevents+json");
    check_refused(&missing, ERR_SCHEMA, "/specversion");
}

static void the_time_of_the_payload_goes_first(void **state)
{
    (void)state;
    struct given given =
        given_of(TOPIC_MESSAGES, MESSAGE_WITH("\"sent_at\":\"2025-11-28T10:00:00Z\""));
    given_add_envelope(&given);
    given_add(&given, "ce_time", "2024-01-01T00:00:00Z");
    assert_int_equal(given_decode(&given), OK);
    assert_true(given.event->time_wall_ms == 1764324000000);
    given_fini(&given);
}

/* ---- tenants ---- */

static void the_tenant_is_the_envelopes_or_the_payloads(void **state)
{
    (void)state;
    struct given payload = given_of(TOPIC_MESSAGES, MESSAGE_WITH("\"tenant\":\"a\""));
    struct given header = given_of(TOPIC_MESSAGES, MESSAGE);
    given_add_envelope(&header);
    given_add(&header, "ce_tenant", "a");
    struct given both = given_of(TOPIC_MESSAGES, MESSAGE_WITH("\"tenant\":\"a\""));
    given_add_envelope(&both);
    given_add(&both, "ce_tenant", "a");
    struct given envelope = given_of(TOPIC_MESSAGES, ENVELOPE(MESSAGE, ",\"tenant\":\"a\""));
    struct given *const givens[] = { &payload, &header, &both, &envelope };
    for (size_t i = 0; i < countof(givens); i++) {
        assert_int_equal(given_decode(givens[i]), OK);
        assert_str(givens[i]->event->tenant, "a");
        given_fini(givens[i]);
    }
}

static void two_tenants_in_one_record_are_refused(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, MESSAGE_WITH("\"tenant\":\"a\""));
    given_add_envelope(&given);
    given_add(&given, "ce_tenant", "b");
    check_refused(&given, ERR_SCHEMA, "/tenant");
    struct given structured =
        given_of(TOPIC_CATALOG,
                 ENVELOPE("{\"sku\":\"KTL-17\",\"name\":\"Kettle\",\"tenant\":\"a\"}",
                          ",\"tenant\":\"b\""));
    check_refused(&structured, ERR_SCHEMA, "/data/tenant");
}

/* ---- what is refused before the schema ---- */

static void a_record_without_a_value_is_empty(void **state)
{
    (void)state;
    struct given empty = given_of(TOPIC_MESSAGES, "");
    check_refused(&empty, ERR_EMPTY, "");
    struct given tombstone = given_of(TOPIC_MESSAGES, "");
    tombstone.record.has_value = false;
    check_refused(&tombstone, ERR_EMPTY, "");
    struct given empty_entry = given_of(TOPIC_CATALOG, "");
    given_key(&empty_entry, STR("KTL-17"));
    check_refused(&empty_entry, ERR_EMPTY, "");
}

static void a_value_at_the_limit_is_read_and_one_byte_more_is_too_large(void **state)
{
    (void)state;
    const char *format = MESSAGE_WITH("\"x\":\"%s\"");
    size_t frame = strlen(format) - 2;
    struct given at = given_of(TOPIC_MESSAGES, payload_with(format, "x", BYTES_MAX - frame));
    assert_int_equal(at.record.value.len, BYTES_MAX);
    assert_int_equal(given_decode(&at), OK);
    given_fini(&at);
    struct given above = given_of(TOPIC_MESSAGES, payload_with(format, "x", BYTES_MAX - frame + 1));
    check_refused(&above, ERR_TOO_LARGE, "");
}

static void a_record_with_headers_that_nobody_saw_is_refused(void **state)
{
    (void)state;
    struct given at = given_of(TOPIC_MESSAGES, MESSAGE);
    at.record.headers_left_out = 1;
    check_refused(&at, ERR_TOO_LARGE, "");
}

static void a_redrive_may_add_one_header_to_all_that_a_producer_may_send(void **state)
{
    (void)state;
    static const char *const last[] = { "x-dlq-redrives", "h" };
    for (size_t i = 0; i < countof(last); i++) {
        struct given given = given_of(TOPIC_MESSAGES, MESSAGE);
        for (size_t at = 0; at <= EVENT_HEADERS_MAX; at++) {
            given_add(&given, at == 0 ? last[i] : "h", "1");
        }
        assert_int_equal(given_decode(&given), i == 0 ? OK : ERR_TOO_LARGE);
        given_fini(&given);
    }
}

static void a_schema_registry_frame_before_json_is_taken_off(void **state)
{
    (void)state;
    static const char framed[] = "\0\0\0\1\2 \n" MESSAGE;
    struct given given = given_of(TOPIC_MESSAGES, "");
    given.record.value = (struct str){ framed, sizeof(framed) - 1 };
    assert_int_equal(given_decode(&given), OK);
    assert_str(given.event->message.id, "m-1");
    given_fini(&given);
}

static void a_frame_before_anything_else_says_what_is_not_read(void **state)
{
    (void)state;
    const struct str values[] = { STR("\0\0\0\1\2\6m-1"), STR("\0\0\0\1\2"),
                                  STR("\0\0\0\1\2 [1]") };
    for (size_t i = 0; i < countof(values); i++) {
        struct given given = given_of(TOPIC_MESSAGES, "");
        given.record.value = values[i];
        check_refused(&given, ERR_FORMAT, "");
        assert_non_null(strstr(given.note.text, "Avro"));
        assert_non_null(strstr(given.note.text, "Protobuf"));
    }
    struct given short_of_a_frame = given_of(TOPIC_MESSAGES, "");
    short_of_a_frame.record.value = STR("\0\0\0\1");
    check_refused(&short_of_a_frame, ERR_JSON, "");
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    const struct {
        const char *value;
        enum err err;
    } values[] = {
        { "hello", ERR_JSON },          { "[1]", ERR_JSON }, { "{\"a\":1,\"a\":2}", ERR_JSON },
        { "{\"a\":\"\xff\"}", ERR_UTF8 }, { "{}{}", ERR_JSON }, { "{\"a\":\"\\u0000\"}", ERR_JSON },
    };
    for (size_t i = 0; i < countof(values); i++) {
        struct given given = given_of(TOPIC_MESSAGES, values[i].value);
        check_refused(&given, values[i].err, "");
    }
}

static void another_content_type_is_another_format(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, MESSAGE);
    given_add(&given, "content-type", "application/x-protobuf");
    check_refused(&given, ERR_FORMAT, "");
}

static void half_an_envelope_in_headers_is_refused(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_MESSAGES, MESSAGE);
    given_add(&given, "ce_id", "e-1");
    check_refused(&given, ERR_SCHEMA, "");
    struct given other_version = given_of(TOPIC_MESSAGES, MESSAGE);
    given_add_envelope(&other_version);
    given_add(&other_version, "ce_specversion", "2.0");
    check_refused(&other_version, ERR_VERSION, "");
}

static void a_type_that_claims_another_payload_or_version_is_refused(void **state)
{
    (void)state;
    struct given good = given_of(TOPIC_CATALOG, PRODUCT);
    given_add_envelope(&good);
    given_add(&good, "ce_type", "deskhand.catalog.v1");
    assert_int_equal(given_decode(&good), OK);
    given_fini(&good);
    struct given binary = given_of(TOPIC_MESSAGES, MESSAGE);
    given_add_envelope(&binary);
    given_add(&binary, "ce_type", "deskhand.message.v2");
    check_refused(&binary, ERR_VERSION, "");
    struct given structured =
        given_of(TOPIC_MESSAGES, "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"s\","
                                 "\"type\":\"deskhand.order.v1\",\"data\":" MESSAGE "}");
    check_refused(&structured, ERR_VERSION, "/type");
}

/* ---- removals ---- */

static void a_tombstone_in_the_catalogue_removes_a_product(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_CATALOG, "");
    given.record.has_value = false;
    given_key(&given, STR("KTL-17"));
    assert_int_equal(given_decode(&given), OK);
    assert_true(given.event->product.removed);
    assert_str(given.event->product.sku, "KTL-17");
    assert_int_equal(given.event->product.ship_min_days, -1);
    assert_str(event_payload_id(given.event), "support.in/3/42");
    given_fini(&given);
}

static void a_tombstone_among_the_pages_removes_a_page(void **state)
{
    (void)state;
    struct given given = given_of(TOPIC_KNOWLEDGE, "");
    given.record.has_value = false;
    given_key(&given, STR("returns.md"));
    assert_int_equal(given_decode(&given), OK);
    assert_int_equal(given.event->kind, EVENT_PAGE);
    assert_true(given.event->page.is_removed);
    assert_str(given.event->page.name, "returns.md");
    given_fini(&given);
}

static void a_tombstone_names_a_product_by_a_valid_key(void **state)
{
    (void)state;
    const struct {
        struct str key;
        enum err err;
    } keys[] = {
        { STR_NONE, ERR_EMPTY },
        { STR("\xff"), ERR_UTF8 },
        { STR("a\0b"), ERR_SCHEMA },
        { str_from(payload_times("k", 257)), ERR_SCHEMA },
    };
    for (size_t i = 0; i < countof(keys); i++) {
        struct given given = given_of(TOPIC_CATALOG, "");
        given.record.has_value = false;
        given_key(&given, keys[i].key);
        check_refused(&given, keys[i].err, "");
    }
}

/* ---- digests ---- */

static void digest_of(struct given *given, uint8_t ret_digest[CRYPTO_DIGEST_BYTES])
{
    assert_int_equal(given_decode(given), OK);
    memcpy(ret_digest, given->event->digest, CRYPTO_DIGEST_BYTES);
    given_fini(given);
}

static void the_digest_is_that_of_the_payloads_bytes(void **state)
{
    (void)state;
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    uint8_t expected[CRYPTO_DIGEST_BYTES];
    static const char framed[] = "\0\0\0\1\2" MESSAGE;
    struct given plain = given_of(TOPIC_MESSAGES, MESSAGE);
    struct given with_frame = given_of(TOPIC_MESSAGES, "");
    with_frame.record.value = (struct str){ framed, sizeof(framed) - 1 };
    struct given structured = given_of(TOPIC_MESSAGES, ENVELOPE(MESSAGE, ",\"subject\":\"s\""));
    assert_int_equal(crypto_sha256(STR(MESSAGE), expected), OK);
    struct given *const givens[] = { &plain, &with_frame, &structured };
    for (size_t i = 0; i < countof(givens); i++) {
        digest_of(givens[i], digest);
        assert_memory_equal(digest, expected, sizeof(digest));
    }
    struct given other = given_of(TOPIC_MESSAGES, MESSAGE " ");
    digest_of(&other, digest);
    assert_memory_not_equal(digest, expected, sizeof(digest));
}

/* ---- lanes and ids ---- */

static void the_lane_is_the_key_else_the_conversation_else_the_customer(void **state)
{
    (void)state;
    struct given message = given_of(TOPIC_MESSAGES, MESSAGE);
    struct given order = given_of(TOPIC_ORDERS, ORDER);
    struct given request = given_of(TOPIC_COPY_REQUESTS, REQUEST);
    struct given handback = given_of(TOPIC_HANDBACKS, HANDBACK);
    assert_int_equal(given_decode(&handback), OK);
    assert_str(event_lane_key(&handback.record, handback.event), "c-1");
    assert_str(event_conversation(handback.event), "c-1");
    assert_str(event_payload_id(handback.event), "b-1");
    given_fini(&handback);
    assert_int_equal(given_decode(&message), OK);
    assert_int_equal(given_decode(&order), OK);
    assert_int_equal(given_decode(&request), OK);
    assert_str(event_lane_key(&message.record, message.event), "c-1");
    assert_str(event_lane_key(&order.record, order.event), "u-1");
    assert_str(event_lane_key(&request.record, request.event), "");
    assert_str(event_lane_key(&message.record, NULL), "");
    given_key(&message, STR(""));
    assert_str(event_lane_key(&message.record, message.event), "c-1");
    given_key(&message, STR("k-1"));
    assert_str(event_lane_key(&message.record, message.event), "k-1");
    assert_str(event_lane_key(&message.record, NULL), "k-1");
    given_fini(&message);
    given_fini(&order);
    given_fini(&request);
}

static void an_outcome_id_is_the_same_for_the_same_event_and_kind(void **state)
{
    (void)state;
    char id[CRYPTO_UUID_TEXT_BYTES];
    assert_int_equal(event_outcome_id(STR("/shop/web"), STR("e-1"), "answer", id), OK);
    assert_string_equal(id, "bb9708a0-e16d-523e-ab44-2f531a1d5107");
    assert_int_equal(event_outcome_id(STR("/shop/web"), STR("e-1"), "audit", id), OK);
    assert_string_equal(id, "7bf8a737-6401-54d8-a3c8-b288efb8cb84");
    assert_int_equal(event_outcome_id(STR("/shop/we"), STR("be-1"), "answer", id), OK);
    assert_string_equal(id, "a755498f-4651-5986-984d-1def8f24b568");
}

static void the_longest_identity_makes_an_id(void **state)
{
    (void)state;
    char id[CRYPTO_UUID_TEXT_BYTES];
    struct str source = str_from(payload_times("\xf0\x9f\x98\x80", 1024));
    struct str name = str_from(payload_times("\xf0\x9f\x98\x80", 256));
    assert_int_equal(event_outcome_id(source, name, "recommendation", id), OK);
    assert_int_equal(strlen(id), 36);
}

/* ---- memory ---- */

/* True: there is an event; else nothing was given. */
static bool decodes(enum topic topic, const char *value, long nth, size_t arena_bytes)
{
    struct given given = given_of(topic, value);
    given_add(&given, "traceparent", TRACE);
    given.arena.max_bytes = arena_bytes;
    mem_fail_nth(nth);
    enum err err = given_decode(&given);
    bool has_failed = mem_has_failed();
    mem_fail_nth(0);
    assert_true(err == ERR_NOMEM || (err == OK && !has_failed));
    assert_true((err == OK) == (given.event != NULL));
    given_fini(&given);
    return err == OK;
}

static void check_memory(enum topic topic, const char *value)
{
    long nth = 1;
    size_t arena_bytes = 0;
    while (!decodes(topic, value, nth, EVENT_ARENA_BYTES(BYTES_MAX))) {
        nth++;
    }
    while (!decodes(topic, value, 0, arena_bytes)) {
        arena_bytes += 16;
    }
    assert_true(nth > 1 && arena_bytes > 0);
}

static void without_memory_no_event_is_given(void **state)
{
    (void)state;
    check_memory(TOPIC_MESSAGES, MESSAGE);
    check_memory(TOPIC_MESSAGES, ENVELOPE(MESSAGE, ""));
    check_memory(TOPIC_ORDERS, ORDER);
    check_memory(TOPIC_CATALOG,
                 "{\"sku\":\"a\",\"name\":\"b\",\"attributes\":{\"a\":1,\"b\":2.5}}");
    check_memory(TOPIC_COPY_REQUESTS, REQUEST);
    check_memory(TOPIC_HANDBACKS, HANDBACK);
    check_memory(TOPIC_KNOWLEDGE, PAGE);
}

static void the_largest_payload_fits_the_arena_that_is_promised(void **state)
{
    (void)state;
    const char *items = "{\"id\":\"o-e\",\"order_id\":\"o-1\",\"customer_id\":\"u-1\","
                        "\"type\":\"paid\",\"at\":\"2025-11-28T10:00:00Z\","
                        "\"items\":[%s{\"sku\":\"a\"}]}";
    const struct event_limits limits = { .value_bytes_max = 1 << 18 };
    struct given given = given_of(TOPIC_ORDERS, payload_with(items, "{\"sku\":\"a\"},", 9999));
    arena_init(&given.arena, EVENT_ARENA_BYTES(given.record.value.len));
    given.record.headers = given.headers;
    const struct json_in in = { &given.arena, &given.note };
    enum err err = event_decode(&in, &given.record, given.topic_name, &limits, &given.event);
    assert_int_equal(err, OK);
    assert_int_equal(given.event->order.items_count, 10000);
    given_fini(&given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_topic_says_what_the_payload_must_be),
        cmocka_unit_test(a_plain_record_is_identified_by_its_position),
        cmocka_unit_test(a_position_under_the_longest_name_of_a_topic_is_still_an_id),
        cmocka_unit_test(binary_mode_takes_the_envelope_from_headers),
        cmocka_unit_test(structured_mode_takes_the_envelope_from_the_value),
        cmocka_unit_test(pointers_in_structured_mode_begin_at_the_envelope),
        cmocka_unit_test(the_time_of_the_payload_goes_first),
        cmocka_unit_test(the_tenant_is_the_envelopes_or_the_payloads),
        cmocka_unit_test(two_tenants_in_one_record_are_refused),
        cmocka_unit_test(a_record_without_a_value_is_empty),
        cmocka_unit_test(a_value_at_the_limit_is_read_and_one_byte_more_is_too_large),
        cmocka_unit_test(a_record_with_headers_that_nobody_saw_is_refused),
        cmocka_unit_test(a_redrive_may_add_one_header_to_all_that_a_producer_may_send),
        cmocka_unit_test(a_schema_registry_frame_before_json_is_taken_off),
        cmocka_unit_test(a_frame_before_anything_else_says_what_is_not_read),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(another_content_type_is_another_format),
        cmocka_unit_test(half_an_envelope_in_headers_is_refused),
        cmocka_unit_test(a_type_that_claims_another_payload_or_version_is_refused),
        cmocka_unit_test(a_tombstone_in_the_catalogue_removes_a_product),
        cmocka_unit_test(a_tombstone_among_the_pages_removes_a_page),
        cmocka_unit_test(a_tombstone_names_a_product_by_a_valid_key),
        cmocka_unit_test(the_digest_is_that_of_the_payloads_bytes),
        cmocka_unit_test(the_lane_is_the_key_else_the_conversation_else_the_customer),
        cmocka_unit_test(an_outcome_id_is_the_same_for_the_same_event_and_kind),
        cmocka_unit_test(the_longest_identity_makes_an_id),
        cmocka_unit_test(without_memory_no_event_is_given),
        cmocka_unit_test(the_largest_payload_fits_the_arena_that_is_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
