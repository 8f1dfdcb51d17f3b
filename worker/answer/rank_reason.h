/* rank_reason.h - why a product is offered, in words for the customer, without a model.
 *
 * A reason says no more than was counted: its numbers are those of the pick.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_RANK_REASON_H
#define ANSWER_RANK_REASON_H

#include "worker/answer/rank_pick.h"

/* Chinese for "zh", else English. `with_name` is what the other product of a tie is called. At most
 * 1,024 characters. ERR_NOMEM. */
MUST_USE enum err rank_reason_write(struct arena *arena, const struct rank_pick *pick,
                                    struct str with_name, struct str language,
                                    struct str *ret_text);

#endif
