/* gate.c - see gate.h. */
#include "worker/engine/gate.h"

void gate_init(struct gate *gate, size_t inflight_max, size_t start)
{
    *gate = (struct gate){ .held_ms = INT64_MIN };
    limit_init(&gate->limit, inflight_max, start);
    breaker_init(&gate->breaker);
    fair_init(&gate->waiting);
}

void gate_join(struct gate *gate, struct gate_pass *pass, int64_t now_ms)
{
    assert(!pass->is_waiting);
    pass->is_waiting = true;
    pass->since_ms = now_ms;
    pass->refused = OK;
    int64_t cost = max_i64(pass->errand.tokens, 1);
    if (pass->is_back) {
        fair_add_back(&gate->waiting, &pass->place, pass->errand.tenant_hash, cost);
    } else {
        fair_add(&gate->waiting, &pass->place, pass->errand.tenant_hash, cost);
    }
}

void gate_cancel(struct gate *gate, struct gate_pass *pass)
{
    assert(pass->is_waiting);
    fair_remove(&gate->waiting, &pass->place);
    pass->is_waiting = false;
}

static struct admission gate_ask(struct admitter *admitter, struct gate_pass *pass, int64_t now_ms)
{
    if (!admitter) {
        return (struct admission){ .verdict = ADMISSION_GO };
    }
    return admitter->admit(admitter, &pass->errand, now_ms);
}

static void gate_let_in(struct gate *gate, struct gate_pass *pass, int64_t now_ms)
{
    gate->running++;
    pass->serial = ++gate->made;
    pass->started_ms = now_ms;
    pass->opening = breaker_start(&gate->breaker, gate->running, now_ms);
    gate->probing += pass->opening ? 1 : 0;
}

static bool gate_is_full(const struct gate *gate)
{
    return gate->running - gate->probing >= limit_now(&gate->limit);
}

static bool gate_has_place(const struct gate *gate, int64_t now_ms)
{
    if (!breaker_lets(&gate->breaker, now_ms)) {
        return false;
    }
    /* A probe does not wait for calls that may never end. */
    return !gate_is_open(gate) || !gate_is_full(gate);
}

/* Who waits for a budget is not held by the limit. */
static void gate_mark_held(struct gate *gate, int64_t now_ms)
{
    if (gate->held_ms != now_ms && gate->waiting.count > 0 && gate_is_open(gate) &&
        gate_is_full(gate) && fair_first(&gate->waiting, now_ms)) {
        gate->held_ms = now_ms;
    }
}

struct gate_pass *gate_next(struct gate *gate, struct admitter *admitter, int64_t now_ms)
{
    while (gate->waiting.count > 0 && gate_has_place(gate, now_ms)) {
        struct fair_place *place = fair_first(&gate->waiting, now_ms);
        if (!place) {
            return NULL;
        }
        struct gate_pass *pass = container_of(place, struct gate_pass, place);
        struct admission admission = gate_ask(admitter, pass, now_ms);
        if (admission.verdict == ADMISSION_WAIT) {
            fair_close(&gate->waiting, place, max_i64(admission.until_ms, now_ms + 1));
            continue;
        }
        fair_take(&gate->waiting, place);
        pass->is_waiting = false;
        pass->refused = admission.verdict == ADMISSION_REFUSE ? admission.why : OK;
        if (pass->refused == OK) {
            gate_let_in(gate, pass, now_ms);
        }
        return pass;
    }
    gate_mark_held(gate, now_ms);
    return NULL;
}

/* What the end of a call says about load. */
static enum limit_result gate_result(enum err err)
{
    if (err == OK || err == ERR_ANSWER) {
        return LIMIT_OK;
    }
    if (err == ERR_BUSY) {
        return LIMIT_REFUSED;
    }
    return err == ERR_TIMEOUT || err == ERR_BACKEND ? LIMIT_FAILED : LIMIT_OTHER;
}

static enum gate_change gate_compare(struct gate *gate, bool was_open)
{
    bool is_open = gate_is_open(gate);
    if (was_open == is_open) {
        return GATE_SAME;
    }
    if (is_open) {
        limit_restart(&gate->limit, gate->made);
    }
    return is_open ? GATE_OPENED : GATE_SHUT;
}

enum gate_change gate_leave(struct gate *gate, struct gate_pass *pass, enum err err,
                            int64_t now_ms)
{
    assert(gate->running > 0);
    bool was_open = gate_is_open(gate);
    if (was_open) { /* else it is the breaker's to judge */
        const struct limit_sample sample = {
            .result = gate_result(err),
            .serial = pass->serial,
            .made = gate->made,
            .running = gate->running,
            .was_held = gate->held_ms >= pass->started_ms,
            .took_ms = now_ms - pass->started_ms,
            .now_ms = now_ms,
        };
        limit_take(&gate->limit, &sample);
    }
    gate->running--;
    gate->probing -= pass->opening ? 1 : 0;
    breaker_end(&gate->breaker, err, pass->opening, now_ms);
    return gate_compare(gate, was_open);
}

enum gate_change gate_watch(struct gate *gate, int64_t now_ms)
{
    bool was_open = gate_is_open(gate);
    breaker_watch(&gate->breaker, gate->running, (int64_t)gate->limit.pace_ms, now_ms);
    return gate_compare(gate, was_open);
}

bool gate_is_open(const struct gate *gate)
{
    return gate->breaker.state == BREAKER_CLOSED;
}

bool gate_wants(const struct gate *gate, int64_t now_ms)
{
    return gate_is_open(gate) ||
           (gate->waiting.count == 0 && breaker_lets(&gate->breaker, now_ms) &&
            now_ms >= gate->claimed_until_ms);
}

void gate_claim(struct gate *gate, int64_t now_ms)
{
    gate->claimed_until_ms = now_ms + BREAKER_PROBE_MS;
}

struct gate_pass *gate_first(const struct gate *gate)
{
    struct fair_place *place = fair_first(&gate->waiting, INT64_MAX);
    return place ? container_of(place, struct gate_pass, place) : NULL;
}

int64_t gate_next_ms(const struct gate *gate, int64_t now_ms)
{
    int64_t next_ms = fair_next_ms(&gate->waiting, now_ms);
    if (gate_is_open(gate)) {
        return next_ms;
    }
    int64_t probe_ms = gate->breaker.probe_at_ms;
    return probe_ms > now_ms ? min_i64(next_ms, probe_ms) : next_ms;
}
