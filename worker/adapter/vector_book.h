/* vector_book.h - vectors of passages, by their text, so that none is made twice.
 *
 * Pages are read again as a whole when one of them changes; making the vector of a passage takes a
 * good part of a second.
 *
 * Thread: any, one at a time. */
#ifndef ADAPTER_VECTOR_BOOK_H
#define ADAPTER_VECTOR_BOOK_H

#include <stdatomic.h>

#include "worker/adapter/embedder.h"
#include "worker/adapter/knowledge_sqlite.h"

/* Of all tenants together; 2 KB each. An index with passages beyond these has no vectors. */
#define VECTOR_BOOK_MAX 5000

struct vector_book;

/* `embedder` is borrowed as long as the book is there. NULL when out of memory. */
struct vector_book *vector_book_create(struct embedder *embedder, const uint64_t seed[2]);
void vector_book_destroy(struct vector_book *book); /* accepts NULL */

/* The vectors of all passages of the index, for knowledge_index_learn(). ERR_CANCELLED when
 * `is_hurried` comes true, ERR_FULL, ERR_FORMAT: a passage has no vector; ERR_NOMEM. What was
 * made is kept. */
MUST_USE enum err vector_book_read(struct vector_book *book, const struct knowledge_index *index,
                                   const atomic_bool *is_hurried, float **ret_vectors);

/* Forgets what was not read since the last time. */
void vector_book_sweep(struct vector_book *book);

size_t vector_book_count(const struct vector_book *book);

#endif
