/* producer.h - librdkafka's part in a transaction: requests, lost and late and sent twice.
 *
 * Does what TXN_STEP_... asks for, against the cluster, and reports as the adapter would. What
 * became of the request is the schedule's choice (enum fault). A copy that was kept on its way
 * stays there, whatever happens to its sender, until the schedule delivers it. */
#ifndef TESTS_SIM_PRODUCER_H
#define TESTS_SIM_PRODUCER_H

#include "tests/sim/cluster.h"
#include "worker/engine/batch.h"
#include "worker/engine/ticket.h"
#include "worker/engine/txn_watch.h"
#include "worker/engine/txn_way.h"

/* What becomes of the one request of a step. */
enum fault {
    FAULT_NONE,
    FAULT_DROPPED,  /* it never arrives, and the caller gives up */
    FAULT_MUTE,     /* it takes effect, and the caller gives up without an answer */
    FAULT_LATE,     /* it is kept on its way, and the caller gives up */
    FAULT_RESENT,   /* it is kept on its way; sent again, it succeeds */
    FAULT_REPEATED, /* it takes effect without an answer; sent again, it succeeds */
    FAULT_BUSY,     /* the broker says "not now", and means it; sent again, it succeeds */
    FAULT_UNSURE,   /* the broker says "not now" though it takes effect; sent again, it succeeds */
    FAULT_REFUSED,  /* the broker says no: this transaction has to be aborted */
    FAULT_BROKEN,   /* the producer is of no use any more */
    FAULT_COUNT
};

#define HELD_MAX 32

enum request { REQUEST_INIT, REQUEST_ADD, REQUEST_OFFSETS, REQUEST_END };

struct held {
    enum request request;
    struct sender from;
    bool is_commit;
    unsigned parts;
    struct proof proof;
    struct position positions[PARTS_MAX];
    size_t positions_count;
};

/* Copies on their way, oldest first. */
struct wire {
    struct held held[HELD_MAX];
    size_t count;
};

/* The oldest one arrives. False: there is none. */
bool wire_deliver(struct wire *wire, struct cluster *cluster);

/* A ticket of this simulation. */
struct sim_ticket {
    struct ticket ticket;
    struct proof proof;
    char member[16];
};

struct producer {
    struct cluster *cluster;
    struct wire *wire;
    struct txn_watch watch;
    struct sender sender;
    bool is_half; /* the first half of the batch is produced */
    enum txn_trace traces[BATCH_PARTS_MAX];
    size_t dropped; /* producers, since the start */
};

void producer_open(struct producer *producer, struct cluster *cluster, struct wire *wire, int pod);

struct producer_step {
    enum txn_step step;
    enum fault fault;
    const struct batch *batch;
    struct ticket *ticket; /* NULL: outside of the group */
};

/* False: it blocks; the step is to be tried again. */
bool producer_do(struct producer *producer, const struct producer_step *step,
                 struct txn_took *took);

#endif
