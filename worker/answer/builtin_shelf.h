/* builtin_shelf.h - the products that fit what was asked of the whole catalogue (shelf.h).
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_SHELF_H
#define ANSWER_BUILTIN_SHELF_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* A line for each, or that there is none; the categories, where it is asked what is sold at all.
 * ERR_NO_FACTS: none of these is in the asker's language; ERR_NOMEM. */
MUST_USE enum err builtin_shelf(struct arena *arena, const struct brief *brief,
                                struct str *ret_text);

/* "Do you sell e-books?": no entry has that name. ERR_NOMEM. */
MUST_USE enum err builtin_shelf_unsold(struct arena *arena, const struct brief *brief,
                                       struct str *ret_text);

#endif
