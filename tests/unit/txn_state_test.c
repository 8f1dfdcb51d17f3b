/* txn_state_test.c - every move that exists, by name, and that no other does. */
#include "tests/unit/aborts.h"
#include "tests/unit/cm.h"
#include "worker/engine/txn_state.h"

static const struct {
    enum txn_state from;
    enum txn_move move;
    enum txn_state to;
} legal[] = {
    { TXN_DOWN, TXN_START, TXN_STARTING },
    { TXN_DOWN, TXN_STOP, TXN_DOWN },
    { TXN_STARTING, TXN_STARTED, TXN_IDLE },
    { TXN_STARTING, TXN_GIVE_UP, TXN_FAILED },
    { TXN_IDLE, TXN_BEGIN, TXN_OPEN },
    { TXN_IDLE, TXN_DOUBT, TXN_REPLACING },
    { TXN_IDLE, TXN_STOP, TXN_DOWN },
    { TXN_OPEN, TXN_PRODUCED, TXN_FULL },
    { TXN_OPEN, TXN_ABORT, TXN_ABORTING },
    { TXN_OPEN, TXN_DOUBT, TXN_REPLACING },
    { TXN_FULL, TXN_OFFSETS, TXN_COMMITTING },
    { TXN_FULL, TXN_ABORT, TXN_ABORTING },
    { TXN_FULL, TXN_DOUBT, TXN_REPLACING },
    { TXN_COMMITTING, TXN_COMMITTED, TXN_IDLE },
    { TXN_COMMITTING, TXN_ABORT, TXN_ABORTING },
    { TXN_COMMITTING, TXN_DOUBT, TXN_REPLACING },
    { TXN_ABORTING, TXN_ABORTED, TXN_IDLE },
    { TXN_ABORTING, TXN_DOUBT, TXN_REPLACING },
    { TXN_REPLACING, TXN_STARTED, TXN_READING },
    { TXN_REPLACING, TXN_DOUBT, TXN_REPLACING },
    { TXN_REPLACING, TXN_GIVE_UP, TXN_FAILED },
    { TXN_REPLACING, TXN_STOP, TXN_DOWN },
    { TXN_READING, TXN_DECIDED, TXN_IDLE },
    { TXN_READING, TXN_GIVE_UP, TXN_FAILED },
    { TXN_READING, TXN_STOP, TXN_DOWN },
    { TXN_FAILED, TXN_STOP, TXN_DOWN },
};

static bool is_legal(enum txn_state from, enum txn_move move, enum txn_state *ret_to)
{
    for (size_t i = 0; i < countof(legal); i++) {
        if (legal[i].from == from && legal[i].move == move) {
            *ret_to = legal[i].to;
            return true;
        }
    }
    return false;
}

static void each_move_leads_where_the_table_says_and_no_other_exists(void **state)
{
    (void)state;
    for (enum txn_state from = 0; from < TXN_STATE_COUNT; from++) {
        for (enum txn_move move = 0; move < TXN_MOVE_COUNT; move++) {
            enum txn_state wanted = TXN_STATE_COUNT;
            enum txn_state next = TXN_STATE_COUNT;
            bool is_wanted = is_legal(from, move, &wanted);
            bool is_there = txn_state_after(from, move, &next);
            if (is_there != is_wanted || next != wanted) {
                fail_msg("%s in %s", txn_move_name(move), txn_state_name(from));
            }
        }
    }
}

static void a_move_changes_the_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(legal); i++) {
        enum txn_state now = legal[i].from;
        txn_state_move(&now, legal[i].move);
        assert_int_equal(now, legal[i].to);
    }
}

struct attempt {
    enum txn_state from;
    enum txn_move move;
};

static void make_move(void *arg)
{
    struct attempt attempt = *(struct attempt *)arg;
    txn_state_move(&attempt.from, attempt.move);
}

static void an_illegal_move_ends_the_process(void **state)
{
    (void)state;
    for (enum txn_state from = 0; from < TXN_STATE_COUNT; from++) {
        for (enum txn_move move = 0; move < TXN_MOVE_COUNT; move++) {
            enum txn_state to;
            struct attempt attempt = { from, move };
            if (aborts(make_move, &attempt) == is_legal(from, move, &to)) {
                fail_msg("%s in %s", txn_move_name(move), txn_state_name(from));
            }
        }
    }
}

static void only_a_certain_no_aborts_once_the_end_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        enum txn_fault fault;
        enum txn_move before;     /* OPEN, FULL */
        enum txn_move committing;
        enum txn_move aborting;
    } rows[] = {
        { TXN_FAULT_RETRIABLE, TXN_ABORT, TXN_DOUBT, TXN_DOUBT },
        { TXN_FAULT_ABORTABLE, TXN_ABORT, TXN_ABORT, TXN_DOUBT },
        { TXN_FAULT_POISON, TXN_ABORT, TXN_ABORT, TXN_DOUBT },
        { TXN_FAULT_GENERATION, TXN_ABORT, TXN_ABORT, TXN_DOUBT },
        { TXN_FAULT_UNKNOWN, TXN_DOUBT, TXN_DOUBT, TXN_DOUBT },
        { TXN_FAULT_FENCED, TXN_DOUBT, TXN_DOUBT, TXN_DOUBT },
        { TXN_FAULT_FATAL, TXN_DOUBT, TXN_DOUBT, TXN_DOUBT },
    };
    assert_int_equal(countof(rows), TXN_FAULT_COUNT - 1);
    for (size_t i = 0; i < countof(rows); i++) {
        assert_int_equal(txn_fault_move(TXN_OPEN, rows[i].fault), rows[i].before);
        assert_int_equal(txn_fault_move(TXN_FULL, rows[i].fault), rows[i].before);
        assert_int_equal(txn_fault_move(TXN_COMMITTING, rows[i].fault), rows[i].committing);
        assert_int_equal(txn_fault_move(TXN_ABORTING, rows[i].fault), rows[i].aborting);
    }
}

static void committed_offsets_of_partitions_that_are_ours_decide(void **state)
{
    (void)state;
    const enum txn_trace ours = TXN_TRACE_OURS;
    const enum txn_trace other = TXN_TRACE_OTHER;
    const enum txn_trace foreign = TXN_TRACE_FOREIGN;
    assert_int_equal(txn_verdict((enum txn_trace[]){ ours, ours }, 2), TXN_VERDICT_IN);
    assert_int_equal(txn_verdict((enum txn_trace[]){ ours, foreign }, 2), TXN_VERDICT_IN);
    assert_int_equal(txn_verdict((enum txn_trace[]){ other, foreign }, 2), TXN_VERDICT_OUT);
    assert_int_equal(txn_verdict((enum txn_trace[]){ foreign, foreign }, 2), TXN_VERDICT_GONE);
    assert_int_equal(txn_verdict((enum txn_trace[]){ ours, other }, 2), TXN_VERDICT_TORN);
}

static void a_fourth_replacement_within_five_minutes_is_one_too_many(void **state)
{
    (void)state;
    struct txn_replacements replacements = { .count = 0 };
    assert_true(txn_may_replace(&replacements, 1000));
    assert_true(txn_may_replace(&replacements, 2000));
    assert_true(txn_may_replace(&replacements, 3000));
    assert_false(txn_may_replace(&replacements, 1000 + TXN_REPLACEMENTS_WITHIN_MS - 1));
    assert_true(txn_may_replace(&replacements, 1000 + TXN_REPLACEMENTS_WITHIN_MS));
    assert_false(txn_may_replace(&replacements, 1001 + TXN_REPLACEMENTS_WITHIN_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_move_leads_where_the_table_says_and_no_other_exists),
        cmocka_unit_test(a_move_changes_the_state),
        cmocka_unit_test(an_illegal_move_ends_the_process),
        cmocka_unit_test(only_a_certain_no_aborts_once_the_end_was_asked_for),
        cmocka_unit_test(committed_offsets_of_partitions_that_are_ours_decide),
        cmocka_unit_test(a_fourth_replacement_within_five_minutes_is_one_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
