/* screen_known.h - whether each word of a sentence is a fact's, or one that states nothing.
 *
 * So a product of another name, a place or a quality that nobody told of is found, though no list
 * has it.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_KNOWN_H
#define ANSWER_SCREEN_KNOWN_H

#include "worker/answer/screen_facts.h"

/* Of what is not read in the sentence yet (1 in sentence->read): each word of Latin letters, and
 * each stretch of Chinese ones. */
bool screen_words_are_known(const struct screen_facts *facts,
                            const struct screen_sentence *sentence);

/* Names in capitals, behind the first word of a sentence as it was written. */
bool screen_names_are_known(const struct screen_facts *facts, struct str original);

#endif
