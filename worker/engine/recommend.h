/* recommend.h - turns of recommendation requests and of feedback.
 *
 * What is recommended comes from the orders that this worker has read, of all partitions, not
 * from the store; as long as it has not read those that were there at its start, requests wait.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_RECOMMEND_H
#define ENGINE_RECOMMEND_H

#include "worker/engine/turn.h"

struct rank;

struct recommender {
    struct rank *rank;
    bool is_whole;       /* what was there at the start has been learned */
    bool follows_orders; /* recommend.after.order */
    bool asks_model;     /* recommend.words=model */
};

/* True when a request's turn may go on; else it waits, with bounded back-off, for as long as it
 * takes, or has ended where there are no recommendations. */
bool recommend_is_ready(struct turn *turn);

/* Goes on with the turn of a request or of feedback that is no duplicate: with a recommendation,
 * for whose words a model may be asked first, or with nothing when there is nothing to recommend;
 * feedback is counted. */
void recommend_conclude(struct turn *turn);

/* Ends the turn with its offers in our own words, or with nothing if it has none. ERR_NOMEM. */
MUST_USE enum err recommend_plain(struct turn *turn, enum answer_source source);

/* Whether an order event is to be answered with a recommendation. */
bool recommend_follows(const struct turn *turn);

/* Ends the turn of an order event that recommend_follows(), when its state is stored: with a
 * recommendation, or with nothing. */
void recommend_after_order(struct turn *turn);

#endif
