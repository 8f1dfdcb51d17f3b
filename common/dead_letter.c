/* dead_letter.c - see dead_letter.h. */
#include "common/dead_letter.h"

#include "common/clock.h"
#include "common/field.h"
#include "common/utf8.h"

#define OURS "x-dlq-"
#define OURS_MAX 16 /* headers that are added */
#define ATTEMPTS_MAX 999999

static const char *const dead_letter_classes[] = {
    [ERR_CLASS_NONE] = "",        [ERR_CLASS_RETRY] = "retry", [ERR_CLASS_REJECT] = "reject",
    [ERR_CLASS_HANDOFF] = "handoff", [ERR_CLASS_ABORT] = "abort", [ERR_CLASS_FATAL] = "fatal",
};

/* The headers while they are collected; the first error sticks. */
struct letter_headers {
    struct arena *arena;
    struct header *headers;
    size_t count;
    enum err err;
};

static void letter_add(struct letter_headers *to, struct str name, struct str value)
{
    to->headers[to->count++] = (struct header){ name, value.ptr ? value : STR("") };
}

static void letter_add_number(struct letter_headers *to, struct str name, int64_t number)
{
    struct str text = STR_NONE;
    if (to->err == OK) {
        to->err = arena_printf(to->arena, &text, "%lld", (long long)number);
    }
    letter_add(to, name, text);
}

static void letter_add_time(struct letter_headers *to, struct str name, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES];
    struct str copy = STR_NONE;
    if (to->err == OK) {
        to->err = arena_copy(to->arena, clock_format(wall_ms, text), &copy);
    }
    letter_add(to, name, copy);
}

/* A note is its caller's: its texts are copied. */
static void letter_add_text(struct letter_headers *to, struct str name, const char *text)
{
    struct str copy = STR_NONE;
    if (to->err == OK) {
        to->err = arena_copy(to->arena, str_from(text), &copy);
    }
    letter_add(to, name, copy);
}

static void letter_add_reason(struct letter_headers *to, const struct dead_letter *letter)
{
    const struct note *note = letter->note;
    enum err_class class = err_class(letter->reason);
    letter_add(to, STR(OURS "reason"), str_from(err_label(letter->reason)));
    letter_add(to, STR(OURS "class"), str_from(dead_letter_classes[class]));
    letter_add_text(to, STR(OURS "detail"),
                    note && note->text[0] ? note->text : err_text(letter->reason));
    if (note && class == ERR_CLASS_REJECT) {
        letter_add_text(to, STR(OURS "pointer"), note->pointer);
    }
}

static void letter_add_origin(struct letter_headers *to, const struct reply_to *from)
{
    const struct record *record = from->record;
    letter_add(to, STR(OURS "topic"), from->topic_name);
    letter_add_number(to, STR(OURS "partition"), record->partition);
    letter_add_number(to, STR(OURS "offset"), record->offset);
    letter_add_number(to, STR(OURS "timestamp"), max_i64(record->timestamp_wall_ms, -1));
}

static void letter_add_tries(struct letter_headers *to, const struct reply_to *from,
                             const struct dead_letter *letter)
{
    int64_t attempts = min_i64(max_i64(letter->attempts, 1), ATTEMPTS_MAX);
    letter_add_number(to, STR(OURS "attempts"), attempts);
    letter_add_time(to, STR(OURS "first-at"), letter->first_at_wall_ms);
    letter_add_time(to, STR(OURS "last-at"), from->now_wall_ms);
    letter_add(to, STR(OURS "worker"), utf8_cut(from->worker, FIELD_SHORT_MAX));
}

/* How often it was sent again is the one thing that an earlier letter knows better. */
static void letter_add_redrives(struct letter_headers *to, const struct record *record)
{
    struct str text;
    int64_t redrives;
    if (record_header(record, OURS "redrives", &text) &&
        str_to_i64(text, 0, ATTEMPTS_MAX, &redrives)) {
        letter_add_number(to, STR(OURS "redrives"), redrives);
    }
}

static size_t dead_letter_header_bytes(const struct record *record)
{
    size_t bytes = 0;
    for (size_t i = 0; i < record->headers_count; i++) {
        bytes += record->headers[i].name.len + record->headers[i].value.len;
    }
    return bytes;
}

static void letter_add_originals(struct letter_headers *to, const struct record *record)
{
    for (size_t i = 0; i < record->headers_count; i++) {
        if (!str_starts(record->headers[i].name, STR(OURS))) {
            to->headers[to->count++] = record->headers[i];
        }
    }
}

/* The original, as far as it fits; tells about what does not. */
static struct output dead_letter_original(struct letter_headers *to, const struct record *record,
                                          size_t bytes_max)
{
    size_t header_bytes = dead_letter_header_bytes(record);
    size_t frame_bytes = record->key.len + header_bytes;
    struct output output = {
        .topic = TOPIC_DEAD_LETTERS,
        .key = record->key,
        .has_key = record->has_key,
        .value = record->value,
        .has_value = record->has_value,
    };
    if (frame_bytes <= bytes_max) {
        letter_add_originals(to, record);
    }
    if (frame_bytes + record->value.len <= bytes_max) {
        return output;
    }
    letter_add(to, STR(OURS "reference"), STR("true"));
    letter_add_number(to, STR(OURS "bytes"), (int64_t)record->value.len);
    output.value = STR("");
    output.has_value = true;
    if (record->key.len > bytes_max) {
        output.key = STR_NONE;
        output.has_key = false;
    }
    return output;
}

enum err dead_letter_encode(struct arena *arena, const struct reply_to *to,
                            const struct dead_letter *letter, struct output *ret_output)
{
    const struct record *record = to->record;
    struct letter_headers headers = {
        .arena = arena,
        .headers = arena_zero(arena, record->headers_count + OURS_MAX, sizeof(struct header)),
    };
    if (!headers.headers) {
        return ERR_NOMEM;
    }
    struct output output = dead_letter_original(&headers, record, letter->value_bytes_max);
    letter_add_reason(&headers, letter);
    letter_add_origin(&headers, to);
    letter_add_tries(&headers, to, letter);
    letter_add_redrives(&headers, record);
    if (headers.err != OK) {
        return headers.err;
    }
    output.headers = headers.headers;
    output.headers_count = headers.count;
    *ret_output = output;
    return OK;
}
