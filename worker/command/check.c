/* check.c - `deskhand check`: does an event keep the contract? */
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/event.h"
#include "common/json_out.h"
#include "worker/adapter/secret_file.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"

#define CHECK_FILE_BYTES_MAX ((size_t)1 << 30)

struct check_kind {
    const char *name;
    enum topic topic;
};

static const struct check_kind check_kinds[] = {
    { "message", TOPIC_MESSAGES },   { "order", TOPIC_ORDERS },
    { "catalog", TOPIC_CATALOG },    { "copy-request", TOPIC_COPY_REQUESTS },
    { "handback", TOPIC_HANDBACKS }, { "recommendation-request", TOPIC_RECOMMENDATION_REQUESTS },
    { "feedback", TOPIC_FEEDBACK },  { "knowledge", TOPIC_KNOWLEDGE },
};

static const struct check_kind *check_find(const char *name)
{
    for (size_t i = 0; i < countof(check_kinds); i++) {
        if (strcmp(check_kinds[i].name, name) == 0) {
            return &check_kinds[i];
        }
    }
    return NULL;
}

static enum err check_one(const struct conf *conf, const struct check_kind *kind, struct str value,
                          struct note *note)
{
    const struct event_limits limits = {
        .value_bytes_max = (size_t)conf_int(conf, CONF_MESSAGE_BYTES_MAX),
    };
    const struct record record = { .topic = kind->topic,
                                   .leader_epoch = -1,
                                   .timestamp_wall_ms = -1,
                                   .value = value,
                                   .has_value = true };
    struct arena arena;
    struct event *event = NULL;
    arena_init(&arena, EVENT_ARENA_BYTES(limits.value_bytes_max));
    const struct json_in in = { &arena, note };
    enum err err = event_decode(&in, &record, str_from(kind->name), &limits, &event);
    arena_fini(&arena);
    return err;
}

static enum err check_print_line(enum err verdict, const struct note *note)
{
    CLEANUP(buf_fini) struct buf line;
    buf_init(&line, CONF_FILE_BYTES_MAX);
    struct json_out out = json_out_to(&line);
    json_open_object(&out, NULL);
    json_put_bool(&out, "valid", verdict == OK);
    if (verdict != OK) {
        json_put_text(&out, "reason", str_from(err_label(verdict)));
        json_put_text(&out, "detail", str_from(note->text));
        json_put_text(&out, "pointer", str_from(note->pointer));
    }
    json_close_object(&out);
    TRY(json_out_end(&out));
    printf("%.*s\n", STR_ARG(buf_str(&line)));
    return OK;
}

static int check_print(const char *path, enum err verdict, const struct note *note)
{
    if (verdict == OK) {
        printf("%s: valid\n", path);
        return EX_OK;
    }
    bool says_more = strcmp(note->text, err_text(verdict)) != 0;
    printf("%s: %s%s%s%s%s\n", path, err_text(verdict), says_more ? ": " : "",
           says_more ? note->text : "", note->pointer[0] ? " at " : "", note->pointer);
    return err_exit_code(verdict);
}

/* One verdict a line; the exit code tells whether all were valid. */
static int check_lines(const struct conf *conf, const struct check_kind *kind, struct str bytes)
{
    int code = EX_OK;
    struct str line;
    while (str_split(&bytes, '\n', &line)) {
        if (line.len == 0 && bytes.len == 0) {
            break;
        }
        struct note note = { 0 };
        enum err verdict = check_one(conf, kind, line, &note);
        code = verdict == OK ? code : EX_DATAERR;
        if (check_print_line(verdict, &note) != OK) {
            return EX_OSERR;
        }
    }
    return code;
}

static int check_file(const struct conf *conf, const struct check_kind *kind, const char *path,
                      bool has_lines)
{
    CLEANUP(buf_fini) struct buf bytes;
    struct note note = { 0 };
    buf_init(&bytes, CHECK_FILE_BYTES_MAX);
    const char *real = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
    enum err err = text_file_read("FILE", real, CHECK_FILE_BYTES_MAX, &bytes, &note);
    if (err != OK) {
        return cli_fail("check", err == ERR_CONFIG ? ERR_INPUT : err, &note);
    }
    if (has_lines) {
        return check_lines(conf, kind, buf_str(&bytes));
    }
    return check_print(path, check_one(conf, kind, buf_str(&bytes), &note), &note);
}

int command_check(int argc, char **argv)
{
    const char *kind_name = "message";
    const char *has_lines = NULL;
    const struct cli_option options[] = {
        { "kind", "KIND",
          "message (default), order, catalog, knowledge, copy-request, handback, "
          "recommendation-request or feedback",
          &kind_name },
        { "jsonl", NULL, "FILE has one event a line; prints one JSON verdict a line", &has_lines },
        { 0 },
    };
    struct cli cli = {
        .usage = "check [--kind KIND] [--jsonl] FILE|-",
        .text = "Tells whether an event keeps the contract: exit code 0, or 65 with the place.",
        .options = options,
        .operands_max = 1,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    const struct check_kind *kind = check_find(kind_name);
    if (!kind) {
        code = cli_misuse("check", "%s is not a kind of event", kind_name);
    } else if (cli.operands_count != 1) {
        code = cli_misuse("check", "name one file, or - for standard input");
    } else {
        json_setup(0);
        code = check_file(cli.conf, kind, cli.operands[0], has_lines != NULL);
    }
    conf_destroy(cli.conf);
    return code;
}
