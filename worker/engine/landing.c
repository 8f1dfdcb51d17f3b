/* landing.c - see landing.h. */
#include "worker/engine/landing.h"

#include "worker/engine/ask.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine.h"
#include "worker/engine/standby.h"
#include "worker/engine/taking.h"

void landing_add(struct engine *engine, struct flight *flight, enum err err)
{
    assert(flight->is_asking && !flight->has_landed);
    flight->has_landed = true;
    flight->landed_ms = engine->ports.clock->mono_ms;
    flight->said = err;
    if (err != OK) { /* who asks now is not told of an attempt that was not its own */
        flights_close(&engine->flights, flight);
    }
    list_append(&engine->landed, &flight->landed);
}

/* The turn was dropped meanwhile. Its event is someone else's to answer, who finds what was
 * paid for; without memory it is paid for again. */
static void landing_remember(struct turn *turn, const struct flight *flight)
{
    if (flight->said == OK && taking_keep(turn, &flight->call) && conclude_memo(turn) != OK) {
        log_say(turn->engine->ports.log, LOG_WARN, "model", "an answer cannot be memoised",
                LOG_ERR(ERR_NOMEM));
    }
    turn_release(turn);
}

static void landing_tell(struct turn *turn, const struct flight *flight)
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

/* Closed before anyone is told: a turn that asks again makes a new flight. */
static void landing_take_flight(struct engine *engine, struct flight *flight)
{
    metric_observe_us(engine->ports.metrics, METRIC_REPLY_WAIT_SECONDS, 0,
                      (engine->ports.clock->mono_ms - flight->landed_ms) * 1000);
    flight->is_asking = false;
    if (flight->said == OK) {
        flights_close(&engine->flights, flight);
    }
    struct list_node *node;
    while ((node = list_first(&flight->seats)) != NULL) {
        struct turn *turn = turn_of_seat(node);
        flight_leave(&turn->work->seat);
        landing_tell(turn, flight);
    }
    ask_end(flight);
}

void landing_take(struct engine *engine)
{
    for (size_t left = LANDING_SLICE; left > 0 && !list_is_empty(&engine->landed); left--) {
        struct flight *flight = container_of(list_pop(&engine->landed), struct flight, landed);
        landing_take_flight(engine, flight);
    }
}
