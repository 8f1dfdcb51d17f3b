/* gate.c - see gate.h. */
#include "worker/engine/gate.h"

void gate_init(struct gate *gate, size_t limit)
{
    assert(limit > 0);
    *gate = (struct gate){ .limit = limit };
    list_init(&gate->waiting);
}

bool gate_enter(struct gate *gate, struct gate_pass *pass)
{
    /* Those who wait come first, even if a place is free at this moment. */
    if (gate->running < gate->limit && list_is_empty(&gate->waiting)) {
        gate->running++;
        return true;
    }
    pass->is_waiting = true;
    list_append(&gate->waiting, &pass->node);
    return false;
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

struct gate_pass *gate_next(struct gate *gate)
{
    if (gate->running >= gate->limit || list_is_empty(&gate->waiting)) {
        return NULL;
    }
    struct gate_pass *pass = container_of(list_pop(&gate->waiting), struct gate_pass, node);
    pass->is_waiting = false;
    gate->running++;
    return pass;
}
