/* pod.h - one worker process: a real engine, membership and commit machine, and its ports.
 *
 * Its loop and its commit thread take their steps apart from each other, so that everything can
 * happen between any two of them. A pod that is killed is gone with all that it knew. */
#ifndef TESTS_SIM_POD_H
#define TESTS_SIM_POD_H

#include "tests/sim/consumer.h"
#include "tests/sim/producer.h"
#include "tests/sim/shelf.h"
#include "worker/engine/engine.h"

struct sim;

enum pod_phase { POD_DOWN, POD_UP, POD_DRAINING, POD_CLOSING };

enum job_kind { JOB_START, JOB_BATCH, JOB_READ, JOB_STOP, JOB_REFUSE };

/* Of the commit thread. */
struct pod_job {
    struct list_node node;
    enum job_kind kind;
    struct reading *reading;
    bool has_begun;
};

#define POD_MODEL_INFLIGHT_MAX 4

struct pod {
    struct sim *sim;
    int index;
    enum pod_phase phase;
    bool is_buried; /* its ports lead nowhere any more */
    bool is_fatal;  /* the engine or the sink wants the process to end */
    struct clock clock;
    struct engine *engine;
    struct source source;
    struct sink sink;
    struct store store;
    struct model model;
    struct group group;
    struct membership membership;
    struct consumer consumer;
    struct producer producer;
    struct txn_way way;
    struct list jobs;    /* struct pod_job: waiting for the commit thread, the first is under way */
    struct list done;    /* struct pod_job: to be told on the loop */
    struct batch *batch; /* with the sink */
    struct ticket *ticket;
    struct list store_calls;
    struct list model_calls;
    int64_t wake_ms;       /* of the membership */
    int64_t wait_until_ms; /* of the commit thread */
    int rotation;          /* of partitions that are polled */
};

void pod_init(struct pod *pod, struct sim *sim, int index);

/* Acts. False: there is nothing to do. */
bool pod_start(struct pod *pod);
bool pod_kill(struct pod *pod);
bool pod_terminate(struct pod *pod); /* SIGTERM; a second one hurries */
bool pod_beat(struct pod *pod);      /* the consumer's own thread */
bool pod_oversleep(struct pod *pod); /* max.poll.interval.ms has passed */
bool pod_poll(struct pod *pod, int records);
bool pod_retake(struct pod *pod, int part);       /* the consumer says that offsets are gone */
bool pod_work(struct pod *pod, enum fault fault); /* one step of the commit thread */
bool pod_tell(struct pod *pod);                   /* one completion of the commit thread */
bool pod_store(struct pod *pod, enum shelf_fault fault);
bool pod_answer(struct pod *pod, int which, enum err err);
bool pod_tick(struct pod *pod);

/* The loop's turn ends: ticks, and dies if it must. */
void pod_turn(struct pod *pod);

/* What the pod's ports do (pod_ports.c). */
void pod_wire(struct pod *pod, struct engine_ports *ret_ports);
void pod_queue(struct pod *pod, enum job_kind kind, struct reading *reading);

#endif
