/* config.c - `deskhand config check` and `print`. */
#include <string.h>
#include <sysexits.h>

#include "common/exposure.h"
#include "common/metric.h"
#include "worker/adapter/kafka_conf.h"
#include "worker/adapter/probe_address.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/rig.h"

#define CONFIG_BYTES_MAX ((size_t)1 << 20)

#define CONFIG_NO_LOG (-1)

/* The parts of a worker are made as `run` makes them, and dropped before they connect. */
static enum err config_check_parts(const struct conf *conf, struct note *note)
{
    const struct rig_options options = { .conf = conf, .log_fd = CONFIG_NO_LOG };
    struct rig rig;
    TRY(rig_open(&rig, &options, note));
    rig_close(&rig);
    return OK;
}

/* They may be meant, so the settings are valid all the same. */
static void config_warn(const struct conf *conf)
{
    struct note notes[EXPOSURES_MAX];
    size_t count = exposures_find(conf, notes);
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "deskhand config: warning: %s\n", notes[i].text);
    }
}

static enum err config_check(const struct conf *conf, struct note *note)
{
    const struct kafka_conf_options kafka = { .conf = conf, .worker_id = "check" };
    struct sockaddr_storage address;
    TRY(conf_check(conf, note));
    TRY(config_check_parts(conf, note));
    if (conf_is_set(conf, CONF_HTTP_LISTEN)) {
        TRY(probe_address_parse(conf_str(conf, CONF_HTTP_LISTEN), &address, note));
    }
    TRY(kafka_conf_check(&kafka, note));
    config_warn(conf);
    printf("the settings are valid\n");
    return OK;
}

static enum err config_write(const struct conf *conf, enum err (*render)(const struct conf *conf,
                                                                       struct buf *buf))
{
    CLEANUP(buf_fini) struct buf text;
    buf_init(&text, CONFIG_BYTES_MAX);
    TRY(render(conf, &text));
    (void)!fwrite(text.ptr, 1, text.len, stdout); /* main tells what was not taken */
    return OK;
}

/* For docs/: the tables that must not drift from the code. */
static enum err config_docs(const struct conf *conf, struct buf *buf)
{
    (void)conf;
    return conf_docs(buf);
}

static enum err config_metrics(const struct conf *conf, struct buf *buf)
{
    (void)conf;
    return metrics_docs(buf);
}

int command_config(int argc, char **argv)
{
    struct cli cli = {
        .usage = "config check|print|docs|metrics [-F FILE] [-X key=value]...",
        .text = "check: whether `run` would take the settings and the files that they name;\n"
                "nothing is connected to. print: each value and where it came\n"
                "from, secrets masked. docs, metrics: the tables of docs/, as Markdown.",
        .operands_max = 0,
    };
    const char *what = argc > 1 ? argv[1] : "";
    bool has_verb = what[0] != '\0' && what[0] != '-';
    int code;
    argv[has_verb] = argv[0]; /* who speaks in the errors */
    if (cli_read(&cli, argc - has_verb, argv + has_verb, &code) == CLI_EXIT) {
        return code;
    }
    struct note note = { 0 };
    enum err err = OK;
    code = EX_OK;
    if (strcmp(what, "check") == 0) {
        err = config_check(cli.conf, &note);
    } else if (strcmp(what, "print") == 0) {
        err = config_write(cli.conf, conf_print);
    } else if (strcmp(what, "docs") == 0) {
        err = config_write(cli.conf, config_docs);
    } else if (strcmp(what, "metrics") == 0) {
        err = config_write(cli.conf, config_metrics);
    } else {
        code = cli_misuse("config", "say check, print, docs or metrics");
    }
    conf_destroy(cli.conf);
    return err == OK ? code : cli_fail("config", err, &note);
}
