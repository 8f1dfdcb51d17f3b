/* compose.h - from what a model said to what is published.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COMPOSE_H
#define ANSWER_COMPOSE_H

#include "common/answer.h"
#include "worker/answer/brief.h"

/* Trims and checks a reply: not empty, not longer than `chars_max`, no control characters, not
 * an echo of the prompt. ERR_ANSWER (class RETRY) if it cannot be used. Borrows `said`. */
MUST_USE enum err compose_reply(struct str said, size_t chars_max, struct str *ret_text);

/* Reads {"headline","body","call_to_action"} and checks max_chars. ERR_ANSWER if unusable. */
MUST_USE enum err compose_copy(struct arena *arena, const struct brief *brief, struct str said,
                               struct copy *ret_copy);

/* The one-line summary of a hand-off, in the conversation's language. */
MUST_USE enum err compose_summary(struct arena *arena, const struct brief *brief, enum err why,
                                  struct str *ret_summary);

#endif
