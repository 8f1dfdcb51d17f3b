/* knowledge_inner.h - what the two files of the index share.
 *
 *     knowledge_sqlite.c   the index: what it holds, and rows by words or topics
 *     knowledge_find.c     what answers a question: several such lists, joined and judged
 *
 * Thread: any, one at a time. */
#ifndef ADAPTER_KNOWLEDGE_INNER_H
#define ADAPTER_KNOWLEDGE_INNER_H

#include "worker/adapter/knowledge_sqlite.h"
#include "worker/answer/passage_tally.h"
#include "worker/answer/passage_terms.h"

/* Where the words that were looked for are not all, so many of the passages that they find are held
 * against all: words are left out, or those of what the question leans on come after its own. */
#define INDEX_HELD_MAX 48

enum index_form { INDEX_BY_WORDS, INDEX_BY_TOPICS, INDEX_FORMS };

struct sqlite3;
struct sqlite3_stmt;

/* Rows, best first. */
struct listing {
    size_t rows[INDEX_HELD_MAX];
    size_t count;
};

/* What a topic that stands too often finds: always the same, so it is looked for once. */
struct shortlist {
    struct listing listing;
    size_t passages; /* as many there were then; 0: it was never looked for */
};

struct knowledge_index {
    struct sqlite3 *db;
    struct sqlite3_stmt *insert;
    struct sqlite3_stmt *find[INDEX_FORMS];
    struct passage_tally *tally;
    struct arena arena;
    struct passage *passages;
    size_t count;
    size_t room;
    float *vectors; /* MEANING_DIMS of each passage; NULL: found by words alone */
    struct passage_terms topics; /* all there are */
    struct shortlist shortlists[PASSAGE_TERMS_MAX]; /* one for each of them */
};

/* At most `rows_max` rows, which are no more than INDEX_HELD_MAX, that have one of the terms, best
 * first. ERR_NOMEM. */
MUST_USE enum err index_search(struct knowledge_index *index, const struct passage_terms *terms,
                               enum index_form form, size_t rows_max,
                               struct listing *ret_listing);

#endif
