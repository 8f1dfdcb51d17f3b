/* model_later.c - see model_later.h. */
#include "worker/adapter/model_later.h"

static void model_later_run(struct loop_task *task)
{
    struct model_later *later = container_of(task, struct model_later, task);
    for (size_t left = later->calls.count; left > 0; left--) {
        struct model_call *call = list_entry(list_pop(&later->calls), struct model_call, node);
        call->on_done(call, call->err);
    }
}

void model_later_init(struct model_later *later, struct loop *loop)
{
    *later = (struct model_later){ .loop = loop, .task = { .run = model_later_run } };
    list_init(&later->calls);
}

void model_later_fini(struct model_later *later)
{
    assert(list_is_empty(&later->calls));
    loop_task_drop(later->loop, &later->task);
}

void model_later_add(struct model_later *later, struct model_call *call, enum err err)
{
    call->err = err;
    list_append(&later->calls, &call->node);
    if (!later->task.node.next) {
        loop_later(later->loop, &later->task);
    }
}
