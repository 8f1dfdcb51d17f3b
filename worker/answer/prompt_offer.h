/* prompt_offer.h - the part of a prompt that asks for a sentence about each recommended product.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PROMPT_OFFER_H
#define ANSWER_PROMPT_OFFER_H

#include "worker/answer/prompt.h"

/* The products with their reasons, as facts: the first OFFERS_WORDED_MAX of the brief.
 * ERR_FULL, ERR_NOMEM. */
MUST_USE enum err prompt_put_offers(struct buf *buf, const struct brief *brief);

/* The wish itself. */
struct str prompt_offer(void);

/* The JSON schema of what is wanted, which names the products. ERR_NOMEM. */
MUST_USE enum err prompt_offer_schema(struct arena *arena, const struct brief *brief,
                                      struct str *ret_schema);

#endif
