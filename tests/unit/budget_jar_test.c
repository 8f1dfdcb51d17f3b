/* budget_jar_test.c - one limit, and a store whose replies come late, wrong or never. */
#include "worker/engine/budget_jar.h"

#include "common/field.h"
#include "common/mem.h"
#include "tests/unit/cm.h"

#define MINUTE_MS 60000

static struct {
    struct clock clock;
    struct store store;
    struct store_call *call; /* under way */
    struct str key;
    bool is_down;
    struct budget_ports ports;
    struct budget_jar jar;
} kit;

static void kit_start(struct store *store, struct store_call *call)
{
    static char key[8 * FIELD_ID_MAX];
    (void)store;
    assert_null(kit.call);
    snprintf(key, sizeof(key), "%.*s", STR_ARG(call->key));
    kit.key = str_from(key);
    kit.call = call;
}

static bool kit_is_up(const struct store *store)
{
    (void)store;
    return !kit.is_down;
}

static const struct store_ops kit_ops = { .name = "kit", .start = kit_start, .is_up = kit_is_up };

static void kit_open(enum metric_budget kind, int64_t limit)
{
    memset(&kit, 0, sizeof(kit));
    kit.clock = (struct clock){ 1000, 100 * MINUTE_MS };
    kit.store.ops = &kit_ops;
    kit.ports = (struct budget_ports){ .store = &kit.store,
                                       .clock = &kit.clock,
                                       .metrics = metrics_create(),
                                       .pods_max = 4 };
    budget_jar_init(&kit.jar, &kit.ports, kind, limit);
    kit.jar.of = METRIC_SCOPE_TENANT;
    kit.jar.name = STR("shop");
}

static void kit_close(void)
{
    metrics_destroy(kit.ports.metrics);
}

static void pass(int64_t time_ms)
{
    kit.clock.mono_ms += time_ms;
    kit.clock.wall_ms += time_ms;
}

static void reply(enum err err, bool found, int64_t sum)
{
    struct store_call *call = TAKE(kit.call);
    assert_non_null(call);
    call->found = found;
    call->sum = sum;
    call->on_done(call, err);
}

static enum admission_verdict verdict(int64_t tokens)
{
    return budget_jar_ask(&kit.jar, tokens).verdict;
}

static void a_call_waits_for_one_reply_and_then_goes(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_TOKENS_MINUTE, 1000);
    struct admission said = budget_jar_ask(&kit.jar, 50);
    assert_int_equal(said.verdict, ADMISSION_WAIT);
    assert_int_equal(said.until_ms, kit.clock.mono_ms + 1);
    assert_true(str_is(kit.key, "budget/1/2/100/shop"));
    assert_int_equal(kit.call->ttl_ms, 2 * MINUTE_MS);
    reply(OK, true, kit.call->amount);
    assert_int_equal(verdict(50), ADMISSION_GO);
    budget_jar_spend(&kit.jar, 50);
    assert_int_equal(verdict(50), ADMISSION_WAIT);
    reply(OK, true, 50 + kit.call->amount);
    kit_close();
}

static void what_lies_above_the_limit_goes_back_at_once(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_REQUESTS_MINUTE, 10);
    assert_int_equal(verdict(0), ADMISSION_WAIT);
    reply(OK, true, 10 + kit.call->amount); /* others have it all */
    assert_int_equal(kit.call->amount, -1);
    reply(OK, true, 10);
    struct admission said = budget_jar_ask(&kit.jar, 0);
    assert_int_equal(said.verdict, ADMISSION_WAIT);
    assert_int_equal(said.until_ms, kit.clock.mono_ms + 250); /* once may be a moment's */
    pass(250);
    assert_int_equal(verdict(0), ADMISSION_WAIT);
    reply(OK, true, 10 + kit.call->amount);
    reply(OK, true, 10);
    said = budget_jar_ask(&kit.jar, 0);
    assert_int_equal(said.verdict, ADMISSION_WAIT);
    assert_int_equal(said.until_ms, kit.clock.mono_ms + 1000);
    assert_null(kit.call); /* nobody is asked again before that */
    assert_int_equal(metric_get(kit.ports.metrics, METRIC_BUDGET_USED_UP,
                                METRIC_BUDGET_REQUESTS_MINUTE, METRIC_SCOPE_TENANT),
                     1);
    pass(1000);
    assert_int_equal(verdict(0), ADMISSION_WAIT);
    reply(OK, true, 10); /* one came back from someone */
    assert_int_equal(verdict(0), ADMISSION_GO);
    kit_close();
}

static void a_reply_of_the_last_window_gives_nothing_in_this_one(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_REQUESTS_MINUTE, 10);
    assert_int_equal(verdict(0), ADMISSION_WAIT);
    pass(MINUTE_MS);
    assert_int_equal(verdict(0), ADMISSION_WAIT); /* that request still is under way */
    reply(OK, true, 1);
    assert_int_equal(kit.jar.pot.lease, 0);
    assert_int_equal(verdict(0), ADMISSION_WAIT);
    assert_true(str_is(kit.key, "budget/1/0/101/shop"));
    reply(OK, true, 1);
    assert_int_equal(verdict(0), ADMISSION_GO);
    kit_close();
}

static void a_reply_that_fails_or_makes_no_sense_leaves_the_share(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        kit_open(METRIC_BUDGET_REQUESTS_MINUTE, 8);
        assert_int_equal(verdict(0), ADMISSION_WAIT);
        reply(i == 0 ? ERR_TIMEOUT : OK, false, 0);
        for (int n = 0; n < 2; n++) { /* a quarter of the limit */
            assert_int_equal(verdict(0), ADMISSION_GO);
            budget_jar_spend(&kit.jar, 0);
        }
        assert_int_equal(verdict(0), ADMISSION_WAIT);
        assert_null(kit.call);
        pass(1000);
        assert_int_equal(verdict(0), ADMISSION_WAIT);
        assert_int_equal(kit.call->amount, 3); /* what was spent alone, and one more */
        reply(OK, true, 3);
        assert_int_equal(verdict(0), ADMISSION_GO);
        kit_close();
    }
}

static void a_tenant_may_have_the_longest_name_there_is(void **state)
{
    (void)state;
    char name[4 * FIELD_ID_MAX + 1];
    for (size_t i = 0; i < FIELD_ID_MAX; i++) {
        memcpy(name + 4 * i, "\xF0\x9F\x90\xBC", 5);
    }
    kit_open(METRIC_BUDGET_REQUESTS_DAY, 10);
    kit.jar.name = str_from(name);
    assert_int_equal(verdict(1), ADMISSION_WAIT);
    assert_non_null(kit.call);
    assert_true(str_find(kit.key, kit.jar.name) < kit.key.len);
    reply(OK, true, 1);
    assert_int_equal(verdict(1), ADMISSION_GO);
    kit_close();
}

static void without_memory_for_a_request_the_share_is_left_and_nobody_spins(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_REQUESTS_MINUTE, 4);
    mem_fail_nth(1);
    (void)budget_jar_ask(&kit.jar, 1);
    mem_fail_nth(0);
    assert_null(kit.call);
    assert_int_equal(verdict(1), ADMISSION_GO);
    budget_jar_spend(&kit.jar, 1);
    struct admission said = budget_jar_ask(&kit.jar, 1);
    assert_int_equal(said.verdict, ADMISSION_WAIT);
    assert_true(said.until_ms >= kit.clock.mono_ms + 1000);
    kit_close();
}

static void a_lease_that_rests_goes_back_and_a_stop_gives_it_all(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_TOKENS_MINUTE, 1000);
    assert_int_equal(verdict(50), ADMISSION_WAIT);
    reply(OK, true, 50);
    assert_true(budget_jar_rest(&kit.jar));
    assert_null(kit.call);
    pass(1000);
    assert_true(budget_jar_rest(&kit.jar));
    assert_int_equal(kit.call->amount, -50);
    reply(OK, true, 0);
    assert_false(budget_jar_rest(&kit.jar));
    assert_int_equal(verdict(50), ADMISSION_WAIT);
    reply(OK, true, 50);
    budget_jar_close(&kit.jar);
    assert_int_equal(kit.call->amount, -50);
    reply(OK, true, 0);
    kit_close();
}

static void only_tokens_are_corrected(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_REQUESTS_MINUTE, 10);
    assert_int_equal(verdict(50), ADMISSION_WAIT);
    reply(OK, true, 1);
    budget_jar_spend(&kit.jar, 50);
    reply(OK, true, 2);
    budget_jar_settle(&kit.jar, 70, kit.clock.wall_ms);
    assert_int_equal(kit.jar.pot.spent, 1);
    kit_close();
    kit_open(METRIC_BUDGET_TOKENS_MINUTE, 1000);
    assert_int_equal(verdict(50), ADMISSION_WAIT);
    reply(OK, true, 50);
    budget_jar_spend(&kit.jar, 50);
    reply(OK, true, 100);
    budget_jar_settle(&kit.jar, 70, kit.clock.wall_ms);
    assert_int_equal(kit.jar.pot.spent, 120);
    kit_close();
}

/* Others have all of it: what was asked for goes back at once. */
static void find_it_empty(void)
{
    reply(OK, true, 1000 + kit.call->amount);
    reply(OK, true, 1000);
}

static void nobody_is_refused_before_the_sum_was_found_empty_twice(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_REQUESTS_MINUTE, 1000);
    kit.ports.manner = BUDGET_REFUSES;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(verdict(0), ADMISSION_WAIT);
        find_it_empty();
        assert_int_equal(verdict(0), i == 0 ? ADMISSION_WAIT : ADMISSION_REFUSE);
        pass(i == 0 ? 250 : 1000);
    }
    assert_int_equal(verdict(0), ADMISSION_WAIT); /* it is asked again */
    reply(OK, true, 990 + kit.call->amount);
    assert_int_equal(verdict(0), ADMISSION_GO);
    kit_close();
}

static void nobody_is_refused_for_what_calls_under_way_may_give_back(void **state)
{
    (void)state;
    kit_open(METRIC_BUDGET_TOKENS_MINUTE, 1000);
    kit.ports.manner = BUDGET_REFUSES;
    assert_int_equal(verdict(600), ADMISSION_WAIT);
    reply(OK, true, kit.call->amount);
    budget_jar_spend(&kit.jar, 600);
    find_it_empty();
    pass(250);
    assert_int_equal(verdict(600), ADMISSION_WAIT);
    find_it_empty();
    struct admission said = budget_jar_ask(&kit.jar, 600);
    assert_int_equal(said.verdict, ADMISSION_WAIT);
    assert_int_equal(said.until_ms, kit.clock.mono_ms + 250);
    budget_jar_settle(&kit.jar, -500, kit.clock.wall_ms); /* it took 100 */
    assert_int_equal(verdict(500), ADMISSION_GO);
    assert_int_equal(verdict(600), ADMISSION_REFUSE);
    kit_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_waits_for_one_reply_and_then_goes),
        cmocka_unit_test(what_lies_above_the_limit_goes_back_at_once),
        cmocka_unit_test(a_reply_of_the_last_window_gives_nothing_in_this_one),
        cmocka_unit_test(a_reply_that_fails_or_makes_no_sense_leaves_the_share),
        cmocka_unit_test(a_tenant_may_have_the_longest_name_there_is),
        cmocka_unit_test(without_memory_for_a_request_the_share_is_left_and_nobody_spins),
        cmocka_unit_test(a_lease_that_rests_goes_back_and_a_stop_gives_it_all),
        cmocka_unit_test(only_tokens_are_corrected),
        cmocka_unit_test(nobody_is_refused_before_the_sum_was_found_empty_twice),
        cmocka_unit_test(nobody_is_refused_for_what_calls_under_way_may_give_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
