/* CloudEvents: modes, attributes in headers and around the payload, extensions. */
#include "tests/unit/payload.h"

#include "common/cloudevent.h"

#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define OTHER_TRACE "00-11111111111111111111111111111111-2222222222222222-00"
#define HEADERS_MAX 12

/* A record with headers, and what comes of it. */
struct read {
    struct header headers[HEADERS_MAX];
    struct record record;
    struct arena arena;
    struct note note;
    struct cloudevent cloudevent;
};

static void read_init(struct read *read)
{
    *read = (struct read){ 0 };
    arena_init(&read->arena, 1 << 20);
    read->record.headers = read->headers;
}

static void read_add(struct read *read, const char *name, const char *value)
{
    assert_true(read->record.headers_count < HEADERS_MAX);
    read->headers[read->record.headers_count++] =
        (struct header){ str_from(name), str_from(value) };
}

static void read_add_required(struct read *read)
{
    read_add(read, "ce_specversion", "1.0");
    read_add(read, "ce_id", "e-1");
    read_add(read, "ce_source", "/shop/web");
    read_add(read, "ce_type", "com.example.message");
}

static enum err read_headers(struct read *read)
{
    return cloudevent_from_headers(&read->arena, &read->record, &read->cloudevent, &read->note);
}

static enum cloudevent_mode mode_of(const char *name, const char *value, enum err expected)
{
    struct read read;
    enum cloudevent_mode mode = CLOUDEVENT_PLAIN;
    read_init(&read);
    if (name) {
        read_add(&read, name, value);
    }
    assert_int_equal(cloudevent_mode_of(&read.record, &mode, &read.note), expected);
    arena_fini(&read.arena);
    return mode;
}

static void headers_tell_the_mode(void **state)
{
    (void)state;
    assert_int_equal(mode_of(NULL, NULL, OK), CLOUDEVENT_PLAIN);
    assert_int_equal(mode_of("other", "x", OK), CLOUDEVENT_PLAIN);
    assert_int_equal(mode_of("content-type", "application/json", OK), CLOUDEVENT_PLAIN);
    assert_int_equal(mode_of("ce_time", "x", OK), CLOUDEVENT_BINARY);
    assert_int_equal(mode_of("content-type", "application/cloudevents+json; charset=UTF-8", OK),
                     CLOUDEVENT_STRUCTURED);
}

static void a_structured_content_type_goes_before_ce_headers(void **state)
{
    (void)state;
    struct read read;
    enum cloudevent_mode mode;
    read_init(&read);
    read_add_required(&read);
    read_add(&read, "content-type", "application/cloudevents+json");
    assert_int_equal(cloudevent_mode_of(&read.record, &mode, &read.note), OK);
    assert_int_equal(mode, CLOUDEVENT_STRUCTURED);
    arena_fini(&read.arena);
}

static void only_json_is_a_content_type(void **state)
{
    (void)state;
    const char *const good[] = {
        "application/json",         "Application/json",           "application/vnd.shop.v1+json",
        "application/json;x=\"y\"", "application/json ; a=b; c=d", "application/json;",
    };
    const char *const bad[] = {
        "",
        "text/plain",
        "avro/binary",
        "application/",
        "application/jsonx",
        "application/json x",
        "application/json ",
        "application/json;\n",
        "application/+json",
        "application/a+b+json",
        "application/xml",
        "application/cloudevents-batch+json",
        "application/cloudevents+avro",
        "APPLICATION/JSON",
    };
    for (size_t i = 0; i < countof(good); i++) {
        mode_of("content-type", good[i], OK);
    }
    for (size_t i = 0; i < countof(bad); i++) {
        mode_of("content-type", bad[i], ERR_FORMAT);
    }
    mode_of("content-type", payload_with("application/json;%s", "x", 256), ERR_FORMAT);
}

static void binary_mode_reads_attributes_and_extensions(void **state)
{
    (void)state;
    struct read read;
    read_init(&read);
    read_add_required(&read);
    read_add(&read, "ce_tenant", "shop");
    read_add(&read, "ce_time", "2025-11-28T10:00:00Z");
    read_add(&read, "ce_expirytime", "2025-11-28T11:00:00Z");
    read_add(&read, "ce_traceparent", TRACE);
    assert_int_equal(read_headers(&read), OK);
    assert_str(read.cloudevent.id, "e-1");
    assert_str(read.cloudevent.source, "/shop/web");
    assert_str(read.cloudevent.type, "com.example.message");
    assert_str(read.cloudevent.tenant, "shop");
    assert_str(read.cloudevent.traceparent, TRACE);
    assert_true(read.cloudevent.time_wall_ms == 1764324000000);
    assert_true(read.cloudevent.expires_wall_ms == 1764327600000);
    arena_fini(&read.arena);
}

static void every_required_header_is_missed(void **state)
{
    (void)state;
    const char *const names[] = { "ce_specversion", "ce_id", "ce_source", "ce_type" };
    for (size_t i = 0; i < countof(names); i++) {
        struct read read;
        read_init(&read);
        read_add_required(&read);
        read.headers[i].name = STR("ce_other");
        assert_int_equal(read_headers(&read), ERR_SCHEMA);
        assert_non_null(strstr(read.note.text, names[i]));
        assert_string_equal(read.note.pointer, "");
        assert_null(read.cloudevent.id.ptr);
        arena_fini(&read.arena);
    }
}

static void check_header(const char *name, const char *value, enum err expected)
{
    struct read read;
    read_init(&read);
    read_add_required(&read);
    read_add(&read, name, value);
    if (read_headers(&read) != expected) {
        fail_msg("%s: %.40s: expected %s", name, value, err_name(expected));
    }
    arena_fini(&read.arena);
}

static void headers_keep_the_limits_of_their_types(void **state)
{
    (void)state;
    check_header("ce_specversion", "1.1", ERR_VERSION);
    check_header("ce_specversion", "", ERR_VERSION);
    check_header("ce_id", "", ERR_SCHEMA);
    check_header("ce_id", payload_times("\xe5\xa5\xbd", 256), OK);
    check_header("ce_id", payload_times("\xe5\xa5\xbd", 257), ERR_SCHEMA);
    check_header("ce_id", "a\xff", ERR_UTF8);
    check_header("ce_source", "", ERR_SCHEMA);
    check_header("ce_source", payload_times("s", 1024), OK);
    check_header("ce_source", payload_times("s", 1025), ERR_SCHEMA);
    check_header("ce_type", "", ERR_SCHEMA);
    check_header("ce_type", payload_times("t", 257), ERR_SCHEMA);
    check_header("ce_tenant", "", ERR_SCHEMA);
    check_header("ce_tenant", payload_times("t", 257), ERR_SCHEMA);
    check_header("ce_time", "yesterday", ERR_SCHEMA);
    check_header("ce_expirytime", "tomorrow", OK);
    check_header("ce_traceparent", "00-nonsense", OK);
    check_header("ce_unknown", "\xff", OK);
}

static void a_nul_in_a_header_is_refused(void **state)
{
    (void)state;
    struct read read;
    read_init(&read);
    read_add_required(&read);
    read.headers[1].value = STR("a\0b");
    assert_int_equal(read_headers(&read), ERR_SCHEMA);
    arena_fini(&read.arena);
}

/* ---- structured mode ---- */

#define ENVELOPE(fields)                                                                           \
    "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shop\",\"type\":\"x\","                 \
    "\"data\":{\"a\":1}" fields "}"

static void structured_mode_reads_attributes_and_finds_the_payload(void **state)
{
    (void)state;
    struct payload payload;
    struct cloudevent cloudevent;
    struct json_at data;
    payload_init(&payload, ENVELOPE(",\"time\":\"2025-11-28T10:00:00Z\",\"tenant\":\"shop\","
                                    "\"datacontenttype\":\"application/json\","
                                    "\"expirytime\":\"2025-11-28T11:00:00Z\","
                                    "\"traceparent\":\"" TRACE "\",\"subject\":[]"));
    assert_int_equal(cloudevent_from_envelope(&payload.at, &cloudevent, &data), OK);
    assert_str(cloudevent.id, "e-1");
    assert_str(cloudevent.source, "/shop");
    assert_str(cloudevent.tenant, "shop");
    assert_str(cloudevent.traceparent, TRACE);
    assert_true(cloudevent.time_wall_ms == 1764324000000);
    assert_true(cloudevent.expires_wall_ms == 1764327600000);
    int64_t number = 0;
    assert_int_equal(json_want_int(&data, "a", 0, 9, &number), OK);
    assert_int_equal(number, 1);
    assert_int_equal(json_want_int(&data, "b", 0, 9, &number), ERR_SCHEMA);
    assert_string_equal(payload.note.pointer, "/data/b");
    payload_fini(&payload);
}

/* An envelope that is not taken. */
struct wrong {
    const char *json;
    const char *pointer;
    enum err err;
};

static void an_envelope_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    const struct wrong wrongs[] = {
        { "{}", "/specversion", ERR_SCHEMA },
        { "{\"specversion\":1.0}", "/specversion", ERR_SCHEMA },
        { "{\"specversion\":\"0.3\"}", "/specversion", ERR_VERSION },
        { "{\"specversion\":\"1.0\"}", "/id", ERR_SCHEMA },
        { "{\"specversion\":\"1.0\",\"id\":\"a\"}", "/source", ERR_SCHEMA },
        { "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"b\"}", "/type", ERR_SCHEMA },
        { "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"b\",\"type\":\"c\"}", "/data",
          ERR_SCHEMA },
        { "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"b\",\"type\":\"c\","
          "\"data_base64\":\"e30=\"}",
          "/data", ERR_SCHEMA },
        { "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"b\",\"type\":\"c\",\"data\":[]}",
          "/data", ERR_SCHEMA },
        { ENVELOPE(",\"time\":\"now\""), "/time", ERR_SCHEMA },
        { ENVELOPE(",\"datacontenttype\":5"), "/datacontenttype", ERR_SCHEMA },
        { ENVELOPE(",\"datacontenttype\":\"text/xml\""), "/datacontenttype", ERR_FORMAT },
        { ENVELOPE(",\"traceparent\":5"), "/traceparent", ERR_SCHEMA },
        { ENVELOPE(",\"tenant\":5"), "/tenant", ERR_SCHEMA },
    };
    for (size_t i = 0; i < countof(wrongs); i++) {
        struct payload payload;
        struct cloudevent cloudevent = { .time_wall_ms = 77 };
        struct json_at data;
        payload_init(&payload, wrongs[i].json);
        assert_int_equal(cloudevent_from_envelope(&payload.at, &cloudevent, &data), wrongs[i].err);
        assert_string_equal(payload.note.pointer, wrongs[i].pointer);
        assert_int_equal(cloudevent.time_wall_ms, 77);
        payload_fini(&payload);
    }
}

static void malformed_hints_of_an_envelope_are_dropped(void **state)
{
    (void)state;
    const char *const texts[] = {
        ENVELOPE(",\"traceparent\":\"00-zz\",\"expirytime\":\"never\""),
        ENVELOPE(",\"traceparent\":null,\"expirytime\":7"),
        ENVELOPE(""),
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct payload payload;
        struct cloudevent cloudevent;
        struct json_at data;
        payload_init(&payload, texts[i]);
        assert_int_equal(cloudevent_from_envelope(&payload.at, &cloudevent, &data), OK);
        assert_int_equal(cloudevent.traceparent.len, 0);
        assert_int_equal(cloudevent.expires_wall_ms, -1);
        payload_fini(&payload);
    }
}

static void an_envelope_is_known_by_its_specversion(void **state)
{
    (void)state;
    struct payload payload;
    payload_init(&payload, "{\"specversion\":\"0.3\"}");
    assert_true(cloudevent_is_envelope(&payload.at));
    payload_fini(&payload);
    payload_init(&payload, "{\"specversion\":1}");
    assert_false(cloudevent_is_envelope(&payload.at));
    payload_fini(&payload);
}

/* ---- both ---- */

static void the_last_hop_goes_before_the_origin(void **state)
{
    (void)state;
    struct read read;
    read_init(&read);
    read.cloudevent.traceparent = STR(OTHER_TRACE);
    assert_int_equal(cloudevent_trace(&read.arena, &read.record, &read.cloudevent), OK);
    assert_str(read.cloudevent.traceparent, OTHER_TRACE);
    read_add(&read, "traceparent", "broken");
    assert_int_equal(cloudevent_trace(&read.arena, &read.record, &read.cloudevent), OK);
    assert_str(read.cloudevent.traceparent, OTHER_TRACE);
    read_add(&read, "traceparent", TRACE);
    assert_int_equal(cloudevent_trace(&read.arena, &read.record, &read.cloudevent), OK);
    assert_str(read.cloudevent.traceparent, TRACE);
    arena_fini(&read.arena);
}

static void a_type_of_ours_claims_the_payload_of_the_topic(void **state)
{
    (void)state;
    assert_true(cloudevent_claims(STR("com.example.message"), "order"));
    assert_true(cloudevent_claims(STR("deskhandy"), "order"));
    assert_true(cloudevent_claims(STR("deskhand.order.v1"), "order"));
    assert_true(cloudevent_claims(STR("deskhand.copy-request.v1"), "copy-request"));
    assert_false(cloudevent_claims(STR("deskhand.order.v2"), "order"));
    assert_false(cloudevent_claims(STR("deskhand.order.v10"), "order"));
    assert_false(cloudevent_claims(STR("deskhand.message.v1"), "order"));
    assert_false(cloudevent_claims(STR("deskhand.order"), "order"));
    assert_false(cloudevent_claims(STR("deskhand."), "order"));
}

static void a_traceparent_keeps_its_form(void **state)
{
    (void)state;
    assert_true(cloudevent_is_traceparent(STR(TRACE)));
    assert_true(cloudevent_is_traceparent(STR(OTHER_TRACE)));
    assert_true(cloudevent_is_traceparent(
        STR("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")));
    const char *const bad[] = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-\n",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
    };
    for (size_t i = 0; i < countof(bad); i++) {
        if (cloudevent_is_traceparent(str_from(bad[i]))) {
            fail_msg("accepted %s", bad[i]);
        }
    }
}

/* True: the envelope was read; else nothing was given. */
static bool reads(long nth, size_t arena_bytes)
{
    struct read read;
    read_init(&read);
    read_add_required(&read);
    read_add(&read, "ce_source", payload_times("s", 1024));
    read_add(&read, "ce_type", payload_times("t", 256));
    read_add(&read, "ce_id", payload_times("\xe5\xa5\xbd", 256));
    read_add(&read, "ce_traceparent", TRACE);
    read.arena.max_bytes = arena_bytes;
    mem_fail_nth(nth);
    enum err err = read_headers(&read);
    bool has_failed = mem_has_failed();
    mem_fail_nth(0);
    assert_true(err == ERR_NOMEM || (err == OK && !has_failed));
    assert_true((err == OK) == (read.cloudevent.id.ptr != NULL));
    arena_fini(&read.arena);
    return err == OK;
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    long nth = 1;
    size_t arena_bytes = 0;
    while (!reads(nth, 1 << 20)) {
        nth++;
    }
    while (!reads(0, arena_bytes)) {
        arena_bytes += 16;
    }
    assert_true(nth > 1 && arena_bytes > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_tell_the_mode),
        cmocka_unit_test(a_structured_content_type_goes_before_ce_headers),
        cmocka_unit_test(only_json_is_a_content_type),
        cmocka_unit_test(binary_mode_reads_attributes_and_extensions),
        cmocka_unit_test(every_required_header_is_missed),
        cmocka_unit_test(headers_keep_the_limits_of_their_types),
        cmocka_unit_test(a_nul_in_a_header_is_refused),
        cmocka_unit_test(structured_mode_reads_attributes_and_finds_the_payload),
        cmocka_unit_test(an_envelope_is_refused_at_its_first_fault),
        cmocka_unit_test(malformed_hints_of_an_envelope_are_dropped),
        cmocka_unit_test(an_envelope_is_known_by_its_specversion),
        cmocka_unit_test(the_last_hop_goes_before_the_origin),
        cmocka_unit_test(a_type_of_ours_claims_the_payload_of_the_topic),
        cmocka_unit_test(a_traceparent_keeps_its_form),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
