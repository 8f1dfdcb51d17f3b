/* topics.c - `deskhand topics`: lists the topics, or makes those that are missing. */
#include <sysexits.h>
#include <unistd.h>

#include "worker/adapter/topics_kafka.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/rig.h"

#define TOPICS_TIMEOUT_MS 30000

static void topics_list(const struct conf *conf)
{
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        struct str name = conf_topic_name(conf, topic);
        const struct topic_info *info = topic_info(topic);
        printf("%-29s %-31s %-6s %-7s %d partitions  %s\n", info->setting,
               name.len ? name.ptr : "(off)", topic_is_input(topic) ? "input" : "output",
               info->compaction == TOPIC_COMPACTED ? "compact" : "delete", info->partitions,
               info->text);
    }
}

static void topics_on_made(void *owner, enum topic topic, struct str name, enum topic_made made,
                           const char *why)
{
    (void)owner;
    (void)topic;
    static const char *const words[] = { "created", "was there", "refused" };
    printf("%.*s: %s%s%s\n", STR_ARG(name), words[made], why[0] ? ": " : "", why);
}

static void topics_on_wait(void *owner, const char *why, int64_t left_ms)
{
    (void)owner;
    fprintf(stderr, "deskhand topics: no answer yet (%s), waiting %d s more\n", why,
            (int)(left_ms / 1000));
}

static enum err topics_make(const struct conf *conf, struct note *note)
{
    const struct topics_create create = {
        .kafka = { .conf = conf, .worker_id = "topics" },
        .timeout_ms = TOPICS_TIMEOUT_MS,
        .on_wait = topics_on_wait,
        .on_made = topics_on_made,
    };
    TRY(kafka_version_check(note));
    return topics_create(&create, note);
}

int command_topics(int argc, char **argv)
{
    const char *create = NULL;
    const struct cli_option options[] = {
        { "create", NULL, "make the topics that are not there", &create },
        { 0 },
    };
    struct cli cli = {
        .usage = "topics [--create] [-F FILE] [-X key=value]...",
        .text = "Lists the topics that the settings name, as --create makes them;\n"
                "connects to nothing without it.",
        .options = options,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    struct note note = { 0 };
    enum err err = conf_check(cli.conf, &note);
    if (err == OK && create) {
        err = topics_make(cli.conf, &note);
    } else if (err == OK) {
        topics_list(cli.conf);
    }
    conf_destroy(cli.conf);
    return err == OK ? EX_OK : cli_fail(argv[0], err, &note);
}
