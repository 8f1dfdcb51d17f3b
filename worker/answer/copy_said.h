/* copy_said.h - reads the copy that a model wrote.
 *
 * {"headline","body","call_to_action"}, or {"variants":[...]} of such objects; also out of a code
 * fence or between other words, for models like to fence what they are asked for.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COPY_SAID_H
#define ANSWER_COPY_SAID_H

#include "common/copy.h"
#include "common/flaw.h"

/* In characters. */
#define COPY_SAID_LINE_MAX 512 /* of a headline and of a call to action */
#define COPY_SAID_BODY_MAX 8192

/* The variants, at most COPY_VARIANTS_MAX of them, each text without white space at its ends; a
 * call to action may be empty. ERR_ANSWER: `*ret_flaw` tells what is wrong; ERR_NOMEM. Outputs
 * are the arena's. */
MUST_USE enum err copy_said_read(struct arena *arena, struct str said, struct copy *copy,
                                 enum flaw *ret_flaw);

/* The other way round, for words of our own. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err copy_said_write(struct arena *arena, const struct copy *copy,
                                  struct str *ret_said);

#endif
