/* model_builtin.c - see model_builtin.h. The answer is made at once and told later, so that no
 * completion runs before ask() has returned. */
#include "worker/adapter/model_builtin.h"

#include "common/mem.h"
#include "worker/answer/builtin.h"

struct model_builtin {
    struct model model;
    struct loop *loop;
    struct loop_task task;
    struct list calls;
};

static struct model_builtin *model_builtin_of(struct model *model)
{
    return container_of(model, struct model_builtin, model);
}

static void model_builtin_tell(struct loop_task *task)
{
    struct model_builtin *builtin = container_of(task, struct model_builtin, task);
    /* Calls that are made meanwhile wait for the next turn of the loop. */
    for (size_t left = builtin->calls.count; left > 0 && builtin->calls.count > 0; left--) {
        struct model_call *call =
            container_of(list_pop(&builtin->calls), struct model_call, node);
        enum err err = (enum err)(intptr_t)call->inner;
        call->inner = NULL;
        call->on_done(call, err);
    }
    if (!list_is_empty(&builtin->calls)) {
        loop_later(builtin->loop, &builtin->task);
    }
}

static void model_builtin_ask(struct model *model, struct model_call *call)
{
    struct model_builtin *builtin = model_builtin_of(model);
    enum err err = builtin_answer(call->arena, call->brief, &call->text);
    call->model = STR("builtin");
    call->inner = (void *)(intptr_t)err;
    if (list_is_empty(&builtin->calls)) {
        loop_later(builtin->loop, &builtin->task);
    }
    list_append(&builtin->calls, &call->node);
}

static void model_builtin_cancel(struct model *model, struct model_call *call)
{
    (void)model;
    call->inner = (void *)(intptr_t)ERR_CANCELLED;
}

static const struct model_ops model_builtin_ops = {
    .name = "builtin",
    .ask = model_builtin_ask,
    .cancel = model_builtin_cancel,
};

struct model *model_builtin_create(struct loop *loop)
{
    struct model_builtin *builtin = mem_zero(1, sizeof(*builtin));
    if (!builtin) {
        return NULL;
    }
    builtin->model = (struct model){ .ops = &model_builtin_ops, .label = STR("builtin") };
    builtin->loop = loop;
    builtin->task.run = model_builtin_tell;
    list_init(&builtin->calls);
    return &builtin->model;
}

void model_builtin_destroy(struct model *model)
{
    if (model) {
        mem_free(model_builtin_of(model));
    }
}
