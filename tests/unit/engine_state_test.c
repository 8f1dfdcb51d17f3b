/* engine_state_test.c - what the parts of an engine share. */
#include "tests/unit/cm.h"
#include "worker/engine/engine_state.h"

static struct tenant_instructions tenants[2];
static struct tenant_ban bans[2];
static struct engine engine;

static void engine_of_two_tenants(void)
{
    tenants[0] = (struct tenant_instructions){ STR("acme"), { .text = STR("for acme") } };
    tenants[1] = (struct tenant_instructions){ STR("bolt"), { .text = STR("for bolt") } };
    bans[0] = (struct tenant_ban){ STR("acme"), { .version = STR("of acme") } };
    bans[1] = (struct tenant_ban){ STR("bolt"), { .version = STR("of bolt") } };
    engine = (struct engine){ .options = {
        .inflight_max = 2,
        .backlog_records_max = 100,
        .instructions = { .text = STR("the shop's") },
        .tenants = tenants,
        .tenants_count = countof(tenants),
        .ban = { .version = STR("the shop's") },
        .tenant_bans = bans,
        .tenant_bans_count = countof(bans),
    } };
}

static void an_event_has_its_tenants_instructions_else_the_shops(void **state)
{
    (void)state;
    engine_of_two_tenants();
    const struct event acme = { .tenant = STR("acme") };
    const struct event bolt = { .tenant = STR("bolt") };
    const struct event other = { .tenant = STR("acme2") };
    const struct event none = { 0 };
    assert_true(str_is(engine_instructions(&engine, &acme)->text, "for acme"));
    assert_true(str_is(engine_instructions(&engine, &bolt)->text, "for bolt"));
    assert_true(str_is(engine_instructions(&engine, &other)->text, "the shop's"));
    assert_true(str_is(engine_instructions(&engine, &none)->text, "the shop's"));
    assert_true(str_is(engine_instructions(&engine, NULL)->text, "the shop's"));
}

static void an_event_has_its_tenants_banned_words_else_the_shops(void **state)
{
    (void)state;
    engine_of_two_tenants();
    const struct event acme = { .tenant = STR("acme") };
    const struct event bolt = { .tenant = STR("bolt") };
    const struct event other = { .tenant = STR("zeta") };
    const struct event none = { 0 };
    assert_true(str_is(engine_ban(&engine, &acme)->version, "of acme"));
    assert_true(str_is(engine_ban(&engine, &bolt)->version, "of bolt"));
    assert_true(str_is(engine_ban(&engine, &other)->version, "the shop's"));
    assert_true(str_is(engine_ban(&engine, &none)->version, "the shop's"));
}

static void what_runs_takes_the_room_of_eight_order_events_each(void **state)
{
    (void)state;
    engine_of_two_tenants();
    size_t all = 2 * ENGINE_ORDERS_PER_TURN;
    assert_int_equal(engine_room(&engine), all);
    engine.turns[TURN_LOADING].count = 1;
    engine.turns[TURN_STORING].count = 3;
    assert_int_equal(engine_inflight(&engine), 4);
    assert_int_equal(engine_room(&engine), all - ENGINE_ORDERS_PER_TURN - 3);
    engine.landed.count = 1;
    engine.turns[TURN_RECALLING].count = 5;
    assert_int_equal(engine_room(&engine), 0);
}

static void there_is_room_for_turns_beyond_the_backlog(void **state)
{
    (void)state;
    engine_of_two_tenants();
    assert_true(engine_turns_max(&engine.options) > engine.options.backlog_records_max);
}

static void only_the_first_end_is_reported(void **state)
{
    (void)state;
    engine_of_two_tenants();
    const struct note first = { .text = "the first" };
    const struct note second = { .text = "the second" };
    engine_fail(&engine, ERR_FENCED, &first);
    engine_fail(&engine, ERR_NOMEM, &second);
    assert_true(engine.is_fatal);
    assert_int_equal(engine.fatal, ERR_FENCED);
    assert_string_equal(engine.fatal_note.text, "the first");
}

static void an_end_may_come_without_a_note(void **state)
{
    (void)state;
    engine_of_two_tenants();
    engine_fail(&engine, ERR_NOMEM, NULL);
    assert_int_equal(engine.fatal, ERR_NOMEM);
    assert_string_equal(engine.fatal_note.text, "");
}

static void chance_is_the_same_for_the_same_seed_and_does_not_repeat(void **state)
{
    (void)state;
    struct engine one = { .chance = 7 };
    struct engine same = { .chance = 7 };
    uint64_t before = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t drawn = engine_chance(&one);
        assert_true(drawn == engine_chance(&same));
        assert_true(drawn != before);
        before = drawn;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_has_its_tenants_instructions_else_the_shops),
        cmocka_unit_test(an_event_has_its_tenants_banned_words_else_the_shops),
        cmocka_unit_test(what_runs_takes_the_room_of_eight_order_events_each),
        cmocka_unit_test(there_is_room_for_turns_beyond_the_backlog),
        cmocka_unit_test(only_the_first_end_is_reported),
        cmocka_unit_test(an_end_may_come_without_a_note),
        cmocka_unit_test(chance_is_the_same_for_the_same_seed_and_does_not_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
