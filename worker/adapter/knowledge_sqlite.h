/* knowledge_sqlite.h - an index of passages, found by words and by topics.
 *
 * SQLite's FTS5 in memory. One index holds the passages of one tenant, so that neither a
 * passage nor a statistic of words can cross. A question is asked in two forms (see
 * passage_terms.h), each ranked by BM25 (Robertson and Zaragoza, 2009), and the two lists become
 * one (fusion.h). Where passages and question have vectors, that one and the list by meaning do.
 *
 * Thread: any, one at a time. */
#ifndef ADAPTER_KNOWLEDGE_SQLITE_H
#define ADAPTER_KNOWLEDGE_SQLITE_H

#include "common/arena.h"
#include "common/note.h"
#include "worker/answer/passage.h"

/* What one index holds at most. */
#define KNOWLEDGE_PASSAGES_MAX 20000
#define KNOWLEDGE_BYTES_MAX ((size_t)64 << 20)

struct knowledge_index;

/* NULL when out of memory, or if the library was built without FTS5. */
struct knowledge_index *knowledge_index_create(void);
void knowledge_index_destroy(struct knowledge_index *index); /* accepts NULL */

/* Copies the passage. ERR_FULL: there is no room for it; ERR_NOMEM. */
MUST_USE enum err knowledge_index_add(struct knowledge_index *index, const struct passage *passage);

/* All passages are there: looks for what many questions share, so that none of them has to.
 * ERR_NOMEM. */
MUST_USE enum err knowledge_index_settle(struct knowledge_index *index);

/* The passages that answer `question` best, best first, at most `passages_max`; none when nothing
 * fits. What the question leans on adds to it: its own subject comes first, of that what fits both.
 * They are the index's. ERR_NOMEM. */
MUST_USE enum err knowledge_index_find(struct knowledge_index *index,
                                       const struct passage_question *question,
                                       struct passage_found *ret_found, size_t passages_max,
                                       size_t *ret_count);

size_t knowledge_index_count(const struct knowledge_index *index);

/* `row` is below the count. */
const struct passage *knowledge_index_at(const struct knowledge_index *index, size_t row);

/* Takes MEANING_DIMS numbers for each passage, one behind the other, zeros for none; mem_free()
 * gives them back. */
void knowledge_index_learn(struct knowledge_index *index, float *vectors);
bool knowledge_index_has_vectors(const struct knowledge_index *index);

#endif
