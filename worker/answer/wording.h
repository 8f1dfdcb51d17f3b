/* wording.h - which words of a text went and which came, for people to read.
 *
 * Words are runs of letters and digits; white space, signs and each character of a script that
 * is written without spaces stand alone. The result is a shortest edit, but that white space
 * between two edits belongs to them; and the same two texts always give the same one.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_WORDING_H
#define ANSWER_WORDING_H

#include "common/arena.h"

enum wording_kind { WORDING_KEPT, WORDING_GONE, WORDING_NEW };

struct wording_piece {
    enum wording_kind kind;
    struct str text;
};

/* Texts whose differing middles have more words than this are not compared word by word: all of
 * the one goes, all of the other comes. */
#define WORDING_WORDS_MAX 2000

struct wording {
    struct wording_piece *pieces; /* in reading order; two neighbours are never of one kind */
    size_t count;
};

/* Of valid UTF-8, from `old` to `fresh`. The pieces are the arena's, their texts lie in `old`
 * (kept and gone) and `fresh`. ERR_NOMEM. */
MUST_USE enum err wording_of(struct arena *arena, struct str old, struct str fresh,
                             struct wording *ret_wording);

#endif
