/* flight.h - one model call that several turns with the same cache key share.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_FLIGHT_H
#define ENGINE_FLIGHT_H

#include "common/map.h"
#include "worker/answer/key.h"
#include "worker/engine/chain.h"
#include "worker/engine/flight_lock.h"

struct flight;

/* How it ended, when its turns are still to be told. */
enum flight_end {
    FLIGHT_SAID,  /* its call has */
    FLIGHT_FOUND, /* another worker's call has, and its answer is in the cache */
    FLIGHT_FAILED /* no call was made */
};

/* A turn's seat, embedded in the turn's work. */
struct flight_seat {
    struct list_node node;
    struct flight *flight; /* NULL: not seated */
};

struct flight {
    struct map_entry entry;
    struct key key;
    struct list seats; /* the first one's brief is what is asked */
    struct backend *backend;
    struct gate_pass pass;
    unsigned tenant; /* its label among metrics, while it waits */
    struct flight_lock lock; /* among workers; not used if lock.locks is NULL */
    bool is_asking;    /* the call was made, and its turns have not got what was said */
    bool is_cancelled; /* it was told to end that call */
    bool has_landed;   /* it has ended: its turns are told (landing.h), or go elsewhere */
    bool is_closed;    /* nobody boards it any more */
    struct arena arena;
    struct model_call call;
    int64_t started_ms;
    struct list_node landed; /* in engine->landed */
    int64_t landed_ms;
    enum flight_end end;
    enum err said;    /* how the call ended, or why none was made */
    struct str found; /* the cache's entry; the lock keeps it */
    void *owner;   /* the engine */
};

struct flights {
    struct map map;
    struct flight_locks locks; /* store, clock and events are the engine's to fill */
    struct arena_pool *pool; /* where flights take their memory; NULL: none. The engine's to fill */
    size_t leaving; /* closed flights whose lock is still being given up */
};

MUST_USE enum err flights_init(struct flights *flights, size_t flights_max,
                               const uint64_t seed[2]);
void flights_fini(struct flights *flights); /* must be empty, or zeroed */

/* Takes a seat in the flight of that key, which is made if there is none: `*ret_is_new`.
 * ERR_FULL, ERR_NOMEM: not seated. */
MUST_USE enum err flights_board(struct flights *flights, const struct key *key, size_t bytes_max,
                                struct flight_seat *seat, bool *ret_is_new);

/* Gives the seat up. The flight stays, even empty. */
void flight_leave(struct flight_seat *seat);

/* Takes the flight out, so that a new turn with its key makes a new one. Its seats stay. Does
 * nothing when it is closed already. */
void flights_close(struct flights *flights, struct flight *flight);

/* Frees a closed flight without seats. */
void flight_destroy(struct flight *flight);

#endif
