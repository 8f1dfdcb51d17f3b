/* quantity_test.c - pieces are counted only where the question counts them. */
#include "worker/answer/quantity.h"

#include "tests/unit/cm.h"

static struct product kettle = { .sku = STR("KTL-17"), .name = STR("Gooseneck kettle 2"),
                                 .price = STR("39.90"), .currency = STR("EUR") };

/* In ten thousandths; 0: no total. */
static int64_t total(const char *question)
{
    struct quantity_total total = { .amount = 0 };
    return quantity_total(str_from(question), &kettle, &total) ? total.amount : 0;
}

static void so_many_pieces_cost_the_price_times_as_many(void **state)
{
    (void)state;
    assert_int_equal(total("How much are three of the kettle?"), 1197000);
    assert_int_equal(total("price of 3 kettles"), 1197000);
    assert_int_equal(total("how much for 12 pieces of KTL-17?"), 4788000);
    assert_int_equal(total("三个多少钱"), 1197000);
    assert_int_equal(total("买两把一共多少钱"), 798000);
}

static void a_number_of_something_else_is_no_quantity(void **state)
{
    (void)state;
    static const char *const others[] = {
        "How much is the kettle?",
        "How much is one of the kettles?",
        "How much is the gooseneck kettle 2?",
        "How much is KTL-17?",
        "How much is the 2 l kettle?",
        "How much is it, and does it come in 3 days?",
        "I have 50 EUR, how much are 3 kettles?",
        "How much are 2.5 kettles?",
        "How much are 1000000 kettles?",
        "第二个多少钱",
        "两个月后多少钱",
        "",
    };
    for (size_t i = 0; i < countof(others); i++) {
        print_message("%s\n", others[i]);
        assert_int_equal(total(others[i]), 0);
    }
}

static void a_price_that_is_not_known_or_too_high_has_no_total(void **state)
{
    (void)state;
    struct quantity_total total;
    struct product free_of_price = { .name = STR("Kettle") };
    struct product dear = { .name = STR("Kettle"), .price = STR("999999999999"),
                            .currency = STR("EUR") };
    assert_false(quantity_total(STR("price of 3 kettles"), &free_of_price, &total));
    assert_false(quantity_total(STR("price of 3 kettles"), &dear, &total));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_pieces_cost_the_price_times_as_many),
        cmocka_unit_test(a_number_of_something_else_is_no_quantity),
        cmocka_unit_test(a_price_that_is_not_known_or_too_high_has_no_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
