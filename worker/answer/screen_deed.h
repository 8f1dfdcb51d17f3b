/* screen_deed.h - whether a clause tells of something that was done: "I have cancelled it for you",
 * 已为您取消.
 *
 * A page of the shop says what may be done, never that it was: that "orders can be cancelled" is no
 * fact from which this order is. And who writes the reply can do nothing but write it, so that
 * what it says to have done, or to be about to do at once, is invented whatever a page says.
 *
 * All texts are plain (plain.h) and of one sentence. Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_DEED_H
#define ANSWER_SCREEN_DEED_H

#include "worker/answer/plain.h"

/* A stretch of a clause. */
struct screen_place {
    size_t from;
    size_t to;
};

/* True if a word of an order's state, at `word` of `clause`, is told of an order and not of all:
 * "it has been shipped", 已发货; not "items that have been shipped", 已发货的订单. */
bool screen_deed_is_state(struct str clause, struct screen_place word);

/* The same of what is promised: "your refund has been issued", 马上为您退款; not "we refund it
 * within five days". */
bool screen_deed_is_promised(struct str clause, struct screen_place word);

/* True if the sentence claims a deed that no fact could be of: "I've notified the courier". */
bool screen_deed_is_claimed(struct str sentence);

#endif
