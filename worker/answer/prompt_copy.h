/* prompt_copy.h - the part of a prompt that asks for copy: how many variants, for whom, where, how
 * long, and what they may not say.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PROMPT_COPY_H
#define ANSWER_PROMPT_COPY_H

#include "worker/answer/prompt.h"

/* The wish itself, from the request of `brief`. ERR_NOMEM. */
MUST_USE enum err prompt_copy(struct arena *arena, const struct brief *brief, struct str *ret_text);

/* The JSON schema of what is wanted: one variant, or an object with several. ERR_NOMEM. */
MUST_USE enum err prompt_copy_schema(struct arena *arena, const struct brief *brief,
                                     struct str *ret_schema);

#endif
