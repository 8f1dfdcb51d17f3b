/* shelf_cheapest.h - "What's your cheapest bike?", 最便宜的书: which kind of thing is asked for, and
 * which product is of that kind.
 *
 * Where a bell for bikes were taken for a bike the cheapest one would be a bell. So a thing is of
 * a kind by the head of its category or of its name, which is the last word in both languages.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SHELF_CHEAPEST_H
#define ANSWER_SHELF_CHEAPEST_H

#include "common/event.h"
#include "worker/answer/passage_terms.h"

#define CHEAPEST_WORDS_MAX 4

/* False: the plain text asks for more than the cheapest of a kind, or for something else. Else the
 * words of the kind, the head last; at least one and CHEAPEST_WORDS_MAX at most. */
bool cheapest_kind(struct str plain, struct passage_terms *ret_words);

enum cheapest_fit {
    CHEAPEST_LOOSE, /* has the words, but may be something else */
    CHEAPEST_NAMED, /* by its name alone */
    CHEAPEST_OF_KIND,
};

/* How well a product that has the words is of the kind. */
enum cheapest_fit cheapest_fit_of(const struct product *product,
                                  const struct passage_terms *words);

#endif
