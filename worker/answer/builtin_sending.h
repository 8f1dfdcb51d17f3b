/* builtin_sending.h - what sending costs and how long it takes, as the shop's pages tell it: "how
 * much is shipping to Germany?", 快递几天到.
 *
 * A page tells it whose title is about sending, which has an amount, or a time, and all that the
 * question asks besides: the country, and each word that is not one of sending itself. So "express"
 * and 北京 are only told of by a page that has them.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_SENDING_H
#define ANSWER_BUILTIN_SENDING_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* Whether the message asks what sending costs, or how long it takes, whatever is sent. */
bool builtin_sending_is_asked(const struct brief *brief);

/* The passage that tells most of it, word for word; words of `things`, such as a product's name,
 * need not stand in it. ERR_NO_FACTS: none does; ERR_NOMEM. */
MUST_USE enum err builtin_sending(struct arena *arena, const struct brief *brief,
                                  struct str things, struct str *ret_text);

#endif
