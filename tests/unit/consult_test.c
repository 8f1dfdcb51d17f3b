/* consult_test.c - passages of the shop's pages in an answer: named, keyed, only where there are
 * pages, and for what leans on a conversation found by that, too. */
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
    char last_before[256];
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
    snprintf(shelf.last_before, sizeof(shelf.last_before), "%.*s",
             STR_ARG(call->question.before));
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
    options->history_turns = 4;
}

static void open_shop(const char *text)
{
    shelf = (struct shelf){ .port = { &shelf_ops }, .text = text };
    list_init(&shelf.calls);
    world_open_wired(&world, share, put_pages);
    world.keeps_fields = true;
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

/* `more`: further fields of the event, with a comma in front. */
static void say_in(int64_t offset, const char *conversation, const char *text, const char *more)
{
    char value[512];
    snprintf(value, sizeof(value),
             "{\"id\":\"m-%lld\",\"conversation_id\":\"%s\",\"customer_id\":\"u\","
             "\"tenant\":\"acme\",\"text\":\"%s\"%s}",
             (long long)offset, conversation, text, more);
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

static void a_follow_up_is_looked_for_with_what_it_leans_on(void **state)
{
    (void)state;
    static const char *const talks[][3] = {
        { "How long does delivery of the kettle take?", "and returns?", "kettle" },
        { "水壶几天能送到？", "那退货呢?", "水壶" },
    };
    for (size_t i = 0; i < countof(talks); i++) {
        open_shop("Within 30 days.");
        say_in(0, "c-1", talks[i][0], "");
        answer_all();
        assert_string_equal(shelf.last_before, "");
        say_in(1, "c-1", talks[i][1], "");
        answer_all();
        assert_non_null(strstr(shelf.last_before, talks[i][2]));
        /* Alone, or in a question that stands alone, nothing is leant on. */
        say_in(2, "c-2", talks[i][1], "");
        answer_all();
        assert_string_equal(shelf.last_before, "");
        say_in(3, "c-1", "What is your policy on gifts?", "");
        answer_all();
        assert_string_equal(shelf.last_before, "");
        assert_int_equal(shelf.asked, 4);
        assert_int_equal(world.outputs_count, 4);
        close_shop();
    }
}

static void a_product_that_only_the_page_named_is_leant_on_by_its_name(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    const struct event offer = { .kind = EVENT_PRODUCT,
                                 .tenant = STR("acme"),
                                 .product = { .sku = STR("K1"), .name = STR("Copper pot") } };
    assert_int_equal(catalog_apply(world.catalog, &offer), OK);
    say_in(0, "c-1", "How long is delivery?", ",\"context\":{\"sku\":\"K1\"}");
    answer_all();
    say_in(1, "c-1", "and returns?", "");
    answer_all();
    assert_non_null(strstr(shelf.last_before, "How long is delivery?"));
    assert_non_null(strstr(shelf.last_before, "Copper pot"));
    close_shop();
}

/* Both times with the same passage, so that it is the conversation alone that tells them apart. */
static void what_leans_on_a_conversation_is_never_cached(void **state)
{
    (void)state;
    static const char *const follow_ups[] = { "and returns?", "那退货呢?" };
    for (size_t i = 0; i < countof(follow_ups); i++) {
        open_shop("Within 30 days.");
        say_in(0, "c-1", "Is the kettle made of steel?", "");
        say_in(1, "c-2", "Is the lamp made of steel?", "");
        answer_all();
        size_t asked = world.asked;
        say_in(2, "c-1", follow_ups[i], "");
        answer_all();
        say_in(3, "c-2", follow_ups[i], "");
        answer_all();
        say_in(4, "c-2", follow_ups[i], "");
        answer_all();
        assert_int_equal(world.asked, asked + 3);
        /* Where there is no conversation yet the same words are, so the cache is on. */
        say_in(5, "c-3", follow_ups[i], "");
        answer_all();
        say_in(6, "c-4", follow_ups[i], "");
        answer_all();
        assert_int_equal(world.asked, asked + 4);
        assert_int_equal(world.outputs_count, 7);
        close_shop();
    }
}

/* The history is away, so what it leans on is not known: a person's, once both have come back. */
static void a_follow_up_without_its_conversation_is_a_persons(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    world.store_err = ERR_UNREACHABLE;
    say_in(0, "c-1", "and returns?", "");
    answer_all();
    assert_int_equal(shelf.asked, 1);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_HANDOFF);
    assert_non_null(strstr(world.outputs[0].text, "\"reason\":\"no_facts\""));
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

/* A turn whose conversation has not come from the store yet. */
static struct turn *loading(const char *text)
{
    world.holds_store = true;
    say_in(0, "c-1", text, "");
    world_step(&world, 3);
    struct list_node *node = list_first(&world.engine->turns[TURN_LOADING]);
    assert_non_null(node);
    return container_of(node, struct turn, node);
}

static void without_memory_no_search_is_started(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    struct turn *turn = loading("and returns?");
    const struct exchange history[] = { { .text = STR("How long is the kettle's cable?") } };
    const size_t bytes_max = turn->scratch.max_bytes;
    size_t failures = 0;
    turn->work->brief.history = history;
    turn->work->brief.history_count = 1;
    unsigned calls_open = turn->calls_open;
    for (size_t bytes = 0; shelf.calls.count == 0; bytes += 16) {
        world_leave_room(&turn->scratch, bytes);
        enum err err = consult_start(turn);
        assert_int_equal(err, shelf.calls.count == 0 ? ERR_NOMEM : OK);
        assert_int_equal(turn->calls_open, calls_open + shelf.calls.count);
        failures += err == OK ? 0 : 1;
        turn->scratch.max_bytes = bytes_max;
    }
    assert_true(failures > 2);
    assert_non_null(strstr(shelf.last_before, "kettle"));
    close_shop();
}

/* Memory that is not there costs an attempt, never the event. */
static void a_search_that_cannot_start_is_tried_again(void **state)
{
    (void)state;
    open_shop("Within 30 days.");
    struct turn *turn = loading("and returns?");
    const size_t bytes_max = turn->scratch.max_bytes;
    world_leave_room(&turn->scratch, 0);
    world.keeps_fields = false; /* the made-up store needs none of it */
    world.holds_store = false;
    world_step(&world, 3);
    assert_int_equal(turn->state, TURN_WAITING);
    assert_int_equal(shelf.asked, 0);
    turn->scratch.max_bytes = bytes_max;
    world.clock.mono_ms += 10000;
    answer_all();
    assert_int_equal(shelf.asked, 1);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_ANSWER);
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
        cmocka_unit_test(a_follow_up_is_looked_for_with_what_it_leans_on),
        cmocka_unit_test(a_product_that_only_the_page_named_is_leant_on_by_its_name),
        cmocka_unit_test(what_leans_on_a_conversation_is_never_cached),
        cmocka_unit_test(a_follow_up_without_its_conversation_is_a_persons),
        cmocka_unit_test(a_search_that_fails_is_tried_again),
        cmocka_unit_test(without_memory_no_search_is_started),
        cmocka_unit_test(a_search_that_cannot_start_is_tried_again),
        cmocka_unit_test(a_turn_that_is_dropped_meanwhile_waits_for_its_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
