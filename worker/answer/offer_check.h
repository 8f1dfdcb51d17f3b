/* offer_check.h - whether a model's sentence about a recommended product may be said.
 *
 * Pure: no I/O; the day is an argument. */
#ifndef ANSWER_OFFER_CHECK_H
#define ANSWER_OFFER_CHECK_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* What `offer->sentence` gets wrong first. Its facts are the product's entry in the catalogue and
 * the reason in our own words, and nothing else: another product, also one that is offered beside
 * it, is not among them. It is screened like copy (screen.h). `scratch` is used for a while.
 * ERR_NOMEM. */
MUST_USE enum err offer_check(struct arena *scratch, const struct brief *brief,
                              const struct offer *offer, int64_t now_wall_ms, enum flaw *ret_flaw);

#endif
