/* mend.h - a message with its misspelt words as the shop spells them: "wheres my pakage".
 *
 * Full-width letters, digits and hyphens become their ASCII forms: ＳＫＵ－１２.
 *
 * For finding what is asked, by rules, by name and in pages, and for nothing else: what is sent to
 * a model or published is the customer's own text, and a key has both. A word is mended if no rule,
 * no name of the catalogue and no list of usual words (mend_known.def, mend_usual.def) has it, and
 * exactly one word of the rules and names is that near (spelling.h). What has a digit, a hyphen or
 * the like in it may be a number or a name of its own, and stays.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_MEND_H
#define ANSWER_MEND_H

#include "common/arena.h"
#include "worker/answer/catalog.h"

#define MEND_BYTES_MAX 512 /* of a text; a longer one stays as it is */
#define MEND_WORDS_MAX 8   /* that no list has; the others stay */

/* The text with some words mended, in the arena; empty: there is none to
 * mend. ERR_NOMEM. */
MUST_USE enum err mend_text(struct arena *arena, const struct catalog *catalog, struct str tenant,
                            struct str text, struct str *ret_mended);

#endif
