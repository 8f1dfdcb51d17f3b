/* builtin_product.h - what can be said of a product, by what its entry in the catalogue says.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BUILTIN_PRODUCT_H
#define ANSWER_BUILTIN_PRODUCT_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* What is asked of the brief's products: how long they travel, their price (of several pieces, as
 * many as are asked for, too), stock, or properties; asks which one is meant where none is named.
 * ERR_NO_FACTS: neither the entry nor a page tells; ERR_NOMEM. */
MUST_USE enum err builtin_product(struct arena *arena, const struct brief *brief,
                                  struct str *ret_text);

/* True if builtin_product() would ask which product is meant. */
bool builtin_product_is_unnamed(const struct brief *brief);

/* What no rule knows: the product's entry, where it tells a good part of that, else a page.
 * ERR_NO_FACTS; ERR_NOMEM. */
MUST_USE enum err builtin_product_open(struct arena *arena, const struct brief *brief,
                                       struct str *ret_text);

/* The sentence that the rest of what is asked is not told, a line of its own behind `text`.
 * ERR_NOMEM. */
MUST_USE enum err builtin_add_untold(struct arena *arena, const struct brief *brief,
                                     struct str *text);

#endif
