/* channel.h - where copy appears, and how long it may be there (channel.def).
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_CHANNEL_H
#define ANSWER_CHANNEL_H

#include "common/buf.h"

enum channel_of {
    CHANNEL_OF_HEADLINE,
    CHANNEL_OF_BODY,
    CHANNEL_OF_ACTION,
    CHANNEL_OF_TEXT,     /* body and call to action */
    CHANNEL_OF_MESSAGE,  /* headline, body and call to action */
    CHANNEL_OF_SENTENCE, /* one of the body */
    CHANNEL_OF_COUNT
};

/* Columns are counted as X does: 2 for a character of the East or a picture, 1 for others. */
enum channel_unit { CHANNEL_UNIT_SMS, CHANNEL_UNIT_COLUMNS, CHANNEL_UNIT_CHARACTERS };

#define CHANNEL_PARTS_MAX 3 /* kinds of parts that one channel has */

struct channel_part {
    const char *name;
    enum channel_of of;
    enum channel_unit unit;
    size_t max_zh;
    size_t max;
    size_t count_max;
    const char *why;
};

struct channel {
    const char *name;
    struct channel_part parts[CHANNEL_PARTS_MAX];
    size_t parts_count;
};

/* How long a text is as a part, and how long it may be. */
struct channel_length {
    size_t length;
    size_t max;
    const char *unit; /* "septets", "utf-16 units", "columns", "characters" */
};

/* In any case of letters. NULL: a channel of which no limit is known. */
const struct channel *channel_named(struct str name);

/* Of valid UTF-8 in `language`. */
struct channel_length channel_measure(const struct channel_part *part, struct str language,
                                      struct str text);

/* The table for people, as Markdown. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err channel_docs(struct buf *buf);

#endif
