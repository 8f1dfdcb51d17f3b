/* screen_denied.h - "it is not wool": what a sentence says that the product is not.
 *
 * What the product's entry says that it is may not be denied. "Wool, not cotton" is true where the
 * entry tells the material, and cotton is no part of it.
 *
 * Sentences are plain (plain.h). Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_DENIED_H
#define ANSWER_SCREEN_DENIED_H

#include "worker/answer/screen_facts.h"
#include "worker/answer/screen_pair.h"

/* FLAW_ATTRIBUTE: an attribute that the entry tells is denied. What is rightly denied is marked as
 * read. `pairs` are the sentence's. */
enum flaw screen_denied_flaw(const struct screen_facts *facts, const struct screen_pairs *pairs,
                             struct screen_sentence *sentence);

#endif
