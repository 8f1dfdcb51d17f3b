/* builtin_page.h - a question answered by what the shop's pages say, word for word.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_PAGE_H
#define ANSWER_BUILTIN_PAGE_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* Whether the passage is in the language of the answer. */
bool builtin_page_is_readable(const struct brief *brief, const struct passage *passage);

/* Whether the question names the heading of a passage, and not only of the product's own page. */
bool builtin_page_is_named(const struct brief *brief);

/* The best passage in the answer's language, with the name of its page; before it the state of the
 * order that is spoken of, if one is. What only a person can do (refund, cancel, change where it
 * goes) needs a passage about just that, and how to get at a person is told behind it.
 * ERR_NO_FACTS: there is none; ERR_NOMEM. */
MUST_USE enum err builtin_page(struct arena *arena, const struct brief *brief,
                               struct str *ret_text);

/* The line in front of a passage with that title. ERR_NOMEM. */
MUST_USE enum err builtin_page_lead(struct arena *arena, struct str language, struct str title,
                                    struct str *ret_text);

#endif
