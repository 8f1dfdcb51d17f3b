/* txn_way_test.c - which step follows which result, in the words of the table of states. */
#include "tests/unit/on_the_way.h"

static void went(enum txn_step step)
{
    assert_int_equal(fix.way.step, step);
    took((struct txn_took){ .is_clean = true });
}

static void failed(enum txn_step step, enum txn_fault fault)
{
    assert_int_equal(fix.way.step, step);
    took((struct txn_took){ .fault = fault, .is_clean = true });
}

static void read_as(enum txn_trace first, enum txn_trace second)
{
    assert_int_equal(fix.way.step, TXN_STEP_READ);
    const enum txn_trace traces[] = { first, second };
    took((struct txn_took){ .traces = traces });
}

static void ends(enum txn_state state, enum batch_result result)
{
    assert_int_equal(fix.way.step, TXN_STEP_NONE);
    assert_int_equal(fix.way.state, state);
    assert_int_equal(fix.way.result, result);
}

static void open_idle(void)
{
    fix_open();
    txn_way_start(&fix.way, fix.now_ms, 30000);
    went(TXN_STEP_INIT);
    assert_int_equal(fix.way.state, TXN_IDLE);
    txn_way_commit(&fix.way, &fix.batch);
}

static void replace_producer(void)
{
    went(TXN_STEP_DROP);
    assert_false(fix.way.has_producer);
    went(TXN_STEP_INIT);
}

static void begin_produce_offsets_commit_and_it_is_in(void **state)
{
    (void)state;
    open_idle();
    went(TXN_STEP_BEGIN);
    went(TXN_STEP_PRODUCE);
    went(TXN_STEP_OFFSETS);
    went(TXN_STEP_COMMIT);
    ends(TXN_IDLE, BATCH_COMMITTED);
    assert_int_equal(fix.batch.why, OK);
}

static void a_fault_before_the_end_aborts_and_keeps_the_producer(void **state)
{
    (void)state;
    static const struct {
        enum txn_fault fault;
        enum err why;
    } rows[] = { { TXN_FAULT_ABORTABLE, ERR_TXN }, { TXN_FAULT_RETRIABLE, ERR_TXN },
                 { TXN_FAULT_POISON, ERR_POISON }, { TXN_FAULT_GENERATION, ERR_GENERATION } };
    for (size_t i = 0; i < countof(rows); i++) {
        open_idle();
        went(TXN_STEP_BEGIN);
        went(TXN_STEP_PRODUCE);
        failed(TXN_STEP_OFFSETS, rows[i].fault);
        went(TXN_STEP_ABORT);
        ends(TXN_IDLE, BATCH_ABORTED);
        assert_int_equal(fix.batch.why, rows[i].why);
        assert_true(fix.way.has_producer);
    }
}

static void a_begin_that_fails_is_a_doubt_since_there_is_nothing_to_abort(void **state)
{
    (void)state;
    open_idle();
    failed(TXN_STEP_BEGIN, TXN_FAULT_ABORTABLE);
    replace_producer();
    read_as(TXN_TRACE_OTHER, TXN_TRACE_OTHER);
    ends(TXN_IDLE, BATCH_ABORTED);
}

static void an_epoch_that_has_passed_stops_the_batch_before_its_offsets(void **state)
{
    (void)state;
    open_idle();
    went(TXN_STEP_BEGIN);
    fix.epochs[1].now++;
    went(TXN_STEP_PRODUCE);
    went(TXN_STEP_ABORT);
    ends(TXN_IDLE, BATCH_ABORTED);
    assert_int_equal(fix.batch.why, ERR_GENERATION);
}

static void a_batch_of_which_nothing_is_ours_any_more_is_lost(void **state)
{
    (void)state;
    open_idle();
    went(TXN_STEP_BEGIN);
    fix.epochs[0].now++;
    fix.epochs[1].now++;
    went(TXN_STEP_PRODUCE);
    went(TXN_STEP_ABORT);
    ends(TXN_IDLE, BATCH_LOST);
}

static void to_commit(void)
{
    open_idle();
    went(TXN_STEP_BEGIN);
    went(TXN_STEP_PRODUCE);
    went(TXN_STEP_OFFSETS);
    assert_int_equal(fix.way.step, TXN_STEP_COMMIT);
}

static void committed_offsets_decide_an_unknown_result(void **state)
{
    (void)state;
    static const struct {
        enum txn_trace traces[2];
        enum batch_result result;
    } rows[] = {
        { { TXN_TRACE_OURS, TXN_TRACE_OURS }, BATCH_COMMITTED },
        { { TXN_TRACE_OURS, TXN_TRACE_FOREIGN }, BATCH_COMMITTED },
        { { TXN_TRACE_OTHER, TXN_TRACE_FOREIGN }, BATCH_ABORTED },
        { { TXN_TRACE_FOREIGN, TXN_TRACE_FOREIGN }, BATCH_LOST },
    };
    static const enum txn_fault faults[] = { TXN_FAULT_UNKNOWN, TXN_FAULT_FENCED, TXN_FAULT_FATAL,
                                             TXN_FAULT_RETRIABLE };
    for (size_t i = 0; i < countof(rows) * countof(faults); i++) {
        size_t row = i / countof(faults);
        to_commit();
        failed(TXN_STEP_COMMIT, faults[i % countof(faults)]);
        replace_producer();
        read_as(rows[row].traces[0], rows[row].traces[1]);
        ends(TXN_IDLE, rows[row].result);
    }
}

static void a_success_that_was_sent_twice_is_not_believed(void **state)
{
    (void)state;
    to_commit();
    took((struct txn_took){ .is_clean = false });
    assert_int_equal(fix.batch.why, ERR_TXN_UNKNOWN);
    replace_producer();
    read_as(TXN_TRACE_OURS, TXN_TRACE_OURS);
    ends(TXN_IDLE, BATCH_COMMITTED);
}

static void an_abort_that_was_sent_twice_is_not_believed_either(void **state)
{
    (void)state;
    to_commit();
    failed(TXN_STEP_COMMIT, TXN_FAULT_ABORTABLE);
    assert_int_equal(fix.way.step, TXN_STEP_ABORT);
    took((struct txn_took){ .is_clean = false });
    replace_producer();
    read_as(TXN_TRACE_OTHER, TXN_TRACE_OTHER);
    ends(TXN_IDLE, BATCH_ABORTED);
}

static void to_torn(void)
{
    to_commit();
    failed(TXN_STEP_COMMIT, TXN_FAULT_UNKNOWN);
    replace_producer();
    read_as(TXN_TRACE_OURS, TXN_TRACE_OTHER);
}

static void a_torn_transaction_ends_the_worker_when_it_stays_so(void **state)
{
    (void)state;
    int64_t began_ms = fix.now_ms;
    to_torn();
    while (fix.way.step == TXN_STEP_WAIT && fix.now_ms < began_ms + 60000) {
        fix.now_ms += fix.way.step_ms;
        went(TXN_STEP_WAIT);
        read_as(TXN_TRACE_OURS, TXN_TRACE_OTHER);
    }
    assert_true(fix.now_ms - began_ms >= 13000); /* a session, and a heartbeat */
    assert_true(fix.now_ms - began_ms < 20000);
    ends(TXN_FAILED, BATCH_ABORTED);
    assert_int_equal(fix.way.fatal, ERR_UNAVAILABLE);
}

/* Brokers that do not answer meanwhile are no sign of it: what is read last decides. */
static void time_alone_makes_no_transaction_torn(void **state)
{
    (void)state;
    to_torn();
    for (int i = 0; i < 100; i++) {
        fix.now_ms += 1000;
        went(TXN_STEP_WAIT);
        assert_int_equal(fix.way.step, TXN_STEP_READ);
        took((struct txn_took){ .traces = NULL });
    }
    went(TXN_STEP_WAIT);
    read_as(TXN_TRACE_OURS, TXN_TRACE_OURS);
    ends(TXN_IDLE, BATCH_COMMITTED);
    assert_int_equal(fix.way.fatal, OK);
}

/* Its new owner has committed already. */
static void a_loss_that_is_noticed_late_is_not_taken_for_a_torn_transaction(void **state)
{
    (void)state;
    to_torn();
    went(TXN_STEP_WAIT);
    read_as(TXN_TRACE_OURS, TXN_TRACE_FOREIGN);
    ends(TXN_IDLE, BATCH_COMMITTED);
    assert_int_equal(fix.way.fatal, OK);
    txn_way_commit(&fix.way, &fix.batch); /* the next batch has a time of its own */
    fix.now_ms += 60000;
    went(TXN_STEP_BEGIN);
    went(TXN_STEP_PRODUCE);
    went(TXN_STEP_OFFSETS);
    failed(TXN_STEP_COMMIT, TXN_FAULT_UNKNOWN);
    replace_producer();
    read_as(TXN_TRACE_OURS, TXN_TRACE_OTHER);
    went(TXN_STEP_WAIT);
    read_as(TXN_TRACE_OURS, TXN_TRACE_OURS);
    ends(TXN_IDLE, BATCH_COMMITTED);
}

static void a_worker_that_ends_does_not_wait_for_what_looks_torn(void **state)
{
    (void)state;
    to_commit();
    failed(TXN_STEP_COMMIT, TXN_FAULT_UNKNOWN);
    replace_producer();
    const enum txn_trace traces[] = { TXN_TRACE_OURS, TXN_TRACE_OTHER };
    took((struct txn_took){ .traces = traces, .is_hurried = true });
    assert_int_equal(fix.way.step, TXN_STEP_NONE);
    assert_int_equal(fix.way.fatal, OK);
}

static void brokers_that_are_away_are_waited_for_with_the_same_producer(void **state)
{
    (void)state;
    to_commit();
    failed(TXN_STEP_COMMIT, TXN_FAULT_UNKNOWN);
    went(TXN_STEP_DROP);
    for (int i = 0; i < 600; i++) {
        failed(TXN_STEP_INIT, TXN_FAULT_RETRIABLE);
        fix.now_ms += 2000;
        went(TXN_STEP_WAIT);
    }
    went(TXN_STEP_INIT);
    took((struct txn_took){ .fault = TXN_FAULT_NONE }); /* offsets cannot be read yet */
    went(TXN_STEP_WAIT);
    read_as(TXN_TRACE_OTHER, TXN_TRACE_OTHER);
    ends(TXN_IDLE, BATCH_ABORTED);
}

static void two_workers_with_one_id_do_not_fence_each_other_for_ever(void **state)
{
    (void)state;
    to_commit();
    failed(TXN_STEP_COMMIT, TXN_FAULT_FENCED);
    went(TXN_STEP_DROP);
    for (int i = 0; i < TXN_REPLACEMENTS_MAX; i++) {
        failed(TXN_STEP_INIT, TXN_FAULT_FENCED);
        fix.now_ms += 500;
        went(TXN_STEP_WAIT);
    }
    ends(TXN_FAILED, BATCH_ABORTED);
    assert_int_equal(fix.way.fatal, ERR_FENCED);
}

/* On a machine that is busy beyond measure each commit may run into its timeout. */
static void results_that_slowness_leaves_unknown_do_not_end_the_worker(void **state)
{
    (void)state;
    open_idle();
    for (int i = 0; i < 5 * TXN_REPLACEMENTS_MAX; i++) {
        went(TXN_STEP_BEGIN);
        went(TXN_STEP_PRODUCE);
        went(TXN_STEP_OFFSETS);
        failed(TXN_STEP_COMMIT, TXN_FAULT_UNKNOWN);
        replace_producer();
        read_as(TXN_TRACE_OTHER, TXN_TRACE_OTHER);
        ends(TXN_IDLE, BATCH_ABORTED);
        txn_way_commit(&fix.way, &fix.batch);
    }
}

/* Brokers end a transaction in its time, and fence its producer for that. */
static void being_fenced_for_a_transaction_that_took_too_long_does_not_end_the_worker(void **state)
{
    (void)state;
    open_idle();
    for (int i = 0; i < 5 * TXN_REPLACEMENTS_MAX; i++) {
        went(TXN_STEP_BEGIN);
        fix.now_ms += 10000;
        failed(TXN_STEP_PRODUCE, TXN_FAULT_FENCED);
        replace_producer();
        read_as(TXN_TRACE_OTHER, TXN_TRACE_OTHER);
        ends(TXN_IDLE, BATCH_ABORTED);
        txn_way_commit(&fix.way, &fix.batch);
    }
}

static void being_fenced_again_and_again_in_young_transactions_ends_the_worker(void **state)
{
    (void)state;
    open_idle();
    for (int i = 0; i < TXN_REPLACEMENTS_MAX; i++) {
        went(TXN_STEP_BEGIN);
        fix.now_ms += 9999;
        failed(TXN_STEP_PRODUCE, TXN_FAULT_FENCED);
        replace_producer();
        read_as(TXN_TRACE_OTHER, TXN_TRACE_OTHER);
        txn_way_commit(&fix.way, &fix.batch);
    }
    failed(TXN_STEP_BEGIN, TXN_FAULT_FENCED);
    went(TXN_STEP_DROP);
    ends(TXN_FAILED, BATCH_ABORTED);
    assert_int_equal(fix.way.fatal, ERR_FENCED);
}

static void in_a_hurry_an_unknown_result_stays_unknown_and_nothing_more_is_tried(void **state)
{
    (void)state;
    to_commit();
    failed(TXN_STEP_COMMIT, TXN_FAULT_UNKNOWN);
    went(TXN_STEP_DROP);
    assert_int_equal(fix.way.step, TXN_STEP_INIT);
    took((struct txn_took){ .fault = TXN_FAULT_RETRIABLE, .is_hurried = true });
    ends(TXN_REPLACING, BATCH_ABORTED);
    txn_way_commit(&fix.way, &fix.batch);
    ends(TXN_REPLACING, BATCH_ABORTED);
    assert_int_equal(fix.batch.why, ERR_CANCELLED);
    txn_way_stop(&fix.way);
    assert_int_equal(fix.way.state, TXN_DOWN);
}

static void a_start_that_is_hopeless_fails_at_once(void **state)
{
    (void)state;
    memset(&fix, 0, sizeof(fix));
    txn_way_start(&fix.way, 0, 30000);
    took((struct txn_took){ .fault = TXN_FAULT_RETRIABLE, .is_hopeless = true });
    assert_int_equal(fix.way.step, TXN_STEP_NONE);
    assert_int_equal(fix.way.state, TXN_FAILED);
    assert_int_equal(fix.way.fatal, ERR_UNAVAILABLE);
}

static void a_start_is_tried_until_its_time_is_up(void **state)
{
    (void)state;
    memset(&fix, 0, sizeof(fix));
    txn_way_start(&fix.way, 0, 5000);
    failed(TXN_STEP_INIT, TXN_FAULT_RETRIABLE);
    fix.now_ms = 4900;
    went(TXN_STEP_WAIT);
    assert_int_equal(fix.way.step_ms, 100);
    fix.now_ms = 5000;
    failed(TXN_STEP_INIT, TXN_FAULT_RETRIABLE);
    assert_int_equal(fix.way.state, TXN_FAILED);
}

static void a_trace_is_ours_only_with_the_very_map_that_was_sent(void **state)
{
    (void)state;
    open_idle();
    const struct progress *progress = &fix.progress[0];
    assert_int_equal(txn_way_trace(progress, 5, STR("map")), TXN_TRACE_OURS);
    assert_int_equal(txn_way_trace(progress, 5, STR("other")), TXN_TRACE_OTHER);
    assert_int_equal(txn_way_trace(progress, 4, STR("map")), TXN_TRACE_OTHER);
    fix.epochs[0].now++;
    assert_int_equal(txn_way_trace(progress, 5, STR("map")), TXN_TRACE_FOREIGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begin_produce_offsets_commit_and_it_is_in),
        cmocka_unit_test(a_fault_before_the_end_aborts_and_keeps_the_producer),
        cmocka_unit_test(a_begin_that_fails_is_a_doubt_since_there_is_nothing_to_abort),
        cmocka_unit_test(an_epoch_that_has_passed_stops_the_batch_before_its_offsets),
        cmocka_unit_test(a_batch_of_which_nothing_is_ours_any_more_is_lost),
        cmocka_unit_test(committed_offsets_decide_an_unknown_result),
        cmocka_unit_test(a_success_that_was_sent_twice_is_not_believed),
        cmocka_unit_test(an_abort_that_was_sent_twice_is_not_believed_either),
        cmocka_unit_test(a_torn_transaction_ends_the_worker_when_it_stays_so),
        cmocka_unit_test(time_alone_makes_no_transaction_torn),
        cmocka_unit_test(a_loss_that_is_noticed_late_is_not_taken_for_a_torn_transaction),
        cmocka_unit_test(a_worker_that_ends_does_not_wait_for_what_looks_torn),
        cmocka_unit_test(brokers_that_are_away_are_waited_for_with_the_same_producer),
        cmocka_unit_test(two_workers_with_one_id_do_not_fence_each_other_for_ever),
        cmocka_unit_test(results_that_slowness_leaves_unknown_do_not_end_the_worker),
        cmocka_unit_test(being_fenced_for_a_transaction_that_took_too_long_does_not_end_the_worker),
        cmocka_unit_test(being_fenced_again_and_again_in_young_transactions_ends_the_worker),
        cmocka_unit_test(in_a_hurry_an_unknown_result_stays_unknown_and_nothing_more_is_tried),
        cmocka_unit_test(a_start_that_is_hopeless_fails_at_once),
        cmocka_unit_test(a_start_is_tried_until_its_time_is_up),
        cmocka_unit_test(a_trace_is_ours_only_with_the_very_map_that_was_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
