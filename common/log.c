/* log.c - see log.h. One mutex: lines are rare, and threads of libraries speak too. */
#include "common/log.h"

#include <math.h>
#include <pthread.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/mem.h"
#include "common/shown.h"
#include "common/utf8.h"

/* Messages whose repetition is counted; a further one takes the place of an older. */
#define LOG_REPEATS 64

struct log_repeat {
    const char *message; /* literals: the address tells them apart */
    const char *part;
    enum log_level level;
    int64_t second;
    unsigned lines;
    uint64_t held_back;
};

/* What one call of log_line() was given, and how many like it were held back before. */
struct log_entry {
    enum log_level level;
    const char *part;
    const char *message;
    const struct log_field *fields;
    uint64_t held_back;
};

struct log {
    struct log_options options;
    pthread_mutex_t lock;
    struct buf waiting;
    uint64_t dropped;
    uint64_t dropped_told;
    struct log_repeat repeats[LOG_REPEATS];
};

struct log *log_create(const struct log_options *options)
{
    assert(options->buffer_bytes >= LOG_LINE_BYTES_MAX);
    struct log *log = mem_zero(1, sizeof(*log));
    if (!log) {
        return NULL;
    }
    log->options = *options;
    buf_init(&log->waiting, options->buffer_bytes);
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

static bool log_drain(struct log *log)
{
    if (log->waiting.len > 0) {
        size_t written = log->options.write(log->options.owner, buf_str(&log->waiting));
        buf_drop(&log->waiting, min_size(written, log->waiting.len));
    }
    return log->waiting.len == 0;
}

bool log_is_on(const struct log *log, enum log_level level)
{
    return log && level >= log->options.level;
}

static const char *log_level_name(enum log_level level)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    return names[level];
}

static bool log_is_plain(uint32_t character)
{
    return character != '"' && character != '\\' && !shown_steers(character);
}

/* The text between quotes. What could end a line, colour it or turn it over is escaped. */
static enum err log_put_text(struct buf *line, struct str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t start = at;
        uint32_t character = utf8_next(text, &at);
        if (character == UTF8_BAD) {
            TRY(buf_add(line, STR("\\ufffd")));
        } else if (log_is_plain(character)) {
            TRY(buf_add(line, str_slice(text, start, at - start)));
        } else {
            TRY(buf_printf(line, "\\u%04x", (unsigned)character));
        }
    }
    return OK;
}

static enum err log_put_value(struct buf *line, const struct log_field *field)
{
    switch (field->kind) {
    case LOG_KIND_STR:
        TRY(buf_add_char(line, '"'));
        TRY(log_put_text(line, field->text));
        return buf_add_char(line, '"');
    case LOG_KIND_INT:
        return buf_printf(line, "%lld", (long long)field->number);
    case LOG_KIND_REAL: /* JSON has no word for infinity */
        return isfinite(field->real) ? buf_printf(line, "%.6g", field->real)
                                     : buf_add(line, STR("null"));
    case LOG_KIND_BOOL:
        return buf_add(line, field->number ? STR("true") : STR("false"));
    case LOG_KIND_NONE:
        break;
    }
    return buf_add(line, STR("null"));
}

static enum err log_put_fields(struct buf *line, enum log_form form,
                               const struct log_field *fields)
{
    for (const struct log_field *field = fields; field->name; field++) {
        if (form == LOG_AS_TEXT) {
            TRY(buf_printf(line, " %s=", field->name));
        } else {
            bool is_ecs = strchr(field->name, '.') != NULL;
            TRY(buf_printf(line, ",\"%s%s\":", is_ecs ? "" : "deskhand.", field->name));
        }
        TRY(log_put_value(line, field));
    }
    return OK;
}

static enum err log_write_head(struct buf *line, const struct log *log,
                               const struct log_entry *entry)
{
    char time[CLOCK_TEXT_BYTES];
    struct str when = clock_format(log->options.wall_ms(log->options.owner), time);
    const char *level = log_level_name(entry->level);
    if (log->options.form == LOG_AS_TEXT) {
        return buf_printf(line, "%.*s %-5s %s: %s", STR_ARG(when), level, entry->part,
                          entry->message);
    }
    return buf_printf(line,
                      "{\"@timestamp\":\"%.*s\",\"log.level\":\"%s\",\"log.logger\":\"%s\","
                      "\"ecs.version\":\"8.11\",\"message\":\"%s\"",
                      STR_ARG(when), level, entry->part, entry->message);
}

static enum err log_close_line(struct buf *line, enum log_form form)
{
    return buf_add(line, form == LOG_AS_TEXT ? STR("\n") : STR("}\n"));
}

static enum err log_build(const struct log *log, struct buf *line, const struct log_entry *entry,
                          const struct log_field *fields)
{
    enum log_form form = log->options.form;
    uint64_t dropped = log->dropped - log->dropped_told;
    const struct log_field counts[] = { LOG_INT("lines_dropped", dropped),
                                        LOG_INT("held_back", entry->held_back),
                                        { .name = NULL } };
    TRY(log_write_head(line, log, entry));
    TRY(log_put_fields(line, form, fields));
    if (dropped > 0 || entry->held_back > 0) {
        TRY(log_put_fields(line, form, counts));
    }
    return log_close_line(line, form);
}

/* A line that is too long keeps its head: that something happened is never lost. */
static enum err log_make(const struct log *log, struct buf *line, const struct log_entry *entry)
{
    static const struct log_field cut[] = { LOG_BOOL("cut", true), { .name = NULL } };
    enum err err = log_build(log, line, entry, entry->fields);
    if (err != ERR_FULL) {
        return err;
    }
    buf_clear(line);
    return log_build(log, line, entry, cut);
}

static enum err log_add(struct log *log, const struct log_entry *entry)
{
    CLEANUP(buf_fini) struct buf line;
    buf_init(&line, LOG_LINE_BYTES_MAX);
    TRY(log_make(log, &line, entry));
    log_drain(log);
    return buf_add(&log->waiting, buf_str(&line));
}

static void log_keep(struct log *log, const struct log_entry *entry, struct log_repeat *repeat)
{
    if (log_add(log, entry) == OK) {
        log->dropped_told = log->dropped;
        repeat->held_back = 0;
    } else {
        log->dropped++;
    }
}

/* No further line of this message will say how many were held back: this one does. */
static void log_tell(struct log *log, struct log_repeat *repeat)
{
    static const struct log_field fields[] = { LOG_BOOL("summary", true), { .name = NULL } };
    if (repeat->held_back == 0) {
        return;
    }
    const struct log_entry entry = { repeat->level, repeat->part, repeat->message, fields,
                                     repeat->held_back };
    log_keep(log, &entry, repeat);
}

/* What is known of this message; NULL: it is held back. */
static struct log_repeat *log_admit(struct log *log, enum log_level level, const char *part,
                                    const char *message)
{
    struct log_repeat *repeat = &log->repeats[((uintptr_t)message >> 3) % LOG_REPEATS];
    int64_t second = log->options.wall_ms(log->options.owner) / 1000;
    if (repeat->message != message) {
        log_tell(log, repeat);
        *repeat = (struct log_repeat){ message, part, level, second, 0, 0 };
    } else if (repeat->second != second) {
        repeat->second = second;
        repeat->lines = 0;
    }
    if (log->options.per_second > 0 && repeat->lines >= log->options.per_second) {
        repeat->held_back++;
        return NULL;
    }
    repeat->lines++;
    return repeat;
}

void log_destroy(struct log *log)
{
    if (!log) {
        return;
    }
    for (size_t i = 0; i < LOG_REPEATS; i++) {
        log_tell(log, &log->repeats[i]);
    }
    log_drain(log);
    buf_fini(&log->waiting);
    pthread_mutex_destroy(&log->lock);
    mem_free(log);
}

void log_line(struct log *log, enum log_level level, const char *part, const char *message,
              const struct log_field *fields)
{
    if (!log_is_on(log, level)) {
        return;
    }
    pthread_mutex_lock(&log->lock);
    struct log_repeat *repeat = log_admit(log, level, part, message);
    if (repeat) {
        const struct log_entry entry = { level, part, message, fields, repeat->held_back };
        log_keep(log, &entry, repeat);
        log_drain(log);
    }
    pthread_mutex_unlock(&log->lock);
}

bool log_flush(struct log *log)
{
    pthread_mutex_lock(&log->lock);
    bool is_empty = log_drain(log);
    pthread_mutex_unlock(&log->lock);
    return is_empty;
}

uint64_t log_dropped(struct log *log)
{
    pthread_mutex_lock(&log->lock);
    uint64_t dropped = log->dropped;
    pthread_mutex_unlock(&log->lock);
    return dropped;
}
