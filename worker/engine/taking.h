/* taking.h - takes what the model said.
 *
 * A reply that is whole, sound and grounded ends its turn. One that is not is asked for once more,
 * with a word on what was wrong, as one of the turn's attempts; then the builtin wording says what
 * the facts say; then a person has it (docs/replies.md).
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TAKING_H
#define ENGINE_TAKING_H

#include "common/copy.h"
#include "worker/engine/turn.h"

/* What `call` gave for this turn, with whose brief it was asked; `model_ms` is how long it took. */
void taking_said(struct turn *turn, const struct model_call *call, int64_t model_ms);

/* The call failed with `err`. */
void taking_failed(struct turn *turn, enum err err, int64_t retry_after_ms);

/* What was said is of no use, and the call that was to put it right is one repeat too many: builtin
 * wording, or a person. */
void taking_give_up(struct turn *turn);

/* For a turn that was dropped: true if what was said may be memoised, in turn->work->said. */
bool taking_keep(struct turn *turn, const struct model_call *call);

/* The text of turn->work->said that may be published, be it the model's or builtin. Clears
 * turn->work->is_cacheable if that is so today and not tomorrow, as with "in three days".
 * ERR_ANSWER: turn->work->flaw tells what is wrong with it. ERR_NOMEM. */
MUST_USE enum err taking_check(struct turn *turn, struct str *ret_text);

/* The same for copy, with all but language, model and facts filled in. What was screened before
 * (`source` is memo or cache) is only held against length and banned words once more. */
MUST_USE enum err taking_copy(struct turn *turn, enum answer_source source,
                              struct copy *ret_copy);

#endif
