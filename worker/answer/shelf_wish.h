/* shelf_wish.h - what a message asks the whole catalogue for: "which tools are green?", "what do
 * you have under 30 euros?", 有没有30元以下的杯子.
 *
 * It names no product, but tells a bound of the price, a colour or a material, asks for what is
 * cheaper, or only whether there is such a thing. One colour may be denied ("tools that are not
 * green"); with anything else in it that denies it is left to others: what is not of wood may be of
 * oak.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SHELF_WISH_H
#define ANSWER_SHELF_WISH_H

#include "worker/answer/concept.h"
#include "worker/answer/passage_terms.h"

#define SHELF_WORDS_MAX 6
#define SHELF_BYTES_MAX 200 /* of a text; a longer one asks for more */

struct shelf_wish {
    int64_t min_amount; /* of the price, in ten thousandths; -1: no bound */
    int64_t max_amount;
    bool excludes_max;  /* "under", and not "up to" */
    bool excludes_min;
    unsigned currency;  /* screen_currency(); 0: none is told */
    struct str denied;  /* a colour that it must not have; empty: none. Static */
    bool is_open;       /* no more is asked than whether there is such a thing */
    bool is_list;       /* and which: one that is named by such a word alone is not all of them */
    bool is_sale;       /* and whether the shop sells it: what it has could also be a car park */
    bool is_range;      /* what there is at all: "what do you sell?" There are no words */
    bool is_cheapest;   /* the cheapest of a kind, whose head is the last of the words */
    struct passage_terms words; /* that the product must have, at most SHELF_WORDS_MAX */
};

/* False: the text asks for no such thing. `about` is what it is about. */
bool shelf_wish_of(struct str text, concept_set about, struct shelf_wish *ret_wish);

/* True if a colour or a material is denied of what is asked for: "which are not wooden?" */
bool shelf_wish_denies(struct str text);

/* True for a colour or a material that is known as one. */
bool shelf_wish_is_kind(struct str word);

#endif
