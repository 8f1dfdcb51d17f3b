/* copy_claim.h - claims of advertising that are made with everyday words: hurry, scarcity, a lower
 * price, what other customers say, how long it lasts.
 *
 * "Few pieces left", "at half the price" and "customers love it" have no word that a reply may not
 * use, so the screen, which looks for words and values, lets them pass. In copy each of them needs
 * a fact that says so.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_COPY_CLAIM_H
#define ANSWER_COPY_CLAIM_H

#include "worker/answer/brief.h"

/* FLAW_PROMISE: `text` makes one of the claims of copy_claim.def that neither the product of
 * `brief`, the offer and audience of its copy request, nor one of its passages makes. */
enum flaw copy_claim_flaw(const struct brief *brief, struct str text);

#endif
