/* fair.h - a queue in which no tenant waits for another one's crowd.
 *
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): each call is tagged with the virtual
 * time at which its tenant's earlier ones would be done if all tenants were served at once, and
 * the lowest tag goes first. What a tenant sends too much waits behind its own.
 *
 * So many tenants that wait at the same time have a queue of their own; the rest share one.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_FAIR_H
#define ENGINE_FAIR_H

#include "common/list.h"

#define FAIR_TENANTS_MAX 64
#define FAIR_QUEUES (FAIR_TENANTS_MAX + 1)

struct fair_queue {
    struct list waiting;   /* struct fair_place */
    uint64_t tenant;
    double finish;         /* virtual time at which its last one is done */
    int64_t closed_until_ms;
};

struct fair {
    struct fair_queue queues[FAIR_QUEUES]; /* the last one is shared */
    double now;                            /* virtual */
    size_t count;
};

/* Embedded in what waits. */
struct fair_place {
    struct list_node node;
    size_t queue;
    uint64_t tenant;
    bool is_back;
    double start;
};

void fair_init(struct fair *fair);

/* `tenant` is the hash of its name, `cost` what the call takes, at least 1. */
void fair_add(struct fair *fair, struct fair_place *place, uint64_t tenant, int64_t cost);

/* The same for one that was served and has come back: it goes before all of its tenant's but those
 * that came back before it, and they pay for it. In the shared queue it passes nobody else's. */
void fair_add_back(struct fair *fair, struct fair_place *place, uint64_t tenant, int64_t cost);

/* Who is next; stays in the queue. NULL: nobody, or all that wait are closed. */
struct fair_place *fair_first(const struct fair *fair, int64_t now_ms);

/* The next is served. */
void fair_take(struct fair *fair, struct fair_place *place);

/* One that waits wants no more. */
void fair_remove(struct fair *fair, struct fair_place *place);

/* Nobody of this one's queue is next before that. */
void fair_close(struct fair *fair, const struct fair_place *place, int64_t until_ms);

/* When the first closed queue opens in which someone waits; INT64_MAX: none is closed. */
int64_t fair_next_ms(const struct fair *fair, int64_t now_ms);

#endif
