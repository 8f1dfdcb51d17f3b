/* store_later.c - see store_later.h. */
#include "worker/adapter/store_later.h"

static void store_later_run(struct loop_task *task)
{
    struct store_later *later = container_of(task, struct store_later, task);
    for (size_t left = later->calls.count; left > 0; left--) {
        struct store_call *call = list_entry(list_pop(&later->calls), struct store_call, node);
        call->on_done(call, call->err);
    }
}

void store_later_init(struct store_later *later, struct loop *loop)
{
    *later = (struct store_later){ .loop = loop, .task = { .run = store_later_run } };
    list_init(&later->calls);
}

void store_later_fini(struct store_later *later)
{
    assert(list_is_empty(&later->calls));
    loop_task_drop(later->loop, &later->task);
}

void store_later_add(struct store_later *later, struct store_call *call, enum err err)
{
    call->err = err;
    list_append(&later->calls, &call->node);
    if (!later->task.node.next) {
        loop_later(later->loop, &later->task);
    }
}
