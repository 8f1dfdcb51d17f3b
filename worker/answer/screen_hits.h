/* screen_hits.h - what a sentence of a reply says that is held against the facts: its values, and
 * the words of facts in it.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_HITS_H
#define ANSWER_SCREEN_HITS_H

#include "worker/answer/screen_facts.h"
#include "worker/answer/screen_pair.h"
#include "worker/answer/screen_read.h"

#define SCREEN_HITS_MAX 128

struct screen_hit {
    struct screen_value value;      /* of words only where they stand */
    const struct screen_fact *fact; /* one whose words these are; NULL: a value */
};

struct screen_hits {
    struct screen_hit items[SCREEN_HITS_MAX]; /* in the order of the sentence */
    size_t count;
};

/* Marks what it reads in the sentence, of which nothing is read yet and whose pairs these are. The
 * facts are borrowed as long as the result is used. False: it says more than can be checked, values
 * beyond SCREEN_VALUES_MAX or SCREEN_HITS_MAX hits. */
bool screen_hits_of(const struct screen_facts *facts, const struct screen_pairs *pairs,
                    struct screen_sentence *sentence, struct screen_hits *ret_hits);

/* True if one is a date or a period: what is said may hold today only. */
bool screen_hits_lean_on_day(const struct screen_hits *hits);

#endif
