/* passage_terms.h - the words by which passages are found.
 *
 * Two forms of one text. Words: in Latin and other alphabets as they are written (the index
 * stems them), in Han, Kana and Hangul, which have no spaces, each pair of neighbouring
 * characters. Topics: what concept.def knows the words of, so that a question in Chinese finds
 * a passage in English and "send it back" finds one about returns.
 *
 * Stop words are left out of questions, since they find everything. Nothing here is ever part
 * of a cache key or a prompt.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_PASSAGE_TERMS_H
#define ANSWER_PASSAGE_TERMS_H

#include "common/buf.h"
#include "worker/answer/passage.h"

#define PASSAGE_TERMS_MAX 32
#define PASSAGE_TERM_BYTES_MAX 48

struct passage_terms {
    char bytes[PASSAGE_TERMS_MAX][PASSAGE_TERM_BYTES_MAX];
    size_t lens[PASSAGE_TERMS_MAX];
    size_t count;
};

/* The term at `index`, which is less than the count; it is the set's. */
struct str passage_term(const struct passage_terms *terms, size_t index);

/* Unless it is there already, there are PASSAGE_TERMS_MAX, or it is longer than one may be. */
void passage_terms_add(struct passage_terms *terms, struct str term);

/* All words of a text, or its topics, parted by spaces: what is indexed. ERR_FULL: no room in
 * `buf`, ERR_NOMEM. */
MUST_USE enum err passage_index_words(struct str text, struct buf *buf);
MUST_USE enum err passage_index_topics(struct str text, struct buf *buf);

/* The distinct words of a question, without stop words, at most PASSAGE_TERMS_MAX; its topics. */
void passage_question_words(struct str text, struct passage_terms *ret_terms);
void passage_question_topics(struct str text, struct passage_terms *ret_terms);

/* Every topic that a text can have. */
void passage_all_topics(struct passage_terms *ret_terms);

/* The word without its ending, as far as that is plain; the word itself if it is short. */
struct str passage_word_stem(struct str word);

/* Which of the words stand in the passage, its title or text, endings aside; `ret_stand` has
 * PASSAGE_TERMS_MAX places. */
void passage_words_stand(const struct passage_terms *words, const struct passage *passage,
                         bool *ret_stand);

/* How many of the words stand in the passage, its title or text, endings aside. */
size_t passage_words_found(const struct passage_terms *words, const struct passage *passage);

#endif
