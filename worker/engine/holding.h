/* holding.h - which partitions this member of the group has, and how far it is with each.
 *
 *   NONE --given--> CLAIMING --read--> OURS --wanted back--> REVOKED
 *
 * From each of them a partition may be gone (NONE). What is ours, or is being claimed, may have to
 * be claimed again (CLAIMING), since someone else may have had it in between; what the group
 * wants back is someone else's, whatever happens.
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_HOLDING_H
#define ENGINE_HOLDING_H

#include "common/base.h"
#include "worker/engine/partition.h"

#define HOLDING_NUMBER_MAX 100000

enum holding_phase {
    HOLDING_NONE,     /* not ours */
    HOLDING_CLAIMING, /* given to us; what is committed is being read, the engine knows nothing */
    HOLDING_OURS,     /* the engine has it */
    HOLDING_REVOKED,  /* the group wants it back, the engine still has it */
    HOLDING_PHASE_COUNT
};

struct holding {
    enum holding_phase phase;
    bool is_asked;    /* CLAIMING: a reading is under way */
    bool is_assigned; /* the client fetches it */
    bool is_paused;   /* by the engine */
    uint32_t claim;   /* counts claims, so that a late reading is known as late */
};

struct holdings {
    struct holding *rows[TOPIC_COUNT];
    size_t counts[TOPIC_COUNT];
    size_t in_phase[HOLDING_PHASE_COUNT]; /* of NONE: not counted */
};

void holdings_init(struct holdings *holdings);
void holdings_fini(struct holdings *holdings);

/* NULL when it was never held. Valid until the next holdings_make(). */
struct holding *holdings_find(const struct holdings *holdings, struct partition_id id);

/* The same, made when it is not there; NULL: out of memory, or a number that Kafka has not. */
struct holding *holdings_make(struct holdings *holdings, struct partition_id id);

const char *holding_phase_name(enum holding_phase phase);

/* The whole table of moves. */
bool holding_may_move(enum holding_phase from, enum holding_phase to);

/* Makes a legal move; an illegal one is a bug. */
void holdings_move(struct holdings *holdings, struct holding *holding, enum holding_phase phase);

/* Steps through all: start with {0, -1}. False: there is no next one. */
bool holdings_next(const struct holdings *holdings, struct partition_id *id,
                   struct holding **ret_holding);

/* How many were ever held, at most: room for the ids of all; never 0. */
size_t holdings_count(const struct holdings *holdings);

#endif
