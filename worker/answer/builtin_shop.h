/* builtin_shop.h - what is asked like of a product, and is the shop's: "how much is a small
 * service?", "when do you ship?".
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_SHOP_H
#define ANSWER_BUILTIN_SHOP_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* A question about a price or a time that names no product, as a page tells it that has a price and
 * what it is of, or how many days and that they are of shipping. It takes the brief's covers.
 * ERR_NO_FACTS: none does; ERR_NOMEM. */
MUST_USE enum err builtin_shop(struct arena *arena, const struct brief *brief,
                               struct str *ret_text);

#endif
