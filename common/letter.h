/* letter.h - a dead letter as it is read again, what it is sent again as, and what settles it.
 *
 * dead_letter.h writes letters; people list them, send them again or drop them. A letter that is
 * done with gets a mark: a record without a key on the letter's own partition, which says what
 * became of the letter at an offset before it. There the mark outlives its letter whatever the
 * topic's retention is, and nothing but the topic is needed to know which letters are open.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_LETTER_H
#define COMMON_LETTER_H

#include "common/note.h"
#include "common/record.h"

#define LETTER_REDRIVES_MAX 999999
#define LETTER_HEADERS_MAX (RECORD_HEADERS_MAX + 32) /* its original's, and ours */

/* Everything is borrowed from the record. */
struct letter {
    struct str reason;
    struct str class_name;
    struct str detail;     /* may be empty */
    struct str pointer;    /* may be empty */
    struct str topic_name; /* where the original was, with the next three */
    int32_t partition;
    int64_t offset;
    int64_t timestamp_wall_ms; /* -1: it had none */
    int64_t attempts;
    int64_t redrives; /* how often the original had been sent again before */
    int64_t first_at_wall_ms;
    int64_t last_at_wall_ms;
    struct str worker;
    bool is_reference; /* the bytes are only where the original was */
    int64_t bytes;     /* of the original's value */
};

enum letter_state { LETTER_OPEN, LETTER_REDRIVEN, LETTER_DROPPED, LETTER_STATE_COUNT };

struct letter_mark {
    enum letter_state state; /* not LETTER_OPEN */
    int64_t offset;          /* of the letter, on the same partition */
    int64_t at_wall_ms;
    struct str worker;
    /* Of the topic, as Kafka shows it: offsets say nothing where a topic was made anew. Empty: not
     * known. */
    struct str topic_id;
};

/* "open", "redriven", "dropped". */
const char *letter_state_name(enum letter_state state);

/* ERR_SCHEMA: it is no dead letter of this contract; the note names the header. */
MUST_USE enum err letter_read(const struct record *record, struct letter *ret_letter,
                              struct note *note);

/* False: the record is no mark, or one that cannot be understood. */
bool letter_read_mark(const struct record *record, struct letter_mark *ret_mark);

/* The record to be sent again: key, value and headers of `from`, which is the letter or, for one
 * by reference, the record where it was; with a header that counts. ERR_NOMEM. */
MUST_USE enum err letter_original(struct arena *arena, const struct record *from, int64_t redrives,
                                  struct record *ret_original);

/* The mark as a record, but for its partition. ERR_NOMEM. */
MUST_USE enum err letter_mark_record(struct arena *arena, const struct letter_mark *mark,
                                     struct record *ret_record);

#endif
