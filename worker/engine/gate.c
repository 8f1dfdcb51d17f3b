/* gate.c - see gate.h. */
#include "worker/engine/gate.h"

void gate_init(struct gate *gate, size_t limit)
{
    assert(limit > 0);
    *gate = (struct gate){ .limit = limit };
    list_init(&gate->waiting);
}

void gate_join(struct gate *gate, struct gate_pass *pass, int64_t now_ms)
{
    assert(!pass->is_waiting);
    pass->is_waiting = true;
    pass->since_ms = now_ms;
    pass->refused = OK;
    list_append(&gate->waiting, &pass->node);
}

void gate_leave(struct gate *gate)
{
    assert(gate->running > 0);
    gate->running--;
}

void gate_cancel(struct gate *gate, struct gate_pass *pass)
{
    assert(pass->is_waiting);
    list_remove(&gate->waiting, &pass->node);
    pass->is_waiting = false;
}

static struct admission gate_ask(struct admitter *admitter, struct gate_pass *pass, int64_t now_ms)
{
    if (!admitter) {
        return (struct admission){ .verdict = ADMISSION_GO };
    }
    return admitter->admit(admitter, &pass->errand, now_ms);
}

struct gate_pass *gate_next(struct gate *gate, struct admitter *admitter, int64_t now_ms)
{
    if (gate->running >= gate->limit || list_is_empty(&gate->waiting) ||
        now_ms < gate->closed_until_ms) {
        return NULL;
    }
    struct gate_pass *pass = container_of(list_first(&gate->waiting), struct gate_pass, node);
    struct admission admission = gate_ask(admitter, pass, now_ms);
    if (admission.verdict == ADMISSION_WAIT) {
        gate->closed_until_ms = max_i64(admission.until_ms, now_ms + 1);
        return NULL;
    }
    gate_cancel(gate, pass);
    pass->refused = admission.verdict == ADMISSION_REFUSE ? admission.why : OK;
    gate->running += pass->refused == OK ? 1 : 0;
    return pass;
}

int64_t gate_next_ms(const struct gate *gate, int64_t now_ms)
{
    bool waits = !list_is_empty(&gate->waiting) && now_ms < gate->closed_until_ms;
    return waits ? gate->closed_until_ms : INT64_MAX;
}
