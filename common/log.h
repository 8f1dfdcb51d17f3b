/* log.h - what the worker says about itself, one line at a time.
 *
 * JSON lines with the field names of the Elastic Common Schema, or readable text. A call
 * never blocks: lines go into a bounded buffer that a write callback drains; what does not
 * fit is dropped and counted, and the next line that fits tells how many. A message that
 * repeats too often in a second is held back and counted too. Control characters are
 * escaped in both forms, so nobody can forge a line.
 *
 * Never give it a customer's text: identifiers and numbers only.
 *
 * Pure: time and writing are callbacks. Thread: any. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "common/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR }; /* as the choices of log.level */

enum log_form { LOG_AS_JSON, LOG_AS_TEXT };

struct log_options {
    enum log_level level; /* the least important that is written */
    enum log_form form;
    size_t buffer_bytes;    /* at least LOG_LINE_BYTES_MAX */
    unsigned per_second;    /* lines of one message in one second; 0: no limit */
    void *owner;            /* given to the callbacks */
    int64_t (*wall_ms)(void *owner);
    /* Writes what it can without waiting, returns how many bytes that was. */
    size_t (*write)(void *owner, struct str bytes);
};

#define LOG_LINE_BYTES_MAX 4096

struct log;

/* NULL when out of memory. */
struct log *log_create(const struct log_options *options);

/* Writes what is left, as far as it goes, and of each message that was held back how often: a line
 * with "summary". Accepts NULL. */
void log_destroy(struct log *log);

enum log_kind { LOG_KIND_NONE, LOG_KIND_STR, LOG_KIND_INT, LOG_KIND_REAL, LOG_KIND_BOOL };

struct log_field {
    const char *name; /* an ECS name with a dot, or our own, which gets deskhand. in front */
    enum log_kind kind;
    struct str text;
    int64_t number;
    double real;
};

#define LOG_STR(field, value)                                                                      \
    { .name = (field), .kind = LOG_KIND_STR, .text = (value) }
#define LOG_CHARS(field, value) LOG_STR(field, str_from(value))
#define LOG_INT(field, value)                                                                      \
    { .name = (field), .kind = LOG_KIND_INT, .number = (int64_t)(value) }
#define LOG_REAL(field, value)                                                                     \
    { .name = (field), .kind = LOG_KIND_REAL, .real = (value) }
#define LOG_BOOL(field, value)                                                                     \
    { .name = (field), .kind = LOG_KIND_BOOL, .number = (value) ? 1 : 0 }
#define LOG_ERR(value)                                                                             \
    LOG_CHARS("error.code", err_name(value)), LOG_CHARS("error.message", err_text(value))

/* log_say(log, LOG_WARN, "store", "the store is away", LOG_ERR(err), LOG_INT("wait_ms", 50));
 *
 * `part` and `message` are literals; a message has no variable text, that is what fields are
 * for. A `log` of NULL says nothing. */
#define log_say(log, level, part, message, ...)                                                    \
    log_line((log), (level), "" part, "" message,                                                  \
             (const struct log_field[]){ __VA_ARGS__ __VA_OPT__(, ){ .name = NULL } })

/* `fields` end with a name of NULL. */
void log_line(struct log *log, enum log_level level, const char *part, const char *message,
              const struct log_field *fields);

bool log_is_on(const struct log *log, enum log_level level);

/* Tries again to write what is waiting; true when nothing is left. */
bool log_flush(struct log *log);

/* Lines dropped so far because the buffer was full. */
uint64_t log_dropped(struct log *log);

#endif
