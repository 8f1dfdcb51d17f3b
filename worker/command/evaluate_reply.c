/* evaluate_reply.c - see evaluate_reply.h and docs/replies.md.
 *
 * The cases are played one record after another through the engine of `run` and `chat`, with the
 * settings' model and pages and with a store in memory, so that nothing of it stays. */
#include "worker/command/evaluate_reply.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/json.h"
#include "common/json_out.h"
#include "worker/adapter/secret_file.h"
#include "worker/answer/screen.h"
#include "worker/command/catalog_file.h"
#include "worker/command/cli.h"
#include "worker/command/evaluate_table.h"
#include "worker/command/evaluate_verdict.h"
#include "worker/command/rig.h"
#include "worker/command/taped.h"

#define EVALUATE_SCREEN_BYTES ((size_t)16 << 20)
#define EVALUATE_LINE_BYTES ((size_t)1 << 20)

struct playing {
    const struct conf *conf;
    const char *path;
    const char *catalog_path;
    bool is_json;
    struct cases cases;
    size_t at;     /* the case that is played */
    size_t record; /* of it, the next one */
    bool is_busy;  /* a record is under way */
    int64_t offsets[TOPIC_COUNT];
    struct record current;
    struct verdict_table table;
    struct rig rig;
    struct taped taped;
    enum err failure;
    struct note why;
};

static void playing_stop(struct playing *playing, enum err err)
{
    playing->failure = playing->failure != OK ? playing->failure : err;
    loop_stop(playing->rig.loop);
}

/* Where in the file something is wrong. */
static void playing_fail(struct playing *playing, const struct reply_case *item, enum err err,
                         const struct note *why)
{
    bool is_known = why && why->text[0];
    note_set(&playing->why, "%s:%zu: %s%s%s", playing->path, item->line,
             is_known ? why->text : err_text(err), is_known && why->pointer[0] ? " at " : "",
             is_known ? why->pointer : "");
    playing_stop(playing, err);
}

/* ---- the way in ---- */

/* A product is there at once; everything else is an event. */
static bool playing_takes_product(struct playing *playing, const struct reply_case *item)
{
    const struct case_record *record = &item->records[playing->record];
    struct note why = { 0 };
    if (record->topic != TOPIC_CATALOG) {
        return false;
    }
    playing->record++;
    size_t bytes_max = (size_t)conf_int(playing->conf, CONF_MESSAGE_BYTES_MAX);
    enum err err =
        catalog_file_take_entry(playing->rig.catalog, record->value, bytes_max, &why);
    if (err != OK) {
        playing_fail(playing, item, err, &why);
    }
    return true;
}

static void playing_make(struct playing *playing, const struct reply_case *item)
{
    const struct case_record *record = &item->records[playing->record++];
    playing->current = (struct record){
        .topic = record->topic,
        .offset = playing->offsets[record->topic]++,
        .leader_epoch = -1,
        .timestamp_wall_ms = loop_clock(playing->rig.loop)->wall_ms,
        .key = item->conversation_id,
        .has_key = true,
        .value = record->value,
        .has_value = true,
    };
    playing->is_busy = true;
}

static const struct record *playing_next(void *owner)
{
    struct playing *playing = owner;
    while (playing->failure == OK && !playing->is_busy && playing->at < playing->cases.count) {
        const struct reply_case *item = &playing->cases.all[playing->at];
        if (!playing_takes_product(playing, item)) {
            playing_make(playing, item);
            return &playing->current;
        }
    }
    return NULL;
}

/* ---- the way out ---- */

static enum err playing_read(const struct turn *turn, const struct output *output,
                             struct arena *arena, struct told *told)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    const struct json_in in = { .arena = arena };
    TRY(json_read(output->value, EVALUATE_LINE_BYTES, &root, NULL));
    struct json_at at = json_root(root, &in);
    TRY(json_may_text(&at, "text", 0, EVALUATE_LINE_BYTES, &told->text));
    TRY(json_may_text(&at, "language", 0, EVALUATE_LINE_BYTES, &told->language));
    TRY(json_may_text(&at, "reason", 0, EVALUATE_LINE_BYTES, &told->reason));
    if (told->kind == OUTCOME_ANSWER) {
        enum flaw flaw = FLAW_NONE;
        TRY(screen_reply(arena, &turn->work->brief, told->text, turn->arrived_wall_ms, &flaw));
        told->is_grounded = flaw == FLAW_NONE;
    }
    return OK;
}

static enum err playing_judge(struct playing *playing, const struct turn *turn,
                              struct arena *arena)
{
    const struct outcome *outcome = &turn->delivery.outcome;
    const struct reply_case *item = &playing->cases.all[playing->at];
    struct told told = { .kind = outcome->kind };
    if (turn->work) {
        told.intent = str_from(intent_name(turn->work->brief.intent));
        told.language = turn->work->brief.language;
    }
    if (outcome->outputs_count > 0 && turn->work) {
        TRY(playing_read(turn, &outcome->outputs[0], arena, &told));
    }
    return verdict_table_add(&playing->table, item, &told, playing->is_json ? stdout : NULL);
}

static void playing_end_case(struct playing *playing, const struct turn *turn)
{
    struct arena arena;
    arena_init(&arena, EVALUATE_SCREEN_BYTES);
    enum err err = playing_judge(playing, turn, &arena);
    arena_fini(&arena);
    if (err != OK) {
        playing_fail(playing, &playing->cases.all[playing->at], err, NULL);
        return;
    }
    playing->at++;
    playing->record = 0;
    if (playing->at == playing->cases.count) {
        playing_stop(playing, OK);
    }
}

static void playing_on_settled(void *owner, const struct turn *turn)
{
    struct playing *playing = owner;
    const struct reply_case *item = &playing->cases.all[playing->at];
    playing->is_busy = false;
    if (turn->delivery.outcome.kind == OUTCOME_DEAD_LETTER && turn->fault != OK) {
        playing_fail(playing, item, turn->fault, turn->note);
        return;
    }
    if (playing->record == item->records_count) {
        playing_end_case(playing, turn);
    }
    source_tape_wake(playing->taped.source);
}

/* What is published is read when its turn is settled. */
static void playing_on_outcome(void *owner, const struct delivery *delivery)
{
    (void)owner;
    (void)delivery;
}

static void playing_on_fatal(void *owner, enum err err, const struct note *note)
{
    struct playing *playing = owner;
    playing->why = note ? *note : playing->why;
    playing_stop(playing, err);
}

static void playing_on_drained(void *owner)
{
    (void)owner;
}

/* ---- parts ---- */

static enum err playing_open_engine(struct playing *playing)
{
    const struct taped_options options = {
        .rig = &playing->rig,
        .next = playing_next,
        .on_outcome = playing_on_outcome,
        .events = { .owner = playing,
                    .on_fatal = playing_on_fatal,
                    .on_drained = playing_on_drained,
                    .on_settled = playing_on_settled },
        .keeps_work = true,
        .keeps_custody = true,
    };
    return taped_open(&playing->taped, &options);
}

static enum err playing_read_cases(struct playing *playing, struct note *note)
{
    CLEANUP(buf_fini) struct buf bytes;
    struct note why = { 0 };
    buf_init(&bytes, CASES_BYTES_MAX);
    TRY(text_file_read("--cases", playing->path, CASES_BYTES_MAX, &bytes, note));
    enum err err = cases_read(&playing->cases, buf_str(&bytes), &why);
    if (err != OK) {
        note_set(note, "%s: %s", playing->path, why.text[0] ? why.text : err_text(err));
        if (playing->cases.allowed.len > 0) {
            fprintf(stderr, "deskhand evaluate reply: it may be one of: %.*s\n",
                    STR_ARG(playing->cases.allowed));
        }
    }
    return err;
}

static enum err playing_open(struct playing *playing, struct note *note)
{
    const struct rig_options options = { .conf = playing->conf,
                                         .log_fd = STDERR_FILENO,
                                         .is_replay = true };
    TRY(conf_check(playing->conf, note));
    TRY(rig_open(&playing->rig, &options, note));
    TRY(playing_read_cases(playing, note));
    const struct catalog_file file = {
        .setting = "--catalog",
        .path = playing->catalog_path,
        .value_bytes_max = (size_t)conf_int(playing->conf, CONF_MESSAGE_BYTES_MAX),
    };
    if (file.path) {
        TRY(catalog_file_read(&file, playing->rig.catalog, note));
    }
    return playing_open_engine(playing);
}

static void playing_close(struct playing *playing)
{
    taped_close(&playing->taped);
    if (playing->rig.conf) {
        rig_close(&playing->rig);
    }
    cases_fini(&playing->cases);
}

static int64_t playing_tick(void *owner)
{
    struct playing *playing = owner;
    log_flush(playing->rig.log);
    return engine_tick(playing->taped.engine);
}

static enum err playing_run(struct playing *playing)
{
    static const enum topic topics[] = { TOPIC_MESSAGES, TOPIC_ORDERS };
    struct claim claims[countof(topics)];
    for (size_t i = 0; i < countof(topics); i++) {
        claims[i] = (struct claim){
            .id = { topics[i], 0 }, .committed = -1, .leader_epoch = -1, .low = 0, .high = -1
        };
    }
    loop_on_tick(playing->rig.loop, playing_tick, playing);
    if (playing->cases.count > 0) {
        source_tape_start(playing->taped.source, claims, countof(claims));
        loop_run(playing->rig.loop);
    }
    return playing->failure;
}

static int playing_play(struct playing *playing)
{
    struct note note = { 0 };
    enum err err = playing_open(playing, &note);
    if (err == OK) {
        err = playing_run(playing);
        note = playing->why;
    }
    if (err == OK) {
        verdict_table_print(&playing->table, stdout, playing->is_json);
    }
    int code = err == OK ? EX_OK : cli_fail("evaluate reply", err, &note);
    playing_close(playing);
    return code;
}

int evaluate_reply(int argc, char **argv)
{
    struct playing playing = { 0 };
    const char *is_json = NULL;
    const struct cli_option options[] = {
        { "cases", "FILE", "JSON lines; docs/replies.md tells the fields", &playing.path },
        { "catalog", "FILE", "the shop's products: CSV, or catalogue entries as JSON lines",
          &playing.catalog_path },
        { "json", NULL, "prints each case and the sums as JSON lines in place of a table",
          &is_json },
        { 0 },
    };
    struct cli cli = {
        .usage = "evaluate reply --cases FILE [--catalog FILE] [--json] [-X key=value]...",
        .text = "Plays cases and tells which replies are grounded, and what they should be.",
        .options = options,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    playing.conf = cli.conf;
    playing.is_json = is_json != NULL;
    code = playing.path ? playing_play(&playing)
                        : cli_misuse("evaluate reply", "name the file of cases: --cases FILE");
    conf_destroy(cli.conf);
    return code;
}
