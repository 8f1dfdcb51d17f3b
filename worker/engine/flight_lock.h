/* flight_lock.h - one worker of all asks a model for what all may share.
 *
 * Before a flight whose answer is cacheable goes to its gate, it claims a lock of its key in the
 * store. Who gets it looks into the cache once more, asks if nothing is there, writes the cache
 * and then gives the lock up; the store works on requests of one worker in order. Who does not get
 * it looks into the cache again and again, with waits that double and have full jitter, and claims
 * the lock again. So equal questions in many workers cost one call:
 *
 *   TAKING --won--> CHECKING --missed--> OURS: ask       RESTING --time--> READING --missed--,
 *     | lost            | hit: land                        ^                 | hit: land     |
 *     '-----------------+----------------------------------'     TAKING <----'---------------'
 *
 * Who has the lock has it on a short lease, and renews it while it asks, for as long as asking may
 * take at most (Gray and Cheriton, "Leases", 1989):
 *
 *   OURS --a third of the lease--> RENEWING --ours, or no reply--> OURS
 *                                     '-----lost or over---------> NONE: the flight goes on
 *
 * So a worker that dies is covered a lease later. A lease is no fence: who lost it without knowing,
 * since it stood still, and who took it over may both ask and both write the cache, one after the
 * other. Either answer is whole and true, so that costs a call. So does whatever goes wrong with
 * the store, or takes too long: the flight asks by itself, and no answer is lost.
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_FLIGHT_LOCK_H
#define ENGINE_FLIGHT_LOCK_H

#include "common/arena.h"
#include "worker/engine/alarm.h"
#include "worker/engine/store.h"

#define FLIGHT_LOCK_LEASE_MS 5000 /* how long the others wait for one that has died */
#define FLIGHT_LOCKS_SLICE 64     /* requests to the store a tick: about 0.2 ms */

enum flight_lock_state {
    FLIGHT_LOCK_NONE, /* not used, or given up: the flight goes on by itself */
    FLIGHT_LOCK_TAKING,
    FLIGHT_LOCK_CHECKING,
    FLIGHT_LOCK_OURS,
    FLIGHT_LOCK_RENEWING,
    FLIGHT_LOCK_RESTING,
    FLIGHT_LOCK_READING,
    FLIGHT_LOCK_YIELDING
};

struct flight_lock;

struct flight_lock_events {
    void *owner;
    /* Nobody has asked: the flight may. */
    void (*on_ask)(void *owner, struct flight_lock *lock);
    /* Someone has: the bytes of the cache's entry, borrowed until flight_lock_leave(). False: they
     * are of no use, and the flight should ask. */
    bool (*on_found)(void *owner, struct flight_lock *lock, struct str bytes);
    /* After flight_lock_leave(): the memory is free. */
    void (*on_left)(void *owner, struct flight_lock *lock);
};

/* What all locks of a worker share. */
struct flight_locks {
    struct alarms alarms;
    struct store *store;
    const int64_t *now_ms; /* monotonic */
    struct flight_lock_events events;
};

/* Embedded in its flight; zeroed before its first use. */
struct flight_lock {
    struct flight_locks *locks;
    enum flight_lock_state state;
    bool is_held;    /* the store has it for us, as far as we know */
    bool is_calling;
    bool is_leaving;
    struct store_call call;
    struct alarm alarm;
    struct arena arena; /* of what is found */
    struct str key;     /* of the cache's entry; borrowed */
    char name[64];      /* of the lock */
    size_t name_len;
    char token[17];     /* says that it is ours */
    uint64_t chance;
    int64_t ttl_ms;     /* it is renewed for so long, from its claim on */
    int64_t ends_ms;
    int64_t until_ms;   /* then it asks whatever others do */
    int64_t rest_ms;    /* the next wait, at most */
};

/* Room for so many that rest or are to be renewed at once. Who finds none asks by itself, or with
 * a lock that ends with its lease. */
MUST_USE enum err flight_locks_init(struct flight_locks *locks, size_t max);
void flight_locks_fini(struct flight_locks *locks); /* accepts a zeroed one */

/* Claims the lock of the entry `key`, at most 48 bytes, for the `ttl_ms` that asking may take: it
 * is renewed at most 3 * ttl_ms / FLIGHT_LOCK_LEASE_MS times, until flight_lock_leave().
 * `chance` is a random number that no other worker has. on_ask or on_found follows, later. */
void flight_lock_take(struct flight_lock *lock, struct str key, int64_t ttl_ms, uint64_t chance);

/* The flight ends: it has written the cache, or has nothing to write, or waits no longer. True: the
 * memory is free now; false: on_left says when. */
bool flight_lock_leave(struct flight_lock *lock);

/* Wakes those that have rested, and renews those whose time has come, at most FLIGHT_LOCKS_SLICE of
 * them. Returns when it wants to be called again, ALARM_NEVER: never. */
int64_t flight_locks_tick(struct flight_locks *locks);

#endif
