/* chain.c - see chain.h. */
#include "worker/engine/chain.h"

/* Enough to keep lanes of many conversations apart when the model bears little, and a minute's work
 * of calls that take half a second when it bears more. */
/* Records of one partition come one behind the other: those of the other tenants can overtake a
 * tenant's crowd only when it has been fetched, and nothing of it costs more than memory. */
#define CHAIN_BACKLOG_BASE 5000
#define CHAIN_BACKLOG_EACH 100
#define CHAIN_SATURATION_MAX 100000

void chain_init(struct chain *chain)
{
    assert(chain->count > 0 && chain->count <= CHAIN_MAX);
    for (size_t i = 0; i < chain->count; i++) {
        gate_init(&chain->backends[i].gate, chain->backends[i].inflight_max,
                  chain->backends[i].inflight_start);
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

size_t chain_backlog_max(const struct chain *chain)
{
    return CHAIN_BACKLOG_BASE + CHAIN_BACKLOG_EACH * chain_limit(chain);
}

/* More workers help only where the worker is what holds calls back: one whose limit is below its
 * maximum has found that the backend bears no more, from however many workers. */
int64_t chain_saturation(const struct chain *chain)
{
    size_t at = chain_find(chain, 0, ASK_MESSAGE);
    const struct backend *backend = &chain->backends[at < chain->count ? at : 0];
    const struct gate *gate = &backend->gate;
    bool is_own_bound = gate_is_open(gate) && limit_now(&gate->limit) >= backend->inflight_max;
    size_t wanted = gate->running + (is_own_bound ? gate->waiting.count : 0);
    return (int64_t)min_size(100 * wanted / backend->inflight_max, CHAIN_SATURATION_MAX);
}

static void chain_show_shut(struct backend *backend, struct metrics *metrics)
{
    enum err why = gate_is_open(&backend->gate) ? OK : backend->gate.breaker.why;
    if (why == backend->shown_why) {
        return;
    }
    if (backend->shown_why == OK) {
        metric_add(metrics, METRIC_GATE_OPENINGS, backend->metric, 1);
    } else {
        metric_set2(metrics, METRIC_GATE_SHUT, backend->metric, backend->shown_why, 0);
    }
    if (why != OK) {
        metric_set2(metrics, METRIC_GATE_SHUT, backend->metric, why, 1);
    }
    backend->shown_why = why;
}

void chain_show(struct chain *chain, struct metrics *metrics)
{
    for (size_t i = 0; i < chain->count; i++) {
        struct backend *backend = &chain->backends[i];
        const struct gate *gate = &backend->gate;
        metric_set2(metrics, METRIC_GATE_LIMIT, backend->metric, 0,
                    (int64_t)limit_now(&gate->limit));
        metric_set2(metrics, METRIC_GATE_RUNNING, backend->metric, 0, (int64_t)gate->running);
        metric_set2(metrics, METRIC_GATE_WAITING, backend->metric, 0,
                    (int64_t)gate->waiting.count);
        chain_show_shut(backend, metrics);
    }
    metric_set(metrics, METRIC_GATE_SATURATION, chain_saturation(chain));
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
