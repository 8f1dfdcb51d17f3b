/* consult.h - a turn asks what the shop has written down about its message.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_CONSULT_H
#define ENGINE_CONSULT_H

#include "worker/engine/turn.h"

/* True if there are pages to ask for this turn. */
bool consult_is_possible(const struct turn *turn);

/* Looks for passages; they are in turn->work->brief before answering_arrived() is called, or
 * turn->work->consulted says why there are none. Nothing is called for a turn that was dropped.
 * A message that leans on the conversation is looked for with what that says, so its history has to
 * be in the brief. ERR_NOMEM: nothing was started. */
MUST_USE enum err consult_start(struct turn *turn);

#endif
