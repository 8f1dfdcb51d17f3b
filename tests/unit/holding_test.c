/* holding_test.c - rows by topic and partition, and the counts of each phase. */
#include "tests/unit/aborts.h"
#include "common/mem.h"
#include "tests/unit/cm.h"
#include "worker/engine/holding.h"

static void a_holding_is_found_where_it_was_made(void **state)
{
    (void)state;
    struct holdings holdings;
    holdings_init(&holdings);
    const struct partition_id id = { TOPIC_ORDERS, 3 };
    assert_null(holdings_find(&holdings, id));
    struct holding *holding = holdings_make(&holdings, id);
    assert_non_null(holding);
    assert_ptr_equal(holdings_find(&holdings, id), holding);
    assert_null(holdings_find(&holdings, (struct partition_id){ TOPIC_MESSAGES, 3 }));
    assert_null(holdings_make(&holdings, (struct partition_id){ TOPIC_ORDERS, -1 }));
    assert_null(holdings_make(&holdings,
                              (struct partition_id){ TOPIC_ORDERS, HOLDING_NUMBER_MAX }));
    assert_int_equal(holdings_count(&holdings), 5);
    holdings_fini(&holdings);
}

static void each_claim_has_a_number_of_its_own(void **state)
{
    (void)state;
    struct holdings holdings;
    holdings_init(&holdings);
    struct holding *holding = holdings_make(&holdings, (struct partition_id){ TOPIC_ORDERS, 0 });
    holdings_move(&holdings, holding, HOLDING_CLAIMING);
    holding->is_asked = true;
    uint32_t first = holding->claim;
    holdings_move(&holdings, holding, HOLDING_OURS);
    assert_int_equal(holding->claim, first);
    holdings_move(&holdings, holding, HOLDING_NONE);
    holdings_move(&holdings, holding, HOLDING_CLAIMING);
    assert_int_not_equal(holding->claim, first);
    assert_false(holding->is_asked);
    holdings_fini(&holdings);
}

/* By the straight way there. */
static void move_to(struct holdings *holdings, struct partition_id id, enum holding_phase phase)
{
    for (enum holding_phase next = HOLDING_CLAIMING; next <= phase; next++) {
        holdings_move(holdings, holdings_make(holdings, id), next);
    }
}

/* The moves that exist; membership_test.c makes each of them. */
static bool is_legal(enum holding_phase from, enum holding_phase to)
{
    switch (from) {
    case HOLDING_NONE:
        return to == HOLDING_CLAIMING;
    case HOLDING_CLAIMING:
        return to != HOLDING_REVOKED;
    case HOLDING_OURS:
        return to != HOLDING_OURS;
    case HOLDING_REVOKED:
        return to == HOLDING_NONE;
    case HOLDING_PHASE_COUNT:
        break;
    }
    return false;
}

struct attempt {
    enum holding_phase from;
    enum holding_phase to;
};

static void make_move(void *arg)
{
    const struct attempt *attempt = arg;
    struct holdings holdings;
    holdings_init(&holdings);
    const struct partition_id id = { TOPIC_ORDERS, 0 };
    move_to(&holdings, id, attempt->from);
    holdings_move(&holdings, holdings_make(&holdings, id), attempt->to);
    holdings_fini(&holdings);
}

static void an_illegal_move_ends_the_process(void **state)
{
    (void)state;
    for (enum holding_phase from = 0; from < HOLDING_PHASE_COUNT; from++) {
        for (enum holding_phase to = 0; to < HOLDING_PHASE_COUNT; to++) {
            struct attempt attempt = { from, to };
            bool is_as_wanted = holding_may_move(from, to) == is_legal(from, to) &&
                                aborts(make_move, &attempt) == !is_legal(from, to);
            if (!is_as_wanted) {
                fail_msg("%s to %s", holding_phase_name(from), holding_phase_name(to));
            }
        }
    }
}

static void phases_are_counted_and_all_is_walked(void **state)
{
    (void)state;
    struct holdings holdings;
    holdings_init(&holdings);
    move_to(&holdings, (struct partition_id){ TOPIC_ORDERS, 2 }, HOLDING_OURS);
    move_to(&holdings, (struct partition_id){ TOPIC_MESSAGES, 0 }, HOLDING_REVOKED);
    assert_int_equal(holdings.in_phase[HOLDING_OURS], 1);
    assert_int_equal(holdings.in_phase[HOLDING_REVOKED], 1);
    size_t count = 0;
    struct partition_id id = { .number = -1 };
    struct holding *holding;
    while (holdings_next(&holdings, &id, &holding)) {
        count += holding->phase != HOLDING_NONE ? 1 : 0;
    }
    assert_int_equal(count, 2);
    holdings_move(&holdings, holdings_find(&holdings, (struct partition_id){ TOPIC_ORDERS, 2 }),
                  HOLDING_NONE);
    assert_int_equal(holdings.in_phase[HOLDING_OURS], 0);
    holdings_fini(&holdings);
}

static void without_memory_there_is_no_row_and_those_that_are_there_stay(void **state)
{
    (void)state;
    struct holdings holdings;
    holdings_init(&holdings);
    const struct partition_id first = { TOPIC_ORDERS, 0 };
    const struct partition_id second = { TOPIC_ORDERS, 9 };
    holdings_move(&holdings, holdings_make(&holdings, first), HOLDING_CLAIMING);
    mem_fail_nth(1);
    assert_null(holdings_make(&holdings, second));
    mem_fail_nth(0);
    assert_int_equal(holdings_find(&holdings, first)->phase, HOLDING_CLAIMING);
    assert_non_null(holdings_make(&holdings, second));
    holdings_fini(&holdings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holding_is_found_where_it_was_made),
        cmocka_unit_test(each_claim_has_a_number_of_its_own),
        cmocka_unit_test(an_illegal_move_ends_the_process),
        cmocka_unit_test(phases_are_counted_and_all_is_walked),
        cmocka_unit_test(without_memory_there_is_no_row_and_those_that_are_there_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
