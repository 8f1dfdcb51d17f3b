/* builtin_page.h - a question answered by what the shop's pages say, word for word.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_PAGE_H
#define ANSWER_BUILTIN_PAGE_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* The best passage in the answer's language, with the name of its page. ERR_NO_FACTS: there is
 * none; ERR_NOMEM. */
MUST_USE enum err builtin_page(struct arena *arena, const struct brief *brief,
                               struct str *ret_text);

#endif
