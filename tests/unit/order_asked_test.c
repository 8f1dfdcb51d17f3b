/* order_asked_test.c - what is asked of orders, and what their lines add up to. */
#include "worker/answer/order_asked.h"

#include "tests/unit/cm.h"
#include "worker/answer/brief.h"

static void questions_about_orders_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum order_asked asked;
    } cases[] = {
        { "How many orders do I have?", ORDER_ASKED_COUNT },
        { "我有几个订单?", ORDER_ASKED_COUNT },
        { "How much did I pay for the mug?", ORDER_ASKED_TOTAL },
        { "how much have I spent", ORDER_ASKED_TOTAL },
        { "我一共付了多少钱?", ORDER_ASKED_TOTAL },
        { "What did I order?", ORDER_ASKED_ITEMS },
        { "我买了什么?", ORDER_ASKED_ITEMS },
        { "When did I order the kettle?", ORDER_ASKED_PLACED },
        { "我是什么时候下的单?", ORDER_ASKED_PLACED },
        { "Where is my order?", ORDER_ASKED_STATE },
        { "我的订单到哪了?", ORDER_ASKED_STATE },
        { "", ORDER_ASKED_STATE },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(order_asked_in(brief_concepts(str_from(cases[i].text))), cases[i].asked);
    }
}

static struct order_item item_of(const char *price, const char *currency, int64_t quantity)
{
    return (struct order_item){ .price = str_from(price),
                                .currency = str_from(currency),
                                .quantity = quantity };
}

static void assert_total(const struct order_item *items, size_t count, const char *expected)
{
    const struct order order = { .items = items, .items_count = count };
    struct order_total total;
    char text[ORDER_AMOUNT_BYTES];
    if (!expected) {
        assert_false(order_total_of(&order, &total));
        return;
    }
    assert_true(order_total_of(&order, &total));
    assert_string_equal(order_amount(total.amount, text).ptr, expected);
}

static void lines_of_one_currency_add_up_exactly(void **state)
{
    (void)state;
    const struct order_item items[] = { item_of("12.00", "EUR", 3), item_of("0.1", "EUR", 1),
                                        item_of("0.0005", "EUR", 1), item_of("5", "EUR", 2) };
    assert_total(items, 1, "36.00");
    assert_total(items, 2, "36.10");
    assert_total(items, 3, "36.1005");
    assert_total(items, 4, "46.1005");
}

static void what_cannot_be_added_up_has_no_total(void **state)
{
    (void)state;
    const struct order_item mixed[] = { item_of("1", "EUR", 1), item_of("1", "USD", 1) };
    const struct order_item unpriced[] = { item_of("1", "EUR", 1), item_of("", "EUR", 1) };
    const struct order_item odd[] = { item_of("1", "EUR", -2), item_of("1", "EUR", 0),
                                      item_of("1", "", 1),
                                      item_of("1.00001", "EUR", 1), item_of("x", "EUR", 1),
                                      item_of("999999999999", "EUR", 1000000000) };
    assert_total(mixed, 2, NULL);
    assert_total(unpriced, 2, NULL);
    assert_total(NULL, 0, NULL);
    for (size_t i = 0; i < countof(odd); i++) {
        assert_total(&odd[i], 1, NULL);
    }
}

static void orders_that_were_undone_do_not_count_in_the_sum_of_all(void **state)
{
    (void)state;
    const struct order_item ten[] = { item_of("10", "EUR", 1) };
    const struct order_item dollars[] = { item_of("10", "USD", 1) };
    struct order orders[] = {
        { .type = ORDER_DELIVERED, .items = ten, .items_count = 1 },
        { .type = ORDER_CANCELLED, .items = dollars, .items_count = 1 },
        { .type = ORDER_PLACED, .items = ten, .items_count = 1 },
    };
    struct order_total total;
    char text[ORDER_AMOUNT_BYTES];
    assert_true(order_total_of_all(orders, countof(orders), &total));
    assert_string_equal(order_amount(total.amount, text).ptr, "20.00");
    orders[1].type = ORDER_PAID;
    assert_false(order_total_of_all(orders, countof(orders), &total));
    assert_false(order_total_of_all(orders, 0, &total));
}

static void the_day_of_placing_is_known_from_the_event_that_placed_it(void **state)
{
    (void)state;
    struct order order = { .type = ORDER_PLACED, .at_wall_ms = INT64_C(1740765600000),
                           .at_offset_min = 480 }; /* 2025-03-01T02:00:00+08:00 */
    char out[CLOCK_TEXT_BYTES];
    struct str day;
    assert_true(order_placed_day(&order, out, &day));
    assert_true(str_is(day, "2025-03-01"));
    order.at_offset_min = 0;
    assert_true(order_placed_day(&order, out, &day));
    assert_true(str_is(day, "2025-02-28"));
    order.type = ORDER_SHIPPED;
    assert_false(order_placed_day(&order, out, &day));
    order.since[ORDER_ITEMS] = (struct order_rank){ .at_wall_ms = 3, .type = ORDER_PLACED,
                                                    .at_offset_min = -60 };
    assert_false(order_placed_day(&order, out, &day)); /* not said to be older than the state */
    order.since_set = 1U << ORDER_ITEMS;
    assert_true(order_placed_day(&order, out, &day));
    assert_true(str_is(day, "1969-12-31"));
    order.since[ORDER_ITEMS].type = ORDER_PAID;
    assert_false(order_placed_day(&order, out, &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_about_orders_are_told_apart),
        cmocka_unit_test(lines_of_one_currency_add_up_exactly),
        cmocka_unit_test(what_cannot_be_added_up_has_no_total),
        cmocka_unit_test(orders_that_were_undone_do_not_count_in_the_sum_of_all),
        cmocka_unit_test(the_day_of_placing_is_known_from_the_event_that_placed_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
