/* holding_test.c - rows by topic and partition, and the counts of each phase. */
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

static void phases_are_counted_and_all_is_walked(void **state)
{
    (void)state;
    struct holdings holdings;
    holdings_init(&holdings);
    holdings_move(&holdings, holdings_make(&holdings, (struct partition_id){ TOPIC_ORDERS, 2 }),
                  HOLDING_OURS);
    holdings_move(&holdings, holdings_make(&holdings, (struct partition_id){ TOPIC_MESSAGES, 0 }),
                  HOLDING_REVOKED);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holding_is_found_where_it_was_made),
        cmocka_unit_test(each_claim_has_a_number_of_its_own),
        cmocka_unit_test(phases_are_counted_and_all_is_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
