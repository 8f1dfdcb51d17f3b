/* handover.h - who has the conversation of a turn, and how the turn changes that.
 *
 * The change is published with the turn's outcome, in one transaction. A hand-off counts for
 * this worker at once, so that the next message of the lane knows of it; if the turn is dropped
 * before it was committed, it counts no more. A hand-back counts when the topic brings it.
 * Without a topic (chat) both count when the turn is settled.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_HANDOVER_H
#define ENGINE_HANDOVER_H

#include "worker/engine/turn.h"

/* True if a person has the conversation of the turn's message. ERR_NOMEM. */
MUST_USE enum err handover_is_held(struct turn *turn, bool *ret_is_held);

/* A person has it from now on, unless one has it already. */
MUST_USE enum err handover_take(struct turn *turn, struct str reason);

/* It is given back. */
MUST_USE enum err handover_return(struct turn *turn);

/* The outcome is committed. */
void handover_settle(struct turn *turn);

/* The outcome will not be published, or not this one. */
void handover_cancel(struct turn *turn);

#endif
