/* meaning.h - passages that mean the same as a question, whatever their words.
 *
 * A text is a vector of MEANING_DIMS numbers and of length 1 (multilingual-e5-small, Wang et al.,
 * 2024), so the cosine of two is their product. Those of that model lie close together: any two
 * texts have 0.7 or more, a passage and a question that it does not answer up to 0.87. So rows
 * only tell something by themselves when they are near and stand out from the others.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_MEANING_H
#define ANSWER_MEANING_H

#include "common/base.h"

#define MEANING_DIMS 384
#define MEANING_ROWS_MAX 12

/* Measured on the questions of tests/data/knowledge and thirty others: of those that no passage
 * answers none reaches both, of the others nine in ten do. */
#define MEANING_NEAR 0.87F
#define MEANING_AHEAD 0.08F /* of all rows' average */

struct meaning_found {
    size_t rows[MEANING_ROWS_MAX]; /* nearest first; of equals the lower row */
    size_t count;
    size_t telling; /* so many of the first are near enough to answer by meaning alone */
};

/* `vectors` holds `count` of them one behind the other. One of zeros is none: left out. */
void meaning_find(const float *vectors, size_t count, const float *question,
                  struct meaning_found *ret_found);

#endif
