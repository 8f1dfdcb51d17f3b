/* deadletter_pick.h - which dead letters the command line means.
 *
 * Pure: bytes and time are arguments. */
#ifndef COMMAND_DEADLETTER_PICK_H
#define COMMAND_DEADLETTER_PICK_H

#include "common/letter.h"

#define PICK_PLACES_MAX 10000

/* As they stand on the command line; NULL: not there. */
struct pick_words {
    const char *reason;
    const char *from;
    const char *to;
    const char *topic;
    const char *key;
    const char *letters;
    const char *skip;
    const char *limit;
};

/* Letters from one offset to another, both too. */
struct place {
    int32_t partition;
    int64_t first;
    int64_t last;
};

struct places {
    struct place *items;
    size_t count;
};

struct pick {
    struct str reasons; /* separated by commas; empty: all */
    int64_t from_wall_ms;
    int64_t to_wall_ms;
    struct str topic_name; /* where the original was; empty: any */
    struct str key;
    bool has_key;
    bool has_letters;
    struct places letters;
    struct places skips;
    int64_t limit; /* INT64_MAX: all */
};

enum pick_verdict { PICK_NO, PICK_SKIPPED, PICK_YES };

/* ERR_USAGE: the note names the option, what is wrong with it and what it may be. ERR_NOMEM.
 * `ret_pick` borrows the words, and is freed by pick_fini() in any case. */
MUST_USE enum err pick_read(const struct pick_words *words, int64_t now_wall_ms,
                            struct pick *ret_pick, struct note *note);

/* More letters that are skipped: one or several on a line, # begins a comment. */
MUST_USE enum err pick_read_skips(struct pick *pick, struct str lines, struct note *note);
void pick_fini(struct pick *pick); /* accepts a zeroed one */

/* `letter` is NULL for a record that is none. */
enum pick_verdict pick_judge(const struct pick *pick, const struct record *record,
                             const struct letter *letter);

/* "P:O" or "P:A-B". False: it is none. */
bool place_parse(struct str text, struct place *ret_place);

#endif
