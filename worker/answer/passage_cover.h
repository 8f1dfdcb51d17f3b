/* passage_cover.h - how much of what a question asks a passage tells.
 *
 * Its content words count, each by how rare it is among the passages, and its topics. Not what it
 * asks about: a name of the catalogue, "order" or "item" stands in many pages that say nothing of
 * what is asked, so what merely shares such a noun covers nothing.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_PASSAGE_COVER_H
#define ANSWER_PASSAGE_COVER_H

#include "worker/answer/passage_tally.h"

struct passage_cover {
    const struct passage_tally *tally; /* borrowed; NULL: all words weigh the same */
    size_t passages;                   /* all there are */
    struct passage_terms asked;
    struct passage_terms topics;
    bool is_thing[PASSAGE_TERMS_MAX]; /* of `asked` */
};

/* `things`: words of the text that are names of products, a line each. */
void passage_cover_init(struct passage_cover *cover, const struct passage_tally *tally,
                        size_t passages, struct str text, struct str things);

/* In percent; 0: nothing is asked, or nothing of it is told. */
unsigned passage_cover_of(const struct passage_cover *cover, const struct passage *passage);

#endif
