/* builtin_order_test.c - an order's state, and of its delivery what is known. */
#include "worker/answer/builtin_order.h"

#include "tests/unit/leaf.h"

static void assert_tells(const char *language, const struct order *order, const char *expected)
{
    struct arena arena;
    struct str text;
    const struct brief brief = { .language = str_from(language) };
    arena_init(&arena, 65536);
    assert_int_equal(builtin_order_state(&arena, &brief, order, &text), OK);
    assert_text(text, expected);
    arena_fini(&arena);
}

static void an_order_on_its_way_has_a_carrier_and_a_day(void **state)
{
    (void)state;
    const struct order order = { .order_id = STR("7"),
                                 .type = ORDER_SHIPPED,
                                 .carrier = STR("DHL"),
                                 .tracking = STR("JD1"),
                                 .eta = STR("2025-03-05") };
    assert_tells("en", &order,
                 "Order 7 has been shipped with DHL, tracking number JD1, expected on 2025-03-05.");
    assert_tells("zh", &order, "订单 7 已发货,承运商 DHL,运单号 JD1,预计 2025-03-05 送达。");
}

static void an_order_that_has_arrived_is_not_expected(void **state)
{
    (void)state;
    const struct order order = { .order_id = STR("7"),
                                 .type = ORDER_DELIVERED,
                                 .carrier = STR("DHL"),
                                 .eta = STR("2025-03-05") };
    assert_tells("en", &order, "Order 7 has been delivered.");
    assert_tells("zh", &order, "订单 7 已送达。");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_on_its_way_has_a_carrier_and_a_day),
        cmocka_unit_test(an_order_that_has_arrived_is_not_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
