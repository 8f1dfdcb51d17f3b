/* builtin_several.h - answers each question of a message that asks several: the weightiest first,
 * then two others in their order. What is not told of the rest is said to be untold.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_SEVERAL_H
#define ANSWER_BUILTIN_SEVERAL_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* A message that asks one question is answered as that one (builtin_one.h). ERR_NO_FACTS (class
 * HANDOFF): only a person can answer the weightiest; ERR_NOMEM. */
MUST_USE enum err builtin_several(struct arena *arena, const struct brief *brief,
                                  struct str *ret_text);

#endif
