/* turn.c - see turn.h. */
#include "worker/engine/turn.h"

#include "worker/engine/ask.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/handover.h"

/* Rows: from. Bits: where a turn may go from there. */
static const unsigned turn_next[TURN_STATE_COUNT] = {
    [TURN_QUEUED] = BIT(TURN_RUNNABLE),
    [TURN_RUNNABLE] = BIT(TURN_LOADING) | BIT(TURN_STORING) | BIT(TURN_READY) | BIT(TURN_WAITING),
    [TURN_LOADING] = BIT(TURN_RECALLING) | BIT(TURN_GATED) | BIT(TURN_READY) | BIT(TURN_WAITING),
    [TURN_RECALLING] = BIT(TURN_GATED) | BIT(TURN_READY) | BIT(TURN_WAITING),
    [TURN_GATED] = BIT(TURN_ASKING) | BIT(TURN_READY) | BIT(TURN_WAITING),
    [TURN_ASKING] = BIT(TURN_GATED) | BIT(TURN_READY) | BIT(TURN_WAITING),
    [TURN_STORING] = BIT(TURN_READY) | BIT(TURN_WAITING),
    [TURN_WAITING] = BIT(TURN_RUNNABLE),
    [TURN_READY] = BIT(TURN_HELD_BACK) | BIT(TURN_COMMITTING),
    [TURN_HELD_BACK] = BIT(TURN_COMMITTING),
    [TURN_COMMITTING] = BIT(TURN_READY),
};

/* It lies in its own arena. */
static void turn_free(struct turn *turn)
{
    struct arena arena = turn->arena;
    arena_fini(&turn->scratch);
    arena_fini(&arena);
}

struct turn *turn_create(struct engine *engine, struct part *part, const struct record *record,
                         size_t arena_bytes_max)
{
    struct arena arena;
    arena_init_from(&arena, &engine->pool, arena_bytes_max);
    struct turn *turn = arena_new(&arena, struct turn);
    if (!turn) {
        return NULL;
    }
    turn->arena = arena;
    arena_init_from(&turn->scratch, &engine->pool, arena_bytes_max);
    turn->model_ms = -1;
    turn->engine = engine;
    turn->part = part;
    turn->arrived_ms = engine->ports.clock->mono_ms;
    turn->held_since_ms = -1;
    turn->arrived_wall_ms = engine->ports.clock->wall_ms;
    turn->bytes = record_bytes(record);
    if (record_copy(&turn->arena, record, &turn->record) != OK) {
        turn_free(turn);
        return NULL;
    }
    turn->delivery.record = &turn->record;
    turn->state = TURN_QUEUED;
    list_append(&engine->turns[TURN_QUEUED], &turn->node);
    part_add(part, turn);
    return turn;
}

/* Out of the list of its state, and whatever goes with that. */
static void turn_leave_state(struct turn *turn)
{
    if (turn->state == TURN_HELD_BACK) {
        list_remove(&turn->part->held, &turn->held_node);
    }
    list_remove(&turn->engine->turns[turn->state], &turn->node);
}

void turn_move(struct turn *turn, enum turn_state to)
{
    if (!(turn_next[turn->state] & BIT(to))) {
        BUG("a turn makes a move that does not exist");
    }
    if (turn->state == TURN_GATED || turn->state == TURN_WAITING) { /* the alarm was about that */
        alarm_clear(&turn->engine->alarms, &turn->alarm);
    }
    turn_leave_state(turn);
    list_append(&turn->engine->turns[to], &turn->node);
    turn->state = to;
}

/* What comes last has one of the last offsets, as a rule. */
void turn_hold_back(struct turn *turn)
{
    struct list *held = &turn->part->held;
    turn_move(turn, TURN_HELD_BACK);
    struct list_node *at = list_last(held);
    while (at && container_of(at, struct turn, held_node)->record.offset > turn->record.offset) {
        at = list_prev(held, at);
    }
    list_insert_after(held, at, &turn->held_node);
}

bool turn_is_running(const struct turn *turn)
{
    return turn->state >= TURN_LOADING && turn->state <= TURN_STORING;
}

static bool turn_is_seated(const struct turn *turn)
{
    return turn->work && turn->work->seat.flight;
}

void turn_clear(struct turn *turn)
{
    if (turn->calls_open == 0 && !turn_is_seated(turn)) {
        turn->work = NULL;
        arena_fini(&turn->scratch);
    }
}

void turn_rest(struct turn *turn)
{
    bool has_outcome = turn->state >= TURN_READY && turn->state <= TURN_COMMITTING;
    if (has_outcome && !turn->engine->options.keeps_work) {
        turn_clear(turn);
    }
}

void turn_disown(struct turn *turn)
{
    assert(!turn->is_dropped);
    part_remove(turn->part, turn);
    turn->is_dropped = true;
}

void turn_release(struct turn *turn)
{
    bool is_held = turn->calls_open > 0 || turn_is_seated(turn);
    if (turn->is_orphan && !is_held) { /* else it is in a batch still */
        list_remove(&turn->engine->orphans, &turn->node);
        turn_free(turn);
    }
}

/* Takes the turn out of everything; what is left is memory that store requests may use, and a
 * seat in a flight whose answer is being paid for. */
static void turn_detach(struct turn *turn)
{
    struct engine *engine = turn->engine;
    alarm_clear(&engine->alarms, &turn->alarm);
    turn_leave_state(turn);
    if (!turn->is_dropped) {
        turn_disown(turn);
    }
    turn->is_orphan = true;
    list_append(&engine->orphans, &turn->node);
    turn_release(turn);
}

void turn_drop(struct turn *turn)
{
    assert(turn->state != TURN_COMMITTING || turn->is_dropped);
    if (turn_is_seated(turn)) {
        ask_leave(turn);
    }
    if (turn->place.lane) {
        struct lane_place *next = lanes_leave(&turn->engine->lanes, &turn->place);
        if (next) {
            turn_move(container_of(next, struct turn, place), TURN_RUNNABLE);
        }
    }
    handover_cancel(turn);
    turn_detach(turn);
}

void turn_settle(struct turn *turn)
{
    assert(turn->state == TURN_COMMITTING && !turn->place.lane);
    struct engine *engine = turn->engine;
    metric_add(engine->ports.metrics, METRIC_TURNS, (unsigned)turn->delivery.outcome.kind, 1);
    metric_observe_us(engine->ports.metrics, METRIC_TURN_SECONDS, 0,
                      (engine->ports.clock->mono_ms - turn->arrived_ms) * 1000);
    handover_settle(turn);
    if (engine->events.on_settled) {
        engine->events.on_settled(engine->events.owner, turn);
    }
    turn_detach(turn);
}

struct turn *turn_of_seat(struct list_node *node)
{
    struct flight_seat *seat = container_of(node, struct flight_seat, node);
    struct work *work = container_of(seat, struct work, seat);
    return work->turn;
}

static void turn_on_call(struct store_call *call, enum err err)
{
    struct work *work = call->owner; /* maybe of an earlier attempt, which has ended */
    struct turn *turn = work->turn;
    size_t which = (size_t)(call - work->calls);
    turn->calls_open--;
    work->results[which] = err;
    turn_called_fn *on_done = work->on_called[which];
    if (!turn->is_dropped) {
        if (on_done && work == turn->work) {
            on_done(turn, (enum turn_call)which);
        }
        turn_rest(turn);
        return;
    }
    turn_release(turn);
}

void turn_call(struct turn *turn, enum turn_call which, turn_called_fn *on_done)
{
    struct store_call *call = &turn->work->calls[which];
    call->on_done = turn_on_call;
    call->owner = turn->work;
    turn->work->on_called[which] = on_done;
    turn->calls_open++;
    struct store *store = turn->engine->ports.store;
    store->ops->start(store, call);
}
