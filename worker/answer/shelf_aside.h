/* shelf_aside.h - a wish for what the catalogue has among other questions: "Where is my order 17?
 * And which mugs do you have?"
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SHELF_ASIDE_H
#define ANSWER_SHELF_ASIDE_H

#include "worker/answer/shelf_wish.h"

struct shelf_aside {
    struct plain plain;
    struct str question; /* of `plain`, as questions_in() cuts it */
};

/* The first of several questions that is one (shelf_wish.h). False: none is, or there is one
 * question only. */
bool shelf_aside_in(struct str text, struct shelf_wish *ret_wish, struct shelf_aside *ret_aside);

#endif
