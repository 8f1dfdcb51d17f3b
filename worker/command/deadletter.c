/* deadletter.c - `deskhand deadletter`: its command line, and what its verbs share. */
#include "worker/command/deadletter.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "worker/adapter/crash_point.h"
#include "worker/adapter/now.h"
#include "worker/adapter/secret_file.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/deadletter_pace.h"

#define DEADLETTER_PROGRESS_MS 200
#define DEADLETTER_ROW_BYTES_MAX ((size_t)4 << 20)
#define DEADLETTER_SKIPS_BYTES_MAX ((size_t)4 << 20)

void deadletter_sleep(int64_t wait_ms)
{
    const struct timespec wait = { wait_ms / 1000, wait_ms % 1000 * 1000000 };
    (void)nanosleep(&wait, NULL); /* a signal ends it early */
}

/* With the topic's name it makes the transactional id: two commands that change letters of one
 * topic cannot do so at once, whatever group they are given. */
struct kafka_conf_options deadletter_kafka(const struct deadletter *dead)
{
    return (struct kafka_conf_options){ .conf = dead->conf, .worker_id = "deskhand-deadletter" };
}

/* --- writing -------------------------------------------------------------------------------- */

enum err deadletter_on_step(void *owner, int64_t done, int64_t all)
{
    struct deadletter *dead = owner;
    int64_t now_ms = now_mono_us() / 1000;
    if (dead->shows_progress && now_ms - dead->shown_ms >= DEADLETTER_PROGRESS_MS) {
        fprintf(stderr, "\r\033[K%s: %lld of %lld", dead->doing, (long long)done, (long long)all);
        fflush(stderr);
        dead->shown_ms = now_ms;
    }
    return OK;
}

static void deadletter_hide_progress(const struct deadletter *dead)
{
    if (dead->shows_progress) {
        fputs("\r\033[K", stderr);
    }
}

enum err deadletter_write(struct deadletter *dead, struct str bytes)
{
    deadletter_hide_progress(dead);
    bool is_written = bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len;
    if (!is_written || fflush(stdout) != 0) {
        note_set(dead->note, "standard output: %s", strerror(errno));
        return ERR_OS;
    }
    return OK;
}

enum err deadletter_write_row(struct deadletter *dead, const struct letter_row *row)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, DEADLETTER_ROW_BYTES_MAX);
    TRY(letter_row_render(&buf, dead->form, row));
    return deadletter_write(dead, buf_str(&buf));
}

void deadletter_see(struct deadletter *dead, const struct record *record,
                    struct letter *letter, struct note *note, struct letter_row *ret_row)
{
    bool is_letter = letter_read(record, letter, note) == OK;
    dead->knows_topic |= is_letter && str_eq(letter->topic_name, dead->pick.topic_name);
    *ret_row = (struct letter_row){
        .record = record,
        .letter = is_letter ? letter : NULL,
        .state = DEFENCE_IS_LOWERED("marks")
                     ? LETTER_OPEN
                     : marks_state(&dead->marks, record->partition, record->offset),
        .why = is_letter ? "" : note->text,
    };
}

enum err deadletter_doubt_topic(const struct deadletter *dead)
{
    const char *name = dead->pick.topic_name.ptr;
    if (dead->pick.topic_name.len == 0 || dead->knows_topic ||
        letterbox_may_have_topic(dead->box, name)) {
        return OK;
    }
    note_set(dead->note, "--topic: brokers have no topic %.100s, and no dead letter is of one",
             name);
    return ERR_EMPTY;
}

/* --- opening -------------------------------------------------------------------------------- */

static enum err deadletter_on_mark(void *owner, const struct record *record)
{
    struct deadletter *dead = owner;
    enum err err = marks_take(&dead->marks, record);
    if (err == ERR_FULL) {
        note_set(dead->note, "more than %zu letters of one partition are settled one by one",
                 MARKS_MAX);
    }
    return err;
}

static enum err deadletter_read_marks(struct deadletter *dead)
{
    const struct letterbox_pass pass = {
        .partition = LETTERBOX_ALL_PARTITIONS,
        .owner = dead,
        .on_record = deadletter_on_mark,
        .on_step = deadletter_on_step,
    };
    TRY(marks_init(&dead->marks, letterbox_partitions(dead->box),
                   letterbox_topic_id(dead->box)));
    for (int32_t number = 0; number < dead->marks.partitions; number++) {
        marks_begin(&dead->marks, number, letterbox_first(dead->box, number));
    }
    dead->doing = "reading what is settled";
    return letterbox_read(dead->box, &pass, dead->note);
}

enum err deadletter_open(struct deadletter *dead)
{
    const struct letterbox_options options = {
        .kafka = deadletter_kafka(dead),
        .timeout_ms = conf_int(dead->conf, CONF_START_TIMEOUT_MS),
    };
    if (conf_topic_name(dead->conf, TOPIC_DEAD_LETTERS).len == 0) {
        note_set(dead->note, "topic.dead.letters is switched off: there are no dead letters");
        return ERR_CONFIG;
    }
    TRY(kafka_version_check(dead->note));
    TRY(letterbox_open(&options, &dead->box, dead->note));
    return deadletter_read_marks(dead);
}

void deadletter_close(struct deadletter *dead)
{
    deadletter_hide_progress(dead);
    marks_fini(&dead->marks);
    letterbox_close(TAKE(dead->box));
    pick_fini(&dead->pick);
}

/* --- the command line ----------------------------------------------------------------------- */

enum verb { VERB_LIST, VERB_SHOW, VERB_REDRIVE, VERB_DROP, VERB_COUNT };

#define ALL_VERBS (BIT(VERB_COUNT) - 1)
#define SETTLING (BIT(VERB_REDRIVE) | BIT(VERB_DROP))
#define PICKING (BIT(VERB_LIST) | SETTLING)

#define RATE_USUAL 100
#define REDRIVES_USUAL 3

struct verb_info {
    const char *name;
    const char *usage;
    const char *text;
    bool has_place; /* as its operand */
};

static const struct verb_info verbs[] = {
    [VERB_LIST] = { "deadletter list", "deadletter list [options] [-F FILE] [-X key=value]...",
                    "Lists the dead letters that are open, and how many there are.", false },
    [VERB_SHOW] = { "deadletter show", "deadletter show P:O [options] [-F FILE] [-X key=value]...",
                    "Shows one dead letter, at offset O of partition P, with all its headers and\n"
                    "the original bytes; those of one by reference are read where they are.",
                    true },
    [VERB_REDRIVE] = { "deadletter redrive",
                       "deadletter redrive [options] --yes [-F FILE] [-X key=value]...",
                       "Sends the originals of open letters again, to the partition where they\n"
                       "were, once each, in order. Without --yes it only says what it would do.",
                       false },
    [VERB_DROP] = { "deadletter drop",
                    "deadletter drop [options] --yes [-F FILE] [-X key=value]...",
                    "Settles open letters without sending them again. Without --yes it only says\n"
                    "what it would do.",
                    false },
};

/* As they stand on the command line; NULL: not there. */
struct verb_words {
    struct pick_words pick;
    const char *place; /* an operand */
    const char *skip_file;
    const char *format;
    const char *all;
    const char *value;
    const char *yes;
    const char *rate;
    const char *redrives_max;
};

struct verb_option {
    unsigned verbs;
    struct cli_option option;
};

static void deadletter_options(struct verb_words *words, enum verb verb,
                                 struct cli_option out[CLI_OPTIONS_MAX + 1])
{
    struct pick_words *pick = &words->pick;
    const struct verb_option known[] = {
        { PICKING, { "reason", "LABEL,...", "only these, as in schema,json", &pick->reason } },
        { PICKING, { "from", "TIME", "given up since: 2025-01-31T10:00:00Z, -2h", &pick->from } },
        { PICKING, { "to", "TIME", "given up before this time", &pick->to } },
        { PICKING, { "topic", "NAME", "only originals of this topic", &pick->topic } },
        { PICKING, { "key", "KEY", "only with this key", &pick->key } },
        { PICKING, { "letters", "P:O,...", "only these letters, or P:A-B", &pick->letters } },
        { PICKING, { "skip", "P:O,...", "not these letters", &pick->skip } },
        { PICKING, { "skip-file", "FILE", "not the letters on its lines", &words->skip_file } },
        { PICKING, { "limit", "N", "at most N letters", &pick->limit } },
        { BIT(VERB_LIST), { "all", NULL, "also those that are settled", &words->all } },
        { BIT(VERB_SHOW), { "value", NULL, "only the original's bytes", &words->value } },
        { SETTLING, { "yes", NULL, "do it", &words->yes } },
        { SETTLING, { "rate", "N", "at most N letters a second (100)", &words->rate } },
        { BIT(VERB_REDRIVE), { "redrives-max", "N", "keep what came back from N redrives (3)",
                               &words->redrives_max } },
        { ALL_VERBS, { "format", "text|json", "text on a terminal, else JSON lines",
                       &words->format } },
    };
    size_t count = 0;
    for (size_t i = 0; i < countof(known); i++) {
        if (known[i].verbs & BIT(verb)) {
            out[count++] = known[i].option;
        }
    }
    out[count] = (struct cli_option){ 0 };
}

static enum err deadletter_read_skips(struct deadletter *dead, const char *path)
{
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&bytes, DEADLETTER_SKIPS_BYTES_MAX);
    TRY(text_file_read("--skip-file", path, DEADLETTER_SKIPS_BYTES_MAX, &bytes, dead->note));
    return pick_read_skips(&dead->pick, buf_str(&bytes), dead->note);
}

static enum err deadletter_format(struct deadletter *dead, const char *word)
{
    dead->form = isatty(STDOUT_FILENO) ? PRINT_TEXT : PRINT_JSON;
    if (!word) {
        return OK;
    }
    dead->form = strcmp(word, "json") == 0 ? PRINT_JSON : PRINT_TEXT;
    if (dead->form == PRINT_TEXT && strcmp(word, "text") != 0) {
        note_set(dead->note, "--format is text or json, not %s", word);
        return ERR_USAGE;
    }
    return OK;
}

static enum err deadletter_show_place(struct deadletter *dead, const struct verb_words *words)
{
    struct place place;
    const char *word = words->place ? words->place : "";
    if (!place_parse(str_from(word), &place) || place.first != place.last) {
        note_set(dead->note, "say which letter, as partition:offset: %s", word[0] ? word : "0:17");
        return ERR_USAGE;
    }
    return deadletter_show(dead, &place, words->value != NULL);
}

static enum err deadletter_number(struct deadletter *dead, const char *option, const char *word,
                                  int64_t max, int64_t *ret_number)
{
    if (word && !str_to_i64(str_from(word), 1, max, ret_number)) {
        note_set(dead->note, "%s: %s is no number from 1 to %lld", option, word, (long long)max);
        return ERR_USAGE;
    }
    return OK;
}

static enum err deadletter_settle_words(struct deadletter *dead, enum letter_state to,
                                        const struct verb_words *words, struct settle_sum *sum)
{
    struct settle_options options = {
        .to = to,
        .acts = words->yes != NULL,
        .rate = RATE_USUAL,
        .redrives_max = REDRIVES_USUAL,
    };
    TRY(deadletter_number(dead, "--rate", words->rate, PACE_RATE_MAX, &options.rate));
    TRY(deadletter_number(dead, "--redrives-max", words->redrives_max, LETTER_REDRIVES_MAX,
                          &options.redrives_max));
    return deadletter_settle(dead, &options, sum);
}

static enum err deadletter_go(struct deadletter *dead, enum verb verb,
                              const struct verb_words *words, struct settle_sum *sum)
{
    TRY(conf_check(dead->conf, dead->note));
    TRY(deadletter_format(dead, words->format));
    TRY(pick_read(&words->pick, now_wall_ms(), &dead->pick, dead->note));
    if (words->skip_file) {
        TRY(deadletter_read_skips(dead, words->skip_file));
    }
    switch (verb) {
    case VERB_LIST:
        return deadletter_list(dead, words->all != NULL);
    case VERB_SHOW:
        return deadletter_show_place(dead, words);
    case VERB_REDRIVE:
        return deadletter_settle_words(dead, LETTER_REDRIVEN, words, sum);
    case VERB_DROP:
        return deadletter_settle_words(dead, LETTER_DROPPED, words, sum);
    case VERB_COUNT:
        break;
    }
    BUG("there is no such verb");
}

static int deadletter_code(enum err err, const struct settle_sum *sum)
{
    if (err != OK) {
        return err == ERR_EMPTY ? EX_NOINPUT : err_exit_code(err);
    }
    if (sum->is_interrupted) {
        return EX_TEMPFAIL;
    }
    return sum->kept > 0 ? EX_DATAERR : EX_OK;
}

static int deadletter_run(enum verb verb, int argc, char **argv)
{
    const struct verb_info *info = &verbs[verb];
    struct verb_words words = { 0 };
    struct cli_option options[CLI_OPTIONS_MAX + 1];
    struct note note = { 0 };
    struct cli cli = {
        .usage = info->usage,
        .text = info->text,
        .options = options,
        .operands_max = info->has_place ? 1 : 0,
    };
    int code;
    deadletter_options(&words, verb, options);
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    words.place = cli.operands[0];
    struct deadletter dead = {
        .conf = cli.conf,
        .shows_progress = isatty(STDERR_FILENO),
        .note = &note,
    };
    struct settle_sum sum = { 0 };
    enum err err = deadletter_go(&dead, verb, &words, &sum);
    deadletter_close(&dead);
    code = deadletter_code(err, &sum);
    if (err != OK) {
        (void)cli_fail(info->name, err, &note);
    }
    conf_destroy(cli.conf);
    return code;
}

static void deadletter_help(FILE *out)
{
    fputs("Usage: deskhand deadletter VERB [options]\n"
          "Records that could not be worked on.\n\n"
          "  list       what there is, by reason, time, topic and key\n"
          "  show       one of them, with the original bytes\n"
          "  redrive    sends originals again, once each and in order\n"
          "  drop       settles letters that need no answer any more\n"
          "\n`deskhand deadletter VERB --help` tells more.\n", out);
}

int command_deadletter(int argc, char **argv)
{
    static const char prefix[] = "deadletter ";
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        deadletter_help(stdout);
        return EX_OK;
    }
    for (unsigned verb = 0; verb < VERB_COUNT; verb++) {
        if (strcmp(word, verbs[verb].name + sizeof(prefix) - 1) == 0) {
            char name[64];
            snprintf(name, sizeof(name), "%s", verbs[verb].name);
            argv[1] = name;
            return deadletter_run((enum verb)verb, argc - 1, argv + 1);
        }
    }
    deadletter_help(stderr);
    return cli_misuse(argv[0], word[0] ? "%s is not a verb" : "say what to do%s", word);
}
