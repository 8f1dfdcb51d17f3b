/* rank_next_test.c - what a customer's very next order has, too. */
#include "tests/unit/ranking.h"

/* "followed/next_again" of the product, and of the shop. */
static void counts(const struct rank *rank, const char *sku, uint32_t followed, uint32_t again)
{
    const struct rank_shop *shop = rank_find_shop(rank, STR(""));
    const struct rank_item *item = rank_find_item(rank, shop, str_from(sku));
    assert_non_null(item);
    assert_int_equal(item->followed, followed);
    assert_int_equal(item->next_again, again);
}

static void shop_counts(const struct rank *rank, uint64_t followed, uint64_t again)
{
    const struct rank_shop *shop = rank_find_shop(rank, STR(""));
    assert_int_equal(shop->followed, followed);
    assert_int_equal(shop->next_again, again);
}

static void an_order_is_followed_by_the_next_one_of_its_customer(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea cup" },
          { "", "bob", "o1", 20, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 30, ORDER_PLACED, "tea jam" },
          { "", "ann", "o3", 40, ORDER_PLACED, "jam cup" });
    counts(rank, "tea", 2, 1);
    counts(rank, "cup", 1, 0); /* that it came again later is no next order */
    counts(rank, "jam", 1, 1);
    shop_counts(rank, 4, 2);
    rank_destroy(rank);
}

static void the_same_event_twice_counts_once(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 30, ORDER_PLACED, "tea" },
          { "", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 50, ORDER_PAID, "tea" },
          { "", "ann", "o1", 60, ORDER_SHIPPED, "tea" });
    counts(rank, "tea", 1, 1);
    shop_counts(rank, 1, 1);
    rank_destroy(rank);
}

static void a_cancelled_order_leaves_its_neighbours_to_each_other(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "jam" },
          { "", "ann", "o3", 30, ORDER_PLACED, "tea" });
    counts(rank, "tea", 1, 0);
    counts(rank, "jam", 1, 0);
    LEARN(rank, { "", "ann", "o2", 40, ORDER_CANCELLED, "jam" },
          { "", "ann", "o2", 40, ORDER_CANCELLED, "jam" });
    counts(rank, "tea", 1, 1);
    counts(rank, "jam", 0, 0);
    LEARN(rank, { "", "ann", "o2", 15, ORDER_PLACED, "jam cup" });
    counts(rank, "tea", 1, 1);
    counts(rank, "cup", 0, 0);
    shop_counts(rank, 1, 1);
    rank_destroy(rank);
}

static void an_order_without_products_stands_between_none(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "" }, { "", "ann", "o3", 30, ORDER_PLACED, "tea" });
    counts(rank, "tea", 1, 1);
    LEARN(rank, { "", "ann", "o2", 20, ORDER_PAID, "jam" });
    counts(rank, "tea", 1, 0);
    counts(rank, "jam", 1, 0);
    rank_destroy(rank);
}

/* What is said of four orders: the second is told late, with a time that is corrected and lines
 * that come one by one; the third is cancelled. */
static const struct bought told[] = {
    { "", "ann", "o1", 10, ORDER_PLACED, "tea cup" },
    { "", "ann", "o2", 45, ORDER_PAID, "tea" },
    { "", "ann", "o2", 20, ORDER_PLACED, "tea jam" },
    { "", "ann", "o3", 30, ORDER_PLACED, "cup jam" },
    { "", "ann", "o3", 35, ORDER_CANCELLED, "cup jam" },
    { "", "ann", "o4", 40, ORDER_PLACED, "jam tea" },
};

static void tell_in_every_sequence(size_t *places, size_t count)
{
    if (count < countof(told)) {
        for (size_t i = 0; i < countof(told); i++) {
            bool is_new = true;
            for (size_t k = 0; k < count; k++) {
                is_new = is_new && places[k] != i;
            }
            places[count] = i;
            if (is_new) {
                tell_in_every_sequence(places, count + 1);
            }
        }
        return;
    }
    struct rank *rank = ranking_create();
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(try_learn(rank, &told[places[i]]), OK);
    }
    counts(rank, "tea", 2, 2);
    counts(rank, "cup", 1, 0);
    counts(rank, "jam", 1, 1);
    shop_counts(rank, 4, 3);
    rank_destroy(rank);
}

static void the_sequence_of_the_events_does_not_matter(void **state)
{
    (void)state;
    size_t places[countof(told)];
    tell_in_every_sequence(places, 0);
}

static void what_is_dropped_of_a_long_past_still_counts(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    char id[16];
    for (int i = 0; i < RANK_ORDERS_MAX + 3; i++) {
        snprintf(id, sizeof(id), "o%d", i);
        LEARN(rank, { "", "ann", id, 100 + i, ORDER_PLACED, "tea" });
    }
    counts(rank, "tea", RANK_ORDERS_MAX + 2, RANK_ORDERS_MAX + 2);
    LEARN(rank, { "", "ann", "o3", 900, ORDER_CANCELLED, "tea" });
    counts(rank, "tea", RANK_ORDERS_MAX + 1, RANK_ORDERS_MAX + 1);
    rank_destroy(rank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_followed_by_the_next_one_of_its_customer),
        cmocka_unit_test(the_same_event_twice_counts_once),
        cmocka_unit_test(a_cancelled_order_leaves_its_neighbours_to_each_other),
        cmocka_unit_test(an_order_without_products_stands_between_none),
        cmocka_unit_test(the_sequence_of_the_events_does_not_matter),
        cmocka_unit_test(what_is_dropped_of_a_long_past_still_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
