/* knowledge_sense.h - what passages and questions mean, worked out on a thread of its own.
 *
 * Passages are read once, in the background: until all of an index are, its questions are answered
 * by their words alone, as they are when the queue is full or a question is not read in time. So
 * this makes answers better and never later than by its wait.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_KNOWLEDGE_SENSE_H
#define ADAPTER_KNOWLEDGE_SENSE_H

#include "common/metric.h"
#include "worker/adapter/embedder.h"
#include "worker/adapter/knowledge_library.h"
#include "worker/adapter/loop.h"
#include "worker/engine/knowledge.h"

#define SENSE_QUESTIONS_MAX 32
#define SENSE_QUESTION_BYTES_MAX 512 /* the start of a longer one is read */

struct knowledge_sense;

struct knowledge_sense_options {
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    struct embedder *embedder; /* borrowed as long as the sense is there */
    int64_t wait_ms;           /* of a question */
    uint64_t seed[2];
    /* The call's question has a vector now, or goes without. */
    void (*on_question)(void *owner, struct knowledge_call *call);
    void (*on_recalled)(void *owner, const struct knowledge_library *library);
    void (*on_learnt)(void *owner); /* an index is learnt, or learning is over */
    void *owner;
};

/* NULL when out of memory or threads. */
struct knowledge_sense *knowledge_sense_create(const struct knowledge_sense_options *options);

/* No call waits and it is not busy. Waits for a question that came too late: runs the loop,
 * whose tick must be off. Accepts NULL. */
void knowledge_sense_destroy(struct knowledge_sense *sense);

/* Looks which passages of the library are known, and forgets all others: takes milliseconds, then
 * on_recalled. The library stays until another one is recalled; not while it is busy. */
void knowledge_sense_recall(struct knowledge_sense *sense, struct knowledge_library *library);

/* Reads the passages of the library recalled last that are not known; on_learnt only if there are
 * any. Not while it is busy. */
void knowledge_sense_learn(struct knowledge_sense *sense);

/* Recalling, or learning. */
bool knowledge_sense_is_busy(const struct knowledge_sense *sense);

/* What is being learnt is not needed any more: it is over after the passage that is being read. */
void knowledge_sense_hurry(struct knowledge_sense *sense);

/* Gives the library recalled last the vectors that there are by now: nobody looks into it
 * meanwhile. */
void knowledge_sense_teach(struct knowledge_sense *sense);

/* on_question comes later. False: not taken, words alone decide. */
bool knowledge_sense_ask(struct knowledge_sense *sense, struct knowledge_call *call);

#endif
