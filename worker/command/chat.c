/* chat.c - `deskhand chat`: the same pipeline on a terminal or a file, without Kafka.
 *
 * Each line is a message of one conversation; what comes back is printed. */
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/json_out.h"
#include "worker/adapter/sink_lines.h"
#include "worker/adapter/source_file.h"
#include "worker/command/catalog_file.h"
#include "worker/command/cli.h"
#include "worker/command/command.h"
#include "worker/command/printer.h"
#include "worker/command/rig.h"

/* The engine adds to the time it is given. */
#define CHAT_GRACE_MS 60000

/* Who types does not wait for a model that is away as long as an event may. */
#define CHAT_OUTAGE "model.outage.max.ms=5000"

/* What a line "/handback" stands for: a person gives the conversation back. */
#define CHAT_HANDBACK "{\"id\":\"handback\",\"conversation_id\":\"chat\"}"

struct chat {
    const char *catalog_path; /* NULL: the shop has no products */
    const char *sku;
    const char *customer;
    const char *tenant;
    int64_t lines;
    bool is_json;
    bool is_terminal;
    bool is_at_end;
    struct rig rig;
    struct source *source;
    struct sink *sink;
    struct engine *engine;
    int code;
};

/* What a shop's own system would send for that line. */
static enum err chat_write(struct chat *chat, struct str text, struct arena *arena,
                           struct str *ret_value)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 2 * text.len + 4096);
    struct json_out out = json_out_to(&buf);
    char id[32];
    snprintf(id, sizeof(id), "line-%lld", (long long)++chat->lines);
    json_open_object(&out, NULL);
    json_put_text(&out, "id", str_from(id));
    json_put_text(&out, "conversation_id", STR("chat"));
    json_put_text(&out, "customer_id", str_from(chat->customer));
    json_put_text_if(&out, "tenant", str_from(chat->tenant));
    json_put_text(&out, "text", text);
    json_open_object(&out, "context");
    json_put_text_if(&out, "sku", str_from(chat->sku));
    json_close_object(&out);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return arena_copy(arena, buf_str(&buf), ret_value);
}

/* A line that is no text stays as it is: the decoder says what is wrong with it. */
static bool chat_on_line(void *owner, struct arena *arena, struct str line,
                         struct record *ret_record)
{
    struct chat *chat = owner;
    struct str text = str_trim(line);
    if (text.len == 0) {
        return false;
    }
    *ret_record = (struct record){ .topic = TOPIC_MESSAGES, .key = STR("chat"), .has_key = true,
                                   .value = line, .has_value = true };
    if (str_is(text, "/handback")) {
        ret_record->topic = TOPIC_HANDBACKS;
        ret_record->value = STR(CHAT_HANDBACK);
        return true;
    }
    (void)!chat_write(chat, text, arena, &ret_record->value);
    return true;
}

static void chat_prompt(const struct chat *chat)
{
    if (chat->is_terminal) {
        printf("> ");
        fflush(stdout);
    }
}

static void chat_on_outcome(void *owner, const struct delivery *delivery)
{
    const struct chat *chat = owner;
    printer_outcome(stdout, chat->is_json ? PRINT_JSON : PRINT_TEXT, delivery);
    chat_prompt(chat);
}

static void chat_on_eof(void *owner, enum err err, const struct note *note)
{
    struct chat *chat = owner;
    if (err != OK) {
        chat->code = cli_fail("chat", err, note);
    }
    chat->is_at_end = true;
}

static void chat_on_drained(void *owner)
{
    struct chat *chat = owner;
    loop_stop(chat->rig.loop);
}

static void chat_on_fatal(void *owner, enum err err, const struct note *note)
{
    struct chat *chat = owner;
    chat->code = cli_fail("chat", err, note);
    loop_stop(chat->rig.loop);
}

static int64_t chat_tick(void *owner)
{
    struct chat *chat = owner;
    log_flush(chat->rig.log);
    int64_t next_ms = engine_tick(chat->engine);
    /* Draining drops what waits in its lane, so every line is answered first. */
    bool is_answered = chat->is_at_end && chat->engine->backlog_records == 0;
    if (is_answered || ferror(stdout)) { /* main tells that the reader is gone */
        engine_drain(chat->engine, INT64_MAX - CHAT_GRACE_MS);
        next_ms = min_i64(next_ms, engine_tick(chat->engine));
    }
    return next_ms;
}

static enum err chat_read_catalog(const struct chat *chat, struct note *note)
{
    const struct catalog_file file = {
        .setting = "--catalog",
        .path = chat->catalog_path,
        .value_bytes_max = (size_t)conf_int(chat->rig.conf, CONF_MESSAGE_BYTES_MAX),
    };
    return chat->catalog_path ? catalog_file_read(&file, chat->rig.catalog, note) : OK;
}

static enum err chat_open_ends(struct chat *chat, const char *path, struct note *note)
{
    const struct source_file_options source_options = {
        .loop = chat->rig.loop,
        .path = path,
        .line_bytes_max = (size_t)conf_int(chat->rig.conf, CONF_MESSAGE_BYTES_MAX),
        .topics = { TOPIC_MESSAGES, TOPIC_HANDBACKS },
        .topics_count = 2,
        .on_line = chat_on_line,
        .on_eof = chat_on_eof,
        .owner = chat,
    };
    TRY(source_file_create(&source_options, &chat->source, note));
    const struct sink_lines_options sink_options = {
        .loop = chat->rig.loop, .on_outcome = chat_on_outcome, .owner = chat
    };
    chat->sink = sink_lines_create(&sink_options);
    return chat->sink ? OK : ERR_NOMEM;
}

static enum err chat_open(struct chat *chat, const struct conf *conf, const char *path,
                          struct note *note)
{
    const struct rig_options rig_options = { .conf = conf, .log_fd = STDERR_FILENO };
    TRY(rig_open(&chat->rig, &rig_options, note));
    TRY(chat_read_catalog(chat, note));
    TRY(chat_open_ends(chat, path, note));
    struct engine_options options = rig_engine_options(&chat->rig);
    options.topic_names[TOPIC_AUDIT] = STR_NONE;
    options.topic_names[TOPIC_CONVERSATIONS] = STR_NONE;
    options.is_custody_on = true;
    options.backlog_records_max = 1; /* one line after another, whatever its topic */
    struct engine_ports ports = rig_engine_ports(&chat->rig);
    ports.source = chat->source;
    ports.sink = chat->sink;
    const struct engine_events events = {
        .owner = chat, .on_fatal = chat_on_fatal, .on_drained = chat_on_drained
    };
    chat->engine = engine_create(&options, &ports, &events);
    return chat->engine ? OK : ERR_NOMEM;
}

static void chat_close(struct chat *chat)
{
    engine_destroy(chat->engine);
    source_file_destroy(chat->source);
    sink_lines_destroy(chat->sink);
    rig_close(&chat->rig);
}

static enum err chat_prepare(struct conf *conf, struct note *note)
{
    if (conf_origin(conf, CONF_MODEL_OUTAGE_MAX_MS).layer == CONF_FROM_DEFAULT) {
        TRY(conf_read_argument(conf, CHAT_OUTAGE, note));
    }
    return conf_check(conf, note);
}

static int chat_start(struct chat *chat, struct conf *conf, const char *path)
{
    struct note note = { 0 };
    enum err err = chat_prepare(conf, &note);
    if (err == OK) {
        err = chat_open(chat, conf, path, &note);
    }
    if (err != OK) {
        chat_close(chat);
        return cli_fail("chat", err, &note);
    }
    loop_on_tick(chat->rig.loop, chat_tick, chat);
    chat_prompt(chat);
    source_file_start(chat->source);
    loop_run(chat->rig.loop);
    chat_close(chat);
    return chat->code;
}

int command_chat(int argc, char **argv)
{
    struct chat chat = { .sku = "", .customer = "you", .tenant = "" };
    const char *is_json = NULL;
    const struct cli_option options[] = {
        { "catalog", "FILE", "the shop's products: a table (*.csv) or JSON lines",
          &chat.catalog_path },
        { "sku", "SKU", "the product page that the customer is on", &chat.sku },
        { "customer", "ID", "who is asking (default: you)", &chat.customer },
        { "tenant", "ID", "whose shop it is (default: the one without a name)", &chat.tenant },
        { "json", NULL, "print what comes out as JSON lines", &is_json },
        { 0 },
    };
    struct cli cli = {
        .usage = "chat [--catalog FILE] [--sku SKU] [--customer ID] [--tenant ID] [--json] "
                 "[-X key=value]... [FILE|-]",
        .text = "Answers line by line, with the model and store of the settings.\n"
                "The line /handback gives back a conversation that went to a person.",
        .options = options,
        .operands_max = 1,
    };
    int code;
    if (cli_read(&cli, argc, argv, &code) == CLI_EXIT) {
        return code;
    }
    chat.is_json = is_json != NULL;
    chat.is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    code = chat_start(&chat, cli.conf, cli.operands_count ? cli.operands[0] : "-");
    conf_destroy(cli.conf);
    return code;
}
