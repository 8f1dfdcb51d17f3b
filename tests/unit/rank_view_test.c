/* rank_view_test.c - what became of recommended products, within bounds. */
#include "tests/unit/ranking.h"

static void of_strangers_nothing_is_kept(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea" });
    assert_int_equal(rank_hear(rank, STR("x"), STR("ann"), STR("tea"), RANK_REFUSED), OK);
    assert_int_equal(rank_hear(rank, STR(""), STR("eve"), STR("tea"), RANK_REFUSED), OK);
    assert_int_equal(rank_hear(rank, STR(""), STR("ann"), STR("gin"), RANK_REFUSED), OK);
    const struct rank_shop *shop = rank_find_shop(rank, STR(""));
    assert_int_equal(rank_find_customer(rank, shop, STR("ann"))->views_count, 0);
    assert_int_equal(rank->customers.count, 1);
    rank_destroy(rank);
}

static void too_many_views_of_one_customer_cost_the_oldest(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    char sku[16];
    for (int i = 0; i < 70; i++) {
        snprintf(sku, sizeof(sku), "s%d", i);
        LEARN(rank, { "", "ann", sku, 10 + i, ORDER_PLACED, sku });
        assert_int_equal(rank_hear(rank, STR(""), STR("ann"), str_from(sku), RANK_SHOWN), OK);
    }
    const struct rank_shop *shop = rank_find_shop(rank, STR(""));
    const struct rank_customer *ann = rank_find_customer(rank, shop, STR("ann"));
    assert_int_equal(ann->views_count, 64);
    assert_text(ann->views[0].item->sku, "s6");
    rank_destroy(rank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_strangers_nothing_is_kept),
        cmocka_unit_test(too_many_views_of_one_customer_cost_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
