/* rank_test.c - what is learned from orders, shop by shop, and what is forgotten. */
#include "tests/unit/ranking.h"

static const struct rank_item *item_of(const struct rank *rank, const char *tenant, const char *sku)
{
    const struct rank_shop *shop = rank_find_shop(rank, str_from(tenant));
    return shop ? rank_find_item(rank, shop, str_from(sku)) : NULL;
}

static void an_order_is_counted_once_however_many_events_tell_of_it(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea cup" },
          { "", "ann", "o1", 20, ORDER_PAID, "tea cup" },
          { "", "ann", "o1", 30, ORDER_SHIPPED, "" },
          { "", "ann", "o1", 10, ORDER_PLACED, "tea cup" });
    assert_int_equal(item_of(rank, "", "tea")->orders, 1);
    assert_int_equal(rank_find_shop(rank, STR(""))->orders, 1);
    assert_int_equal(rank->lines, 2);
    rank_destroy(rank);
}

static void orders_that_come_late_are_put_in_their_place(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o3", 30, ORDER_PLACED, "c" },
          { "", "ann", "o1", 40, ORDER_PAID, "a" }, { "", "ann", "o2", 20, ORDER_PLACED, "b" },
          { "", "ann", "o1", 10, ORDER_PLACED, "a" });
    const struct rank_customer *ann = rank_find_customer(rank, rank_find_shop(rank, STR("")),
                                                         STR("ann"));
    assert_int_equal(ann->orders_count, 3);
    assert_text(ann->orders[0]->id, "o1");
    assert_text(ann->orders[1]->id, "o2");
    assert_text(ann->orders[2]->id, "o3");
    rank_destroy(rank);
}

static void a_time_to_come_counts_as_now(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    const struct order_item item = { .sku = STR("tea"), .quantity = 1 };
    const struct order order = { .order_id = STR("o1"),
                                 .customer_id = STR("ann"),
                                 .at_wall_ms = INT64_MAX,
                                 .items = &item,
                                 .items_count = 1 };
    assert_int_equal(rank_learn(rank, STR(""), &order, 1000), OK);
    const struct rank_customer *ann = rank_find_customer(rank, rank_find_shop(rank, STR("")),
                                                         STR("ann"));
    assert_int_equal(ann->orders[0]->at_wall_ms, 1000);
    rank_destroy(rank);
}

static void shops_share_nothing_even_where_all_names_are_the_same(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "east", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "west", "ann", "o1", 10, ORDER_PLACED, "coffee tea" },
          { "west", "bob", "o2", 20, ORDER_PLACED, "coffee" });
    const struct rank_wish east = { .tenant = STR("east"), .customer_id = STR("ann"), .count = 9 };
    const struct rank_wish nowhere = { .customer_id = STR("ann"), .count = 9 };
    assert_string_equal(offered_for(rank, &east), "");
    assert_string_equal(offered_for(rank, &nowhere), "");
    assert_int_equal(item_of(rank, "east", "tea")->orders, 1);
    assert_null(item_of(rank, "east", "coffee"));
    rank_destroy(rank);
}

static void who_has_not_ordered_for_longest_is_forgotten_first(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    char name[16];
    for (size_t i = 0; i < ranking_limits.customers_max; i++) {
        snprintf(name, sizeof(name), "c%zu", i);
        LEARN(rank, { "", name, "o", 10, ORDER_PLACED, "tea" });
    }
    LEARN(rank, { "", "c0", "p", 20, ORDER_PLACED, "cup" },
          { "", "new", "o", 30, ORDER_PLACED, "tea" });
    const struct rank_shop *shop = rank_find_shop(rank, STR(""));
    assert_non_null(rank_find_customer(rank, shop, STR("c0")));
    assert_null(rank_find_customer(rank, shop, STR("c1")));
    assert_int_equal(rank->forgotten, 1);
    assert_int_equal(rank->customers.count, ranking_limits.customers_max);
    rank_destroy(rank);
}

static void what_is_beyond_a_limit_is_left_out_and_counted(void **state)
{
    (void)state;
    const struct rank_limits small = { 1, 4, 2, 1, 100, 100 };
    static const uint64_t seed[2] = { 1, 2 };
    struct rank *rank = rank_create(&small, seed);
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "a/x b/y c/x" },
          { "other", "ann", "o1", 10, ORDER_PLACED, "a" });
    assert_int_equal(rank->items.count, 2);
    assert_int_equal(rank->shops.count, 1);
    assert_int_equal(rank->left_out, 3); /* the category y, the product c, the shop */
    rank_destroy(rank);
}

static enum err learn_twice(void *owner)
{
    static const uint64_t seed[2] = { 1, 2 };
    (void)owner;
    struct rank *rank = rank_create(&ranking_limits, seed);
    if (!rank) {
        return ERR_NOMEM;
    }
    const struct bought first = { "", "ann", "o1", 10, ORDER_PLACED, "a/x b/x c" };
    const struct bought second = { "", "ann", "o2", 20, ORDER_PLACED, "a d" };
    enum err err = try_learn(rank, &first);
    err = err == OK ? try_learn(rank, &second) : err;
    err = err == OK ? rank_hear(rank, STR(""), STR("ann"), STR("a"), RANK_SHOWN) : err;
    rank_destroy(rank);
    return err;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    assert_true(starve(learn_twice, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_counted_once_however_many_events_tell_of_it),
        cmocka_unit_test(orders_that_come_late_are_put_in_their_place),
        cmocka_unit_test(a_time_to_come_counts_as_now),
        cmocka_unit_test(shops_share_nothing_even_where_all_names_are_the_same),
        cmocka_unit_test(who_has_not_ordered_for_longest_is_forgotten_first),
        cmocka_unit_test(what_is_beyond_a_limit_is_left_out_and_counted),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
