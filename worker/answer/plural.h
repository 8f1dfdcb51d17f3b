/* plural.h - the number of an English word: "kettle" and "kettles" are one thing.
 *
 * By its ending alone, so that "mice" is no plural of "mouse", and "serie" one of "series": what
 * is looked for must be there in the one form or the other. Which of the three to take:
 * - to look for a name as a whole: plural_others(), the only one that tells real forms;
 * - to compare two words for being one: plural_without_s() of both;
 * - to search a text for a word in either number: plural_stem(), open behind.
 *
 * Words are in lower case. Of other letters than Latin ones nothing is taken off. Pure: no I/O, no
 * clock. */
#ifndef ANSWER_PLURAL_H
#define ANSWER_PLURAL_H

#include "common/arena.h"

#define PLURAL_WORD_MIN 3 /* bytes: a shorter one, such as "cm", has no other number here */
#define PLURAL_MAX 2      /* other forms that a word may have: "knives" has none, "boxes" both */
#define PLURAL_ENDING_MAX 3 /* bytes behind a stem: "ies" */

/* The forms that the plain text may have with its last word in the other number: "moss cups" of
 * "moss cup", "dish" and "dishe" of "dishes". Copies are the arena's. Returns how many; 0 also
 * where it does not end with a Latin letter. ERR_NOMEM. */
MUST_USE enum err plural_others(struct arena *arena, struct str text,
                                struct str ret_others[PLURAL_MAX], size_t *ret_count);

/* The word without the "s" of a plural, part of `word`; all of it if there is none, as in "bus"
 * and "glass". No singular to be told: of "boxes" it is "boxe". */
struct str plural_without_s(struct str word);

/* What both numbers of the word begin with, part of `word`: "batter" of "battery" and "batteries".
 * Behind it stand at most PLURAL_ENDING_MAX letters; other words may begin with it as well. */
struct str plural_stem(struct str word);

#endif
