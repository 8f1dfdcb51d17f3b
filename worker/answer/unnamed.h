/* unnamed.h - a message in which the sku stands in place of the product's name, where that name
 * reads like a wish: "how much is the exchange adapter?" asks for no exchange.
 *
 * For finding what is asked, as a mended text is (mend.h), and for nothing else.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_UNNAMED_H
#define ANSWER_UNNAMED_H

#include "common/arena.h"
#include "worker/answer/catalog.h"

#define UNNAMED_WORDS_MAX 16 /* of a name; what is longer stays */

/* Where the name stands in `text`: all of it, or the longest run of two or more of its words, in
 * whatever case. False: nowhere. */
bool unnamed_place(struct str text, struct str name, size_t *ret_from, size_t *ret_to);

/* `*ret_text` is empty where nothing is to be replaced: the text does not name a product, or it
 * asks for the same with the sku. It is in `arena`, which is also used for a while. ERR_NOMEM. */
MUST_USE enum err unnamed_text(struct arena *arena, const struct catalog *catalog,
                               struct str tenant, struct str text, struct str *ret_text);

#endif
