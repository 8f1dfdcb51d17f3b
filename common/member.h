/* member.h - objects of the usual JSON, read in one pass by tables of their members.
 *
 * Whatever is not as a table has it (an escape, a fraction, a null, a member that is not there, one
 * that comes twice, a fault) is told by `false`; then nothing is decided, and the bytes are read as
 * a tree from their start. Texts lie in one copy of the bytes, each with a NUL behind it.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_MEMBER_H
#define COMMON_MEMBER_H

#include "common/arena.h"
#include "common/json_token.h"

/* Bytes under way. */
struct member_scan {
    struct json_token token; /* reads the copy */
    char *copy; /* of the bytes: a NUL takes the place of each text's last quote */
    struct arena *arena;
    bool is_starved; /* by a reader of the table that found no memory */
};

struct member;

/* Reads a value into `place`; false: it is not of that kind. */
typedef bool member_fn(struct member_scan *scan, const struct member *member, char *place);

struct member {
    struct str name;
    member_fn *read;
    size_t offset; /* of what it fills, in the object's struct */
    int64_t min;   /* of a number; of a text, in characters */
    int64_t max;
    bool (*is_formed)(struct str text); /* of member_form() */
};

#define MEMBER_NAME(text) { "" text, sizeof(text) - 1 }
#define MEMBER_TEXT(type, field, least, most)                                                      \
    { MEMBER_NAME(#field), member_short, offsetof(struct type, field), least, most, NULL }
#define MEMBER_NUMBER(type, field, least, most)                                                    \
    { MEMBER_NAME(#field), member_number, offsetof(struct type, field), least, most, NULL }
#define MEMBER_FORM(type, field, is_formed)                                                        \
    { MEMBER_NAME(#field), member_form, offsetof(struct type, field), 0, 0, is_formed }
#define MEMBER_OTHER(text, read, offset) { MEMBER_NAME(text), read, offset, 0, 0, NULL }

/* The members that an object may have, at most 32. */
struct members {
    const struct member *table;
    size_t count;
    size_t next;   /* the one that is looked for first: they come in sequence almost always */
    unsigned seen; /* bits of those that were there, by their places in the table */
};

/* Copies `bytes`, which are not empty, into the arena. ERR_FORMAT: they are no UTF-8. ERR_NOMEM. */
MUST_USE enum err member_begin(struct member_scan *scan, struct arena *arena, struct str bytes);

/* Gives the copy back, if nothing was taken from the arena since. */
void member_undo(struct member_scan *scan);

bool member_text(struct member_scan *scan, struct str *ret_text);

/* For tables: a text of so many characters, a number of that range, a text of that form. */
member_fn member_short;
member_fn member_number;
member_fn member_form;

/* An object at the place of the scan, into the struct at `object`. */
bool member_object(struct member_scan *scan, struct members *members, void *object);

#endif
