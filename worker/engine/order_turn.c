/* order_turn.c - see order_turn.h. */
#include "worker/engine/order_turn.h"

#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/recall.h"
#include "worker/engine/recommend.h"

static void order_turn_listed(struct turn *turn, enum turn_call which);

/* How far ahead of its record's time an event may say that it happened. */
#define ORDER_AHEAD_MAX_MS (24 * 3600 * (int64_t)1000)

enum err order_turn_key(struct turn *turn, struct str customer_id, struct str *ret_key)
{
    const struct str names[] = { turn->event->tenant, customer_id };
    struct key key;
    TRY(key_of(turn->engine->ports.seal, STR("orders"), names, countof(names), &key));
    return arena_copy(&turn->scratch, key_str(&key), ret_key);
}

static bool order_turn_is_repeated(const struct turn *turn)
{
    const struct store_call *call = &turn->work->calls[CALL_MEMO];
    struct memo memo;
    return turn->work->results[CALL_MEMO] == OK && call->found &&
           memo_decode(call->arena, call->found_value, &memo) && recall_is_repeated(turn, &memo);
}

/* The state takes the same event twice without harm; the customer would get two recommendations. */
static void order_turn_remembered(struct turn *turn, enum turn_call which)
{
    (void)which;
    if (order_turn_is_repeated(turn)) {
        conclude_duplicate(turn);
    } else {
        recommend_after_order(turn);
    }
}

/* The customer has as many orders as are kept: which of them makes room? */
static void order_turn_list(struct turn *turn)
{
    struct store_call *call = &turn->work->calls[CALL_ORDERS];
    call->op = STORE_ALL;
    turn_call(turn, CALL_ORDERS, order_turn_listed);
}

static void order_turn_written(struct turn *turn, enum turn_call which)
{
    enum err err = turn->work->results[which];
    if (err == ERR_CONFLICT && turn->work->calls[which].is_crowded) {
        order_turn_list(turn);
        return;
    }
    if (err != OK) {
        attempt_again(turn, err);
        return;
    }
    if (!recommend_follows(turn)) {
        conclude_nothing(turn, STR("order_state"));
        return;
    }
    if (!recommend_is_ready(turn)) {
        return;
    }
    err = recall_load_memo(turn);
    if (err != OK) {
        attempt_again(turn, err);
        return;
    }
    turn->work->calls[CALL_MEMO].arena = &turn->scratch;
    turn_call(turn, CALL_MEMO, order_turn_remembered);
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

/* A clock that is far ahead would keep everything that follows from counting. The record's own time
 * is the same whenever it is delivered again. */
static struct order order_turn_event(const struct turn *turn)
{
    struct order event = turn->event->order;
    int64_t arrived_wall_ms = turn->record.timestamp_wall_ms;
    if (arrived_wall_ms >= 0 && event.at_wall_ms - arrived_wall_ms > ORDER_AHEAD_MAX_MS) {
        event.at_wall_ms = arrived_wall_ms;
    }
    return event;
}

/* `*state` is the event, and becomes what it makes of the state `bytes`. What cannot be read is as
 * if it were not there. */
static enum err order_turn_merge(struct turn *turn, struct str bytes, struct order *state)
{
    struct order old;
    enum err err = order_state_decode(&turn->scratch, bytes, &old);
    if (err == ERR_VERSION) {
        return order_turn_stop(turn);
    }
    if (err == OK) {
        const struct order event = *state;
        *state = order_merge(&old, &event);
    }
    return err == ERR_NOMEM ? err : OK;
}

/* When the order of a field happened last. What cannot be read goes first; what is of a newer
 * version is not ours to drop. */
static int64_t order_turn_age(struct turn *turn, const struct store_field *field)
{
    struct order old;
    enum err err = order_state_decode(&turn->scratch, field->value, &old);
    return err == OK ? old.at_wall_ms : err == ERR_VERSION ? INT64_MAX : INT64_MIN;
}

/* The order that happened longest ago makes room, which may be this very one: then there is
 * nothing to write. */
static bool order_turn_make_room(struct turn *turn, const struct order *event)
{
    const struct store_call *stored = &turn->work->calls[CALL_ORDERS];
    struct store_call *write = &turn->work->calls[CALL_ORDER_WRITE];
    if (stored->fields_count < ORDER_TURN_ORDERS_MAX) {
        return true;
    }
    int64_t oldest_wall_ms = event->at_wall_ms;
    const struct store_field *oldest = NULL;
    for (size_t i = 0; i < stored->fields_count; i++) {
        int64_t at_wall_ms = order_turn_age(turn, &stored->fields[i]);
        if (at_wall_ms < oldest_wall_ms) {
            oldest_wall_ms = at_wall_ms;
            oldest = &stored->fields[i];
        }
    }
    if (oldest) {
        write->drops[write->drops_count++] = oldest->name;
    }
    return oldest != NULL;
}

/* Kafka's fence does not reach the store: a worker that stood still may have lost the partition,
 * and must not write over what the next owner has made of it. On a conflict it is read again.
 * `room_for` is how many other orders there may be; 0: room is made. */
static void order_turn_write(struct turn *turn, const struct order *state, size_t room_for)
{
    struct work *work = turn->work;
    const struct engine_options *options = &turn->engine->options;
    struct store_call *write = &work->calls[CALL_ORDER_WRITE];
    write->op = STORE_PUT;
    write->key = work->calls[CALL_ORDERS].key;
    write->field = state->order_id;
    write->revision = work->calls[CALL_ORDERS].revision;
    write->is_bound = !(options->lowered & ENGINE_LOWER_BOUND);
    write->room_for = room_for;
    write->ttl_ms = options->order_ttl_ms;
    enum err err =
        order_state_encode(&turn->scratch, options->stored_version, state, &write->value);
    if (err != OK) {
        attempt_again(turn, err);
        return;
    }
    turn_call(turn, CALL_ORDER_WRITE, order_turn_written);
}

/* All orders of the customer, who has as many as are kept, and not this one. */
static void order_turn_listed(struct turn *turn, enum turn_call which)
{
    enum err err = turn->work->results[which];
    if (err != OK) {
        attempt_again(turn, err);
        return;
    }
    const struct order event = order_turn_event(turn);
    if (order_turn_make_room(turn, &event)) {
        order_turn_write(turn, &event, 0);
    } else {
        conclude_nothing(turn, STR("order_state"));
    }
}

static void order_turn_loaded(struct turn *turn, enum turn_call which)
{
    struct store_call *call = &turn->work->calls[which];
    enum err err = turn->work->results[which];
    struct order state = order_turn_event(turn);
    if (err == OK && call->found) {
        err = order_turn_merge(turn, call->found_value, &state);
    }
    if (err != OK) {
        attempt_again(turn, err);
    } else {
        order_turn_write(turn, &state, ORDER_TURN_ORDERS_MAX);
    }
}

void order_turn_start(struct turn *turn)
{
    enum err err = attempt_make_work(turn);
    struct str key;
    err = err == OK ? order_turn_key(turn, turn->event->order.customer_id, &key) : err;
    if (err != OK) {
        attempt_again(turn, err);
        return;
    }
    struct store_call *load = &turn->work->calls[CALL_ORDERS];
    load->op = STORE_PICK;
    load->key = key;
    load->field = turn->event->order.order_id;
    load->arena = &turn->scratch;
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
