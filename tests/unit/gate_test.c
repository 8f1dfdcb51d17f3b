/* gate_test.c - never more than the limit, who waits longest goes first, and nobody against the
 * admitter's word. */
#include "worker/engine/gate.h"

#include "tests/unit/cm.h"

struct doorman {
    struct admitter port;
    struct admission next;
    int asked;
    int64_t last_tokens;
};

static struct admission doorman_admit(struct admitter *port, struct errand *errand, int64_t now_ms)
{
    (void)now_ms;
    struct doorman *doorman = container_of(port, struct doorman, port);
    doorman->asked++;
    doorman->last_tokens = errand->tokens;
    return doorman->next;
}

static void those_over_the_limit_wait_in_order(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[4] = { 0 };
    gate_init(&gate, 2, 16);
    for (size_t i = 0; i < countof(passes); i++) {
        gate_join(&gate, &passes[i], 0);
    }
    assert_ptr_equal(gate_next(&gate, NULL, 0), &passes[0]);
    assert_ptr_equal(gate_next(&gate, NULL, 0), &passes[1]);
    assert_null(gate_next(&gate, NULL, 0));
    (void)gate_leave(&gate, &passes[0], OK, 1);
    assert_ptr_equal(gate_next(&gate, NULL, 0), &passes[2]);
    assert_null(gate_next(&gate, NULL, 0));
    assert_int_equal(gate.running, 2);
    gate_cancel(&gate, &passes[3]);
    (void)gate_leave(&gate, &passes[1], OK, 1);
    assert_null(gate_next(&gate, NULL, 0));
    assert_int_equal(gate.running, 1);
}

static void who_comes_back_goes_before_those_who_came_later(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[4] = { [3] = { .is_back = true } };
    gate_init(&gate, 1, 16);
    for (size_t i = 0; i < countof(passes); i++) {
        gate_join(&gate, &passes[i], 0);
    }
    static const size_t order[] = { 3, 0, 1, 2 };
    for (size_t i = 0; i < countof(order); i++) {
        assert_ptr_equal(gate_next(&gate, NULL, 0), &passes[order[i]]);
        (void)gate_leave(&gate, &passes[order[i]], OK, 1);
    }
}

static void an_admitter_that_says_wait_is_asked_again_when_it_said(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass pass = { .errand = { .tokens = 77 } };
    struct doorman doorman = { .port = { doorman_admit },
                               .next = { .verdict = ADMISSION_WAIT, .until_ms = 500 } };
    gate_init(&gate, 2, 16);
    assert_int_equal(gate_next_ms(&gate, 0), INT64_MAX);
    gate_join(&gate, &pass, 0);
    assert_null(gate_next(&gate, &doorman.port, 100));
    assert_null(gate_next(&gate, &doorman.port, 499));
    assert_int_equal(doorman.asked, 1);
    assert_int_equal(doorman.last_tokens, 77);
    assert_int_equal(gate_next_ms(&gate, 499), 500);
    doorman.next.verdict = ADMISSION_GO;
    assert_ptr_equal(gate_next(&gate, &doorman.port, 500), &pass);
    assert_int_equal(pass.refused, OK);
    assert_int_equal(gate.running, 1);
}

static void a_wait_that_is_over_already_cannot_spin(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass pass = { 0 };
    struct doorman doorman = { .port = { doorman_admit }, .next = { .verdict = ADMISSION_WAIT } };
    gate_init(&gate, 1, 16);
    gate_join(&gate, &pass, 0);
    assert_null(gate_next(&gate, &doorman.port, 100));
    assert_null(gate_next(&gate, &doorman.port, 100));
    assert_int_equal(doorman.asked, 1);
    assert_int_equal(gate_next_ms(&gate, 100), 101);
    gate_cancel(&gate, &pass);
}

static void who_is_refused_leaves_without_being_counted(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass pass = { 0 };
    struct doorman doorman = { .port = { doorman_admit },
                               .next = { .verdict = ADMISSION_REFUSE, .why = ERR_REFUSED } };
    gate_init(&gate, 1, 16);
    gate_join(&gate, &pass, 0);
    assert_ptr_equal(gate_next(&gate, &doorman.port, 0), &pass);
    assert_int_equal(pass.refused, ERR_REFUSED);
    assert_false(pass.is_waiting);
    assert_int_equal(gate.running, 0);
}

static void let_in(struct gate *gate, struct gate_pass *pass, int64_t now_ms)
{
    gate_join(gate, pass, now_ms);
    assert_ptr_equal(gate_next(gate, NULL, now_ms), pass);
}

static void a_gate_that_shuts_lets_only_probes_in_and_opens_on_an_answer(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass pass = { 0 };
    gate_init(&gate, 8, 16);
    for (int i = 0; i < 5; i++) {
        let_in(&gate, &pass, 0);
        assert_int_equal(gate_leave(&gate, &pass, ERR_UNREACHABLE, 0),
                         i < 4 ? GATE_SAME : GATE_SHUT);
    }
    assert_false(gate_is_open(&gate));
    assert_false(gate_wants(&gate, 999));
    assert_true(gate_wants(&gate, 1000));
    gate_join(&gate, &pass, 1);
    assert_null(gate_next(&gate, NULL, 999));
    assert_int_equal(gate_next_ms(&gate, 1), 1000);
    assert_ptr_equal(gate_next(&gate, NULL, 1000), &pass);
    assert_int_equal(gate.probing, 1);
    assert_int_equal(gate_leave(&gate, &pass, OK, 1100), GATE_OPENED);
    assert_int_equal(gate.probing, 0);
    assert_true(gate_is_open(&gate));
}

/* Calls that hang take all places, and yet it is found out when the backend is back. */
static void a_probe_needs_no_place_of_the_limit(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[6] = { 0 };
    gate_init(&gate, 4, 16);
    gate.limit.pace_ms = 10;
    for (size_t i = 0; i < 4; i++) {
        let_in(&gate, &passes[i], 1);
    }
    assert_int_equal(gate_watch(&gate, 1000), GATE_SAME);
    assert_int_equal(gate_watch(&gate, 4000), GATE_SHUT);
    let_in(&gate, &passes[4], 5000);
    assert_int_equal(gate.running, 5);
    assert_int_equal(gate_leave(&gate, &passes[4], OK, 5010), GATE_OPENED);
    gate_join(&gate, &passes[5], 5010);
    assert_null(gate_next(&gate, NULL, 5010));
    (void)gate_leave(&gate, &passes[0], ERR_TIMEOUT, 5011);
    assert_ptr_equal(gate_next(&gate, NULL, 5011), &passes[5]);
}

static void a_refusal_because_of_load_lowers_the_limit(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[10] = { 0 };
    gate_init(&gate, 10, 16);
    for (size_t i = 0; i < countof(passes); i++) {
        let_in(&gate, &passes[i], 0);
    }
    (void)gate_leave(&gate, &passes[9], ERR_BUSY, 5);
    assert_int_equal(limit_now(&gate.limit), 7);
}

/* In one turn of the loop as many calls may end as there are. */
static void calls_that_end_together_let_the_limit_double(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[80] = { 0 };
    gate_init(&gate, 1000, 16);
    for (size_t i = 0; i < countof(passes); i++) {
        gate_join(&gate, &passes[i], 0);
    }
    size_t begun = 0;
    size_t ended = 0;
    const size_t limits[] = { 16, 32, 64 };
    for (size_t round = 0; round < countof(limits); round++) {
        int64_t now_ms = 50 * (int64_t)round;
        while (gate_next(&gate, NULL, now_ms)) {
            begun++;
        }
        assert_int_equal(gate.running, min_size(limits[round], countof(passes) - ended));
        while (ended < begun) {
            (void)gate_leave(&gate, &passes[ended++], OK, now_ms + 50);
        }
    }
    assert_int_equal(ended, countof(passes));
    assert_int_equal(limit_now(&gate.limit), 64); /* nobody waited for the last ones */
}

/* What a budget lets through is no measure of what the backend bears. */
static void who_waits_for_a_budget_lets_no_limit_grow(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[5] = { 0 };
    struct doorman doorman = { .port = { doorman_admit }, .next = { .verdict = ADMISSION_GO } };
    gate_init(&gate, 1000, 4);
    for (size_t i = 0; i < countof(passes); i++) {
        gate_join(&gate, &passes[i], 0);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(gate_next(&gate, &doorman.port, 0), &passes[i]);
    }
    doorman.next = (struct admission){ .verdict = ADMISSION_WAIT, .until_ms = 500 };
    assert_null(gate_next(&gate, &doorman.port, 0));
    for (size_t i = 0; i < 3; i++) {
        (void)gate_leave(&gate, &passes[i], OK, 50);
    }
    assert_int_equal(limit_now(&gate.limit), 4);
    gate_cancel(&gate, &passes[3]);
    gate_cancel(&gate, &passes[4]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_over_the_limit_wait_in_order),
        cmocka_unit_test(who_comes_back_goes_before_those_who_came_later),
        cmocka_unit_test(an_admitter_that_says_wait_is_asked_again_when_it_said),
        cmocka_unit_test(a_wait_that_is_over_already_cannot_spin),
        cmocka_unit_test(a_gate_that_shuts_lets_only_probes_in_and_opens_on_an_answer),
        cmocka_unit_test(a_probe_needs_no_place_of_the_limit),
        cmocka_unit_test(a_refusal_because_of_load_lowers_the_limit),
        cmocka_unit_test(who_is_refused_leaves_without_being_counted),
        cmocka_unit_test(calls_that_end_together_let_the_limit_double),
        cmocka_unit_test(who_waits_for_a_budget_lets_no_limit_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
