/* engine_state.c - see engine_state.h. */
#include "worker/engine/engine_state.h"

static int engine_compare_tenants(const void *a, const void *b)
{
    const struct tenant_instructions *left = a;
    const struct tenant_instructions *right = b;
    return str_cmp(left->tenant, right->tenant);
}

const struct instructions *engine_instructions(const struct engine *engine,
                                               const struct event *event)
{
    const struct engine_options *options = &engine->options;
    if (!event || event->tenant.len == 0 || options->tenants_count == 0) {
        return &options->instructions;
    }
    const struct tenant_instructions wanted = { .tenant = event->tenant };
    const struct tenant_instructions *found =
        bsearch(&wanted, options->tenants, options->tenants_count, sizeof(wanted),
                engine_compare_tenants);
    return found ? &found->instructions : &options->instructions;
}

static int engine_compare_bans(const void *a, const void *b)
{
    const struct tenant_ban *left = a;
    const struct tenant_ban *right = b;
    return str_cmp(left->tenant, right->tenant);
}

const struct ban *engine_ban(const struct engine *engine, const struct event *event)
{
    const struct engine_options *options = &engine->options;
    if (event->tenant.len == 0 || options->tenant_bans_count == 0) {
        return &options->ban;
    }
    const struct tenant_ban wanted = { .tenant = event->tenant };
    const struct tenant_ban *found =
        bsearch(&wanted, options->tenant_bans, options->tenant_bans_count, sizeof(wanted),
                engine_compare_bans);
    return found ? &found->ban : &options->ban;
}

/* SplitMix64 (Steele, Lea and Flood, 2014): jitter needs no more. */
uint64_t engine_chance(struct engine *engine)
{
    engine->chance += 0x9e3779b97f4a7c15u;
    uint64_t z = engine->chance;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t engine_turns_max(const struct engine_options *options)
{
    return 2 * options->backlog_records_max + 65536;
}

size_t engine_inflight(const struct engine *engine)
{
    return engine->turns[TURN_LOADING].count + engine->turns[TURN_RECALLING].count +
           engine->turns[TURN_STORING].count + chain_running(&engine->chain) + engine->landed.count;
}

size_t engine_room(const struct engine *engine)
{
    size_t storing = engine->turns[TURN_STORING].count;
    size_t taken = ENGINE_ORDERS_PER_TURN * (engine_inflight(engine) - storing) + storing;
    size_t most = ENGINE_ORDERS_PER_TURN * engine->options.inflight_max;
    return most - min_size(taken, most);
}

void engine_fail(struct engine *engine, enum err err, const struct note *note)
{
    if (engine->is_fatal) {
        return;
    }
    engine->is_fatal = true;
    engine->fatal = err;
    engine->fatal_note = note ? *note : (struct note){ 0 };
}
