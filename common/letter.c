/* letter.c - see letter.h. */
#include "common/letter.h"

#include "common/clock.h"

#define OURS "x-dlq-"
#define SETTLED OURS "settled"
#define OF OURS "of"
#define AT OURS "at"
#define OF_TOPIC OURS "of-topic"
#define MARK_HEADERS 5

static const char *const letter_states[] = {
    [LETTER_OPEN] = "open",
    [LETTER_REDRIVEN] = "redriven",
    [LETTER_DROPPED] = "dropped",
};

const char *letter_state_name(enum letter_state state)
{
    return letter_states[state];
}

/* --- reading -------------------------------------------------------------------------------- */

/* The headers while they are read; the first fault sticks. */
struct letter_in {
    const struct record *record;
    struct note *note;
    enum err err;
};

static void letter_fault(struct letter_in *in, const char *name, const char *what)
{
    if (in->err == OK) {
        in->err = ERR_SCHEMA;
        note_set(in->note, "header %s %s", name, what);
    }
}

static struct str letter_text(struct letter_in *in, const char *name)
{
    struct str text = STR_NONE;
    if (!record_header(in->record, name, &text) || text.len == 0) {
        letter_fault(in, name, "is missing");
    }
    return text;
}

static struct str letter_may_text(struct letter_in *in, const char *name)
{
    struct str text = STR_NONE;
    (void)record_header(in->record, name, &text);
    return text;
}

static int64_t letter_number(struct letter_in *in, const char *name, int64_t min, int64_t max)
{
    int64_t number = 0;
    if (!str_to_i64(letter_text(in, name), min, max, &number)) {
        letter_fault(in, name, "is no number that is allowed");
    }
    return number;
}

static int64_t letter_time(struct letter_in *in, const char *name)
{
    int64_t wall_ms = 0;
    if (!clock_parse(letter_text(in, name), &wall_ms)) {
        letter_fault(in, name, "is no time");
    }
    return wall_ms;
}

static void letter_read_size(struct letter_in *in, struct letter *letter)
{
    letter->is_reference = str_is(letter_may_text(in, OURS "reference"), "true");
    letter->bytes = letter->is_reference ? letter_number(in, OURS "bytes", 0, INT64_MAX)
                                         : (int64_t)in->record->value.len;
}

enum err letter_read(const struct record *record, struct letter *ret_letter, struct note *note)
{
    struct letter_in in = { .record = record, .note = note };
    struct str redrives = letter_may_text(&in, OURS "redrives");
    struct letter letter = {
        .reason = letter_text(&in, OURS "reason"),
        .class_name = letter_text(&in, OURS "class"),
        .detail = letter_may_text(&in, OURS "detail"),
        .pointer = letter_may_text(&in, OURS "pointer"),
        .topic_name = letter_text(&in, OURS "topic"),
        .partition = (int32_t)letter_number(&in, OURS "partition", 0, INT32_MAX),
        .offset = letter_number(&in, OURS "offset", 0, INT64_MAX - 1),
        .timestamp_wall_ms = letter_number(&in, OURS "timestamp", -1, INT64_MAX),
        .attempts = letter_number(&in, OURS "attempts", 0, INT32_MAX),
        .first_at_wall_ms = letter_time(&in, OURS "first-at"),
        .last_at_wall_ms = letter_time(&in, OURS "last-at"),
        .worker = letter_text(&in, OURS "worker"),
    };
    letter_read_size(&in, &letter);
    if (redrives.len > 0 && !str_to_i64(redrives, 0, LETTER_REDRIVES_MAX, &letter.redrives)) {
        letter_fault(&in, OURS "redrives", "is no number that is allowed");
    }
    if (in.err == OK) {
        *ret_letter = letter;
    }
    return in.err;
}

/* A mark stands behind its letter. */
bool letter_read_mark(const struct record *record, struct letter_mark *ret_mark)
{
    struct letter_in in = { .record = record };
    struct str settled = letter_may_text(&in, SETTLED);
    struct letter_mark mark = { .worker = letter_may_text(&in, OURS "worker"),
                                .topic_id = letter_may_text(&in, OF_TOPIC) };
    for (unsigned state = LETTER_REDRIVEN; state < LETTER_STATE_COUNT; state++) {
        if (str_is(settled, letter_states[state])) {
            mark.state = (enum letter_state)state;
        }
    }
    if (mark.state == LETTER_OPEN) {
        return false;
    }
    mark.offset = letter_number(&in, OF, 0, INT64_MAX - 1);
    mark.at_wall_ms = letter_time(&in, AT);
    if (in.err != OK || mark.offset >= record->offset) {
        return false;
    }
    *ret_mark = mark;
    return true;
}

/* --- writing -------------------------------------------------------------------------------- */

enum err letter_original(struct arena *arena, const struct record *from, int64_t redrives,
                         struct record *ret_original)
{
    struct record original = *from;
    struct header *headers = arena_zero(arena, from->headers_count + 1, sizeof(*headers));
    struct str count;
    if (!headers) {
        return ERR_NOMEM;
    }
    original.headers = headers;
    original.headers_count = 0;
    for (size_t i = 0; i < from->headers_count; i++) {
        if (!str_starts(from->headers[i].name, STR(OURS))) {
            headers[original.headers_count++] = from->headers[i];
        }
    }
    int64_t now = min_i64(redrives, LETTER_REDRIVES_MAX - 1) + 1;
    TRY(arena_printf(arena, &count, "%lld", (long long)now));
    headers[original.headers_count++] = (struct header){ STR(OURS "redrives"), count };
    *ret_original = original;
    return OK;
}

enum err letter_mark_record(struct arena *arena, const struct letter_mark *mark,
                            struct record *ret_record)
{
    char at[CLOCK_TEXT_BYTES];
    struct header *headers = arena_zero(arena, MARK_HEADERS, sizeof(*headers));
    if (!headers) {
        return ERR_NOMEM;
    }
    headers[0] = (struct header){ STR(SETTLED), str_from(letter_states[mark->state]) };
    headers[1].name = STR(OF);
    headers[2].name = STR(AT);
    headers[3].name = STR(OURS "worker");
    TRY(arena_printf(arena, &headers[1].value, "%lld", (long long)mark->offset));
    TRY(arena_copy(arena, clock_format(mark->at_wall_ms, at), &headers[2].value));
    TRY(arena_copy(arena, mark->worker, &headers[3].value));
    headers[4].name = STR(OF_TOPIC);
    TRY(arena_copy(arena, mark->topic_id, &headers[4].value));
    *ret_record = (struct record){
        .topic = TOPIC_DEAD_LETTERS,
        .value = STR(""),
        .has_value = true,
        .headers = headers,
        .headers_count = mark->topic_id.len > 0 ? MARK_HEADERS : MARK_HEADERS - 1,
    };
    return OK;
}
