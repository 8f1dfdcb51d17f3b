/* judge.h - what must hold, whatever happens (the numbers are the fault harness's too).
 *
 *   I1 none lost       each question has its terminal record, in the end
 *   I2 none doubled    and never two that a read_committed reader sees
 *   I3 order           of one conversation, in the order of its questions
 *   I4 right content   an answer answers its own question; what is known of an order is all that
 *                      its events have said, whenever they came and however often they were taken
 *   I5 atomic          offsets and records of a transaction: both or neither
 *   I7 bounded         backlog, in flight, done-map; the model is asked once and once more for
 *                      each reason to ask again
 *   live               when faults stop, everything is settled in bounded time
 *
 * The first violation is kept, the rest is consequence. */
#ifndef TESTS_SIM_JUDGE_H
#define TESTS_SIM_JUDGE_H

#include "tests/sim/cluster.h"
#include "tests/sim/shelf.h"
#include "worker/answer/key.h"

#define JUDGE_UIDS_MAX 512
#define JUDGE_CONVERSATIONS 16

struct sim;
struct pod;

struct judge {
    char violation[256]; /* empty: none */
    int asks[JUDGE_UIDS_MAX];
    int excuses[JUDGE_UIDS_MAX];     /* reasons to ask again */
    bool is_durable[JUDGE_UIDS_MAX]; /* the store has the memo */
    int64_t durable_at[JUDGE_UIDS_MAX];
    struct key keys[JUDGE_UIDS_MAX];             /* of the memos */
    int64_t looked_at[PODS_MAX][JUDGE_UIDS_MAX]; /* when the memo was last looked for */
    bool is_open[PODS_MAX][JUDGE_UIDS_MAX];      /* asked, and no memo of it yet */
    uint32_t epochs[PODS_MAX][JUDGE_UIDS_MAX];   /* of the partition when it was asked */
    bool is_lossy[JUDGE_UIDS_MAX]; /* the memo was lost: a producer's retry may be answered */
    int64_t read_at[PODS_MAX][PARTS_MAX]; /* when a claim was read */
    size_t asked;                         /* calls of the model */
    size_t repeated;                      /* of these, not the first for their question */
    size_t flushed_at;                    /* records there were when the store lost everything */
};

void judge_fail(struct judge *judge, const char *format, ...) PRINTF_LIKE(2, 3);
bool judge_has_failed(const struct judge *judge);

/* Behind each act. */
void judge_pod(struct sim *sim, const struct pod *pod);
void judge_outputs(struct sim *sim);

/* In the end. */
void judge_end(struct sim *sim);
void judge_orders(struct sim *sim); /* a part of it (judge_order.c) */

/* A question that was not asked before. */
void judge_new(struct sim *sim, const struct question *question);

/* What the model and the store have seen. */
void judge_asked(struct sim *sim, const struct pod *pod, int uid, uint32_t epoch);
void judge_answered(struct sim *sim, const struct pod *pod, int uid, enum err err);
void judge_memo(struct sim *sim, const struct pod *pod, const struct store_call *call,
                enum shelf_fault fault);
void judge_flushed(struct sim *sim);
void judge_ended(struct sim *sim, const struct pod *pod);
void judge_batch(struct sim *sim, const struct batch *batch);

#endif
