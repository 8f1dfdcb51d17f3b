/* builtin_shelf.h - the products that fit what was asked of the whole catalogue (shelf.h).
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_SHELF_H
#define ANSWER_BUILTIN_SHELF_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* A line for each, or that there is none. ERR_NOMEM. */
MUST_USE enum err builtin_shelf(struct arena *arena, const struct brief *brief,
                                struct str *ret_text);

#endif
