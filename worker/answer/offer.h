/* offer.h - a product that is recommended, and what may be said of it.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_OFFER_H
#define ANSWER_OFFER_H

#include "common/product.h"

#define OFFERS_WORDED_MAX 20 /* of a recommendation: the others have our own words only */
#define OFFER_SENTENCE_CHARS_MAX 300

struct offer {
    struct str sku;
    struct str name;
    double score;
    struct str reason; /* in our own words */
    const struct str *because; /* ids of orders, or skus */
    size_t because_count;
    const struct product *product; /* of the catalogue; NULL: it has none */
    struct str sentence;           /* a model's reason, which goes first; empty: none */
};

#endif
