/* txn_watch_test.c - when what was sent may still take effect by surprise. */
#include "tests/unit/cm.h"
#include "worker/engine/txn_watch.h"

#define PRODUCE 0
#define ADD_PARTITIONS 24
#define END 26

static void what_was_sent_once_and_answered_is_clean(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    for (int key = 24; key <= 28; key++) {
        txn_watch_sent(&watch, key);
        txn_watch_answered(&watch, key);
    }
    assert_true(txn_watch_is_clean(&watch));
}

static void a_retry_behind_an_answer_is_clean(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    for (int i = 0; i < 3; i++) {
        txn_watch_sent(&watch, ADD_PARTITIONS);
        txn_watch_answered(&watch, ADD_PARTITIONS);
        txn_watch_answered(&watch, ADD_PARTITIONS);
    }
    assert_true(txn_watch_is_clean(&watch));
}

static void a_copy_without_an_answer_stays_in_doubt_until_the_reset(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    txn_watch_sent(&watch, ADD_PARTITIONS);
    assert_false(txn_watch_is_clean(&watch));
    txn_watch_sent(&watch, ADD_PARTITIONS);
    txn_watch_answered(&watch, ADD_PARTITIONS);
    assert_false(txn_watch_is_clean(&watch));
    char text[TXN_WATCH_TEXT_BYTES];
    txn_watch_tell(&watch, text);
    assert_string_equal(text, "24: 2-1, 25: 0-0, 26: 0-0, 28: 0-0");
    txn_watch_reset(&watch);
    assert_true(txn_watch_is_clean(&watch));
}

/* CONCURRENT_TRANSACTIONS, COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR. */
static void an_end_that_is_sent_again_behind_a_full_answer_is_clean(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    for (int i = 0; i < 5; i++) {
        txn_watch_sent(&watch, END);
        assert_false(txn_watch_is_clean(&watch));
        txn_watch_answered(&watch, END); /* told by the broker's thread, */
        txn_watch_answered(&watch, END); /* and by the one that acts on it */
    }
    assert_true(txn_watch_is_clean(&watch));
}

static void an_end_that_is_sent_again_without_an_answer_is_in_doubt_though_answered(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    txn_watch_sent(&watch, END);
    txn_watch_sent(&watch, END);
    txn_watch_answered(&watch, END);
    assert_false(txn_watch_is_clean(&watch));
    txn_watch_sent(&watch, END); /* nor does a third one help */
    txn_watch_answered(&watch, END);
    assert_false(txn_watch_is_clean(&watch));
}

static void kinds_do_not_answer_for_each_other(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    txn_watch_sent(&watch, ADD_PARTITIONS);
    txn_watch_sent(&watch, END);
    txn_watch_answered(&watch, END);
    txn_watch_answered(&watch, -1); /* late, to a copy that was given up */
    assert_false(txn_watch_is_clean(&watch));
    txn_watch_answered(&watch, ADD_PARTITIONS);
    assert_true(txn_watch_is_clean(&watch));
}

static void requests_that_change_no_transaction_do_not_count(void **state)
{
    (void)state;
    struct txn_watch watch;
    txn_watch_reset(&watch);
    txn_watch_sent(&watch, PRODUCE);
    txn_watch_answered(&watch, PRODUCE + 1);
    assert_true(txn_watch_is_clean(&watch));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sent_once_and_answered_is_clean),
        cmocka_unit_test(a_retry_behind_an_answer_is_clean),
        cmocka_unit_test(a_copy_without_an_answer_stays_in_doubt_until_the_reset),
        cmocka_unit_test(an_end_that_is_sent_again_behind_a_full_answer_is_clean),
        cmocka_unit_test(an_end_that_is_sent_again_without_an_answer_is_in_doubt_though_answered),
        cmocka_unit_test(kinds_do_not_answer_for_each_other),
        cmocka_unit_test(requests_that_change_no_transaction_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
