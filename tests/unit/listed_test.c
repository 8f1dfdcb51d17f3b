/* listed_test.c - "the second one" is the second of what was told right before, or nothing. */
#include "worker/answer/listed.h"

#include "tests/unit/cm.h"

static const struct order orders[] = { { .order_id = STR("100301") },
                                       { .order_id = STR("100234") },
                                       { .order_id = STR("100100") } };

static const struct order *meant(const char *answer, const char *text)
{
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct exchange history[] = { { .answer = str_from(answer) } };
    const struct brief brief = { .event = &event,
                                 .orders = orders,
                                 .orders_count = countof(orders),
                                 .history = history,
                                 .history_count = answer[0] ? 1 : 0 };
    return listed_order(&brief);
}

static void a_place_is_named_in_both_languages(void **state)
{
    (void)state;
    assert_int_equal(listed_place(STR("And the first one?"), 3), 0);
    assert_int_equal(listed_place(STR("the 2nd order"), 3), 1);
    assert_int_equal(listed_place(STR("第三个呢"), 3), 2);
    assert_int_equal(listed_place(STR("最后一个"), 3), 2);
    assert_int_equal(listed_place(STR("the last one"), 5), 4);
}

static void a_place_that_is_not_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(listed_place(STR("the third one"), 2), 2);
    assert_int_equal(listed_place(STR("the last one"), 0), 0);
    assert_int_equal(listed_place(STR("the kettle"), 2), 2);
}

static void an_order_is_meant_by_its_place_in_the_answer(void **state)
{
    (void)state;
    const char *two = "Order 100100 has been placed.\nOrder 100301 has been shipped.";
    assert_ptr_equal(meant(two, "And the second one?"), &orders[0]);
    assert_ptr_equal(meant(two, "第一个呢?"), &orders[2]);
    assert_ptr_equal(meant(two, "and the last one"), &orders[0]);
}

static void nothing_is_chosen_where_no_list_is(void **state)
{
    (void)state;
    assert_null(meant("Order 100100 has been placed.", "And the first one?"));
    assert_null(meant("Hello!", "And the second one?"));
    assert_null(meant("", "And the second one?"));
    assert_null(meant("Orders 100100 and 100301.", "And the third one?"));
    assert_null(meant("Orders 1001001 and 1003010.", "And the second one?"));
}

static const struct order *other(size_t count, const char *spoken, const char *answer,
                                 const char *text)
{
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct exchange history[] = { { .order_id = str_from(spoken),
                                          .answer = str_from(answer) } };
    const struct brief brief = { .event = &event,
                                 .orders = orders,
                                 .orders_count = count,
                                 .history = history,
                                 .history_count = 1 };
    return listed_order(&brief);
}

static void the_other_is_the_one_of_two_that_was_not_spoken_of(void **state)
{
    (void)state;
    const char *two = "Order 100100 has been placed.\nOrder 100301 has been shipped.";
    assert_true(listed_is_other(STR("And the other one?")));
    assert_true(listed_is_other(STR("另一个呢")));
    assert_false(listed_is_other(STR("And the second one?")));
    assert_ptr_equal(other(2, "100301", "It is on its way.", "And the other one?"), &orders[1]);
    assert_ptr_equal(other(2, "100234", "在路上。", "另一个呢?"), &orders[0]);
    assert_ptr_equal(other(3, "100301", two, "and the other one"), &orders[2]);
}

static void of_three_or_with_none_spoken_of_there_is_no_other(void **state)
{
    (void)state;
    assert_null(other(3, "100301", "It is on its way.", "And the other one?"));
    assert_null(other(1, "100301", "It is on its way.", "And the other one?"));
    assert_null(other(2, "", "Hello!", "And the other one?"));
    assert_null(other(2, "100100", "Hello!", "And the other one?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_named_in_both_languages),
        cmocka_unit_test(a_place_that_is_not_there_is_none),
        cmocka_unit_test(an_order_is_meant_by_its_place_in_the_answer),
        cmocka_unit_test(nothing_is_chosen_where_no_list_is),
        cmocka_unit_test(the_other_is_the_one_of_two_that_was_not_spoken_of),
        cmocka_unit_test(of_three_or_with_none_spoken_of_there_is_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
