/* order_turn.c - see order_turn.h. */
#include "worker/engine/order_turn.h"

#include "worker/engine/conclude.h"
#include "worker/engine/engine.h"
#include "worker/engine/answering.h"

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
    conclude_nothing(turn, STR("order_state"));
}

static enum err order_turn_merge(struct turn *turn)
{
    struct work *work = turn->work;
    const struct order *event = &turn->event->order;
    struct order state = *event;
    const struct store_call *stored = &work->calls[CALL_ORDERS];
    for (size_t i = 0; i < stored->fields_count; i++) {
        struct order old;
        bool is_same = str_eq(stored->fields[i].name, event->order_id);
        if (is_same &&
            order_state_decode(&turn->arena, stored->fields[i].value, &old) == OK) {
            state = order_merge(&old, event);
        }
    }
    struct store_call *write = &work->calls[CALL_ORDER_WRITE];
    write->op = STORE_PUT;
    write->key = stored->key;
    write->field = event->order_id;
    write->ttl_ms = turn->engine->options.order_ttl_ms;
    return order_state_encode(&turn->arena, &state, &write->value);
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
        if (order_state_decode(arena, call->fields[i].value, &orders[count]) == OK) {
            count++;
        }
    }
    qsort(orders, count, sizeof(*orders), order_turn_newest);
    brief->orders = orders;
    brief->orders_count = min_size(count, BRIEF_ORDERS_MAX);
    return OK;
}
