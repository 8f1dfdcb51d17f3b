/* builtin_order_test.c - an order's state, and of its delivery what is known. */
#include "worker/answer/builtin_order.h"

#include "tests/unit/leaf.h"
#include "worker/answer/brief.h"

static void assert_tells_who_asks(const char *question, const char *language,
                                  const struct order *order, const char *expected)
{
    struct arena arena;
    struct str text;
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = str_from(question) } };
    const struct brief brief = { .event = &event, .language = str_from(language) };
    arena_init(&arena, 65536);
    assert_int_equal(builtin_order_state(&arena, &brief, order, &text), OK);
    assert_text(text, expected);
    arena_fini(&arena);
}

static void assert_tells(const char *language, const struct order *order, const char *expected)
{
    assert_tells_who_asks("Where is it?", language, order, expected);
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
    assert_tells("zh", &order, "订单 7 已发货，承运商 DHL，运单号 JD1，预计 2025-03-05 送达。");
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

static void the_day_of_delivery_is_that_of_the_place_and_told_if_asked_for(void **state)
{
    (void)state;
    const struct order order = { .order_id = STR("7"),
                                 .type = ORDER_DELIVERED,
                                 .at_wall_ms = INT64_C(1740765600000),
                                 .at_offset_min = 480, /* 2025-03-01T02:00:00+08:00 */
                                 .carrier = STR("DHL") };
    assert_tells_who_asks("When was 7 delivered?", "en", &order,
                          "Order 7 has been delivered on 2025-03-01.");
    assert_tells_who_asks("哪天送到的?", "zh", &order, "订单 7 已送达，送达日期 2025-03-01。");
    assert_tells_who_asks("Who was the carrier?", "en", &order,
                          "Order 7 has been delivered with DHL.");
    assert_tells_who_asks("快递单号是多少?", "zh", &order, "订单 7 已送达，承运商 DHL。");
}

static void assert_sums(const char *language, const char *question, const struct order *orders,
                        size_t count, const char *expected)
{
    struct arena arena;
    struct str text;
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = str_from(question) } };
    const struct brief brief = { .event = &event,
                                 .language = str_from(language),
                                 .orders = orders,
                                 .orders_count = count,
                                 .orders_known = true };
    enum order_asked asked = order_asked_in(brief_concepts(event.message.text));
    arena_init(&arena, 65536);
    if (!expected) {
        assert_int_equal(builtin_order_sums(&arena, &brief, asked, &text), ERR_NO_FACTS);
    } else {
        assert_int_equal(builtin_order_sums(&arena, &brief, asked, &text), OK);
        assert_text(text, expected);
    }
    arena_fini(&arena);
}

#define DAY_MS INT64_C(86400000)

static const struct order_item mugs[] = { { .sku = STR("MUG-1"), .name = STR("Stoneware mug"),
                                            .price = STR("12.00"), .currency = STR("EUR"),
                                            .quantity = 2 } };
static const struct order_item grinder[] = { { .sku = STR("GRD-3"), .name = STR("Hand grinder"),
                                               .price = STR("59"), .currency = STR("EUR"),
                                               .quantity = 1 } };

static void orders_are_counted_added_up_and_dated(void **state)
{
    (void)state;
    const struct order two[] = {
        { .order_id = STR("9"), .type = ORDER_PLACED, .at_wall_ms = 20152 * DAY_MS,
          .items = grinder, .items_count = 1 },
        { .order_id = STR("7"), .type = ORDER_DELIVERED, .items = mugs, .items_count = 1,
          .since = { { 20148 * DAY_MS, -1, ORDER_PLACED } }, .since_set = 1 },
    };
    assert_sums("en", "How many orders do I have?", two, 2,
                "You have 2 orders.\nOrder 9 has been placed.\nOrder 7 has been delivered.");
    assert_sums("en", "How many orders do I have?", two, 1,
                "You have 1 order.\nOrder 9 has been placed.");
    assert_sums("zh", "我有几个订单", two, 1, "您有 1 个订单。\n订单 9 已下单。");
    assert_sums("en", "How much did I pay?", two, 2,
                "The items of order 9 cost 59.00 EUR in total.\n"
                "The items of order 7 cost 24.00 EUR in total.\n"
                "Altogether that is 83.00 EUR.");
    assert_sums("en", "How much did I pay for the stoneware mug?", two, 2,
                "The items of order 7 cost 24.00 EUR in total.");
    assert_sums("zh", "我付了多少钱", two, 2,
                "订单 9 的商品合计 59.00 EUR。\n订单 7 的商品合计 24.00 EUR。\n"
                "一共 83.00 EUR。");
    assert_sums("en", "What did I order?", two, 2,
                "Order 9: Hand grinder, quantity 1.\nOrder 7: Stoneware mug, quantity 2.");
    assert_sums("zh", "我买了什么", two, 1, "订单 9：Hand grinder，数量 1。");
    assert_sums("en", "When did I order the stoneware mug?", two, 2,
                "Order 7 was placed on 2025-03-01.");
    assert_sums("zh", "什么时候下的单", two, 1, "订单 9 于 2025-03-05 下单。");
}

static void an_order_that_was_undone_costs_nothing(void **state)
{
    (void)state;
    const struct order some[] = {
        { .order_id = STR("P-2"), .type = ORDER_CANCELLED, .items = grinder, .items_count = 1 },
        { .order_id = STR("P-1"), .type = ORDER_PLACED, .items = mugs, .items_count = 1 },
        { .order_id = STR("P-0"), .type = ORDER_RETURNED, .items = mugs, .items_count = 1 },
    };
    assert_sums("en", "how much did I spend?", some, 2,
                "Order P-2 has been cancelled.\nThe items of order P-1 cost 24.00 EUR in total.\n"
                "Altogether that is 24.00 EUR.");
    assert_sums("en", "how much did I spend in total?", some, 1, "Order P-2 has been cancelled.");
    assert_sums("zh", "我一共花了多少钱?", &some[2], 1, "订单 P-0 已退货。");
}

/* All that are known are told with their sum, or the newest with a word that there are others. */
static void lines_and_sum_are_of_the_same_orders(void **state)
{
    (void)state;
    struct order many[BRIEF_ORDERS_MAX];
    const char *line = "The items of order 7 cost 24.00 EUR in total.\n";
    char all[1024] = "";
    char part[1024] = "";
    for (size_t i = 0; i < countof(many); i++) {
        many[i] = (struct order){ .order_id = STR("7"), .items = mugs, .items_count = 1 };
        strcat(i < 7 ? all : part, line);
    }
    part[0] = '\0';
    for (size_t i = 0; i < 5; i++) {
        strcat(part, line);
    }
    strcat(all, "Altogether that is 168.00 EUR.");
    strcat(part, "These are the newest orders; older ones are not listed.");
    assert_sums("en", "How much did I pay?", many, 7, all);
    assert_sums("en", "How much did I pay?", many, countof(many), part);
    assert_sums("en", "How much did I pay for order 7?", many, countof(many),
                "The items of order 7 cost 24.00 EUR in total.");
}

static void what_the_orders_do_not_tell_is_for_a_person(void **state)
{
    (void)state;
    struct order many[BRIEF_ORDERS_MAX];
    for (size_t i = 0; i < countof(many); i++) {
        many[i] = (struct order){ .order_id = STR("7"), .type = ORDER_SHIPPED };
    }
    assert_sums("en", "How many orders do I have?", many, countof(many), NULL); /* or more */
    assert_sums("en", "How much did I pay?", many, 1, NULL);
    assert_sums("en", "What did I order?", many, 1, NULL);
    assert_sums("en", "When did I order it?", many, 1, NULL);
    assert_sums("en", "How many orders do I have?", many, 0, NULL); /* or they were lost */
    assert_sums("zh", "我付了多少钱", many, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_on_its_way_has_a_carrier_and_a_day),
        cmocka_unit_test(an_order_that_has_arrived_is_not_expected),
        cmocka_unit_test(the_day_of_delivery_is_that_of_the_place_and_told_if_asked_for),
        cmocka_unit_test(orders_are_counted_added_up_and_dated),
        cmocka_unit_test(an_order_that_was_undone_costs_nothing),
        cmocka_unit_test(lines_and_sum_are_of_the_same_orders),
        cmocka_unit_test(what_the_orders_do_not_tell_is_for_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
