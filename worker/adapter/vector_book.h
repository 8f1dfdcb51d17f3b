/* vector_book.h - vectors of passages, by their text, so that none is made twice.
 *
 * Pages are read again as a whole when one of them changes; making the vector of a passage takes a
 * good part of a second.
 *
 * Thread: any, one at a time. */
#ifndef ADAPTER_VECTOR_BOOK_H
#define ADAPTER_VECTOR_BOOK_H

#include "worker/adapter/embedder.h"
#include "worker/answer/passage.h"

/* Passages at most; 2 KB each. */
#define VECTOR_BOOK_MAX 5000

struct vector_book;

/* `embedder` is borrowed as long as the book is there. NULL when out of memory. */
struct vector_book *vector_book_create(struct embedder *embedder, const uint64_t seed[2]);
void vector_book_destroy(struct vector_book *book); /* accepts NULL */

/* True: the vector of the passage is there, and the next sweep leaves it. */
bool vector_book_keep(struct vector_book *book, const struct passage *passage);

/* Forgets all that was not kept since the last time. */
void vector_book_sweep(struct vector_book *book);

/* MEANING_DIMS numbers; `*ret_is_new`: they were made now. ERR_FORMAT: the passage has none, they
 * are zeros; said once, afterwards it is OK. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err vector_book_read(struct vector_book *book, const struct passage *passage,
                                   float *ret_vector, bool *ret_is_new);

size_t vector_book_count(const struct vector_book *book);

#endif
