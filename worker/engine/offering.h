/* offering.h - what is recommended to a customer: ranked, in stock, with reasons in our own words.
 *
 * The offers lie in the turn, with all their strings: the ranking may learn other orders while a
 * model is asked for words.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_OFFERING_H
#define ENGINE_OFFERING_H

#include "worker/engine/turn.h"

struct rank_wish;

/* Fills offers, event and language of the turn's brief; whom it is for, how many and which not
 * stand in `wish`. The language is Chinese or English, by `hint`. None is offered in an empty shop.
 * ERR_NOMEM. */
MUST_USE enum err offering_make(struct turn *turn, struct rank_wish *wish, struct str hint);

/* The same for a recommendation request. */
MUST_USE enum err offering_answer(struct turn *turn);

/* The recommendation of the offers, of which there is one: each with the model's sentence where it
 * has one. ERR_ANSWER, ERR_NOMEM. */
MUST_USE enum err offering_encode(struct turn *turn, enum answer_source source, struct str model,
                                  struct output *ret_output);

#endif
