/* catalog_words.h - finds what a question names by the words of its name.
 *
 * "How much is the gooseneck kettle?" and 龙井茶多少钱 name a product without its sku. Each name is
 * known by at most CATALOG_WORDS_MAX of its words (passage_terms.h; a letter alone is one here, for
 * "Luna M" is a size), each word by the names that have it. A word that more than
 * CATALOG_NAMES_MAX names have tells nothing and is given up.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_CATALOG_WORDS_H
#define ANSWER_CATALOG_WORDS_H

#include "common/str.h"
#include "worker/answer/passage_terms.h"
#include "worker/answer/spelling.h"

#define CATALOG_WORDS_MAX 10
#define CATALOG_NAMES_MAX 4096

struct catalog_words;

/* Embedded in what has the name. */
struct catalog_name {
    uint32_t words[CATALOG_WORDS_MAX]; /* of the tenant; 0: no more */
};

/* NULL when out of memory. */
struct catalog_words *catalog_words_create(const uint64_t seed[2]);
void catalog_words_destroy(struct catalog_words *words); /* accepts NULL; not the names */

/* Borrows `name` until it is removed. ERR_NOMEM: it is not known by all of its words, and must
 * be removed all the same. */
MUST_USE enum err catalog_words_add(struct catalog_words *words, struct catalog_name *name,
                                    struct str tenant, struct str text);
void catalog_words_remove(struct catalog_words *words, struct catalog_name *name);

/* The words of `text` that some name has, as passage_question_words() gives them. */
void catalog_words_in(const struct catalog_words *words, struct str tenant, struct str text,
                      struct passage_terms *ret_terms);

/* True if some name of the tenant has the word, which is in lower case. */
bool catalog_words_have(const struct catalog_words *words, struct str tenant, struct str word);

/* Adds the words of the tenant's names that `typed` may be meant for (spelling.h), endings of the
 * plural aside. Of all tenants' words SPELLING_WORDS_MAX are told, the first ones. Borrowed until
 * the names change. */
void catalog_words_near(const struct catalog_words *words, struct str tenant, struct str typed,
                        unsigned distance, struct spelling_near *near);

/* The one name that `text` names: it has most of the name's words, by how rare they are, or one
 * that no other name has, or several and none of another name; and no other name has as many.
 * NULL: none, or several. */
struct catalog_name *catalog_words_find(const struct catalog_words *words, struct str tenant,
                                        struct str text);

/* Hands over each name that has as many of the words of `text` as any, by how rare they are; one
 * with several of them more than once. None where no word is a name's. */
typedef void catalog_name_fn(void *context, struct catalog_name *name);
void catalog_words_alike(const struct catalog_words *words, struct str tenant, struct str text,
                         catalog_name_fn *on_name, void *context);

#endif
