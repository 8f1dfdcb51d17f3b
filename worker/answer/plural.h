/* plural.h - the other number of an English word: "kettles" of "kettle", and the other way round.
 *
 * By its ending alone, so that "mice" is no plural of "mouse", and "serie" one of "series": what
 * is looked for with it must be there in the one form or the other.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PLURAL_H
#define ANSWER_PLURAL_H

#include "common/arena.h"

#define PLURAL_WORD_MIN 3 /* bytes: a shorter one, such as "cm", has no other number here */
#define PLURAL_MAX 2      /* other forms that a word may have: "knives" has none, "boxes" both */

/* The forms that the plain text may have with its last word in the other number: "moss cups" of
 * "moss cup", "dish" and "dishe" of "dishes". Copies are the arena's. Returns how many; 0 also
 * where it does not end with a Latin letter. ERR_NOMEM. */
MUST_USE enum err plural_others(struct arena *arena, struct str text,
                                struct str ret_others[PLURAL_MAX], size_t *ret_count);

#endif
