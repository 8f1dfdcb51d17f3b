/* copy_fit.h - what of a variant fits where it will appear.
 *
 * Length is kept by choosing, never by cutting: whole sentences of the body are left out, then the
 * call to action. A word, a character and a grapheme cluster stay whole, since nothing is ever
 * divided but between sentences.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COPY_FIT_H
#define ANSWER_COPY_FIT_H

#include "common/copy.h"
#include "worker/answer/channel.h"

struct copy_limits {
    const struct channel *channel; /* NULL: it has no limits of its own */
    struct str language;
    size_t chars_max; /* of headline, body and call to action together, and as sent; 0: none */
};

/* The longest choice that fits, with its parts: first all of it, then ever fewer sentences from
 * the start, then one of them, each with the call to action before without. The parts are the
 * arena's, the texts lie in those of `texts`. ERR_ANSWER: nothing fits; ERR_NOMEM. */
MUST_USE enum err copy_fit(struct arena *arena, const struct copy_limits *limits,
                           const struct copy_variant *texts, struct copy_variant *ret_variant);

/* The same without a choice: all of `texts` or ERR_ANSWER. */
MUST_USE enum err copy_fit_whole(struct arena *arena, const struct copy_limits *limits,
                                 const struct copy_variant *texts,
                                 struct copy_variant *ret_variant);

#endif
