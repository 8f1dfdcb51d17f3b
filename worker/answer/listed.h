/* listed.h - "and the second one?", "the other one": which of the things that were told before is
 * meant.
 *
 * Only what the exchange right before has told two or more of is a list; with anything else "the
 * second" means nothing that could be known, and nothing is chosen. "The other" is that of two
 * which was not spoken of last.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_LISTED_H
#define ANSWER_LISTED_H

#include "worker/answer/brief.h"

/* The place, from 0 on, that a text names in a list of `count`: "the second one", 第二个, "the last
 * one". `count`: it names none that is there. */
size_t listed_place(struct str text, size_t count);

/* True if a text names the other of two. */
bool listed_is_other(struct str text);

/* The one of `orders` that the message means by its place among those that the last answer has the
 * numbers of, in the sequence in which they stand there, or as the other of two; NULL: none. */
const struct order *listed_order(const struct brief *brief);

#endif
