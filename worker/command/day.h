/* day.h - what happens on the day that the demo plays.
 *
 * One is built in (shop_day.def). Another comes from a file of JSON lines, in the form in which
 * the demo prints events when piped: {"event": ..., "topic": ..., "key": ...}. What it prints
 * beside them (`bootstrap`, `outcome`, `summary`) is left out, so what one demo printed can be
 * played again; any other line without an event is an error.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_DAY_H
#define COMMAND_DAY_H

#include "common/arena.h"
#include "common/conf.h"
#include "common/topic.h"

#define DAY_BYTES_MAX ((size_t)16 << 20)
#define DAY_STEPS_MAX 100000

struct day_step {
    enum topic topic;
    struct str key;
    struct str text; /* what people are shown; empty: the value */
    struct str value;
};

struct day {
    struct arena arena;
    struct day_step *steps;
    size_t count;
};

/* The built-in one. ERR_NOMEM. day_fini() in any case. */
MUST_USE enum err day_init(struct day *day);

/* Reads the lines of a file, named `name` in notes. `event` is the record's value: a text, taken
 * as it is, or an object. `topic` is the name of an input. A line that is not like that gives an
 * error of class REJECT, and the note says which. ERR_FULL, ERR_NOMEM. day_fini() in any case. */
MUST_USE enum err day_read(struct day *day, const struct conf *conf, const char *name,
                           struct str bytes, struct note *note);

void day_fini(struct day *day);

/* Whether it is there before the shop opens: what is for sale, and what the shop has written. */
bool day_is_stock(const struct day_step *step);

#endif
