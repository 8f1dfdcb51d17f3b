/* intent.h - what a customer wants, recognised by words, Chinese and English.
 *
 * Rules first: they cost microseconds, explain themselves and never invent. What no rule
 * knows is INTENT_OTHER and goes to the model as it is.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_INTENT_H
#define ANSWER_INTENT_H

#include "worker/answer/concept.h"

enum intent {
    INTENT_OTHER,
    INTENT_SHIPPING_TIME,
    INTENT_ORDER_STATUS,
    INTENT_RETURN,
    INTENT_REFUND,
    INTENT_CANCEL,
    INTENT_PRICE,
    INTENT_STOCK,
    INTENT_PRODUCT,
    INTENT_COMPLAINT,
    INTENT_PERSON,
    INTENT_ANGRY,
    INTENT_GREETING,
    INTENT_THANKS,
    INTENT_ADDRESS, /* a change of where an order goes to */
    INTENT_SCOPE,   /* nothing that a shop answers */
    INTENT_NOD,     /* "ok", "no", "好的" and no more */
    INTENT_HELP,    /* "can you help me?" and no more */
    INTENT_ROBOT    /* "are you a robot?" */
};

#define INTENT_COUNT (INTENT_ROBOT + 1)

/* `text` is canonical (NFKC, case folded). The most specific rule wins. */
enum intent intent_of(struct str text);

/* The same, and what it is about; `ret_concepts->count` is 0 for small talk, whose concepts are
 * not looked for. */
enum intent intent_read(struct str text, struct concepts *ret_concepts);

/* The same of a text that is no small talk, by its concepts. */
enum intent intent_of_concepts(const struct concepts *found);

/* That of one stretch of a text by its concepts, and how specific the rule is that knows it; 0:
 * none does. */
enum intent intent_of_part(concept_set part, int *ret_weight);

/* True if a text with these concepts asks where something is, or when it comes. */
bool intent_asks_for_state(concept_set about);

/* The intent of a text from the page of an order: "where is it?" and its like, which alone tell
 * nothing, are about that order. `concepts` are the text's. */
enum intent intent_on_order(enum intent intent, const struct concepts *concepts);

/* "shipping_time", ... */
const char *intent_name(enum intent intent);

#endif
