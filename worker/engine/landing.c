/* landing.c - see landing.h. */
#include "worker/engine/landing.h"

#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/recall.h"
#include "worker/engine/standby.h"
#include "worker/engine/taking.h"

void landing_add(struct engine *engine, struct flight *flight, enum err err)
{
    assert(flight->is_asking && !flight->has_landed);
    flight->end = FLIGHT_SAID;
    flight->said = err;
    flight->landed_ms = engine->ports.clock->mono_ms;
    flight->has_landed = true;
    if (err != OK) { /* who asks now is not told of an attempt that was not its own */
        flights_close(&engine->flights, flight);
    }
    list_append(&engine->landed, &flight->landed);
}

/* The turn was dropped meanwhile. Its event is someone else's to answer, who finds what was
 * paid for; without memory it is paid for again. */
static void landing_remember(struct turn *turn, const struct flight *flight)
{
    if (flight->said == OK && taking_keep(turn, &flight->call) && conclude_keep(turn) != OK) {
        log_say(turn->engine->ports.log, LOG_WARN, "model", "an answer cannot be memoised",
                LOG_ERR(ERR_NOMEM));
    }
    turn_release(turn);
}

static void landing_tell_said(struct turn *turn, const struct flight *flight)
{
    enum err err = flight->said;
    turn->asked |= BIT(turn->backend);
    if (turn->is_dropped) {
        landing_remember(turn, flight);
        return;
    }
    if (err == OK) {
        taking_said(turn, &flight->call, flight->landed_ms - flight->started_ms);
    } else if (breaker_is_outage(err) && !gate_is_open(&flight->backend->gate)) {
        standby_again(turn, err);
    } else {
        turn->held_since_ms = -1;
        taking_failed(turn, err, flight->call.retry_after_ms);
    }
}

static void landing_tell(struct turn *turn, const struct flight *flight)
{
    switch (flight->end) {
    case FLIGHT_SAID:
        landing_tell_said(turn, flight);
        return;
    case FLIGHT_FOUND:
        recall_found(turn, flight->found);
        return;
    case FLIGHT_FAILED:
        attempt_fail(turn, flight->said, -1);
        return;
    }
}

/* Closed before anyone is told: a turn that asks again makes a new flight. Returns how many were
 * told, of at most `max`; when seats are left the flight is not ended. */
static size_t landing_tell_some(struct engine *engine, struct flight *flight, size_t max)
{
    size_t count = 0;
    flights_close(&engine->flights, flight);
    struct list_node *node;
    while (count < max && (node = list_first(&flight->seats)) != NULL) {
        struct turn *turn = turn_of_seat(node);
        flight_leave(&turn->work->seat);
        landing_tell(turn, flight);
        count++;
    }
    return count;
}

static void landing_end(struct engine *engine, struct flight *flight)
{
    if (flight->end == FLIGHT_SAID) {
        metric_observe_us(engine->ports.metrics, METRIC_REPLY_WAIT_SECONDS, 0,
                          (engine->ports.clock->mono_ms - flight->landed_ms) * 1000);
    }
    flight->is_asking = false;
    ask_end(flight);
}

static void landing_begin(struct engine *engine, struct flight *flight, enum flight_end end)
{
    assert(!flight->is_asking && !flight->pass.is_waiting);
    flight->end = end;
    flight->has_landed = true;
    (void)landing_tell_some(engine, flight, 1);
    if (list_is_empty(&flight->seats)) {
        landing_end(engine, flight);
    } else {
        list_append(&engine->landed, &flight->landed);
    }
}

void landing_found(struct engine *engine, struct flight *flight, struct str found)
{
    flight->found = found;
    landing_begin(engine, flight, FLIGHT_FOUND);
}

void landing_fail(struct engine *engine, struct flight *flight, enum err err)
{
    flight->said = err;
    landing_begin(engine, flight, FLIGHT_FAILED);
}

/* A flight that all turns have left counts as one. */
void landing_take(struct engine *engine)
{
    size_t left = LANDING_SLICE;
    while (left > 0 && !list_is_empty(&engine->landed)) {
        struct flight *flight = container_of(list_pop(&engine->landed), struct flight, landed);
        left -= max_size(landing_tell_some(engine, flight, left), 1);
        if (list_is_empty(&flight->seats)) {
            landing_end(engine, flight);
        } else {
            list_append(&engine->landed, &flight->landed);
        }
    }
}
