/* shelf_aside.c - see shelf_aside.h. */
#include "worker/answer/shelf_aside.h"

#include "worker/answer/question.h"

static bool aside_is_wish(const struct question *question, struct shelf_wish *ret_wish)
{
    struct plain plain;
    struct concepts concepts;
    bool may_be = question->intent == INTENT_OTHER || question->intent == INTENT_PRICE ||
                  question->intent == INTENT_STOCK || question->intent == INTENT_PRODUCT;
    if (!may_be) {
        return false;
    }
    plain_of(question->text, &plain);
    concepts_in(&plain, &concepts);
    return shelf_wish_of(question->text, concepts.all, ret_wish);
}

bool shelf_aside_in(struct str text, struct shelf_wish *ret_wish, struct shelf_aside *ret_aside)
{
    struct question all[QUESTIONS_MAX];
    enum intent whole;
    plain_of(text, &ret_aside->plain);
    size_t count = questions_in(&ret_aside->plain, all, &whole);
    for (size_t i = 0; count > 1 && i < count; i++) {
        if (aside_is_wish(&all[i], ret_wish)) {
            ret_aside->question = all[i].text;
            return true;
        }
    }
    return false;
}
