/* compose.h - from what a model said to what is published.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COMPOSE_H
#define ANSWER_COMPOSE_H

#include "worker/answer/prompt.h"

/* The part of `said` that is a reply. Left out: thoughts (<think>...</think> at the start), one
 * leading speaker's label ("Assistant:", "客服："), white space at both ends. What is wrong with the
 * rest, if it cannot be used:
 *
 *   FLAW_LENGTH      empty, or longer than `chars_max`
 *   FLAW_CHARACTERS  invalid UTF-8, control characters other than line feed, carriage return and
 *                    tab, characters that turn the reading direction over, an HTML tag, a chat
 *                    template's mark ("<|")
 *   FLAW_ECHO        our own frame's words, the canary, or a line or the first 60 characters of
 *                    the instructions
 *
 * `*ret_text` borrows from `said`; it is written only without a flaw. */
MUST_USE enum flaw compose_reply(struct str said, const struct instructions *instructions,
                                 size_t chars_max, struct str *ret_text);

/* The same of a text that stands by itself: FLAW_LENGTH or FLAW_CHARACTERS, if any. */
enum flaw compose_text_flaw(struct str text, size_t chars_max);

/* True if the text holds what FLAW_ECHO names. */
bool compose_is_echo(struct str text, const struct instructions *instructions);

/* The one-line summary of a hand-off, in the conversation's language: what is wanted, the order
 * or product it is about, and why a person has it, with a `detail` of ours if there is one (else
 * NULL). Never the customer's own words. */
MUST_USE enum err compose_summary(struct arena *arena, const struct brief *brief, enum err why,
                                  const char *detail, struct str *ret_summary);

#endif
