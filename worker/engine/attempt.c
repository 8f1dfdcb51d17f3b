/* attempt.c - see attempt.h. */
#include "worker/engine/attempt.h"

#include "worker/engine/ask.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"
#include "worker/engine/standby.h"

enum err attempt_make_work(struct turn *turn)
{
    turn_clear(turn);
    struct work *work = arena_new(&turn->scratch, struct work);
    if (!work) {
        return ERR_NOMEM;
    }
    work->turn = turn;
    turn->model_ms = -1;
    turn->work = work;
    return OK;
}

bool attempt_is_late(const struct turn *turn)
{
    return turn->engine->ports.clock->mono_ms >= standby_deadline_ms(turn);
}

/* A deadline that passes meanwhile is noticed then, not at the end of the wait. */
static void attempt_sleep(struct turn *turn, int64_t wait_ms)
{
    struct engine *engine = turn->engine;
    turn_move(turn, TURN_WAITING);
    alarm_set(&engine->alarms, &turn->alarm,
              min_i64(engine->ports.clock->mono_ms + wait_ms, standby_deadline_ms(turn)));
}

static void attempt_wait(struct turn *turn, enum err why, int64_t wait_ms)
{
    metric_add(turn->engine->ports.metrics, METRIC_RETRIES, why, 1);
    attempt_sleep(turn, wait_ms);
}

/* Another backend may do what this one could not. */
static void attempt_end(struct turn *turn, enum err why)
{
    bool was_asked = turn->state == TURN_GATED || turn->state == TURN_ASKING;
    bool is_backends = why == ERR_ATTEMPTS || why == ERR_REFUSED || why == ERR_BUDGET;
    if (!was_asked || !is_backends || !standby_move_down(turn)) {
        conclude_handoff(turn, why);
    }
}

void attempt_fail(struct turn *turn, enum err why, int64_t retry_after_ms)
{
    struct engine *engine = turn->engine;
    struct fate fate = retry_decide(&engine->options.retry, why, turn->attempt, retry_after_ms,
                                    engine_chance(engine));
    switch (fate.next) {
    case FATE_AGAIN:
        attempt_wait(turn, why, fate.wait_ms);
        return;
    case FATE_HANDOFF:
        attempt_end(turn, fate.why);
        return;
    case FATE_DEAD_LETTER:
        conclude_dead_letter(turn, fate.why);
        return;
    case FATE_STOP:
        engine_fail(engine, why, turn->note);
        return;
    }
}

void attempt_later(struct turn *turn)
{
    struct engine *engine = turn->engine;
    const struct retry_policy *policy = &engine->options.retry;
    if (turn->attempt >= policy->attempts_max) {
        attempt_end(turn, ERR_ATTEMPTS);
        return;
    }
    attempt_sleep(turn, retry_long_wait_ms(policy, engine_chance(engine)));
}

void attempt_again(struct turn *turn, enum err why)
{
    struct engine *engine = turn->engine;
    attempt_wait(turn, why,
                 retry_wait_ms(&engine->options.retry, turn->attempt, engine_chance(engine)));
}

void attempt_restart(struct turn *turn, enum err why)
{
    attempt_wait(turn, why, 0);
}

void attempt_wake(struct turn *turn)
{
    if (turn->state == TURN_GATED) {
        standby_wake(turn);
        return;
    }
    turn_move(turn, TURN_RUNNABLE);
}

/* What the store was asked for comes soon; what the model was asked for is not waited for. */
void attempt_give_up(struct turn *turn)
{
    if (turn->state == TURN_GATED || turn->state == TURN_ASKING) {
        ask_give_up(turn);
        conclude_handoff(turn, ERR_STUCK);
    } else if (turn->state == TURN_WAITING) {
        alarm_clear(&turn->engine->alarms, &turn->alarm);
        attempt_wake(turn);
    } else if (turn_is_running(turn)) {
        turn->work->person = ERR_STUCK;
    }
}
