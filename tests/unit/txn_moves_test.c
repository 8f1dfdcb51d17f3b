/* txn_moves_test.c - each legal move of the table of states is made on some way, by name. */
#include "tests/unit/on_the_way.h"

static void go_well(void)
{
    took((struct txn_took){ .is_clean = true });
}

static void fail_with(enum txn_fault fault)
{
    took((struct txn_took){ .fault = fault, .is_clean = true });
}

/* --- up to a state -------------------------------------------------------------------------- */

static void start(void)
{
    txn_way_start(&fix.way, fix.now_ms, 30000);
}

static void begin(void)
{
    txn_way_commit(&fix.way, &fix.batch);
    go_well();
}

/* The way to a state: its first steps. */
static void lead_to(enum txn_state state)
{
    static void (*const steps[])(void) = { start, go_well, begin, go_well, go_well };
    static const size_t counts[TXN_STATE_COUNT] = {
        [TXN_DOWN] = 0,      [TXN_STARTING] = 1,  [TXN_IDLE] = 2,       [TXN_OPEN] = 3,
        [TXN_FULL] = 4,      [TXN_COMMITTING] = 5, [TXN_ABORTING] = 5, [TXN_REPLACING] = 5,
        [TXN_READING] = 5,   [TXN_FAILED] = 1,
    };
    fix_open();
    for (size_t i = 0; i < counts[state]; i++) {
        steps[i]();
    }
    if (state == TXN_ABORTING) {
        fail_with(TXN_FAULT_ABORTABLE);
    } else if (state == TXN_REPLACING || state == TXN_READING) {
        fail_with(TXN_FAULT_UNKNOWN);
        go_well(); /* dropped */
    } else if (state == TXN_FAILED) {
        took((struct txn_took){ .fault = TXN_FAULT_RETRIABLE, .is_hopeless = true });
    }
    if (state == TXN_READING) {
        go_well(); /* the next producer stands */
    }
    assert_int_equal(fix.way.state, state);
}

/* --- out of it ------------------------------------------------------------------------------ */

static void stop(void)
{
    txn_way_stop(&fix.way);
}

static void be_hopeless(void)
{
    took((struct txn_took){ .fault = TXN_FAULT_RETRIABLE, .is_hopeless = true });
}

static void begin_in_vain(void)
{
    txn_way_commit(&fix.way, &fix.batch);
    fail_with(TXN_FAULT_ABORTABLE);
}

static void be_refused(void)
{
    fail_with(TXN_FAULT_ABORTABLE);
}

static void hear_nothing(void)
{
    fail_with(TXN_FAULT_UNKNOWN);
}

static void be_sent_twice(void)
{
    took((struct txn_took){ .is_clean = false });
}

static void run_out_of_time(void)
{
    fix.now_ms = fix.way.until_ms;
    fail_with(TXN_FAULT_RETRIABLE);
    assert_int_equal(fix.way.step, TXN_STEP_WAIT);
}

static void be_fenced_for_ever(void)
{
    for (int i = 0; i <= TXN_REPLACEMENTS_MAX; i++) {
        fail_with(TXN_FAULT_FENCED);
        go_well(); /* waited */
    }
}

static void be_hurried_and_stop(void)
{
    took((struct txn_took){ .fault = TXN_FAULT_RETRIABLE, .is_hurried = true });
    assert_int_equal(fix.way.step, TXN_STEP_NONE);
    stop();
}

static void find(enum txn_trace first, enum txn_trace second)
{
    const enum txn_trace traces[] = { first, second };
    took((struct txn_took){ .traces = traces });
}

static void find_it_in(void)
{
    find(TXN_TRACE_OURS, TXN_TRACE_OURS);
}

static void find_it_torn_and_stay_so(void)
{
    find(TXN_TRACE_OURS, TXN_TRACE_OTHER);
    assert_int_equal(fix.way.step, TXN_STEP_WAIT);
    fix.now_ms = fix.way.torn_until_ms;
    go_well(); /* waited */
    find(TXN_TRACE_OURS, TXN_TRACE_OTHER);
}

static const struct {
    const char *name;
    enum txn_state from;
    enum txn_move move;
    enum txn_state to;
    void (*go)(void);
} rows[] = {
    { "down: start", TXN_DOWN, TXN_START, TXN_STARTING, start },
    { "down: stop", TXN_DOWN, TXN_STOP, TXN_DOWN, stop },
    { "starting: started", TXN_STARTING, TXN_STARTED, TXN_IDLE, go_well },
    { "starting: give up", TXN_STARTING, TXN_GIVE_UP, TXN_FAILED, be_hopeless },
    { "idle: begin", TXN_IDLE, TXN_BEGIN, TXN_OPEN, begin },
    { "idle: doubt", TXN_IDLE, TXN_DOUBT, TXN_REPLACING, begin_in_vain },
    { "idle: stop", TXN_IDLE, TXN_STOP, TXN_DOWN, stop },
    { "open: produced", TXN_OPEN, TXN_PRODUCED, TXN_FULL, go_well },
    { "open: abort", TXN_OPEN, TXN_ABORT, TXN_ABORTING, be_refused },
    { "open: doubt", TXN_OPEN, TXN_DOUBT, TXN_REPLACING, hear_nothing },
    { "full: offsets", TXN_FULL, TXN_OFFSETS, TXN_COMMITTING, go_well },
    { "full: abort", TXN_FULL, TXN_ABORT, TXN_ABORTING, be_refused },
    { "full: doubt", TXN_FULL, TXN_DOUBT, TXN_REPLACING, hear_nothing },
    { "committing: committed", TXN_COMMITTING, TXN_COMMITTED, TXN_IDLE, go_well },
    { "committing: abort", TXN_COMMITTING, TXN_ABORT, TXN_ABORTING, be_refused },
    { "committing: doubt", TXN_COMMITTING, TXN_DOUBT, TXN_REPLACING, be_sent_twice },
    { "aborting: aborted", TXN_ABORTING, TXN_ABORTED, TXN_IDLE, go_well },
    { "aborting: doubt", TXN_ABORTING, TXN_DOUBT, TXN_REPLACING, be_sent_twice },
    { "replacing: started", TXN_REPLACING, TXN_STARTED, TXN_READING, go_well },
    { "replacing: doubt", TXN_REPLACING, TXN_DOUBT, TXN_REPLACING, run_out_of_time },
    { "replacing: give up", TXN_REPLACING, TXN_GIVE_UP, TXN_FAILED, be_fenced_for_ever },
    { "replacing: stop", TXN_REPLACING, TXN_STOP, TXN_DOWN, be_hurried_and_stop },
    { "reading: decided", TXN_READING, TXN_DECIDED, TXN_IDLE, find_it_in },
    { "reading: give up", TXN_READING, TXN_GIVE_UP, TXN_FAILED, find_it_torn_and_stay_so },
    { "reading: stop", TXN_READING, TXN_STOP, TXN_DOWN, be_hurried_and_stop },
    { "failed: stop", TXN_FAILED, TXN_STOP, TXN_DOWN, stop },
};

static void each_move_is_made_by_what_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(rows); i++) {
        lead_to(rows[i].from);
        rows[i].go();
        if (fix.way.state != rows[i].to) {
            fail_msg("%s: ends %s", rows[i].name, txn_state_name(fix.way.state));
        }
    }
}

/* One move leads from a state to another, so what was seen above was that move. */
static void each_legal_move_has_a_row_and_each_row_is_legal(void **state)
{
    (void)state;
    size_t legal = 0;
    for (enum txn_state from = 0; from < TXN_STATE_COUNT; from++) {
        unsigned reached = 0;
        for (enum txn_move move = 0; move < TXN_MOVE_COUNT; move++) {
            enum txn_state next;
            if (txn_state_after(from, move, &next)) {
                assert_false(reached & BIT(next));
                reached |= BIT(next);
                legal++;
            }
        }
    }
    assert_int_equal(legal, countof(rows));
    unsigned seen[TXN_STATE_COUNT] = { 0 };
    for (size_t i = 0; i < countof(rows); i++) {
        enum txn_state next = TXN_STATE_COUNT;
        assert_true(txn_state_after(rows[i].from, rows[i].move, &next));
        assert_int_equal(next, rows[i].to);
        assert_false(seen[rows[i].from] & BIT(rows[i].move));
        seen[rows[i].from] |= BIT(rows[i].move);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_move_is_made_by_what_its_row_says),
        cmocka_unit_test(each_legal_move_has_a_row_and_each_row_is_legal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
