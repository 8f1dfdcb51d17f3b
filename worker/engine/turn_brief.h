/* turn_brief.h - the brief of a turn: what its event says, what it needs, the facts as they come.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TURN_BRIEF_H
#define ENGINE_TURN_BRIEF_H

#include "worker/engine/turn.h"

/* Under what the history of the event's conversation is stored. */
MUST_USE enum err turn_brief_history_key(struct turn *turn, struct str *ret_key);

/* What the event alone says: language, intent, whether it is a person's, and what it needs. */
MUST_USE enum err turn_brief_make(struct turn *turn);

/* What the store has of the conversation goes into the brief, if that is needed. ERR_NO_FACTS: the
 * store cannot give it now, or it is of a newer version; ERR_TIMEOUT: it was slow; ERR_NOMEM. */
MUST_USE enum err turn_brief_take_history(struct turn *turn);

/* The product that copy is asked for, else that of `sku`; empty: none. ERR_NOMEM. */
MUST_USE enum err turn_brief_find_product(struct turn *turn, struct str sku);

/* The rest of what the store gave goes into the brief. ERR_NO_FACTS: an answer that needs what the
 * store cannot give now is a person's, it is not guessed. ERR_TIMEOUT: the store was slow. */
MUST_USE enum err turn_brief_take(struct turn *turn);

#endif
