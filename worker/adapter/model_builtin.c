/* model_builtin.c - see model_builtin.h. The answer is made inside ask(), since the brief is
 * only borrowed for so long, and told on the next turn of the loop. */
#include "worker/adapter/model_builtin.h"

#include "common/mem.h"
#include "worker/adapter/model_later.h"
#include "worker/answer/builtin.h"

struct model_builtin {
    struct model model;
    struct model_later later;
};

static void builtin_ask(struct model *model, struct model_call *call)
{
    struct model_builtin *builtin = container_of(model, struct model_builtin, model);
    call->model = STR("builtin");
    call->retry_after_ms = -1;
    call->tokens_cached = -1;
    call->tokens_in = -1;
    call->tokens_out = -1;
    call->is_json = false;
    call->note = (struct note){ .text = "" };
    enum err err = builtin_answer(call->arena, call->brief, &call->text);
    if (err != OK) {
        note_set(&call->note, "%s", err_text(err));
    }
    model_later_add(&builtin->later, call, err);
}

/* Every call is on its way as soon as it was asked. */
static void builtin_cancel(struct model *model, struct model_call *call)
{
    (void)model;
    (void)call;
}

struct model *model_builtin_create(struct loop *loop)
{
    static const struct model_ops ops = { "builtin", builtin_ask, builtin_cancel };
    struct model_builtin *builtin = mem_zero(1, sizeof(*builtin));
    if (!builtin) {
        return NULL;
    }
    builtin->model = (struct model){ .ops = &ops, .label = STR("builtin") };
    model_later_init(&builtin->later, loop);
    return &builtin->model;
}

void model_builtin_destroy(struct model *model)
{
    if (model) {
        struct model_builtin *builtin = container_of(model, struct model_builtin, model);
        model_later_fini(&builtin->later);
        mem_free(builtin);
    }
}
