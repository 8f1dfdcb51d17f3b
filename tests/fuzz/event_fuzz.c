/* Any record: it becomes a checked event that can be answered, or a dead letter that says why.
 *
 * A seed is a record as text, so that seeds can be read and written by people:
 *
 *     orders                      the payload's name; "null" behind it makes a tombstone
 *     ce_id: e-1                  headers; the one named "key" is the record's key
 *                                 an empty line
 *     {"id":"o-1",...}            the value, to the end */
#include "common/audit.h"
#include "common/copy.h"
#include "common/dead_letter.h"
#include "common/handoff.h"
#include "common/utf8.h"
#include "tests/fuzz/check.h"

#define HEADERS_MAX 16
#define BYTES_MAX 4096

struct seed {
    struct header headers[HEADERS_MAX];
    struct record record;
};

static enum topic seed_topic(struct str line)
{
    static const struct {
        const char *name;
        enum topic topic;
    } topics[] = {
        { "orders", TOPIC_ORDERS },
        { "catalog", TOPIC_CATALOG },
        { "copy-requests", TOPIC_COPY_REQUESTS },
        { "handbacks", TOPIC_HANDBACKS },
        { "recommendation-requests", TOPIC_RECOMMENDATION_REQUESTS },
        { "feedback", TOPIC_FEEDBACK },
        { "knowledge", TOPIC_KNOWLEDGE },
    };
    for (size_t i = 0; i < countof(topics); i++) {
        if (str_starts(line, str_from(topics[i].name))) {
            return topics[i].topic;
        }
    }
    return TOPIC_MESSAGES;
}

static void seed_add(struct seed *seed, struct str line)
{
    size_t colon = str_find(line, STR(": "));
    struct header header = { str_slice(line, 0, colon), str_slice(line, colon + 2, line.len) };
    if (str_is(header.name, "key")) {
        seed->record.key = header.value;
        seed->record.has_key = true;
    } else if (seed->record.headers_count < HEADERS_MAX) {
        seed->headers[seed->record.headers_count++] = header;
    }
}

static void seed_read(struct seed *seed, struct str text)
{
    struct str rest = text;
    struct str line = STR_NONE;
    *seed = (struct seed){ .record = { .partition = 3, .offset = 42, .leader_epoch = -1,
                                       .timestamp_wall_ms = -1 } };
    str_split(&rest, '\n', &line);
    seed->record.topic = seed_topic(line);
    seed->record.has_value = str_find(line, STR("null")) == line.len;
    while (str_split(&rest, '\n', &line) && line.len > 0) {
        seed_add(seed, line);
    }
    seed->record.value = seed->record.has_value ? rest : STR_NONE;
    seed->record.headers = seed->headers;
}

static void check_text(struct str text, size_t chars_max)
{
    CHECK(utf8_check(text, NULL) == OK);
    CHECK(utf8_count(text) <= chars_max);
    CHECK(text.len == 0 || !memchr(text.ptr, '\0', text.len));
}

/* What is published must be what the worker itself would read. */
static void check_output(const struct output *output)
{
    struct json_t *root = NULL;
    CHECK(json_read(output->value, 1 << 20, &root, NULL) == OK);
    json_drop(&root);
    for (size_t i = 0; i < output->headers_count; i++) {
        CHECK(output->headers[i].name.len > 0);
        check_text(output->headers[i].value, 1024);
    }
}

static void check_event(struct arena *arena, const struct reply_to *to)
{
    const struct event *event = to->event;
    const struct handoff handoff = { .reason = STR("attempts"), .summary = event->id };
    const struct audit audit = { .outcome = OUTCOME_HANDOFF, .reason = STR("attempts") };
    struct output output;
    check_text(event->source, 1024);
    check_text(event->id, 256);
    check_text(event->tenant, 256);
    check_text(event->traceparent, 256);
    check_text(event_payload_id(event), 256);
    CHECK(event->source.len > 0 && event->id.len > 0);
    CHECK(handoff_encode(arena, to, &handoff, &output) == OK);
    check_output(&output);
    CHECK(audit_encode(arena, to, &audit, &output) == OK);
    check_output(&output);
    if (event->kind == EVENT_MESSAGE) {
        const struct answer answer = { .text = event->message.text };
        CHECK(answer_encode(arena, to, &answer, &output) == OK);
        check_output(&output);
    }
    if (event->kind == EVENT_COPY_REQUEST) {
        const struct copy copy = {
            .sku = event->copy_request.sku,
            .variants = { { .headline = STR("h"), .body = STR("b") } },
            .variants_count = 1,
        };
        CHECK(copy_encode(arena, to, &copy, &output) == OK);
        check_output(&output);
    }
}

/* The stored form of an order's state reads back as the same state. */
static void check_order(struct arena *arena, const struct order *order)
{
    struct order again;
    struct str bytes;
    struct str same;
    CHECK(order_state_encode(arena, 1, order, &bytes) == OK);
    CHECK(order_state_decode(arena, bytes, &again) == OK);
    CHECK(order_state_encode(arena, 1, &again, &same) == OK);
    CHECK(str_eq(bytes, same));
}

static void check_refusal(struct arena *arena, const struct reply_to *to, enum err err,
                          const struct note *note)
{
    const struct dead_letter letter = { .reason = err, .note = note, .value_bytes_max = 64 };
    const struct audit audit = { .outcome = OUTCOME_DEAD_LETTER,
                                 .reason = str_from(err_label(err)) };
    struct output output;
    CHECK(err_class(err) == ERR_CLASS_REJECT);
    CHECK(note->text[0] != '\0');
    check_text(str_from(note->text), NOTE_TEXT_BYTES);
    check_text(str_from(note->pointer), NOTE_POINTER_BYTES);
    CHECK(dead_letter_encode(arena, to, &letter, &output) == OK);
    CHECK(output.headers_count >= 12);
    CHECK(audit_encode(arena, to, &audit, &output) == OK);
    check_output(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct event_limits limits = { .value_bytes_max = BYTES_MAX };
    struct seed seed;
    struct arena arena;
    struct note note = { .pointer = "" };
    struct event *event = NULL;
    json_setup(1);
    seed_read(&seed, (struct str){ (const char *)bytes, len });
    arena_init(&arena, 4 * EVENT_ARENA_BYTES(BYTES_MAX));
    const struct json_in in = { &arena, &note };
    enum err err = event_decode(&in, &seed.record, STR("support.in"), &limits, &event);
    CHECK((err == OK) == (event != NULL));
    const struct reply_to to = { .event = event, .record = &seed.record,
                                 .topic_name = STR("support.in"), .worker = STR("0.1.0") };
    if (err != OK) {
        check_refusal(&arena, &to, err, &note);
    } else {
        check_event(&arena, &to);
    }
    if (event && event->kind == EVENT_ORDER) {
        check_order(&arena, &event->order);
    }
    arena_fini(&arena);
    return 0;
}
