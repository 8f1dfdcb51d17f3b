/* copy_fit.h - what of a variant fits where it will appear.
 *
 * Length is kept by choosing, never by cutting: whole sentences of the body are left out, then the
 * call to action; but never the price or the offer, if the texts tell it. A word, a character and
 * a grapheme cluster stay whole, since nothing is ever divided but between sentences.
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
    struct str price; /* of the product; may be empty, as the offer may */
    struct str offer; /* of the request */
};

/* The longest choice that fits, with its parts: first all of it, then ever fewer sentences from
 * the start, then from the first one on that tells the price or the offer, then one of them, each
 * with the call to action before without. A number of the price or the offer that the texts have
 * is in every choice, and so is the whole offer if it has no number. The parts are the
 * arena's, the texts lie in those of `texts`. ERR_ANSWER: nothing fits; ERR_NOMEM. */
MUST_USE enum err copy_fit(struct arena *arena, const struct copy_limits *limits,
                           const struct copy_variant *texts, struct copy_variant *ret_variant);

/* The same without a choice: all of `texts` or ERR_ANSWER. */
MUST_USE enum err copy_fit_whole(struct arena *arena, const struct copy_limits *limits,
                                 const struct copy_variant *texts,
                                 struct copy_variant *ret_variant);

#endif
