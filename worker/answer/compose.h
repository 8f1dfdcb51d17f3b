/* compose.h - from what a model said to what is published.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COMPOSE_H
#define ANSWER_COMPOSE_H

#include "common/copy.h"
#include "worker/answer/brief.h"

/* The part of `said` that is a reply. Left out: thoughts (<think>...</think> at the start), one
 * leading speaker's label ("Assistant:", "客服："), white space at both ends. ERR_ANSWER (class
 * RETRY) if the rest cannot be used: invalid UTF-8, empty, longer than `chars_max`, control
 * characters other than line feed, carriage return and tab, characters that turn the reading
 * direction over, an HTML tag, a chat template's mark ("<|"), or an echo of the prompt: our own
 * frame's words or the first 60 characters of `instructions`, white space aside.
 * `*ret_text` borrows from `said`. */
MUST_USE enum err compose_reply(struct str said, struct str instructions, size_t chars_max,
                                struct str *ret_text);

/* Reads {"headline","body","call_to_action"}, also out of a code fence, and checks each text
 * as a reply's and all of them together against max_chars. ERR_ANSWER if unusable, ERR_NOMEM. */
MUST_USE enum err compose_copy(struct arena *arena, const struct brief *brief, struct str said,
                               struct copy *ret_copy);

/* The one-line summary of a hand-off, in the conversation's language: what is wanted, the order
 * or product it is about, and why a person has it. Never the customer's own words. */
MUST_USE enum err compose_summary(struct arena *arena, const struct brief *brief, enum err why,
                                  struct str *ret_summary);

#endif
