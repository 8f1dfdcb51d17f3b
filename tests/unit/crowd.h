/* crowd.h - a made-up backend with a capacity, and calls of it in virtual time.
 *
 * It bears `capacity` calls at once: one more is refused at once (REFUSES), or all take
 * proportionally longer (SLOWS). */
#ifndef TESTS_UNIT_CROWD_H
#define TESTS_UNIT_CROWD_H

#include "common/base.h"

#define CROWD_MAX 4096
#define CROWD_REFUSAL_MS 3

enum crowd_way { CROWD_REFUSES, CROWD_SLOWS };

struct crowd_call {
    int64_t end_ms;
    int64_t started_ms;
    uint64_t serial;
    bool is_refused;
    void *owner;
};

struct crowd {
    enum crowd_way way;
    size_t capacity;
    int64_t mean_ms; /* of a call: half to one and a half of it, evenly */
    uint64_t chance;
    struct crowd_call calls[CROWD_MAX];
    size_t count;
    size_t borne; /* of those, not refused */
    uint64_t made;
};

static inline uint64_t crowd_chance(struct crowd *crowd)
{
    crowd->chance = crowd->chance * 6364136223846793005u + 1442695040888963407u;
    return crowd->chance >> 33;
}

static inline void crowd_call(struct crowd *crowd, int64_t now_ms, void *owner)
{
    assert(crowd->count < CROWD_MAX);
    struct crowd_call call = { .started_ms = now_ms, .serial = ++crowd->made, .owner = owner };
    call.is_refused = crowd->way == CROWD_REFUSES && crowd->borne >= crowd->capacity;
    size_t over = crowd->way == CROWD_SLOWS ? max_size(crowd->borne + 1, crowd->capacity)
                                            : crowd->capacity;
    uint64_t draw = crowd_chance(crowd) % (uint64_t)crowd->mean_ms;
    int64_t took_ms = crowd->mean_ms / 2 + (int64_t)draw;
    took_ms = call.is_refused ? 0 : took_ms * (int64_t)over / (int64_t)crowd->capacity;
    call.end_ms = now_ms + (call.is_refused ? CROWD_REFUSAL_MS : max_i64(took_ms, 1));
    crowd->borne += call.is_refused ? 0 : 1;
    crowd->calls[crowd->count++] = call;
}

/* Takes out one that has ended by now. False: none. */
static inline bool crowd_end(struct crowd *crowd, int64_t now_ms, struct crowd_call *ret_call)
{
    for (size_t i = 0; i < crowd->count; i++) {
        if (crowd->calls[i].end_ms <= now_ms) {
            *ret_call = crowd->calls[i];
            crowd->calls[i] = crowd->calls[--crowd->count];
            crowd->borne -= ret_call->is_refused ? 0 : 1;
            return true;
        }
    }
    return false;
}

#endif
