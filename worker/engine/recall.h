/* recall.h - what was said before: to the same event (memo), or to the same question (cache).
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_RECALL_H
#define ENGINE_RECALL_H

#include "worker/engine/turn.h"

/* Makes the request for what was said to the event before, bound to tenant, lane and payload, since
 * producers reuse ids; its arena is the caller's to set. ERR_NOMEM. */
MUST_USE enum err recall_load_memo(struct turn *turn);

/* The brief is whole, so the key is known. Sets work->is_cacheable, and makes the request for what
 * the backend at `place` of the chain has said. ERR_NOMEM. */
MUST_USE enum err recall_key_of(struct turn *turn, size_t place);

/* The same for the backend whose answers are wanted: what it has said before is good, even while it
 * is shut. */
MUST_USE enum err recall_key(struct turn *turn);

/* `memo` is of another record of the same event, and this one was not sent again on purpose, having
 * ended as a dead letter: a duplicate. */
bool recall_is_repeated(const struct turn *turn, const struct memo *memo);

/* True if the event was answered before, and the turn has been concluded with that. */
bool recall_from_memo(struct turn *turn);

/* The same for the cache. */
bool recall_from_cache(struct turn *turn);

/* What the turn waits for is in the cache meanwhile. */
void recall_found(struct turn *turn, struct str bytes);

#endif
