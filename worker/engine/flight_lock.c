/* flight_lock.c - see flight_lock.h. */
#include "worker/engine/flight_lock.h"

#define LOCK_RENEW_MS (FLIGHT_LOCK_LEASE_MS / 3) /* two renewals may be lost */
#define LOCK_REST_MS 10
#define LOCK_REST_MS_MAX 500
#define LOCK_ARENA_BYTES ((size_t)8 << 20)

static const struct str lock_prefix = { "flight/", 7 };

enum err flight_locks_init(struct flight_locks *locks, size_t max)
{
    return alarms_init(&locks->alarms, max);
}

void flight_locks_fini(struct flight_locks *locks)
{
    alarms_fini(&locks->alarms);
}

static uint64_t lock_chance(struct flight_lock *lock)
{
    lock->chance = lock->chance * 6364136223846793005u + 1442695040888963407u;
    return lock->chance >> 33;
}

static void lock_on_done(struct store_call *call, enum err err);

static int64_t lock_lease_ms(const struct flight_lock *lock)
{
    return max_i64(1, min_i64(FLIGHT_LOCK_LEASE_MS, lock->ends_ms - *lock->locks->now_ms));
}

static void lock_call(struct flight_lock *lock, enum store_op op, enum flight_lock_state state)
{
    struct store *store = lock->locks->store;
    struct str name = { lock->name, lock->name_len };
    lock->state = state;
    lock->is_calling = true;
    arena_fini(&lock->arena);
    arena_init(&lock->arena, LOCK_ARENA_BYTES);
    lock->call = (struct store_call){ .op = op,
                                      .key = op == STORE_GET ? lock->key : name,
                                      .value = str_from(lock->token),
                                      .ttl_ms = lock_lease_ms(lock),
                                      .arena = &lock->arena,
                                      .on_done = lock_on_done,
                                      .owner = lock };
    store->ops->start(store, &lock->call);
}

static bool lock_set_alarm(struct flight_lock *lock, int64_t at_ms)
{
    struct alarms *alarms = &lock->locks->alarms;
    bool has_room = alarms->count < alarms->max;
    if (has_room) {
        alarm_set(alarms, &lock->alarm, at_ms);
    }
    return has_room;
}

/* With the lock, while it is held, or without it. */
static void lock_go_on(struct flight_lock *lock)
{
    int64_t next_ms = *lock->locks->now_ms + LOCK_RENEW_MS;
    lock->state = lock->is_held ? FLIGHT_LOCK_OURS : FLIGHT_LOCK_NONE;
    if (lock->is_held && next_ms < lock->ends_ms) {
        (void)lock_set_alarm(lock, next_ms);
    }
}

static void lock_ask(struct flight_lock *lock)
{
    lock_go_on(lock);
    lock->locks->events.on_ask(lock->locks->events.owner, lock);
}

static void lock_rest(struct flight_lock *lock)
{
    int64_t now_ms = *lock->locks->now_ms;
    if (now_ms >= lock->until_ms) {
        lock_ask(lock);
        return;
    }
    int64_t wait_ms = 1 + (int64_t)(lock_chance(lock) % (uint64_t)lock->rest_ms);
    lock->rest_ms = min_i64(2 * lock->rest_ms, LOCK_REST_MS_MAX);
    lock->state = FLIGHT_LOCK_RESTING;
    if (!lock_set_alarm(lock, min_i64(now_ms + wait_ms, lock->until_ms))) {
        lock_ask(lock);
    }
}

static void lock_claim(struct flight_lock *lock)
{
    lock->ends_ms = *lock->locks->now_ms + lock->ttl_ms;
    lock_call(lock, STORE_CLAIM, FLIGHT_LOCK_TAKING);
}

static void lock_found(struct flight_lock *lock)
{
    struct flight_lock_events *events = &lock->locks->events;
    if (!events->on_found(events->owner, lock, lock->call.found_value)) {
        lock_ask(lock);
    }
}

/* Nobody wants it any more. */
static void lock_left(struct flight_lock *lock)
{
    if (lock->is_held) {
        lock->is_held = false;
        lock_call(lock, STORE_YIELD, FLIGHT_LOCK_YIELDING);
        return;
    }
    arena_fini(&lock->arena);
    lock->locks->events.on_left(lock->locks->events.owner, lock);
}

static void lock_told(struct flight_lock *lock)
{
    bool found = lock->call.found;
    switch (lock->state) {
    case FLIGHT_LOCK_TAKING:
        if (found) {
            lock_call(lock, STORE_GET, FLIGHT_LOCK_CHECKING);
        } else {
            lock_rest(lock);
        }
        return;
    case FLIGHT_LOCK_CHECKING:
    case FLIGHT_LOCK_READING:
        if (found) {
            lock_found(lock);
        } else if (lock->is_held) {
            lock_ask(lock);
        } else {
            lock_claim(lock);
        }
        return;
    case FLIGHT_LOCK_RENEWING:
        lock->is_held = found;
        lock_go_on(lock);
        return;
    case FLIGHT_LOCK_NONE:
    case FLIGHT_LOCK_OURS:
    case FLIGHT_LOCK_RESTING:
    case FLIGHT_LOCK_YIELDING:
        break;
    }
    BUG("a lock is told something that it did not ask for");
}

static void lock_on_done(struct store_call *call, enum err err)
{
    struct flight_lock *lock = call->owner;
    lock->is_calling = false;
    if (lock->state == FLIGHT_LOCK_TAKING) {
        lock->is_held = err != OK || call->found; /* without a reply it may be ours */
    }
    if (lock->is_leaving) {
        lock_left(lock);
    } else if (err != OK && lock->state == FLIGHT_LOCK_RENEWING) {
        lock_go_on(lock);   /* it may be ours still */
    } else if (err != OK) { /* the store is away or slow */
        lock_ask(lock);
    } else {
        lock_told(lock);
    }
}

void flight_lock_take(struct flight_lock *lock, struct str key, int64_t ttl_ms, uint64_t chance)
{
    char *name = lock->name;
    lock->key = key;
    lock->ttl_ms = ttl_ms;
    /* Whoever has it may die, and who takes over needs its time too. */
    lock->until_ms = *lock->locks->now_ms + 2 * (ttl_ms + LOCK_REST_MS_MAX);
    lock->rest_ms = LOCK_REST_MS;
    lock->chance = chance;
    snprintf(lock->token, sizeof(lock->token), "%016llx", (unsigned long long)chance);
    const struct str parts[] = { lock_prefix, key };
    lock->name_len = str_join(parts, countof(parts), name, sizeof(lock->name)).len;
    lock_claim(lock);
}

bool flight_lock_leave(struct flight_lock *lock)
{
    assert(!lock->is_leaving);
    lock->is_leaving = true;
    if (lock->alarm.place) {
        alarm_clear(&lock->locks->alarms, &lock->alarm);
    }
    if (lock->is_held && !lock->is_calling) {
        lock->is_held = false;
        lock_call(lock, STORE_YIELD, FLIGHT_LOCK_YIELDING);
    }
    if (!lock->is_calling) {
        arena_fini(&lock->arena);
    }
    return !lock->is_calling;
}

int64_t flight_locks_tick(struct flight_locks *locks)
{
    for (size_t left = FLIGHT_LOCKS_SLICE; left > 0; left--) {
        struct alarm *alarm = alarms_ring(&locks->alarms, *locks->now_ms);
        if (!alarm) {
            break;
        }
        struct flight_lock *lock = container_of(alarm, struct flight_lock, alarm);
        if (lock->state == FLIGHT_LOCK_OURS) {
            lock_call(lock, STORE_RENEW, FLIGHT_LOCK_RENEWING);
        } else {
            lock_call(lock, STORE_GET, FLIGHT_LOCK_READING);
        }
    }
    return alarms_next_ms(&locks->alarms);
}
