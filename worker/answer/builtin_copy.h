/* builtin_copy.h - copy without a model: the product's facts as plain sentences, in Chinese and
 * English, for every channel.
 *
 * It says nothing but the product's name, what its entry and the request say, and that the shop
 * has it; leaves out what is not in the language, is banned (ban.h) or cannot be published; and
 * takes only what fits. Where not even the name fits, it does without.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_COPY_H
#define ANSWER_BUILTIN_COPY_H

#include "worker/answer/brief.h"

/* The JSON object that copy_said_read() reads, with as many variants as are asked for and differ.
 * ERR_NO_FACTS: there is no product, or max_chars is less than the shortest words need. */
MUST_USE enum err builtin_copy(struct arena *arena, const struct brief *brief,
                               struct str *ret_text);

#endif
