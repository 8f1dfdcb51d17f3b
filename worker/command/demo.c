/* demo.c - `deskhand demo`: a small shop's day, in one process.
 *
 * librdkafka's mock cluster on loopback, the memory store, the builtin model. Each event is
 * sent when the one before is settled, so that people can follow. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/json_out.h"
#include "worker/adapter/feed_kafka.h"
#include "worker/adapter/mock_kafka.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/printer.h"
#include "worker/command/station.h"

#define DEMO_PARTITIONS 4
#define DEMO_FLUSH_MS 10000

struct demo_step {
    enum topic topic;
    const char *key;
    const char *text;
    const char *value;
};

static const struct demo_step demo_steps[] = {
#define X(topic, key, text, value) { topic, key, text, value },
#include "worker/command/shop_day.def"
#undef X
};

struct demo {
    struct conf *conf;
    struct mock_kafka *mock;
    struct feed_kafka *feed;
    struct station station;
    enum print_form form;
    bool stays;
    size_t step; /* the next one */
    size_t settled;
    size_t outcomes[OUTCOME_KIND_COUNT];
};

static enum err demo_send(struct demo *demo, const struct demo_step *step)
{
    struct str topic = kafka_topic_name(demo->conf, step->topic);
    return feed_kafka_send(demo->feed, topic.ptr, str_from(step->key), str_from(step->value));
}

static void demo_show(const struct demo *demo, const struct demo_step *step)
{
    if (demo->form == PRINT_TEXT) {
        printf("%s\n", step->text);
        fflush(stdout);
        return;
    }
    CLEANUP(buf_fini) struct buf line;
    buf_init(&line, CONF_FILE_BYTES_MAX);
    struct json_out out = json_out_to(&line);
    json_open_object(&out, NULL);
    json_put_text(&out, "event", str_from(step->value));
    json_put_text(&out, "topic", kafka_topic_name(demo->conf, step->topic));
    json_put_text(&out, "key", str_from(step->key));
    json_close_object(&out);
    if (json_out_end(&out) == OK) {
        printf("%.*s\n", STR_ARG(buf_str(&line)));
        fflush(stdout);
    }
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

/* Sends what comes next; at the end of the day, says so. */
static void demo_next(struct demo *demo)
{
    if (demo->step == countof(demo_steps)) {
        demo_summary(demo);
        if (!demo->stays) {
            station_stop(&demo->station);
        } else if (demo->form == PRINT_TEXT) {
            printf("The shop stays open at %s; end with Ctrl-C.\n",
                   mock_kafka_bootstrap(demo->mock));
        }
        fflush(stdout);
        demo->step++;
        return;
    }
    const struct demo_step *step = &demo_steps[demo->step++];
    demo_show(demo, step);
    if (demo_send(demo, step) != OK) {
        fprintf(stderr, "deskhand demo: an event could not be sent\n");
        station_stop(&demo->station);
    }
}

static void demo_on_ready(void *owner)
{
    struct demo *demo = owner;
    demo_next(demo);
}

static void demo_on_settled(void *owner, const struct turn *turn)
{
    struct demo *demo = owner;
    printer_outcome(stdout, demo->form, &turn->delivery);
    demo->settled++;
    demo->outcomes[turn->delivery.outcome.kind]++;
    if (demo->step <= countof(demo_steps)) {
        demo_next(demo);
    }
}

static enum err demo_make_topics(struct demo *demo, struct note *note)
{
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        struct str name = kafka_topic_name(demo->conf, topic);
        int partitions = topic == TOPIC_CATALOG ? 1 : DEMO_PARTITIONS;
        if (name.len > 0) {
            TRY(mock_kafka_topic(demo->mock, name.ptr, partitions, note));
        }
    }
    return OK;
}

/* The catalogue is there before the shop opens. */
static enum err demo_stock(struct demo *demo)
{
    while (demo->step < countof(demo_steps) && demo_steps[demo->step].topic == TOPIC_CATALOG) {
        const struct demo_step *step = &demo_steps[demo->step++];
        demo_show(demo, step);
        TRY(demo_send(demo, step));
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

static int demo_start(struct demo *demo)
{
    struct note note = { 0 };
    enum err err = demo_open(demo, &note);
    int code;
    if (err == OK) {
        code = station_run(&demo->station);
        station_close(&demo->station);
    } else {
        code = cli_fail("demo", err, &note);
    }
    feed_kafka_destroy(demo->feed);
    mock_kafka_destroy(demo->mock);
    return code;
}

int command_demo(int argc, char **argv)
{
    const char *stays = NULL;
    const char *is_json = NULL;
    const struct cli_option options[] = {
        { "stay", NULL, "keep the shop open after the day, until Ctrl-C", &stays },
        { "json", NULL, "print JSON lines, as when piped", &is_json },
        { 0 },
    };
    struct cli cli = {
        .usage = "demo [--stay] [--json] [-X key=value]...",
        .text = "Plays a small shop's day with everything in this process: no service needed.",
        .options = options,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    struct note note = { 0 };
    enum err err = OK;
    if (conf_origin(cli.conf, CONF_LOG_LEVEL).layer == CONF_FROM_DEFAULT) {
        err = conf_read_argument(cli.conf, "log.level=error", &note);
    }
    struct demo demo = { .conf = cli.conf,
                         .form = is_json || !isatty(STDOUT_FILENO) ? PRINT_JSON : PRINT_TEXT,
                         .stays = stays != NULL };
    code = err == OK ? demo_start(&demo) : cli_fail(argv[0], err, &note);
    conf_destroy(cli.conf);
    return code;
}
