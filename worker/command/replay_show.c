/* replay_show.c - a replay speaks: of each event in its order, of how far it is, and in the end. */
#include <errno.h>
#include <string.h>

#include "worker/command/replay.h"

#define REPLAY_PROGRESS_MS 200
#define REPLAY_LINE_BYTES_MAX ((size_t)64 << 20)
#define REPLAY_DECODE_BYTES ((size_t)64 << 20)

static void replay_hide_progress(const struct replay *replay)
{
    if (replay->shows_progress) {
        fputs("\r\033[K", stderr);
    }
}

void replay_on_progress(void *owner)
{
    struct replay *replay = owner;
    static const char *const phases[] = {
        [REPLAY_STARTING] = "connecting",
        [REPLAY_SHOP] = "reading the catalogue and the pages",
        [REPLAY_EVENTS] = "reading events",
        [REPLAY_STATE] = "reading what went before",
        [REPLAY_FEEDBACK] = "reading feedback",
        [REPLAY_OUTCOMES] = "reading what was answered",
        [REPLAY_RUNNING] = "replaying",
        [REPLAY_CLOSING] = "closing",
    };
    int64_t done;
    int64_t all;
    tape_kafka_progress(replay->tape, &done, &all);
    if (replay->phase == REPLAY_RUNNING) {
        done = (int64_t)replay->book.printed;
        all = (int64_t)replay->book.count;
    }
    fprintf(stderr, "\r\033[K%s: %lld of %lld", phases[replay->phase], (long long)done,
            (long long)all);
    fflush(stderr);
    loop_timer_set(replay->progress, loop_clock(replay->rig.loop)->mono_ms + REPLAY_PROGRESS_MS);
}

static void replay_write(struct replay *replay, struct str bytes)
{
    replay_hide_progress(replay);
    if (fwrite(bytes.ptr, 1, bytes.len, stdout) != bytes.len || fflush(stdout) != 0) {
        struct note note = { 0 };
        note_set(&note, "standard output: %s", strerror(errno));
        replay_fail(replay, ERR_OS, &note);
    }
}

/* What the customer wrote, for people to see. */
static struct str replay_asked(const struct replay *replay, struct arena *arena,
                               const struct record *record)
{
    const struct engine_options *options = &replay->taped.engine->options;
    const struct json_in in = { .arena = arena };
    struct event *event;
    if (replay->form == PRINT_JSON || event_decode(&in, record, options->topic_names[record->topic],
                                                   &options->event_limits, &event) != OK) {
        return STR_NONE;
    }
    return event->kind == EVENT_MESSAGE ? event->message.text : STR_NONE;
}

static enum err replay_read_fresh(struct arena *arena, const struct outcome *outcome,
                                  struct statement *ret_statement)
{
    if (outcome->outputs_count == 0) {
        *ret_statement = statement_of_kind(outcome->kind);
        return OK;
    }
    const struct output *output = &outcome->outputs[0];
    const struct record record = { .topic = output->topic,
                                   .value = output->value,
                                   .has_value = output->has_value,
                                   .headers = output->headers,
                                   .headers_count = output->headers_count };
    return statement_read(arena, outcome->kind, &record, ret_statement);
}

static enum err replay_report_on(struct replay *replay, struct arena *arena,
                                 struct book_event *event, const struct outcome *outcome)
{
    struct statement recorded;
    struct statement fresh;
    struct difference difference;
    TRY(book_recorded(event, arena, &recorded));
    TRY(replay_read_fresh(arena, outcome, &fresh));
    difference_of(&recorded, &fresh, &difference);
    const struct replay_report report = {
        .topic_name = conf_topic_name(replay->conf, event->record.topic),
        .event = event,
        .asked = replay_asked(replay, arena, &event->record),
        .recorded = &recorded,
        .fresh = &fresh,
        .difference = &difference,
    };
    replay_sum_add(&replay->sum, &report);
    buf_init(&event->line, REPLAY_LINE_BYTES_MAX);
    return replay_render(&event->line, replay->form, &report);
}

static void replay_report(struct replay *replay, struct book_event *event,
                          const struct outcome *outcome)
{
    struct arena arena;
    if (!event->is_reported || replay->failure != OK) {
        return;
    }
    arena_init(&arena, REPLAY_DECODE_BYTES);
    enum err err = replay_report_on(replay, &arena, event, outcome);
    arena_fini(&arena);
    if (err != OK) {
        replay_fail(replay, err, NULL);
    }
}

void replay_on_outcome(void *owner, const struct delivery *delivery)
{
    struct replay *replay = owner;
    struct book_event *event = book_settle(&replay->book, delivery->record);
    if (replay_learns(replay) && event->is_writer) {
        learning_take(&replay->learning, &event->record);
    }
    replay_report(replay, event, &delivery->outcome);
    while (replay->failure == OK && (event = book_take_back(&replay->book)) != NULL) {
        replay_write(replay, buf_str(&event->line));
        buf_fini(&event->line);
    }
    source_tape_wake(replay->taped.source);
    if (book_is_over(&replay->book)) {
        replay_end(replay);
    }
}

enum err replay_show_sum(struct replay *replay)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, REPLAY_LINE_BYTES_MAX);
    TRY(replay_render_sum(&buf, replay->form, &replay->sum));
    replay_write(replay, buf_str(&buf));
    return replay->failure;
}
