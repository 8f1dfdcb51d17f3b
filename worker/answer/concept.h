/* concept.h - what the words of a text are about, Chinese and English.
 *
 * concept.def lists the words of each concept; a text is reduced to one set of concepts for
 * each of its sentences, and rules (intent.def) are written over sets. A wish that is denied
 * ("I don't want to return it", 不要取消) is not in the set; negation.def says by what.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_CONCEPT_H
#define ANSWER_CONCEPT_H

#include "worker/answer/plain.h"

enum concept {
#define CONCEPT(name, ...) CONCEPT_##name,
#include "worker/answer/concept.def"
#undef CONCEPT
    CONCEPT_COUNT
};

typedef uint64_t concept_set;
#define CONCEPT_BIT(name) (UINT64_C(1) << CONCEPT_##name)

/* A text with more sentences has the rest of them in its last one. */
#define CONCEPT_SENTENCES_MAX 16

struct concepts {
    concept_set sentences[CONCEPT_SENTENCES_MAX];
    size_t count; /* at least 1 */
    concept_set all;
    concept_set denied; /* wishes that are, if not told elsewhere in the text */
};

void concepts_in(const struct plain *plain, struct concepts *ret_concepts);

/* Where a word of `concept`, which has neither '*' nor '^', stands first in the plain `text`, from
 * byte `from` on; the longest of those. text.len: nowhere. Behind it is `*ret_end`. */
size_t concept_find(struct str text, size_t from, enum concept concept, size_t *ret_end);

/* The word or phrase at `number` of those of `concept`, as it stands in concept.def; empty behind
 * the last. */
struct str concept_word(enum concept concept, size_t number);

#endif
