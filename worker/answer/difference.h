/* difference.h - how two outcomes of one event differ, field by field.
 *
 * For replay: one was recorded, the other is new. What cannot be the same in two runs is left
 * out of both: ids, times, and the way in which the words were come by (`source`: cache, memo
 * or model). So the same two outcomes always give the same difference.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_DIFFERENCE_H
#define ANSWER_DIFFERENCE_H

#include "common/outcome.h"

#define STATEMENT_FIELDS_MAX 32

struct statement_field {
    struct str name;
    struct str value;
    bool is_text; /* else `value` is JSON */
};

/* What one outcome says. */
struct statement {
    bool is_known; /* false: no outcome was found */
    enum outcome_kind kind;
    struct statement_field fields[STATEMENT_FIELDS_MAX];
    size_t fields_count; /* 0 for a duplicate or nothing to say */
};

/* Of the terminal record of `kind`: the members of its payload, or what the headers of a dead
 * letter say. The result is the arena's. ERR_FULL: more fields than any payload of ours has;
 * ERR_JSON, ERR_UTF8, ERR_EMPTY, ERR_TOO_LARGE: a payload that is none of ours; ERR_NOMEM. */
MUST_USE enum err statement_read(struct arena *arena, enum outcome_kind kind,
                                 const struct record *record, struct statement *ret_statement);

/* An outcome without a record of its own. */
struct statement statement_of_kind(enum outcome_kind kind);

/* True if there is something to be read by anyone. */
bool statement_speaks(const struct statement *statement);

/* NULL: the statement does not have it. */
const struct statement_field *statement_find(const struct statement *statement, struct str name);

enum verdict {
    VERDICT_SAME,
    VERDICT_CHANGED,
    VERDICT_ONLY_RECORDED, /* nobody would hear anything now */
    VERDICT_ONLY_NEW,      /* nobody heard anything then */
    VERDICT_COUNT
};

/* "same", "changed", "only_recorded", "only_new". */
const char *verdict_name(enum verdict verdict);

/* One field that differs. NULL: that side does not have it. */
struct difference_field {
    struct str name;
    const struct statement_field *recorded;
    const struct statement_field *fresh;
};

struct difference {
    enum verdict verdict;
    struct difference_field fields[2 * STATEMENT_FIELDS_MAX];
    size_t fields_count;
};

/* Borrows from both. */
void difference_of(const struct statement *recorded, const struct statement *fresh,
                   struct difference *ret_difference);

#endif
