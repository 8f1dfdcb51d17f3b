/* toll.c - see toll.h. */
#include "worker/engine/toll.h"

#include "worker/engine/engine_state.h"

static struct usage toll_usage(const struct engine *engine, const struct model_call *call)
{
    struct usage usage = { .calls = 1,
                           .tokens_in = max_i64(call->tokens_in, 0),
                           .tokens_out = max_i64(call->tokens_out, 0),
                           .tokens_cached = max_i64(call->tokens_cached, 0) };
    const struct prices *prices = engine->options.prices;
    const struct price *price = prices ? prices_find(prices, call->model) : NULL;
    if (price && usage.tokens_in + usage.tokens_out > 0) {
        usage.has_cost = true;
        usage.cost_micros = price_micros(price, &usage);
    }
    return usage;
}

static void toll_count(struct engine *engine, const struct flight *flight,
                       const struct usage *usage)
{
    struct metrics *metrics = engine->ports.metrics;
    const uint64_t tokens[] = { [METRIC_TOKENS_IN] = (uint64_t)usage->tokens_in,
                                [METRIC_TOKENS_OUT] = (uint64_t)usage->tokens_out,
                                [METRIC_TOKENS_CACHED] = (uint64_t)usage->tokens_cached };
    unsigned tenant = metric_tenant(metrics, flight->pass.errand.tenant);
    for (unsigned i = 0; i < countof(tokens); i++) {
        metric_add2(metrics, METRIC_MODEL_TOKENS, flight->backend->metric, i, tokens[i]);
        metric_add2(metrics, METRIC_TENANT_TOKENS, tenant, i, tokens[i]);
    }
    metric_add2(metrics, METRIC_MODEL_COST, tenant, flight->backend->metric,
                (uint64_t)usage->cost_micros);
}

/* 0 if it was turned away before a model worked on it, -1 if nobody knows. */
static int64_t toll_tokens(const struct model_call *call, enum err err)
{
    if (call->tokens_in >= 0 || call->tokens_out >= 0) {
        return max_i64(call->tokens_in, 0) + max_i64(call->tokens_out, 0);
    }
    bool is_unheard = err == ERR_BUSY || err == ERR_UNREACHABLE || err == ERR_AUTH ||
                      err == ERR_FULL;
    return is_unheard ? 0 : -1;
}

static void toll_settle(struct engine *engine, const struct flight *flight, int64_t tokens,
                        int64_t started_ms)
{
    if (engine->ports.budget && !flight->backend->is_free) {
        budget_settle(engine->ports.budget, &flight->pass.errand, tokens, started_ms);
    }
}

void toll_give_back(struct engine *engine, const struct flight *flight)
{
    toll_settle(engine, flight, 0, engine->ports.clock->mono_ms);
}

void toll_take(struct engine *engine, struct flight *flight, enum err err)
{
    const struct usage usage = toll_usage(engine, &flight->call);
    toll_count(engine, flight, &usage);
    toll_settle(engine, flight, toll_tokens(&flight->call, err), flight->started_ms);
    struct list_node *first = list_first(&flight->seats);
    struct flight_seat *seat = list_entry(first, struct flight_seat, node);
    if (seat) {
        usage_add(&container_of(seat, struct work, seat)->turn->usage, &usage);
    }
}
