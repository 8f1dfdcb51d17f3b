/* replay.c - `deskhand replay`: past events through the pipeline of today; see replay.h. */
#include "worker/command/replay.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "worker/adapter/now.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"

#define REPLAY_DIFFERS 1 /* exit code with --fail-on-difference */

/* --- the end -------------------------------------------------------------------------------- */

static void replay_on_tape_closed(void *owner)
{
    struct replay *replay = owner;
    loop_stop(replay->rig.loop);
}

static void replay_on_drained(void *owner)
{
    struct replay *replay = owner;
    tape_kafka_close(replay->tape);
}

/* Not from inside a reader's callback, which could not be closed there. */
static void replay_on_closing(struct loop_task *task)
{
    struct replay *replay = container_of(task, struct replay, closing);
    loop_timer_set(replay->progress, INT64_MAX);
    replay->taped.engine->is_fatal = replay->failure != OK;
    engine_drain(replay->taped.engine, loop_clock(replay->rig.loop)->mono_ms);
}

void replay_end(struct replay *replay)
{
    if (replay->phase != REPLAY_CLOSING) {
        replay->phase = REPLAY_CLOSING;
        loop_later(replay->rig.loop, &replay->closing);
    }
}

void replay_fail(void *owner, enum err err, const struct note *note)
{
    struct replay *replay = owner;
    if (replay->failure == OK) {
        replay->failure = err;
        replay->why = note ? *note : (struct note){ 0 };
    }
    job_thread_hurry(replay->thread);
    replay_end(replay);
}

/* --- opening -------------------------------------------------------------------------------- */

static struct kafka_conf_options replay_kafka(const struct replay *replay)
{
    return (struct kafka_conf_options){ .conf = replay->conf, .worker_id = "deskhand-replay" };
}

static bool replay_needs(const struct replay *replay, enum topic topic)
{
    bool is_read = replay_has_outcomes(topic) || topic == TOPIC_CATALOG ||
                   topic == TOPIC_KNOWLEDGE || topic == TOPIC_ORDERS ||
                   topic == TOPIC_HANDBACKS || topic == replay->window.topic ||
                   (topic == TOPIC_FEEDBACK && replay_learns(replay));
    return is_read && replay_has_topic(replay, topic);
}

static enum err replay_open_tape(struct replay *replay, struct note *note)
{
    struct tape_kafka_options options = {
        .kafka = replay_kafka(replay),
        .loop = replay->rig.loop,
        .log = replay->rig.log,
        .thread = replay->thread,
        .timeout_ms = conf_int(replay->conf, CONF_START_TIMEOUT_MS),
        .owner = replay,
        .on_ready = replay_on_ready,
        .on_record = replay_on_record,
        .on_end = replay_on_end,
        .on_fatal = replay_fail,
        .on_closed = replay_on_tape_closed,
    };
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        if (replay_needs(replay, topic)) {
            options.needed[options.needed_count++] = topic;
        }
    }
    return tape_kafka_create(&options, &replay->tape, note);
}

static const struct record *replay_next(void *owner)
{
    struct replay *replay = owner;
    return replay->failure == OK ? book_next(&replay->book) : NULL;
}

static enum err replay_open_engine(struct replay *replay)
{
    const struct taped_options options = {
        .rig = &replay->rig,
        .next = replay_next,
        .on_outcome = replay_on_outcome,
        .events = { .owner = replay, .on_fatal = replay_fail, .on_drained = replay_on_drained },
        .recommender = learning_port(&replay->learning),
        .ignores_age = true,
    };
    return taped_open(&replay->taped, &options);
}

static enum err replay_open_book(struct replay *replay)
{
    const struct engine_options *engine = &replay->taped.engine->options;
    struct book_options options = {
        .limits = engine->event_limits,
        .topic = replay->window.topic,
        .from_wall_ms = replay->window.from_wall_ms,
        .limit = replay->window.limit,
        .key = str_from(replay->key),
        .conversation = str_from(replay->conversation),
        .events_max = BOOK_EVENTS_MAX,
        .bytes_max = BOOK_BYTES_MAX,
        .seed = { replay->rig.seed[0], replay->rig.seed[1] },
    };
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        options.topic_names[topic] = conf_topic_name(replay->conf, topic);
    }
    return book_init(&replay->book, &options);
}

static enum err replay_open(struct replay *replay, struct note *note)
{
    const struct rig_options rig_options = { .conf = replay->conf,
                                             .log_fd = STDERR_FILENO,
                                             .is_replay = true };
    TRY(kafka_version_check(note));
    TRY(rig_open(&replay->rig, &rig_options, note));
    const struct job_thread_options thread_options = { replay->rig.loop, replay->rig.log };
    replay->thread = job_thread_create(&thread_options);
    if (!replay->thread) {
        return ERR_NOMEM;
    }
    TRY(replay_open_tape(replay, note));
    TRY(replay_learns(replay) ? learning_open_taped(&replay->learning, &replay->rig) : OK);
    TRY(replay_open_engine(replay));
    TRY(replay_open_book(replay));
    replay->closing.run = replay_on_closing;
    replay->progress = loop_timer_create(replay->rig.loop, replay_on_progress, replay);
    return replay->progress ? OK : ERR_NOMEM;
}

static void replay_close(struct replay *replay)
{
    loop_timer_destroy(replay->progress);
    book_fini(&replay->book);
    taped_close(&replay->taped);
    learning_free(&replay->learning);
    tape_kafka_destroy(replay->tape);
    job_thread_destroy(replay->thread);
    rig_close(&replay->rig);
}

static int64_t replay_tick(void *owner)
{
    struct replay *replay = owner;
    log_flush(replay->rig.log);
    return engine_tick(replay->taped.engine);
}

static enum err replay_go(struct replay *replay, struct note *note)
{
    loop_on_tick(replay->rig.loop, replay_tick, replay);
    if (replay->shows_progress) {
        loop_timer_set(replay->progress, 0);
    }
    tape_kafka_start(replay->tape);
    loop_run(replay->rig.loop);
    enum err err = replay->failure ? replay->failure : replay_show_sum(replay);
    *note = replay->why;
    return err;
}

static enum err replay_start(struct replay *replay, const struct window_words *words,
                             struct note *note)
{
    TRY(conf_check(replay->conf, note));
    TRY(window_read(words, replay->conf, now_wall_ms(), &replay->window, note));
    enum err err = replay_open(replay, note);
    err = err == OK ? replay_go(replay, note) : err;
    replay_close(replay);
    return err;
}

/* What goes on is shown already. */
static enum err replay_quiet(struct conf *conf, struct note *note)
{
    bool is_default = conf_origin(conf, CONF_LOG_LEVEL).layer == CONF_FROM_DEFAULT;
    return is_default ? conf_read_argument(conf, "log.level=error", note) : OK;
}

/* On a terminal for people, else for programs, unless it is said. */
static bool replay_form(const char *word, enum print_form *ret_form)
{
    if (!word) {
        *ret_form = isatty(STDOUT_FILENO) ? PRINT_TEXT : PRINT_JSON;
        return true;
    }
    *ret_form = strcmp(word, "json") == 0 ? PRINT_JSON : PRINT_TEXT;
    return *ret_form == PRINT_JSON || strcmp(word, "text") == 0;
}

static int replay_code(const struct replay *replay, bool fails_on_difference)
{
    const struct replay_sum *sum = &replay->sum;
    bool has_difference = sum->verdicts[VERDICT_SAME] < sum->events;
    return fails_on_difference && has_difference ? REPLAY_DIFFERS : EX_OK;
}

int command_replay(int argc, char **argv)
{
    struct window_words words = { 0 };
    struct replay replay = { .key = "", .conversation = "" };
    const char *format = NULL;
    const char *fails = NULL;
    const struct cli_option options[] = {
        { "topic", "NAME", "whose events: an input topic of the settings", &words.topic },
        { "from", "TIME", "2025-01-31T10:00:00Z, 2025-01-31, -90m, -2h, -7d", &words.from },
        { "to", "TIME", "up to, but not at, this time (default: now)", &words.to },
        { "warm", "TIME", "run events since then too, for the state they leave", &words.warm },
        { "partition", "P", "only of this partition", &words.partition },
        { "offsets", "P:A-B,...", "these offsets, A and B too, instead of times", &words.offsets },
        { "key", "KEY", "only events with this key", &replay.key },
        { "conversation", "ID", "only messages of this conversation", &replay.conversation },
        { "limit", "N", "only the first N events", &words.limit },
        { "format", "text|json", "text on a terminal, else JSON lines", &format },
        { "fail-on-difference", NULL, "exit code 1 unless all are the same", &fails },
        { 0 },
    };
    struct cli cli = {
        .usage = "replay --topic NAME --from TIME [--to TIME] [-F FILE] [-X key=value]...\n"
                 "       deskhand replay --topic NAME --offsets P:A-B[,P:A-B]... ...",
        .text = "Runs past events through the pipeline that the settings describe, and shows how\n"
                "the new outcomes differ from the recorded ones. Writes to no topic and no store.",
        .options = options,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    struct note note = { 0 };
    replay.conf = cli.conf;
    replay.shows_progress = isatty(STDERR_FILENO);
    if (!replay_form(format, &replay.form)) {
        code = cli_misuse(argv[0], "--format is text or json, not %s", format);
    } else {
        enum err err = replay_quiet(cli.conf, &note);
        err = err == OK ? replay_start(&replay, &words, &note) : err;
        code = err == OK ? replay_code(&replay, fails != NULL) : cli_fail(argv[0], err, &note);
    }
    conf_destroy(cli.conf);
    return code;
}
