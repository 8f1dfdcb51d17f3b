/* turn_shelf.h - what the whole catalogue has for a message that names no product: what fits its
 * wish, or that of one of its questions, and what its words may mean.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_TURN_SHELF_H
#define ENGINE_TURN_SHELF_H

#include "worker/answer/gist.h"
#include "worker/engine/turn.h"

/* `*sku` is the product that the message names, or empty; "the cheapest kettle" names none, also
 * where there is one only. ERR_NOMEM. */
MUST_USE enum err turn_shelf_find(struct turn *turn, const struct gist *gist, struct str *sku);

#endif
