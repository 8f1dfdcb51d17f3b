/* deadletter_print.c - see deadletter_print.h. */
#include "worker/command/deadletter_print.h"

#include "common/base64.h"
#include "common/clock.h"
#include "common/json_out.h"
#include "common/shown.h"
#include "common/utf8.h"

#define OTHER_VERSIONS ((size_t)ERR_COUNT)
#define FIELD_NAME_BYTES 32

/* --- text ----------------------------------------------------------------------------------- */

static enum err letter_put_safe(struct buf *buf, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        TRY(buf_add(buf, shown_next(text, &at)));
    }
    return OK;
}

static enum err letter_put_key(struct buf *buf, const struct record *record)
{
    if (!record->has_key) {
        return buf_add(buf, STR("no key"));
    }
    TRY(buf_add(buf, STR("key ")));
    return letter_put_safe(buf, record->key);
}

static enum err letter_put_origin(struct buf *buf, const struct letter *letter)
{
    TRY(letter_put_safe(buf, letter->topic_name));
    return buf_printf(buf, "/%d/%lld", (int)letter->partition, (long long)letter->offset);
}

static enum err letter_put_detail(struct buf *buf, const struct letter *letter)
{
    TRY(letter_put_safe(buf, letter->detail));
    if (letter->pointer.len > 0) {
        TRY(buf_add(buf, STR(" at ")));
        TRY(letter_put_safe(buf, letter->pointer));
    }
    return OK;
}

/* What became of it now; without that what became of it before, when it is not open. */
static enum err letter_put_result(struct buf *buf, const struct letter_row *row)
{
    bool is_open = row->state == LETTER_OPEN;
    const char *result = row->result ? row->result : is_open ? "" : letter_state_name(row->state);
    if (result[0]) {
        TRY(buf_printf(buf, "  %s", result));
    }
    return row->why[0] ? buf_printf(buf, "%s%s", result[0] ? ": " : "  ", row->why) : OK;
}

static enum err letter_row_text(struct buf *buf, const struct letter_row *row)
{
    const struct record *record = row->record;
    const struct letter *letter = row->letter;
    char at[CLOCK_TEXT_BYTES];
    TRY(buf_printf(buf, "%d:%lld", (int)record->partition, (long long)record->offset));
    if (letter) {
        TRY(buf_printf(buf, "  %s  ", clock_format(letter->last_at_wall_ms, at).ptr));
        TRY(letter_put_safe(buf, letter->reason));
        TRY(buf_add(buf, STR("  ")));
        TRY(letter_put_origin(buf, letter));
    }
    TRY(buf_add(buf, STR("  ")));
    TRY(letter_put_key(buf, record));
    if (letter && letter->redrives > 0) {
        TRY(buf_printf(buf, "  redriven %lld times", (long long)letter->redrives));
    }
    TRY(letter_put_result(buf, row));
    if (letter) {
        TRY(buf_add(buf, STR("  ")));
        TRY(letter_put_detail(buf, letter));
    }
    return buf_add_char(buf, '\n');
}

/* --- JSON ----------------------------------------------------------------------------------- */

/* Bytes that are no text cannot stand in JSON: they are in NAME_base64 then. */
static void letter_json_text(struct json_out *json, const char *name, struct str text)
{
    if (utf8_check(text, NULL) == OK) {
        json_put_text(json, name, text);
        return;
    }
    char coded_name[FIELD_NAME_BYTES];
    CLEANUP(buf_fini) struct buf coded;
    buf_init(&coded, base64_length(text.len, BASE64_STANDARD));
    snprintf(coded_name, sizeof(coded_name), "%s_base64", name);
    enum err err = base64_encode(text, BASE64_STANDARD, &coded);
    if (err != OK) {
        json->err = json->err ? json->err : err;
        return;
    }
    json_put_text(json, coded_name, buf_str(&coded));
}

static void letter_json_letter(struct json_out *json, const struct letter *letter)
{
    letter_json_text(json, "reason", letter->reason);
    letter_json_text(json, "class", letter->class_name);
    letter_json_text(json, "detail", letter->detail);
    letter_json_text(json, "pointer", letter->pointer);
    letter_json_text(json, "topic", letter->topic_name);
    json_put_int(json, "partition", letter->partition);
    json_put_int(json, "offset", letter->offset);
    json_put_int(json, "timestamp", letter->timestamp_wall_ms);
    json_put_int(json, "attempts", letter->attempts);
    json_put_int(json, "redrives", letter->redrives);
    json_put_time(json, "first_at", letter->first_at_wall_ms);
    json_put_time(json, "last_at", letter->last_at_wall_ms);
    letter_json_text(json, "worker", letter->worker);
    json_put_bool(json, "by_reference", letter->is_reference);
    json_put_int(json, "bytes", letter->bytes);
}

static void letter_json_row(struct json_out *json, const struct letter_row *row)
{
    char place[48];
    int len = snprintf(place, sizeof(place), "%d:%lld", (int)row->record->partition,
                       (long long)row->record->offset);
    json_put_text(json, "letter", (struct str){ place, (size_t)len });
    json_put_text(json, "state", str_from(letter_state_name(row->state)));
    if (row->result) {
        json_put_text(json, "result", str_from(row->result));
    }
    json_put_text_if(json, "why", str_from(row->why));
    if (row->record->has_key) {
        letter_json_text(json, "key", row->record->key);
    }
    if (row->letter) {
        letter_json_letter(json, row->letter);
    }
}

static enum err letter_row_json(struct buf *buf, const struct letter_row *row)
{
    struct json_out json = json_out_to(buf);
    json_open_object(&json, NULL);
    letter_json_row(&json, row);
    json_close_object(&json);
    TRY(json_out_end(&json));
    return buf_add_char(buf, '\n');
}

enum err letter_row_render(struct buf *buf, enum print_form form, const struct letter_row *row)
{
    return form == PRINT_JSON ? letter_row_json(buf, row) : letter_row_text(buf, row);
}

/* --- one letter, whole ---------------------------------------------------------------------- */

static enum err letter_whole_text(struct buf *buf, const struct letter_row *row,
                                  const struct record *original)
{
    TRY(letter_row_text(buf, row));
    for (size_t i = 0; i < row->record->headers_count; i++) {
        const struct header *header = &row->record->headers[i];
        TRY(buf_add(buf, STR("  ")));
        TRY(letter_put_safe(buf, header->name));
        TRY(buf_add(buf, STR(": ")));
        TRY(letter_put_safe(buf, header->value));
        TRY(buf_add_char(buf, '\n'));
    }
    if (!original || !original->has_value) {
        return buf_add(buf, original ? STR("  (no value)\n") : STR(""));
    }
    TRY(buf_printf(buf, "  (value, %zu bytes)\n", original->value.len));
    TRY(letter_put_safe(buf, original->value));
    return buf_add_char(buf, '\n');
}

static void letter_json_headers(struct json_out *json, const struct record *record)
{
    json_open_array(json, "headers");
    for (size_t i = 0; i < record->headers_count; i++) {
        json_open_object(json, NULL);
        letter_json_text(json, "name", record->headers[i].name);
        letter_json_text(json, "value", record->headers[i].value);
        json_close_object(json);
    }
    json_close_array(json);
}

static enum err letter_whole_json(struct buf *buf, const struct letter_row *row,
                                  const struct record *original)
{
    struct json_out json = json_out_to(buf);
    json_open_object(&json, NULL);
    letter_json_row(&json, row);
    letter_json_headers(&json, row->record);
    if (original && original->has_value) {
        letter_json_text(&json, "value", original->value);
    }
    json_close_object(&json);
    TRY(json_out_end(&json));
    return buf_add_char(buf, '\n');
}

enum err letter_whole_render(struct buf *buf, enum print_form form, const struct letter_row *row,
                             const struct record *original)
{
    return form == PRINT_JSON ? letter_whole_json(buf, row, original)
                              : letter_whole_text(buf, row, original);
}

/* --- the sum -------------------------------------------------------------------------------- */

void letter_sum_add(struct letter_sum *sum, const struct letter_row *row)
{
    if (!row->letter) {
        sum->strangers++;
        return;
    }
    sum->states[row->state]++;
    if (row->state != LETTER_OPEN) {
        return;
    }
    size_t err = 1;
    while (err < ERR_COUNT && !str_is(row->letter->reason, err_label((enum err)err))) {
        err++;
    }
    sum->reasons[err]++;
}

static const char *letter_sum_label(size_t err)
{
    return err == OTHER_VERSIONS ? "other" : err_label((enum err)err);
}

static enum err letter_sum_text(struct buf *buf, const struct letter_sum *sum)
{
    const char *between = ": ";
    TRY(buf_printf(buf, "%zu open", sum->states[LETTER_OPEN]));
    for (size_t err = 1; err < countof(sum->reasons); err++) {
        if (sum->reasons[err] > 0) {
            TRY(buf_printf(buf, "%s%zu %s", between, sum->reasons[err], letter_sum_label(err)));
            between = ", ";
        }
    }
    return buf_printf(buf, "; %zu redriven, %zu dropped, %zu that are no letters\n",
                      sum->states[LETTER_REDRIVEN], sum->states[LETTER_DROPPED], sum->strangers);
}

static enum err letter_sum_json(struct buf *buf, const struct letter_sum *sum)
{
    struct json_out json = json_out_to(buf);
    json_open_object(&json, NULL);
    json_open_object(&json, "summary");
    for (unsigned state = 0; state < LETTER_STATE_COUNT; state++) {
        json_put_int(&json, letter_state_name((enum letter_state)state),
                     (int64_t)sum->states[state]);
    }
    json_put_int(&json, "no_letters", (int64_t)sum->strangers);
    json_open_object(&json, "reasons");
    for (size_t err = 1; err < countof(sum->reasons); err++) {
        if (sum->reasons[err] > 0) {
            json_put_int(&json, letter_sum_label(err), (int64_t)sum->reasons[err]);
        }
    }
    json_close_object(&json);
    json_close_object(&json);
    json_close_object(&json);
    TRY(json_out_end(&json));
    return buf_add_char(buf, '\n');
}

enum err letter_sum_render(struct buf *buf, enum print_form form, const struct letter_sum *sum)
{
    return form == PRINT_JSON ? letter_sum_json(buf, sum) : letter_sum_text(buf, sum);
}
