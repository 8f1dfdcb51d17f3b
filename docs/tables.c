/* tables.c - prints the tables of the code as Markdown:
 * tables settings|metrics|errors|topics|channels.
 *
 * `make docs` puts its output between the marks in the pages, so that a page cannot say
 * anything else than the program does. */
#include <stdio.h>
#include <string.h>

#include "common/conf.h"
#include "common/err.h"
#include "common/metric.h"
#include "common/topic.h"
#include "worker/answer/channel.h"

#define DOCS_BYTES_MAX ((size_t)1 << 20)

/* Prints what `render` appends. */
static int print_rendered(enum err (*render)(struct buf *buf))
{
    struct buf buf;
    buf_init(&buf, DOCS_BYTES_MAX);
    enum err err = render(&buf);
    if (err == OK) {
        struct str text = buf_str(&buf);
        fwrite(text.ptr, 1, text.len, stdout);
    } else {
        fprintf(stderr, "tables: %s\n", err_text(err));
    }
    buf_fini(&buf);
    return err == OK ? 0 : 1;
}

static int print_errors(void)
{
    static const char *const classes[] = {
        [ERR_CLASS_NONE] = "none",       [ERR_CLASS_RETRY] = "retry", [ERR_CLASS_REJECT] = "reject",
        [ERR_CLASS_HANDOFF] = "handoff", [ERR_CLASS_ABORT] = "abort", [ERR_CLASS_FATAL] = "fatal",
    };
    printf("| label | class | meaning |\n| --- | --- | --- |\n");
    for (int err = OK + 1; err < ERR_COUNT; err++) {
        printf("| `%s` | %s | %s |\n", err_label((enum err)err), classes[err_class((enum err)err)],
               err_text((enum err)err));
    }
    return 0;
}

static int print_topics(void)
{
    printf("| setting | default | direction | kept | partitions | holds |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (int topic = 0; topic < TOPIC_COUNT; topic++) {
        const struct topic_info *info = topic_info((enum topic)topic);
        printf("| `%s` | `%s` | %s | %s | %d | %s |\n", info->setting, info->default_name,
               info->direction == TOPIC_INPUT ? "in" : "out",
               info->compaction == TOPIC_COMPACTED ? "compacted" : "by time", info->partitions,
               info->text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *table = argc == 2 ? argv[1] : "";
    if (strcmp(table, "settings") == 0) {
        return print_rendered(conf_docs);
    }
    if (strcmp(table, "metrics") == 0) {
        return print_rendered(metrics_docs);
    }
    if (strcmp(table, "errors") == 0) {
        return print_errors();
    }
    if (strcmp(table, "topics") == 0) {
        return print_topics();
    }
    if (strcmp(table, "channels") == 0) {
        return print_rendered(channel_docs);
    }
    fprintf(stderr, "tables: settings, metrics, errors, topics or channels\n");
    return 64;
}
