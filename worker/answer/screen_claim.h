/* screen_claim.h - what a sentence claims without a number: states, stock, promises.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_CLAIM_H
#define ANSWER_SCREEN_CLAIM_H

#include "worker/answer/screen_facts.h"

/* `order` is the one that is spoken of, or SCREEN_ANY. `*ret_is_claim` is set if the sentence
 * claims anything. */
enum flaw screen_claims(const struct screen_facts *facts, struct str sentence, int order, int item,
                        bool *ret_is_claim);

#endif
