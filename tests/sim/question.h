/* question.h - what is asked and answered in the simulation, as bytes and back. Events of orders
 * are order_event.h.
 *
 * A question is a customer's message whose text names it by a number; the model's answer repeats
 * the text. So each record of an answer tells which question it answers. */
#ifndef TESTS_SIM_QUESTION_H
#define TESTS_SIM_QUESTION_H

#include "tests/sim/cluster.h"
#include "worker/answer/key.h"

#define QUESTION_BYTES 256
#define QUESTION_SOURCE "/sim"
#define QUESTION_WALL_MS 1764324000000 /* 2025-11-28T10:00:00Z, when all records were made */
#define QUESTION_POISON 100000 /* numbers from here on: brokers refuse the answer */

/* Key and value of the record, and the identity of the event. */
struct str question_key(const struct question *question, char out[QUESTION_BYTES]);
struct str question_id(const struct question *question, char out[QUESTION_BYTES]);
struct str question_value(const struct question *question, char out[QUESTION_BYTES]);

/* Under what the memo of its answer is stored. */
void question_memo_key(const struct question *question, struct seal *seal, struct key *ret_key);

/* The number in a text of ours; -1: there is none. */
int question_uid(struct str text);

/* Where it stands; -1: no such record. */
int question_at(const struct cluster *cluster, int part, int64_t offset);

/* What a delivery writes into the output topic. */
void question_write(const struct cluster *cluster, const struct delivery *delivery,
                    struct write *ret_write);

bool question_is_poison(const struct delivery *delivery);

#endif
