/* consult_test.c - passages of the shop's pages in an answer: named, keyed, and only where there
 * are pages. */
#include "worker/engine/consult.h"

#include "common/mem.h"
#include "tests/unit/world.h"

static struct world world;

/* Pages of the tenants that have any, held until the test lets go. */
static struct shelf {
    struct knowledge port;
    struct list calls;
    size_t asked;
    char last_tenant[32];
    const char *text; /* of the one passage that is found; NULL: none is */
    enum err err;
} shelf;

static bool shelf_has(struct knowledge *port, struct str tenant)
{
    (void)port;
    return !str_is(tenant, "bare");
}

static void shelf_find(struct knowledge *port, struct knowledge_call *call)
{
    (void)port;
    shelf.asked++;
    snprintf(shelf.last_tenant, sizeof(shelf.last_tenant), "%.*s", STR_ARG(call->tenant));
    list_append(&shelf.calls, &call->node);
}

static const struct knowledge_ops shelf_ops = { "fake", shelf_has, shelf_find };

static void shelf_let_go(void)
{
    struct list_node *node;
    while ((node = list_pop(&shelf.calls)) != NULL) {
        struct knowledge_call *call = container_of(node, struct knowledge_call, node);
        struct passage *passage = arena_new(call->arena, struct passage);
        assert_non_null(passage);
        passage->id = STR("returns.md#1");
        passage->text = str_from(shelf.text);
        call->passages = passage;
        call->passages_count = shelf.text ? 1 : 0;
        call->on_done(call, shelf.err);
    }
}

static void put_pages(struct world *at, struct engine_ports *ports)
{
    (void)at;
    ports->knowledge = &shelf.port;
}

static void share(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

static void open_shop(const char *text)
{
    shelf = (struct shelf){ .port = { &shelf_ops }, .text = text };
    list_init(&shelf.calls);
    world_open_wired(&world, share, put_pages);
    world_claim(&world, 0);
    world_step(&world, 1);
}

static void close_shop(void)
{
    shelf_let_go();
    world_close(&world);
}

static void say_as(int64_t offset, const char *tenant, const char *text)
{
    char value[512];
    snprintf(value, sizeof(value),
             "{\"id\":\"m-%lld\",\"conversation_id\":\"c-%lld\",\"customer_id\":\"u\","
             "\"tenant\":\"%s\",\"text\":\"%s\"}",
             (long long)offset, (long long)offset, tenant, text);
    world_deliver(&world, 0, offset, NULL, value);
}

static void answer_all(void)
{
    for (int i = 0; i < 20; i++) {
        shelf_let_go();
        world_step(&world, 1);
    }
}

static void passages_are_named_in_the_answer(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    say_as(0, "acme", "What is your policy on gifts?");
    answer_all();
    assert_int_equal(world.outputs_count, 1);
    assert_string_equal(shelf.last_tenant, "acme");
    assert_non_null(strstr(world.outputs[0].text,
                           "{\"kind\":\"passage\",\"id\":\"returns.md#1\"}"));
    close_shop();
}

static void the_cache_forgets_an_answer_when_a_passage_changes(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    say_as(0, "acme", "What is your policy on gifts?");
    answer_all();
    say_as(1, "acme", "What is your policy on gifts?");
    answer_all();
    assert_int_equal(world.asked, 1);
    shelf.text = "Within 14 days.";
    say_as(2, "acme", "What is your policy on gifts?");
    answer_all();
    assert_int_equal(world.asked, 2);
    shelf.text = NULL;
    say_as(3, "acme", "What is your policy on gifts?");
    answer_all();
    assert_int_equal(world.asked, 3);
    assert_int_equal(world.outputs_count, 4);
    close_shop();
}

static void small_talk_and_tenants_without_pages_ask_nothing(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    say_as(0, "acme", "hello");
    say_as(1, "bare", "What is your policy on gifts?");
    world_step(&world, 20);
    assert_int_equal(shelf.asked, 0);
    assert_int_equal(world.outputs_count, 2);
    assert_null(strstr(world.outputs[1].text, "passage"));
    close_shop();
}

static void a_search_that_fails_is_tried_again(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    shelf.err = ERR_NOMEM;
    say_as(0, "acme", "What is your policy on gifts?");
    world_step(&world, 3);
    shelf_let_go();
    assert_int_equal(world.engine->turns[TURN_WAITING].count, 1);
    shelf.err = OK;
    world.clock.mono_ms += 10000;
    answer_all();
    assert_int_equal(shelf.asked, 2);
    assert_int_equal(world.outputs_count, 1);
    assert_non_null(strstr(world.outputs[0].text, "returns.md#1"));
    close_shop();
}

static void a_turn_that_is_dropped_meanwhile_waits_for_its_search(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    say_as(0, "acme", "What is your policy on gifts?");
    world_step(&world, 3);
    assert_int_equal(shelf.calls.count, 1);
    engine_drain(world.engine, world.clock.mono_ms);
    world_step(&world, 3);
    assert_false(world.is_drained);
    assert_int_equal(world.engine->orphans.count, 1);
    shelf_let_go();
    assert_int_equal(world.engine->orphans.count, 0);
    close_shop();
    assert_int_equal(world.outputs_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passages_are_named_in_the_answer),
        cmocka_unit_test(the_cache_forgets_an_answer_when_a_passage_changes),
        cmocka_unit_test(small_talk_and_tenants_without_pages_ask_nothing),
        cmocka_unit_test(a_search_that_fails_is_tried_again),
        cmocka_unit_test(a_turn_that_is_dropped_meanwhile_waits_for_its_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
