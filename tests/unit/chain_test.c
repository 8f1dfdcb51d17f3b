/* chain_test.c - the first backend that takes the kind, and sums over all gates. */
#include "worker/engine/chain.h"

#include "tests/unit/cm.h"

static struct chain chain;

static void make_three(void)
{
    chain = (struct chain){ .backends = { { .inflight_max = 2, .kinds = BIT(ASK_MESSAGE) },
                                          { .inflight_max = 3, .kinds = BIT(ASK_COPY) },
                                          { .inflight_max = 4, .kinds = ASK_KINDS_ALL } },
                            .count = 3 };
    for (size_t i = 0; i < chain.count; i++) {
        chain.backends[i].inflight_start = 16;
    }
    chain_init(&chain);
}

static void a_kind_goes_to_the_first_backend_that_takes_it(void **state)
{
    (void)state;
    make_three();
    assert_int_equal(chain_find(&chain, 0, ASK_MESSAGE), 0);
    assert_int_equal(chain_find(&chain, 0, ASK_COPY), 1);
    assert_int_equal(chain_find(&chain, 1, ASK_MESSAGE), 2);
    assert_int_equal(chain_find(&chain, 3, ASK_COPY), 3);
}

static void each_backend_has_a_gate_of_its_own_and_all_are_summed(void **state)
{
    (void)state;
    make_three();
    struct gate_pass passes[4] = { 0 };
    for (size_t i = 0; i < countof(passes); i++) {
        struct gate *gate = &chain.backends[i < 3 ? 0 : 1].gate;
        gate_join(gate, &passes[i], 0);
        gate_next(gate, NULL, 1);
    }
    assert_int_equal(chain.backends[0].gate.running, 2);
    assert_int_equal(chain_running(&chain), 3);
    assert_int_equal(chain_waiting(&chain), 1);
    assert_int_equal(chain_next_ms(&chain, 0), INT64_MAX);
    assert_int_equal(chain_limit(&chain), 2 + 3 + 4);
    chain.backends[0].gate.breaker.state = BREAKER_OPEN;
    chain.backends[0].gate.breaker.probe_at_ms = 9;
    assert_int_equal(chain_next_ms(&chain, 0), 9);
    assert_int_equal(chain_limit(&chain), 3 + 4);
}

static void shut(size_t place, int64_t probe_at_ms)
{
    chain.backends[place].gate.breaker.state = BREAKER_OPEN;
    chain.backends[place].gate.breaker.probe_at_ms = probe_at_ms;
}

static void the_first_open_backend_is_chosen_and_a_shut_one_for_its_probe(void **state)
{
    (void)state;
    make_three();
    assert_int_equal(chain_choose(&chain, 0, 0, ASK_MESSAGE, 0), 0);
    shut(0, 1000);
    assert_int_equal(chain_choose(&chain, 0, 0, ASK_MESSAGE, 999), 2);
    assert_int_equal(chain_choose(&chain, 0, 2, ASK_MESSAGE, 1000), 0);
    gate_claim(&chain.backends[0].gate, 1000);
    assert_int_equal(chain_choose(&chain, 0, 0, ASK_MESSAGE, 1000), 2);
    assert_int_equal(chain_choose(&chain, 0, 0, ASK_MESSAGE, 2000), 0);
    struct gate_pass pass = { 0 };
    gate_join(&chain.backends[0].gate, &pass, 2000);
    assert_int_equal(chain_choose(&chain, 0, 0, ASK_MESSAGE, 2000), 2);
}

static void when_all_are_shut_one_stays_where_it_is_or_waits_at_the_first(void **state)
{
    (void)state;
    make_three();
    shut(0, 1000);
    shut(2, 1000);
    assert_int_equal(chain_choose(&chain, 0, 2, ASK_MESSAGE, 0), 2);
    assert_int_equal(chain_choose(&chain, 0, 1, ASK_MESSAGE, 0), 0);
    assert_int_equal(chain_choose(&chain, 1, 0, ASK_MESSAGE, 0), 2);
    assert_int_equal(chain_choose(&chain, 3, 0, ASK_MESSAGE, 0), 3);
}

static void limit_is(size_t place, double limit)
{
    chain.backends[place].gate.limit.window = limit;
}

static void the_backlog_follows_what_the_model_can_take(void **state)
{
    (void)state;
    make_three();
    size_t most = chain_backlog_max(&chain);
    limit_is(2, 1);
    size_t less = chain_backlog_max(&chain);
    assert_true(less < most);
    shut(0, 0);
    shut(1, 0);
    shut(2, 0);
    assert_in_range(chain_backlog_max(&chain), 1, less - 1);
}

/* More workers are of no use where the backend is the bound. */
static void saturation_counts_those_who_wait_only_while_the_worker_is_the_bound(void **state)
{
    (void)state;
    make_three();
    struct gate *gate = &chain.backends[0].gate;
    static struct gate_pass passes[6];
    for (size_t i = 0; i < countof(passes); i++) {
        gate_join(gate, &passes[i], 0);
    }
    assert_int_equal(chain_saturation(&chain), 300);
    assert_non_null(gate_next(gate, NULL, 0));
    assert_int_equal(chain_saturation(&chain), 300);
    limit_is(0, 1);
    assert_int_equal(chain_saturation(&chain), 50);
}

static void the_gauges_tell_each_gate_and_why_it_is_shut(void **state)
{
    (void)state;
    make_three();
    struct metrics *metrics = metrics_create();
    chain.backends[1].metric = METRIC_MODEL_2;
    chain.backends[2].metric = METRIC_MODEL_3;
    shut(1, 0);
    chain.backends[1].gate.breaker.why = ERR_AUTH;
    chain_show(&chain, metrics);
    chain_show(&chain, metrics);
    assert_int_equal(metric_get(metrics, METRIC_GATE_LIMIT, METRIC_MODEL_3, 0), 4);
    assert_int_equal(metric_get(metrics, METRIC_GATE_SHUT, METRIC_MODEL_2, ERR_AUTH), 1);
    assert_int_equal(metric_get(metrics, METRIC_GATE_OPENINGS, METRIC_MODEL_2, 0), 1);
    chain.backends[1].gate.breaker.why = ERR_TIMEOUT;
    chain_show(&chain, metrics);
    assert_int_equal(metric_get(metrics, METRIC_GATE_SHUT, METRIC_MODEL_2, ERR_AUTH), 0);
    assert_int_equal(metric_get(metrics, METRIC_GATE_SHUT, METRIC_MODEL_2, ERR_TIMEOUT), 1);
    chain.backends[1].gate.breaker.state = BREAKER_CLOSED;
    chain_show(&chain, metrics);
    assert_int_equal(metric_get(metrics, METRIC_GATE_SHUT, METRIC_MODEL_2, ERR_TIMEOUT), 0);
    assert_int_equal(metric_get(metrics, METRIC_GATE_OPENINGS, METRIC_MODEL_2, 0), 1);
    metrics_destroy(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_goes_to_the_first_backend_that_takes_it),
        cmocka_unit_test(the_first_open_backend_is_chosen_and_a_shut_one_for_its_probe),
        cmocka_unit_test(when_all_are_shut_one_stays_where_it_is_or_waits_at_the_first),
        cmocka_unit_test(the_backlog_follows_what_the_model_can_take),
        cmocka_unit_test(saturation_counts_those_who_wait_only_while_the_worker_is_the_bound),
        cmocka_unit_test(the_gauges_tell_each_gate_and_why_it_is_shut),
        cmocka_unit_test(each_backend_has_a_gate_of_its_own_and_all_are_summed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
