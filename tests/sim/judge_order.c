/* judge_order.c - see judge.h. What the store knows of orders, when all is settled. */
#include "tests/sim/judge.h"

#include "tests/sim/order_event.h"
#include "tests/sim/sim.h"

#define ORDER_JUDGE_BYTES ((size_t)1 << 20)

static struct str order_bytes(const struct order *state, struct arena *arena)
{
    struct str bytes;
    if (order_state_encode(arena, 1, state, &bytes) != OK) {
        BUG("no bytes of a state");
    }
    return bytes;
}

/* The store's bytes of the order that the event belongs to; NULL: it has none. */
static const struct str *order_stored(const struct sim *sim, const struct order *event)
{
    const struct str names[] = { STR_NONE, event->customer_id };
    struct key key;
    if (key_of(sim->seal, STR("orders"), names, countof(names), &key) != OK) {
        BUG("no key");
    }
    return shelf_field(&sim->shelf, key_str(&key), event->order_id);
}

/* All events of the order that the store has not lost since, merged. Of what came before a loss
 * the state may know some: it is begun with. */
static struct order order_merged(const struct sim *sim, const struct question *first,
                                 const struct order *stored, struct arena *arena)
{
    bool has_lost = sim->judge.flushed_at > 0;
    struct order merged = has_lost ? *stored : order_event(first, arena);
    for (size_t i = sim->judge.flushed_at; i < sim->cluster.questions_count; i++) {
        const struct question *question = &sim->cluster.questions[i];
        if (question->part == first->part && question->conversation == first->conversation) {
            struct order event = order_event(question, arena);
            merged = order_merge(&merged, &event);
        }
    }
    merged.id = stored->id; /* of the event that came last, whenever it happened */
    return merged;
}

static void judge_order(struct sim *sim, const struct question *first, struct arena *arena)
{
    struct order event = order_event(first, arena);
    const struct str *bytes = order_stored(sim, &event);
    struct order stored;
    if (!bytes || order_state_decode(arena, *bytes, &stored) != OK) {
        judge_fail(&sim->judge, "I4-order nothing is known of order %.*s",
                   STR_ARG(event.order_id));
        return;
    }
    struct order merged = order_merged(sim, first, &stored, arena);
    struct str wanted = order_bytes(&merged, arena);
    if (!str_eq(order_bytes(&stored, arena), wanted)) {
        judge_fail(&sim->judge, "I4-order %.*s is known as %.*s, and its events make %.*s",
                   STR_ARG(event.order_id), STR_ARG(*bytes), STR_ARG(wanted));
    }
}

void judge_orders(struct sim *sim)
{
    const struct cluster *cluster = &sim->cluster;
    bool is_seen[JUDGE_CONVERSATIONS] = { false };
    struct arena arena;
    arena_init(&arena, ORDER_JUDGE_BYTES);
    for (size_t i = sim->judge.flushed_at; i < cluster->questions_count; i++) {
        const struct question *question = &cluster->questions[i];
        if (question->is_order && !is_seen[question->conversation]) {
            is_seen[question->conversation] = true;
            judge_order(sim, question, &arena);
        }
    }
    arena_fini(&arena);
}
