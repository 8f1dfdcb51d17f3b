/* question.h - the questions that one message asks: "When does it arrive and can I return it?"
 *
 * A message is cut at the ends of its sentences, at commas and at "and" and its like. A part that
 * no rule knows (intent.def) is a question of its own only where it asks outright.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_QUESTION_H
#define ANSWER_QUESTION_H

#include "worker/answer/intent.h"

#define QUESTIONS_MAX 8 /* of one message; those behind are not looked for */

struct question {
    struct str text; /* of the plain text */
    enum intent intent;
    int weight;      /* of the rule that knows it; 0: none, and INTENT_OTHER */
    bool is_asked;   /* or wished for: not merely told */
};

/* In their order; `ret_whole` is the intent of the whole text, which is no small talk. Borrows the
 * plain text. */
size_t questions_in(const struct plain *plain, struct question ret_questions[QUESTIONS_MAX],
                    enum intent *ret_whole);

#endif
