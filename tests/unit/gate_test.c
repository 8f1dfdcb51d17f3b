/* gate_test.c - never more than the limit, and who waits longest goes first. */
#include "worker/engine/gate.h"

#include "tests/unit/cm.h"

static void those_over_the_limit_wait_in_order(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[4] = { 0 };
    gate_init(&gate, 2);
    assert_true(gate_enter(&gate, &passes[0]));
    assert_true(gate_enter(&gate, &passes[1]));
    assert_false(gate_enter(&gate, &passes[2]));
    assert_false(gate_enter(&gate, &passes[3]));
    assert_null(gate_next(&gate));
    gate_leave(&gate);
    assert_ptr_equal(gate_next(&gate), &passes[2]);
    assert_null(gate_next(&gate));
    assert_int_equal(gate.running, 2);
    gate_cancel(&gate, &passes[3]);
    gate_leave(&gate);
    assert_null(gate_next(&gate));
}

static void nobody_overtakes_those_who_wait(void **state)
{
    (void)state;
    struct gate gate;
    struct gate_pass passes[3] = { 0 };
    gate_init(&gate, 1);
    assert_true(gate_enter(&gate, &passes[0]));
    assert_false(gate_enter(&gate, &passes[1]));
    gate_leave(&gate);
    assert_false(gate_enter(&gate, &passes[2]));
    assert_ptr_equal(gate_next(&gate), &passes[1]);
    gate_leave(&gate);
    assert_ptr_equal(gate_next(&gate), &passes[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_over_the_limit_wait_in_order),
        cmocka_unit_test(nobody_overtakes_those_who_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
