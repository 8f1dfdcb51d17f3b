/* passage.h - a piece of what the shop has written down: a policy, an answer of its FAQ, a part
 * of a product page.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PASSAGE_H
#define ANSWER_PASSAGE_H

#include "common/str.h"

struct passage {
    struct str id;    /* "returns.md#3": the file, and its number there, from 1 */
    struct str title; /* the headings above it, "Returns / Refunds"; may be empty */
    struct str text;  /* not empty */
};

/* One that was found, and how much of what is asked it tells, in percent (passage_cover.h). */
struct passage_found {
    const struct passage *passage;
    unsigned cover;
};

/* What covers less may merely share a word with the question: it is for a model to judge, not to be
 * told as it stands. */
#define PASSAGE_COVER_MIN 45

/* What is looked for among passages. */
struct passage_question {
    struct str text;   /* what the customer says */
    struct str before; /* what was said before and the text leans on; empty: nothing */
    struct str things; /* words of the text that are names of products, a line each */
    const float *vector; /* what both mean, see meaning.h; NULL: words alone decide */
};

#endif
