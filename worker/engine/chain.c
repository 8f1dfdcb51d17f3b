/* chain.c - see chain.h. */
#include "worker/engine/chain.h"

void chain_init(struct chain *chain)
{
    assert(chain->count > 0 && chain->count <= CHAIN_MAX);
    for (size_t i = 0; i < chain->count; i++) {
        gate_init(&chain->backends[i].gate, chain->backends[i].inflight_max);
    }
}

static bool chain_takes(const struct chain *chain, size_t at, enum ask_kind kind)
{
    return at < chain->count && (chain->backends[at].kinds & BIT(kind));
}

size_t chain_find(const struct chain *chain, size_t from, enum ask_kind kind)
{
    size_t at = from;
    while (at < chain->count && !chain_takes(chain, at, kind)) {
        at++;
    }
    return at;
}

size_t chain_choose(const struct chain *chain, size_t from, size_t current, enum ask_kind kind,
                    int64_t now_ms)
{
    for (size_t at = from; at < chain->count; at++) {
        if (chain_takes(chain, at, kind) && gate_wants(&chain->backends[at].gate, now_ms)) {
            return at;
        }
    }
    bool stays = current >= from && chain_takes(chain, current, kind);
    return stays ? current : chain_find(chain, from, kind);
}

size_t chain_limit(const struct chain *chain)
{
    size_t limit = 0;
    for (size_t i = 0; i < chain->count; i++) {
        const struct gate *gate = &chain->backends[i].gate;
        limit += gate_is_open(gate) ? limit_now(&gate->limit) : 0;
    }
    return limit;
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
    bool has_any = chain_waiting(chain) > 0;
    for (size_t i = 0; i < chain->count && has_any; i++) {
        next_ms = min_i64(next_ms, gate_next_ms(&chain->backends[i].gate, now_ms));
    }
    return next_ms;
}
