/* screen_subject.h - whether what a page says of one thing is told of another.
 *
 * "Machines have a warranty of 2 years. Textiles: 1 year." Both are warranties, so a topic
 * (screen_topic.def) does not part them. The words do that only one of the two sentences has: the
 * one whose words stand near the value in the reply, else in the rest of the reply, else in the
 * question and with the product, is meant. A sentence without such words ("Warranty: 2 years.") is
 * of everything that no other names. When nothing says which is meant, what is said of one thing
 * only is not told of all. Days and hours of a sentence that says when the shop is closed are no
 * others' ("closed on Sundays" bears out no "open on Sundays"), and the other way round.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_SUBJECT_H
#define ANSWER_SCREEN_SUBJECT_H

#include "worker/answer/screen_fit.h"

/* What a value is told of, the nearest first. */
struct screen_context {
    struct str sentence; /* of the reply, plain */
    size_t at;           /* of the value */
    struct str reply;    /* all of it, as it was written */
    int item;            /* number of the product that is spoken of, or SCREEN_ANY */
};

/* True if the fact, a page's whose value fits the one that is said, is of another thing. */
bool screen_subject_is_other(const struct screen_facts *facts, const struct screen_context *context,
                             const struct screen_said *said, const struct screen_fact *fact);

#endif
