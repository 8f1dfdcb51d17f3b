/* standby.c - see standby.h. */
#include "worker/engine/standby.h"

#include "worker/engine/ask.h"
#include "worker/engine/attempt.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/recommend_words.h"

#define STANDBY_WORDS_MS 5000 /* for words that there are others for */

bool standby_choose(struct turn *turn)
{
    struct chain *chain = &turn->engine->chain;
    int64_t now_ms = turn->engine->ports.clock->mono_ms;
    size_t choice = chain_choose(chain, turn->backend_first, turn->backend, ask_kind_of(turn),
                                 now_ms);
    if (choice == chain->count) {
        return false;
    }
    struct gate *gate = &chain->backends[choice].gate;
    if (!gate_is_open(gate) && gate_wants(gate, now_ms)) {
        gate_claim(gate, now_ms);
    }
    turn->backend = choice;
    return true;
}

/* Orders have no deadline: they are facts. */
int64_t standby_deadline_ms(const struct turn *turn)
{
    const struct engine *engine = turn->engine;
    const struct event *event = turn->event;
    int64_t at_wall_ms = INT64_MAX;
    if (!event || engine->options.ignores_age || event->kind == EVENT_ORDER ||
        event->kind == EVENT_HANDBACK) {
        return INT64_MAX;
    }
    if (event->expires_wall_ms >= 0) {
        at_wall_ms = event->expires_wall_ms;
    }
    if (engine->options.event_age_max_ms > 0 && event->time_wall_ms >= 0) {
        at_wall_ms = min_i64(at_wall_ms, event->time_wall_ms + engine->options.event_age_max_ms);
    }
    if (at_wall_ms == INT64_MAX) {
        return INT64_MAX;
    }
    const struct clock *clock = engine->ports.clock;
    return clock->mono_ms + (at_wall_ms - clock->wall_ms) + 1;
}

static const struct gate *standby_gate(const struct turn *turn)
{
    return &turn->engine->chain.backends[turn->backend].gate;
}

/* The time at which a person takes over, if things stay as they are; INT64_MAX: never. */
static int64_t standby_outage_end_ms(const struct turn *turn)
{
    const struct gate *gate = standby_gate(turn);
    int64_t most_ms = turn->engine->options.outage_max_ms;
    if (recommend_has_words(turn)) {
        most_ms = most_ms == 0 ? STANDBY_WORDS_MS : min_i64(most_ms, STANDBY_WORDS_MS);
    }
    if (most_ms == 0) {
        return INT64_MAX;
    }
    int64_t since_ms = turn->held_since_ms;
    if (gate_is_open(gate)) { /* it may shut at any time */
        return turn->engine->ports.clock->mono_ms + most_ms;
    }
    return max_i64(since_ms, gate->breaker.opened_ms) + most_ms;
}

void standby_begin(struct turn *turn)
{
    struct engine *engine = turn->engine;
    if (turn->held_since_ms < 0) {
        turn->held_since_ms = engine->ports.clock->mono_ms;
    }
    int64_t at_ms = min_i64(standby_deadline_ms(turn), standby_outage_end_ms(turn));
    if (at_ms == INT64_MAX) {
        alarm_clear(&engine->alarms, &turn->alarm);
    } else {
        alarm_set(&engine->alarms, &turn->alarm, at_ms);
    }
}

void standby_wake(struct turn *turn)
{
    int64_t now_ms = turn->engine->ports.clock->mono_ms;
    bool is_late = now_ms >= standby_deadline_ms(turn);
    if (!is_late && now_ms < standby_outage_end_ms(turn)) {
        standby_begin(turn);
        return;
    }
    ask_leave(turn);
    attempt_fail(turn, is_late ? ERR_DEADLINE : ERR_NO_BACKEND, -1);
}

void standby_again(struct turn *turn, enum err why)
{
    size_t before = turn->backend;
    if (standby_choose(turn) && turn->backend == before) {
        ask_model(turn);
        return;
    }
    turn->attempt--;
    attempt_restart(turn, why);
}

bool standby_move_down(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    size_t next = chain_find(&engine->chain, turn->backend + 1, ask_kind_of(turn));
    if (next == engine->chain.count) {
        return false;
    }
    turn->backend_first = next;
    turn->attempt = 0;
    attempt_restart(turn, ERR_NO_BACKEND);
    return true;
}

void standby_change(struct turn *turn)
{
    ask_leave(turn);
    turn->attempt--;
    attempt_restart(turn, ERR_NO_BACKEND);
}
