/* order_turn.c - see order_turn.h. */
#include "worker/engine/order_turn.h"

#include "worker/engine/conclude.h"
#include "worker/engine/engine.h"
#include "worker/engine/answering.h"
#include "worker/engine/recommend.h"

enum err order_turn_key(struct turn *turn, struct str customer_id, struct str *ret_key)
{
    const struct str names[] = { turn->event->tenant, customer_id };
    struct key key;
    TRY(key_of(turn->engine->ports.seal, STR("orders"), names, countof(names), &key));
    return arena_copy(&turn->arena, key_str(&key), ret_key);
}

static void order_turn_written(struct turn *turn, enum turn_call which)
{
    enum err err = turn->work->results[which];
    if (err != OK) {
        answering_again(turn, err);
        return;
    }
    if (!recommend_after_order(turn)) {
        conclude_nothing(turn, STR("order_state"));
    }
}

/* A newer state would be lost if an older version wrote over it. */
static enum err order_turn_stop(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    bool is_accepted = engine->options.replays_unreadable;
    log_say(engine->ports.log, LOG_ERROR, "engine",
            "the stored state of an order is of a newer version: its event waits. Run the version "
            "that wrote it, or write over it with donemap.unreadable=replay",
            LOG_INT("partition", turn->part->id.number), LOG_INT("offset", turn->record.offset),
            LOG_BOOL("replays", is_accepted));
    return is_accepted ? OK : ERR_VERSION;
}

static enum err order_turn_merge_stored(struct turn *turn, struct order *state)
{
    const struct order *event = &turn->event->order;
    const struct store_call *stored = &turn->work->calls[CALL_ORDERS];
    for (size_t i = 0; i < stored->fields_count; i++) {
        if (!str_eq(stored->fields[i].name, event->order_id)) {
            continue;
        }
        struct order old;
        enum err err = order_state_decode(&turn->arena, stored->fields[i].value, &old);
        if (err == ERR_VERSION) {
            TRY(order_turn_stop(turn));
        } else if (err == OK) {
            *state = order_merge(&old, event);
        }
    }
    return OK;
}

static enum err order_turn_merge(struct turn *turn)
{
    struct work *work = turn->work;
    const struct engine_options *options = &turn->engine->options;
    const struct order *event = &turn->event->order;
    struct order state = *event;
    const struct store_call *stored = &work->calls[CALL_ORDERS];
    TRY(order_turn_merge_stored(turn, &state));
    struct store_call *write = &work->calls[CALL_ORDER_WRITE];
    write->op = STORE_PUT;
    write->key = stored->key;
    write->field = event->order_id;
    write->ttl_ms = options->order_ttl_ms;
    return order_state_encode(&turn->arena, options->stored_version, &state, &write->value);
}

static void order_turn_loaded(struct turn *turn, enum turn_call which)
{
    enum err err = turn->work->results[which];
    err = err == OK ? order_turn_merge(turn) : err;
    if (err != OK) {
        answering_again(turn, err);
        return;
    }
    turn_call(turn, CALL_ORDER_WRITE, order_turn_written);
}

void order_turn_start(struct turn *turn)
{
    enum err err = answering_make_work(turn);
    struct str key;
    err = err == OK ? order_turn_key(turn, turn->event->order.customer_id, &key) : err;
    if (err != OK) {
        answering_again(turn, err);
        return;
    }
    struct store_call *load = &turn->work->calls[CALL_ORDERS];
    load->op = STORE_ALL;
    load->key = key;
    load->arena = &turn->arena;
    turn_move(turn, TURN_STORING);
    turn_call(turn, CALL_ORDERS, order_turn_loaded);
}

static int order_turn_newest(const void *a, const void *b)
{
    const struct order *left = a;
    const struct order *right = b;
    if (left->at_wall_ms != right->at_wall_ms) {
        return left->at_wall_ms > right->at_wall_ms ? -1 : 1;
    }
    return str_cmp(left->order_id, right->order_id);
}

enum err order_turn_read(struct arena *arena, const struct store_call *call, struct brief *brief)
{
    struct order *orders = arena_zero(arena, max_size(call->fields_count, 1), sizeof(*orders));
    if (!orders) {
        return ERR_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < call->fields_count; i++) {
        enum err err = order_state_decode(arena, call->fields[i].value, &orders[count]);
        if (err == ERR_VERSION) {
            return ERR_NO_FACTS;
        }
        count += err == OK ? 1 : 0;
    }
    qsort(orders, count, sizeof(*orders), order_turn_newest);
    brief->orders = orders;
    brief->orders_count = min_size(count, BRIEF_ORDERS_MAX);
    return OK;
}
