/* shelf_words.h - the words of a wish as they are looked for in a product: "cups" of a tin cup.
 *
 * A question looks at a thousand entries, so the forms of each word are made once for all of them.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SHELF_WORDS_H
#define ANSWER_SHELF_WORDS_H

#include "worker/answer/shelf_wish.h"

#define SHELF_FORMS_MAX 3

struct shelf_word {
    struct str forms[SHELF_FORMS_MAX]; /* as plain_find() takes them; any of them will do */
    size_t forms_count;
    char made[PASSAGE_TERM_BYTES_MAX + 1]; /* the one that no part of the wish is */
};

struct shelf_words {
    struct shelf_word items[SHELF_WORDS_MAX];
    size_t count;
};

/* Of the wish's words, which are borrowed as long as the result is used; it points into itself, so
 * it stays where it is. */
void shelf_words_of(const struct shelf_wish *wish, struct shelf_words *ret_words);

/* Which of the words the text, which need not be plain, has; returns how many these are. */
size_t shelf_words_met(const struct shelf_words *words, struct str text,
                       bool ret_stand[SHELF_WORDS_MAX]);

#endif
