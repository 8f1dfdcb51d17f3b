/* learning.h - reads all orders and all feedback, for recommendations.
 *
 * A recommendation needs the orders of one customer, and what all customers bought, whichever
 * partitions they are in. So each worker reads these two topics whole, outside of the group, as
 * far back as the brokers keep them; first the orders, since feedback is about products that
 * are known, then both as they come. Answers do not wait for that; recommendation requests do.
 *
 * Thread: the loop's. */
#ifndef COMMAND_LEARNING_H
#define COMMAND_LEARNING_H

#include "common/seen.h"
#include "worker/adapter/whole_kafka.h"
#include "worker/answer/rank.h"
#include "worker/command/rig.h"
#include "worker/engine/recommend.h"

struct learning {
    struct rig *rig;
    struct recommender recommender;
    struct seen heard; /* feedback: its payload and tenant */
    struct whole_kafka *orders;       /* NULL: switched off */
    struct whole_kafka *feedback;     /* the same */
    struct whole_kafka_options kafka; /* whom to tell of fatal errors */
    void (*on_closed)(void *owner);
    void *owner;
};

/* `kafka` has what all readers share: connection, loop, log, thread, timeouts, owner, on_fatal.
 * When recommendations are switched off nothing is read. ERR_CONFIG, ERR_NOMEM; learning_free()
 * is to be called all the same. */
MUST_USE enum err learning_open(struct learning *learning, struct rig *rig,
                                const struct whole_kafka_options *kafka, struct note *note);
void learning_start(struct learning *learning);

/* The same without readers: learning_take() is told all there is. ERR_NOMEM. */
MUST_USE enum err learning_open_taped(struct learning *learning, struct rig *rig);

/* What the settings allow the ranking to remember. */
struct rank_limits learning_limits(const struct conf *conf);

/* Takes up an order event or feedback; the same feedback once. What cannot be decoded becomes a
 * dead letter where it is worked on; here it is passed over. */
void learning_take(struct learning *learning, const struct record *record);

/* NULL: recommendations are switched off. */
struct recommender *learning_port(struct learning *learning);

/* Ends what is read, then `on_closed`, perhaps at once. */
void learning_close(struct learning *learning, void (*on_closed)(void *owner), void *owner);
void learning_free(struct learning *learning); /* accepts a zeroed one */

#endif
