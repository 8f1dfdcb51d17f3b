/* properties.h - reads files of lines with key=value.
 *
 * The form that Java programs and Kafka's tools use: # and ! begin a comment, a backslash at
 * the end of a line goes on in the next, and \t \n \r \\ \= \: \# \! "\ " \uXXXX stand for a
 * character. Only = parts key and value. White space around both is dropped.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_PROPERTIES_H
#define COMMON_PROPERTIES_H

#include "common/arena.h"
#include "common/note.h"

struct properties {
    struct str rest;
    size_t line; /* of what properties_next() gave last, or complained about; from 1 */
    size_t next_line;
};

struct property {
    struct str key;   /* NUL-terminated, never empty */
    struct str value; /* NUL-terminated */
};

/* `bytes` are borrowed as long as it is read. */
struct properties properties_of(struct str bytes);

/* The next pair, in the arena; the key is empty at the end. ERR_CONFIG: the note says what is
 * wrong in line `properties->line`. ERR_NOMEM. */
MUST_USE enum err properties_next(struct properties *properties, struct arena *arena,
                                  struct property *ret_property, struct note *note);

#endif
