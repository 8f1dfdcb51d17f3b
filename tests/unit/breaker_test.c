/* breaker_test.c - it opens when a backend fails, asks once a second, and closes on an answer. */
#include "worker/engine/breaker.h"

#include "tests/unit/cm.h"

static struct breaker breaker;

static void call(enum err err, int64_t now_ms)
{
    unsigned opening = breaker_start(&breaker, 1, now_ms);
    breaker_end(&breaker, err, opening, now_ms);
}

static void calls(size_t count, enum err err, int64_t now_ms)
{
    for (size_t i = 0; i < count; i++) {
        call(err, now_ms);
    }
}

static void open_it(int64_t now_ms)
{
    breaker_init(&breaker);
    calls(5, ERR_UNREACHABLE, now_ms);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void five_failures_in_a_row_open_it_and_four_do_not(void **state)
{
    (void)state;
    breaker_init(&breaker);
    calls(4, ERR_UNREACHABLE, 0);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    call(OK, 0);
    calls(4, ERR_BACKEND, 0);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    call(ERR_TIMEOUT, 7);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker.why, ERR_TIMEOUT);
    assert_int_equal(breaker.opened_ms, 7);
}

static void half_of_the_calls_of_the_last_seconds_open_it(void **state)
{
    (void)state;
    breaker_init(&breaker);
    for (int64_t i = 0; i < 9; i++) {
        call(OK, 100 * i);
        call(ERR_BACKEND, 100 * i);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED); /* fewer than twenty say nothing */
    call(OK, 900);
    call(ERR_BACKEND, 900);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void failures_of_long_ago_are_forgotten(void **state)
{
    (void)state;
    breaker_init(&breaker);
    for (int64_t i = 0; i < 200; i++) {
        call(i % 3 == 0 ? ERR_BACKEND : OK, 50 * i);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    for (int64_t i = 0; i < 12; i++) {
        call(i % 2 == 0 ? OK : ERR_BACKEND, 100000 + 2000 * i);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void refusals_because_of_load_open_it_only_when_nothing_else_comes(void **state)
{
    (void)state;
    breaker_init(&breaker);
    for (int i = 0; i < 10; i++) {
        calls(19, ERR_BUSY, i);
        call(OK, i);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    calls(20, ERR_BUSY, 20);
    call(ERR_BUSY, 1020);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void refusals_in_one_go_are_left_to_the_limit(void **state)
{
    (void)state;
    breaker_init(&breaker);
    calls(100, ERR_BUSY, 20);
    calls(100, ERR_BUSY, 1019);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    call(OK, 1019);
    call(ERR_BUSY, 1020);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void wrong_settings_open_it_at_once(void **state)
{
    (void)state;
    static const enum err errs[] = { ERR_AUTH, ERR_NO_MODEL };
    for (size_t i = 0; i < countof(errs); i++) {
        breaker_init(&breaker);
        call(errs[i], 0);
        assert_int_equal(breaker.state, BREAKER_OPEN);
        assert_int_equal(breaker.why, errs[i]);
        assert_true(breaker_is_for_operator(breaker.why));
        assert_false(breaker_lets(&breaker, 4999));
        assert_true(breaker_lets(&breaker, 5000));
    }
    assert_false(breaker_is_for_operator(ERR_BACKEND));
}

/* A lone 403 between good answers is about what was asked. */
static void one_refusal_of_credentials_among_good_answers_does_not(void **state)
{
    (void)state;
    breaker_init(&breaker);
    for (int i = 0; i < 50; i++) {
        call(OK, 1000 * i);
        call(OK, 1000 * i);
        call(ERR_AUTH, 1000 * i);
    }
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    call(ERR_AUTH, 50000);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void what_is_about_the_request_or_us_is_no_failure_of_the_backend(void **state)
{
    (void)state;
    breaker_init(&breaker);
    calls(100, ERR_REFUSED, 0);
    calls(100, ERR_ANSWER, 0);
    calls(100, ERR_CANCELLED, 0);
    calls(100, ERR_NOMEM, 0);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    assert_false(breaker_is_outage(ERR_ANSWER));
    assert_false(breaker_is_outage(ERR_CANCELLED));
    assert_true(breaker_is_outage(ERR_BUSY));
    assert_true(breaker_is_outage(ERR_AUTH));
}

static void while_it_is_open_at_most_one_probe_a_second_is_made(void **state)
{
    (void)state;
    open_it(0);
    size_t probes = 0;
    for (int64_t now_ms = 0; now_ms < 60000; now_ms++) {
        if (breaker_lets(&breaker, now_ms)) {
            assert_int_equal(breaker_start(&breaker, 1, now_ms), 1);
            probes++;
        }
        if (now_ms % 7 == 0 && breaker.probes > 0) {
            breaker_end(&breaker, ERR_UNREACHABLE, 1, now_ms);
        }
    }
    assert_in_range(probes, 55, 60);
}

/* A probe that hangs does not keep the next one from finding the backend well again. */
static void a_probe_that_hangs_holds_up_no_other(void **state)
{
    (void)state;
    open_it(0);
    assert_int_equal(breaker_start(&breaker, 1, 1000), 1);
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    assert_false(breaker_lets(&breaker, 1999));
    assert_int_equal(breaker_start(&breaker, 2, 2000), 1);
    breaker_end(&breaker, OK, 1, 2100);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    breaker_end(&breaker, ERR_TIMEOUT, 1, 31000); /* the first one, late */
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void a_probe_of_an_earlier_outage_says_nothing_about_this_one(void **state)
{
    (void)state;
    open_it(0);
    assert_int_equal(breaker_start(&breaker, 1, 1000), 1);
    assert_int_equal(breaker_start(&breaker, 2, 2000), 1);
    breaker_end(&breaker, OK, 1, 2001);
    calls(5, ERR_UNREACHABLE, 3000);
    assert_int_equal(breaker_start(&breaker, 2, 4000), 2);
    breaker_end(&breaker, ERR_TIMEOUT, 1, 4500);
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    breaker_end(&breaker, OK, 1, 4600);
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    breaker_end(&breaker, OK, 2, 4700);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void it_is_half_open_until_the_last_probe_has_failed(void **state)
{
    (void)state;
    open_it(0);
    breaker_start(&breaker, 1, 1000);
    breaker_start(&breaker, 2, 2000);
    breaker_end(&breaker, ERR_BACKEND, 1, 2100);
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    breaker_end(&breaker, ERR_CANCELLED, 1, 2200);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker.why, ERR_BACKEND);
}

static void late_ends_of_earlier_calls_change_nothing_while_it_is_open(void **state)
{
    (void)state;
    open_it(0);
    breaker_end(&breaker, OK, 0, 500);
    breaker_end(&breaker, ERR_AUTH, 0, 500);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_int_equal(breaker.why, ERR_UNREACHABLE);
}

static void calls_that_never_end_open_it_within_five_seconds(void **state)
{
    (void)state;
    breaker_init(&breaker);
    for (size_t running = 1; running <= 10; running++) {
        breaker_start(&breaker, running, 100);
    }
    breaker_end(&breaker, OK, 0, 1000);
    int64_t now_ms = 1000;
    for (; breaker.state == BREAKER_CLOSED && now_ms < 60000; now_ms += 100) {
        breaker_watch(&breaker, 9, 100, now_ms);
    }
    assert_in_range(now_ms, 4000, 6000);
    assert_int_equal(breaker.why, ERR_TIMEOUT);
}

static void a_slow_backend_is_not_taken_for_a_dead_one(void **state)
{
    (void)state;
    breaker_init(&breaker);
    breaker_start(&breaker, 1, 0);
    breaker_watch(&breaker, 10, 10000, 79000);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    breaker_watch(&breaker, 2, 100, 79000); /* too few to tell */
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    breaker_watch(&breaker, 10, 0, 79000); /* nothing is known of its pace */
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

static void a_lowered_one_never_opens(void **state)
{
    (void)state;
    breaker_init(&breaker);
    breaker.is_lowered = true;
    calls(100, ERR_UNREACHABLE, 0);
    calls(1, ERR_AUTH, 0);
    breaker.quiet_since_ms = 0;
    breaker_watch(&breaker, 10, 100, 60000);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_failures_in_a_row_open_it_and_four_do_not),
        cmocka_unit_test(half_of_the_calls_of_the_last_seconds_open_it),
        cmocka_unit_test(failures_of_long_ago_are_forgotten),
        cmocka_unit_test(refusals_because_of_load_open_it_only_when_nothing_else_comes),
        cmocka_unit_test(refusals_in_one_go_are_left_to_the_limit),
        cmocka_unit_test(wrong_settings_open_it_at_once),
        cmocka_unit_test(one_refusal_of_credentials_among_good_answers_does_not),
        cmocka_unit_test(what_is_about_the_request_or_us_is_no_failure_of_the_backend),
        cmocka_unit_test(while_it_is_open_at_most_one_probe_a_second_is_made),
        cmocka_unit_test(a_probe_that_hangs_holds_up_no_other),
        cmocka_unit_test(a_probe_of_an_earlier_outage_says_nothing_about_this_one),
        cmocka_unit_test(it_is_half_open_until_the_last_probe_has_failed),
        cmocka_unit_test(late_ends_of_earlier_calls_change_nothing_while_it_is_open),
        cmocka_unit_test(calls_that_never_end_open_it_within_five_seconds),
        cmocka_unit_test(a_slow_backend_is_not_taken_for_a_dead_one),
        cmocka_unit_test(a_lowered_one_never_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
