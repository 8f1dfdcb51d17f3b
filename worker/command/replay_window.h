/* replay_window.h - what the command line says is to be replayed, and the spans that this means.
 *
 * Pure: the time is an argument. */
#ifndef COMMAND_REPLAY_WINDOW_H
#define COMMAND_REPLAY_WINDOW_H

#include "common/conf.h"
#include "worker/adapter/tape_kafka.h"

#define WINDOW_SPANS_MAX 64

/* As they stand on the command line; NULL: not there. */
struct window_words {
    const char *topic;
    const char *from;
    const char *to;
    const char *warm;
    const char *offsets;
    const char *partition;
    const char *limit;
};

struct window {
    enum topic topic;
    struct tape_span spans[WINDOW_SPANS_MAX];
    size_t spans_count;
    int64_t from_wall_ms; /* what was written before is not reported; TAPE_BEGINNING: all is */
    int64_t to_wall_ms;   /* TAPE_END: until now */
    int64_t limit;        /* events to report; INT64_MAX: all */
};

/* ERR_USAGE: the note names the option, what is wrong with it and what it may be. */
MUST_USE enum err window_read(const struct window_words *words, const struct conf *conf,
                              int64_t now_wall_ms, struct window *ret_window, struct note *note);

/* RFC 3339, a date, "now", or "-90s", "-30m", "-2h", "-7d" for so long before now. False: none
 * of these, nothing is written. */
bool window_parse_time(struct str text, int64_t now_wall_ms, int64_t *ret_wall_ms);

/* The same of an option's word, which may not be there (NULL): nothing is written then. ERR_USAGE:
 * the note names the option and what it may be. */
MUST_USE enum err window_read_time(const char *option, const char *word, int64_t now_wall_ms,
                                   int64_t *ret_wall_ms, struct note *note);

#endif
