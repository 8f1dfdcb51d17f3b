/* chain.c - see chain.h. */
#include "worker/engine/chain.h"

void chain_init(struct chain *chain)
{
    assert(chain->count > 0 && chain->count <= CHAIN_MAX);
    for (size_t i = 0; i < chain->count; i++) {
        gate_init(&chain->backends[i].gate, chain->backends[i].inflight_max);
    }
}

size_t chain_find(const struct chain *chain, size_t from, enum ask_kind kind)
{
    size_t at = from;
    while (at < chain->count && !(chain->backends[at].kinds & BIT(kind))) {
        at++;
    }
    return at;
}

size_t chain_running(const struct chain *chain)
{
    size_t running = 0;
    for (size_t i = 0; i < chain->count; i++) {
        running += chain->backends[i].gate.running;
    }
    return running;
}

size_t chain_waiting(const struct chain *chain)
{
    size_t waiting = 0;
    for (size_t i = 0; i < chain->count; i++) {
        waiting += chain->backends[i].gate.waiting.count;
    }
    return waiting;
}

int64_t chain_next_ms(const struct chain *chain, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < chain->count; i++) {
        next_ms = min_i64(next_ms, gate_next_ms(&chain->backends[i].gate, now_ms));
    }
    return next_ms;
}
