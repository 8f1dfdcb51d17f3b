/* builtin_one.h - answers a message as one question, by its intent.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_ONE_H
#define ANSWER_BUILTIN_ONE_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* ERR_NO_FACTS (class HANDOFF): only a person can answer this; ERR_NOMEM. */
MUST_USE enum err builtin_one(struct arena *arena, const struct brief *brief, struct str *ret_text);

/* True if builtin_one() would ask which product is meant. */
bool builtin_one_asks_back(const struct brief *brief);

#endif
