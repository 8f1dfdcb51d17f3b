/* replay_print.c - see replay_print.h. */
#include "worker/command/replay_print.h"

#include "common/clock.h"
#include "common/json_out.h"
#include "common/shown.h"
#include "common/utf8.h"
#include "worker/answer/wording.h"

/* Two texts of the longest kind, cut into words, and the table that compares them. */
#define REPLAY_WORDING_BYTES ((size_t)64 << 20)

/* --- for people ----------------------------------------------------------------------------- */

static enum err replay_put(struct buf *buf, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        TRY(buf_add(buf, shown_next(text, &at)));
    }
    return OK;
}

static enum err replay_put_piece(struct buf *buf, const struct wording_piece *piece)
{
    static const struct str before[] = { { "", 0 }, { "[-", 2 }, { "{+", 2 } };
    static const struct str behind[] = { { "", 0 }, { "-]", 2 }, { "+}", 2 } };
    TRY(buf_add(buf, before[piece->kind]));
    TRY(replay_put(buf, piece->text));
    return buf_add(buf, behind[piece->kind]);
}

static enum err replay_put_words(struct buf *buf, struct str old, struct str fresh)
{
    struct arena arena;
    struct wording wording;
    arena_init(&arena, REPLAY_WORDING_BYTES);
    enum err err = wording_of(&arena, old, fresh, &wording);
    for (size_t i = 0; err == OK && i < wording.count; i++) {
        err = replay_put_piece(buf, &wording.pieces[i]);
    }
    arena_fini(&arena);
    return err;
}

static enum err replay_put_field(struct buf *buf, const struct difference_field *field)
{
    const struct statement_field *recorded = field->recorded;
    const struct statement_field *fresh = field->fresh;
    TRY(buf_printf(buf, "  %-15.*s ", STR_ARG(field->name)));
    if (recorded && fresh && recorded->is_text && fresh->is_text) {
        TRY(replay_put_words(buf, recorded->value, fresh->value));
        return buf_add_char(buf, '\n');
    }
    if (recorded) {
        const struct wording_piece piece = { WORDING_GONE, recorded->value };
        TRY(replay_put_piece(buf, &piece));
    }
    if (fresh) {
        const struct wording_piece piece = { WORDING_NEW, fresh->value };
        TRY(replay_put_piece(buf, &piece));
    }
    return buf_add_char(buf, '\n');
}

static const char *replay_kind(const struct statement *statement)
{
    return statement->is_known ? outcome_kind_name(statement->kind) : "nothing found";
}

static enum err replay_put_head(struct buf *buf, const struct replay_report *report)
{
    const struct record *record = &report->event->record;
    char time[CLOCK_TEXT_BYTES];
    TRY(buf_printf(buf, "%.*s/%d/%lld  %.*s  ", STR_ARG(report->topic_name), (int)record->partition,
                   (long long)record->offset,
                   STR_ARG(clock_format(record->timestamp_wall_ms, time))));
    TRY(replay_put(buf, report->event->id.len ? report->event->id : STR("-")));
    TRY(buf_printf(buf, "  %s  %s", verdict_name(report->difference->verdict),
                   replay_kind(report->recorded)));
    bool is_one = report->recorded->is_known && report->recorded->kind == report->fresh->kind;
    return is_one ? buf_add_char(buf, '\n')
                  : buf_printf(buf, " -> %s\n", replay_kind(report->fresh));
}

static enum err replay_render_text(struct buf *buf, const struct replay_report *report)
{
    const struct difference *difference = report->difference;
    TRY(replay_put_head(buf, report));
    if (difference->verdict == VERDICT_SAME) {
        return OK;
    }
    if (report->asked.len > 0) {
        TRY(buf_printf(buf, "  %-15s ", "(asked)"));
        TRY(replay_put(buf, report->asked));
        TRY(buf_add_char(buf, '\n'));
    }
    for (size_t i = 0; i < difference->fields_count; i++) {
        TRY(replay_put_field(buf, &difference->fields[i]));
    }
    return OK;
}

/* --- for programs --------------------------------------------------------------------------- */

static void replay_json_statement(struct json_out *out, const char *key,
                                  const struct statement *statement)
{
    if (!statement->is_known) {
        json_put_raw(out, key, STR("null"));
        return;
    }
    json_open_object(out, key);
    json_put_text(out, "outcome", str_from(outcome_kind_name(statement->kind)));
    for (size_t i = 0; i < statement->fields_count; i++) {
        const struct statement_field *field = &statement->fields[i];
        if (field->is_text) {
            json_put_text(out, field->name.ptr, field->value);
        } else {
            json_put_raw(out, field->name.ptr, field->value);
        }
    }
    json_close_object(out);
}

static void replay_json_event(struct json_out *out, const struct replay_report *report)
{
    const struct record *record = &report->event->record;
    json_put_text(out, "topic", report->topic_name);
    json_put_int(out, "partition", record->partition);
    json_put_int(out, "offset", record->offset);
    json_put_time(out, "time", record->timestamp_wall_ms);
    if (record->has_key && utf8_check(record->key, NULL) == OK) {
        json_put_text(out, "key", record->key);
    }
    json_put_text_if(out, "id", report->event->id);
}

static enum err replay_render_json(struct buf *buf, const struct replay_report *report)
{
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    replay_json_event(&out, report);
    json_put_text(&out, "verdict", str_from(verdict_name(report->difference->verdict)));
    replay_json_statement(&out, "recorded", report->recorded);
    replay_json_statement(&out, "new", report->fresh);
    json_open_array(&out, "difference");
    for (size_t i = 0; i < report->difference->fields_count; i++) {
        json_put_text(&out, NULL, report->difference->fields[i].name);
    }
    json_close_array(&out);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return buf_add_char(buf, '\n');
}

enum err replay_render(struct buf *buf, enum print_form form, const struct replay_report *report)
{
    return form == PRINT_JSON ? replay_render_json(buf, report) : replay_render_text(buf, report);
}

/* --- in the end ----------------------------------------------------------------------------- */

void replay_sum_add(struct replay_sum *sum, const struct replay_report *report)
{
    sum->events++;
    sum->verdicts[report->difference->verdict]++;
    sum->fresh[report->fresh->kind]++;
    if (report->recorded->is_known) {
        sum->recorded[report->recorded->kind]++;
    } else {
        sum->unknown++;
    }
}

static enum err replay_sum_text(struct buf *buf, const struct replay_sum *sum)
{
    TRY(buf_printf(buf,
                   "\n%zu events replayed: %zu same, %zu changed, %zu only recorded, "
                   "%zu only new.\n%-16s %10s %10s\n",
                   sum->events, sum->verdicts[VERDICT_SAME], sum->verdicts[VERDICT_CHANGED],
                   sum->verdicts[VERDICT_ONLY_RECORDED], sum->verdicts[VERDICT_ONLY_NEW], "outcome",
                   "recorded", "new"));
    for (size_t kind = 0; kind < OUTCOME_KIND_COUNT; kind++) {
        if (sum->recorded[kind] + sum->fresh[kind] > 0) {
            TRY(buf_printf(buf, "%-16s %10zu %10zu\n", outcome_kind_name((enum outcome_kind)kind),
                           sum->recorded[kind], sum->fresh[kind]));
        }
    }
    return sum->unknown ? buf_printf(buf, "%-16s %10zu\n", "nothing found", sum->unknown) : OK;
}

static void replay_sum_kinds(struct json_out *out, const char *key,
                             const size_t counts[OUTCOME_KIND_COUNT])
{
    json_open_object(out, key);
    for (size_t kind = 0; kind < OUTCOME_KIND_COUNT; kind++) {
        json_put_int(out, outcome_kind_name((enum outcome_kind)kind), (int64_t)counts[kind]);
    }
    json_close_object(out);
}

static enum err replay_sum_json(struct buf *buf, const struct replay_sum *sum)
{
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    json_open_object(&out, "summary");
    json_put_int(&out, "events", (int64_t)sum->events);
    for (size_t verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        json_put_int(&out, verdict_name((enum verdict)verdict), (int64_t)sum->verdicts[verdict]);
    }
    json_put_int(&out, "nothing_found", (int64_t)sum->unknown);
    replay_sum_kinds(&out, "recorded", sum->recorded);
    replay_sum_kinds(&out, "new", sum->fresh);
    json_close_object(&out);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return buf_add_char(buf, '\n');
}

enum err replay_render_sum(struct buf *buf, enum print_form form, const struct replay_sum *sum)
{
    return form == PRINT_JSON ? replay_sum_json(buf, sum) : replay_sum_text(buf, sum);
}
