/* demo.c - `deskhand demo`: a small shop's day, in one process.
 *
 * librdkafka's mock cluster on loopback, the memory store, the builtin model. Each event is
 * sent when the one before is settled, so that people can follow. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/json.h"
#include "worker/adapter/feed_kafka.h"
#include "worker/adapter/mock_kafka.h"
#include "worker/adapter/secret_file.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/day.h"
#include "worker/command/printer.h"
#include "worker/command/station.h"

#define DEMO_PARTITIONS 4
#define DEMO_FLUSH_MS 10000

struct demo {
    struct conf *conf;
    struct mock_kafka *mock;
    struct feed_kafka *feed;
    struct station station;
    struct day day;
    enum print_form form;
    bool stays;
    bool is_over;
    size_t step; /* the next one; the one before is under way */
    size_t settled;
    size_t outcomes[OUTCOME_KIND_COUNT];
};

static enum err demo_send(struct demo *demo, const struct day_step *step)
{
    struct str topic = conf_topic_name(demo->conf, step->topic);
    const struct print_event event = {
        .topic = topic, .key = step->key, .value = step->value, .text = step->text
    };
    printer_event(stdout, demo->form, &event);
    return feed_kafka_send(demo->feed, topic.ptr, step->key, step->value);
}

static void demo_summary(const struct demo *demo)
{
    if (demo->form == PRINT_JSON) {
        printf("{\"summary\":{\"events\":%zu", demo->settled);
        for (size_t kind = 0; kind < OUTCOME_KIND_COUNT; kind++) {
            printf(",\"%s\":%zu", outcome_kind_name((enum outcome_kind)kind),
                   demo->outcomes[kind]);
        }
        printf("}}\n");
        return;
    }
    printf("\nThe day is over: %zu events,", demo->settled);
    for (size_t kind = 0; kind < OUTCOME_KIND_COUNT; kind++) {
        if (demo->outcomes[kind] > 0) {
            printf(" %zu %s,", demo->outcomes[kind], outcome_kind_name((enum outcome_kind)kind));
        }
    }
    printf(" nothing lost.\n");
}

static void demo_invite(const struct demo *demo)
{
    const char *bootstrap = mock_kafka_bootstrap(demo->mock);
    if (demo->form == PRINT_JSON) {
        printf("{\"bootstrap\":\"%s\"}\n", bootstrap);
    } else {
        printf("Kafka (in this process) is at %s. Join in from another terminal:\n"
               "  kcat -b %s -t support.answers -o beginning\n\n",
               bootstrap, bootstrap);
    }
    fflush(stdout);
}

static void demo_end(struct demo *demo)
{
    demo->is_over = true;
    demo_summary(demo);
    if (!demo->stays) {
        station_stop(&demo->station);
    } else if (demo->form == PRINT_TEXT) {
        printf("The shop stays open at %s; end with Ctrl-C.\n",
               mock_kafka_bootstrap(demo->mock));
    }
    fflush(stdout);
}

/* The settings have switched its topic off: there is nobody who would read it. */
static bool demo_is_off(const struct demo *demo, const struct day_step *step)
{
    return conf_topic_name(demo->conf, step->topic).len == 0;
}

static bool demo_is_left_out(const struct demo *demo, const struct day_step *step)
{
    return day_is_stock(step) || demo_is_off(demo, step);
}

/* Sends what comes next; at the end of the day, says so. */
static void demo_next(struct demo *demo)
{
    const struct day *day = &demo->day;
    while (demo->step < day->count && demo_is_left_out(demo, &day->steps[demo->step])) {
        demo->step++;
    }
    if (demo->step == day->count) {
        demo_end(demo);
        return;
    }
    if (demo_send(demo, &day->steps[demo->step++]) != OK) {
        fprintf(stderr, "deskhand demo: an event could not be sent\n");
        demo->station.exit_code = EX_UNAVAILABLE;
        station_stop(&demo->station);
    }
}

static void demo_on_ready(void *owner)
{
    struct demo *demo = owner;
    demo_next(demo);
}

/* Others may join in: what they send is shown too, but the day does not go on because of it. */
static bool demo_is_ours(const struct demo *demo, const struct record *record)
{
    if (demo->step == 0 || demo->is_over) {
        return false;
    }
    const struct day_step *step = &demo->day.steps[demo->step - 1];
    return record->topic == step->topic && str_eq(record->key, step->key) &&
           str_eq(record->value, step->value);
}

static void demo_on_settled(void *owner, const struct turn *turn)
{
    struct demo *demo = owner;
    const struct record *record = &turn->record;
    bool is_ours = demo_is_ours(demo, record);
    if (!is_ours) {
        const struct print_event event = { .topic = conf_topic_name(demo->conf, record->topic),
                                           .key = record->key,
                                           .value = record->value };
        printer_event(stdout, demo->form, &event);
    }
    printer_outcome(stdout, demo->form, &turn->delivery);
    demo->settled++;
    demo->outcomes[turn->delivery.outcome.kind]++;
    if (is_ours) {
        demo_next(demo);
    }
}

static enum err demo_make_topics(struct demo *demo, struct note *note)
{
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        struct str name = conf_topic_name(demo->conf, topic);
        bool is_whole = topic == TOPIC_CATALOG || topic == TOPIC_KNOWLEDGE;
        int partitions = is_whole ? 1 : DEMO_PARTITIONS;
        if (name.len > 0) {
            TRY(mock_kafka_topic(demo->mock, name.ptr, partitions, note));
        }
    }
    return OK;
}

static enum err demo_stock(struct demo *demo)
{
    for (size_t i = 0; i < demo->day.count; i++) {
        const struct day_step *step = &demo->day.steps[i];
        if (day_is_stock(step) && !demo_is_off(demo, step)) {
            TRY(demo_send(demo, step));
        }
    }
    return feed_kafka_flush(demo->feed, DEMO_FLUSH_MS);
}

static enum err demo_open(struct demo *demo, struct note *note)
{
    TRY(mock_kafka_create(NULL, &demo->mock, note));
    TRY(demo_make_topics(demo, note));
    TRY(feed_kafka_create(mock_kafka_bootstrap(demo->mock), &demo->feed, note));
    demo_invite(demo);
    TRY(demo_stock(demo));
    const struct station_options options = {
        .conf = demo->conf,
        .bootstrap = mock_kafka_bootstrap(demo->mock),
        .delivery = DELIVERY_AT_LEAST_ONCE,
        .is_embedded = true,
        .owner = demo,
        .on_ready = demo_on_ready,
        .on_settled = demo_on_settled,
    };
    return station_open(&demo->station, &options, note);
}

/* A day that was cut short is not what was asked for; an open shop that is closed is. */
static int demo_code(const struct demo *demo, int code)
{
    int signal = demo->station.signal;
    return code == EX_OK && signal && !demo->is_over ? 128 + signal : code;
}

static int demo_start(struct demo *demo)
{
    struct note note = { 0 };
    enum err err = demo_open(demo, &note);
    int code;
    if (err == OK) {
        code = demo_code(demo, station_run(&demo->station));
        station_close(&demo->station);
    } else {
        code = cli_fail("demo", err, &note);
    }
    feed_kafka_destroy(demo->feed);
    mock_kafka_destroy(demo->mock);
    return code;
}

static enum err demo_read_day(struct demo *demo, const char *path, struct note *note)
{
    if (!path) {
        return day_init(&demo->day);
    }
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&bytes, DAY_BYTES_MAX);
    json_setup(0);
    TRY(text_file_read("--day", path, DAY_BYTES_MAX, &bytes, note));
    return day_read(&demo->day, demo->conf, path, buf_str(&bytes), note);
}

/* What the demo has of its own, so that a setting of it would do nothing: an argument is refused;
 * a file or the environment may be meant for the worker. */
static bool demo_has_own(enum conf_id id)
{
    if (id == CONF_STORE_URL || id == CONF_KAFKA_BOOTSTRAP_SERVERS || id == CONF_DELIVERY) {
        return true;
    }
    for (size_t place = 0; place < CONF_BACKENDS_MAX; place++) {
        const struct conf_backend *ids = conf_backend(place);
        if (id == ids->kind || id == ids->url || id == ids->name || id == ids->key_file ||
            id == ids->ca_file || id == ids->wanted_for) {
            return true;
        }
    }
    return id == CONF_MODEL_FALLBACK || id == CONF_MODEL_FALLBACK_COPY;
}

static enum err demo_check_arguments(const struct demo *demo, struct note *note)
{
    for (enum conf_id id = 0; id < CONF_COUNT; id++) {
        if (demo_has_own(id) && conf_origin(demo->conf, id).layer == CONF_FROM_ARGUMENT) {
            note_set(note, "%s does nothing here: the demo has Kafka, store and model of its own; "
                           "`deskhand chat` takes a model, `deskhand run` takes all", conf_key(id));
            return ERR_USAGE;
        }
    }
    return OK;
}

static enum err demo_prepare(struct demo *demo, const char *day_path, struct note *note)
{
    TRY(demo_check_arguments(demo, note));
    if (conf_origin(demo->conf, CONF_LOG_LEVEL).layer == CONF_FROM_DEFAULT) {
        TRY(conf_read_argument(demo->conf, "log.level=error", note));
    }
    return demo_read_day(demo, day_path, note);
}

int command_demo(int argc, char **argv)
{
    const char *day_path = NULL;
    const char *stays = NULL;
    const char *is_json = NULL;
    const struct cli_option options[] = {
        { "day", "FILE", "play these events: JSON lines, as the demo prints them when piped",
          &day_path },
        { "stay", NULL, "keep the shop open after the day, until Ctrl-C", &stays },
        { "json", NULL, "print JSON lines, as when piped", &is_json },
        { 0 },
    };
    struct cli cli = {
        .usage = "demo [--day FILE] [--stay] [--json] [-X key=value]...",
        .text = "Plays a small shop's day with everything in this process: no service needed.\n"
                "Kafka, store and model are its own; -X takes the other settings.",
        .options = options,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    struct note note = { 0 };
    struct demo demo = { .conf = cli.conf,
                         .form = is_json || !isatty(STDOUT_FILENO) ? PRINT_JSON : PRINT_TEXT,
                         .stays = stays != NULL };
    enum err err = demo_prepare(&demo, day_path, &note);
    code = err == OK ? demo_start(&demo) : cli_fail(argv[0], err, &note);
    day_fini(&demo.day);
    conf_destroy(cli.conf);
    return code;
}
