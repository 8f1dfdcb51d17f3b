/* passage_tally.h - in how many passages each word stands, so that a search can leave out the ones
 * that stand nearly everywhere: they cost the most and tell the least.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PASSAGE_TALLY_H
#define ANSWER_PASSAGE_TALLY_H

#include "worker/answer/passage_terms.h"

/* Words beyond these are not counted, so they are taken for rare. */
#define TALLY_WORDS_MAX ((size_t)1 << 20)

struct passage_tally;

/* NULL when out of memory. */
struct passage_tally *passage_tally_create(void);
void passage_tally_destroy(struct passage_tally *tally); /* accepts NULL */

/* Counts the words of one passage, parted by spaces, each once however often it stands there.
 * `number` is another one for each passage, from 1. ERR_NOMEM. */
MUST_USE enum err passage_tally_add(struct passage_tally *tally, uint32_t number,
                                    struct str words);

/* Endings aside, as passage_words_found() does it. */
size_t passage_tally_of(const struct passage_tally *tally, struct str word);

/* Keeps the terms that stand in at most `often_max` passages. If they stand in none at all, the
 * `often_kept` rarest of the others stay, too. */
void passage_tally_thin(const struct passage_tally *tally, struct passage_terms *terms,
                        size_t often_max, size_t often_kept);

#endif
