/* consumer.h - librdkafka's part in the group, as of 2.15: its states, and what it hides.
 *
 * Written after rdkafka_cgrp.c, with the properties that matter to a worker: the metadata of
 * the group changes before the application hears of it; what was lost while an assignment is
 * being handled is told late or, to a static member, never; an assignment stands until the
 * application answers. */
#ifndef TESTS_SIM_CONSUMER_H
#define TESTS_SIM_CONSUMER_H

#include "tests/sim/cluster.h"
#include "worker/engine/membership.h"

#define CONSUMER_OPS_MAX 8

enum join_state {
    JOIN_INIT,
    JOIN_SENT,
    JOIN_SYNCING,
    JOIN_WAIT_ASSIGN, /* for the application */
    JOIN_WAIT_UNASSIGN,
    JOIN_STEADY,
    JOIN_LEFT
};

/* A rebalance that the application has not heard of yet. */
struct rebalance_op {
    bool is_assign;
    unsigned parts;
};

struct consumer {
    struct cluster *cluster;
    int pod;
    bool is_static;
    bool is_closing;
    enum join_state state;
    int member;                /* 0: none */
    int generation;            /* -1: none */
    unsigned group_assignment; /* what the group gave, taken or not */
    bool has_more;             /* an assignment follows the revocation */
    unsigned more;
    bool rejoins;
    bool is_lost;
    struct rebalance_op ops[CONSUMER_OPS_MAX];
    size_t ops_count;
    unsigned fetched; /* what the application has assigned */
    unsigned paused;
    unsigned ended; /* the end was told */
    int64_t next[PARTS_MAX];
};

void consumer_open(struct consumer *consumer, struct cluster *cluster, int pod, bool is_static);

/* One request of its own thread and the answer to it. False: there is nothing to do. */
bool consumer_beat(struct consumer *consumer);

/* The application has not polled for too long: it leaves the group. */
void consumer_oversleep(struct consumer *consumer);

/* Leaves the group, with a revocation first. */
void consumer_close(struct consumer *consumer);

/* The rebalance callback's turn. False: there is none. */
bool consumer_take_op(struct consumer *consumer, enum membership_event *ret_event,
                      unsigned *ret_parts);

/* The application's calls. */
void consumer_assign(struct consumer *consumer, const struct claim *claims, size_t count);
void consumer_unassign(struct consumer *consumer, unsigned parts);
void consumer_pause(struct consumer *consumer, int part, bool is_paused);

/* The next record, or the end, of a partition that is fetched. False: there is nothing now. */
bool consumer_fetch(struct consumer *consumer, int part, int *ret_question, int64_t *ret_end);

#endif
