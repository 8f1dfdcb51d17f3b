/* sim.h - a whole deployment made up: brokers, group, store, model, clock, and real engines.
 *
 * What is real: the engine with its lanes, ledgers, batches and done-maps, the membership with
 * its claims, and the way of a transaction. What is made up does nothing by itself: every
 * step is an act of a schedule (act.h), and the same acts lead to the same end. */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "tests/sim/cluster.h"
#include "tests/sim/judge.h"
#include "tests/sim/pod.h"
#include "tests/sim/shelf.h"

struct sim_options {
    int pods;
    int parts;
    int order_parts; /* how many of them, the last ones, hold events of orders */
    bool is_static; /* members keep their place while they are away */
    bool is_eager;
    size_t map_body_max; /* of a done-map; 0: as much as Kafka takes */
    size_t backlog_max;
    unsigned engine_lowered; /* defences: bits of enum engine_lowered, */
    unsigned txn_lowered;    /* of enum txn_lowered, */
    bool is_unfenced;        /* offsets come from outside of the group, */
    bool is_unstable;        /* offsets of an open transaction count as committed, */
    bool forgets_memos;      /* the store keeps nothing */
};

struct sim {
    struct sim_options options;
    struct clock clock;
    int64_t now; /* acts so far */
    struct cluster cluster;
    struct wire wire;
    struct shelf shelf;
    struct pod pods[PODS_MAX];
    struct seal *seal;
    struct catalog *catalog;
    struct custody *custody;
    struct metrics *metrics;
    int next_uid;
    struct judge judge;
};

/* NULL is never returned: out of memory ends the program. */
struct sim *sim_create(const struct sim_options *options);
void sim_destroy(struct sim *sim);

/* A producer's question, or its retry of an earlier one in the same place. False: no room. */
bool sim_ask(struct sim *sim, int part, int conversation, bool is_poison);
bool sim_ask_again(struct sim *sim, int part, int conversation);

/* The members of pods that are gone, or have another id by now, are thrown out. */
void sim_expire_absent(struct sim *sim);

/* No more faults: everything has to be settled in bounded time, and stand as it should. */
void sim_settle(struct sim *sim);

#endif
