/* The builtin model behind its port: later, once, and with nothing borrowed for long. */
#include "tests/unit/cm.h"

#include "worker/adapter/model_builtin.h"

struct asked {
    struct loop *loop;
    struct arena arena;
    struct model_call call;
    int done;
    enum err err;
};

static void asked_on_done(struct model_call *call, enum err err)
{
    struct asked *asked = call->owner;
    asked->done++;
    asked->err = err;
    loop_stop(asked->loop);
}

/* Asks what a customer who says hello is told; the brief is gone when the answer comes. */
static void ask(struct model *model, struct asked *asked)
{
    struct event event = { .kind = EVENT_MESSAGE, .message = { .text = STR("Hello!") } };
    struct brief brief = { .event = &event, .language = STR("en"), .intent = INTENT_GREETING };
    arena_init(&asked->arena, 1 << 16);
    asked->call = (struct model_call){
        .brief = &brief, .arena = &asked->arena, .on_done = asked_on_done, .owner = asked
    };
    model->ops->ask(model, &asked->call);
    assert_int_equal(asked->done, 0);
}

static void an_answer_comes_later_and_once(void **state)
{
    (void)state;
    struct asked asked = { .loop = loop_create() };
    struct model *model = model_builtin_create(asked.loop);
    ask(model, &asked);
    loop_run(asked.loop);
    assert_int_equal(asked.done, 1);
    assert_int_equal(asked.err, OK);
    assert_true(asked.call.text.len > 0);
    assert_true(str_is(asked.call.model, "builtin"));
    assert_true(str_is(model->label, "builtin"));
    assert_int_equal(asked.call.tokens_in, -1);
    model_builtin_destroy(model);
    loop_destroy(asked.loop);
    arena_fini(&asked.arena);
}

static void a_cancelled_call_completes_once(void **state)
{
    (void)state;
    struct asked asked = { .loop = loop_create() };
    struct model *model = model_builtin_create(asked.loop);
    ask(model, &asked);
    model->ops->cancel(model, &asked.call);
    assert_int_equal(asked.done, 0);
    loop_run(asked.loop);
    assert_int_equal(asked.done, 1);
    model_builtin_destroy(model);
    loop_destroy(asked.loop);
    arena_fini(&asked.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_later_and_once),
        cmocka_unit_test(a_cancelled_call_completes_once),
    };
    return cmocka_run_group_tests_name("adapter_model_builtin", tests, NULL, NULL);
}
