/* rank_score_test.c - what raises and lowers a product. */
#include "tests/unit/ranking.h"

#define DAY_MS ((int64_t)86400000)

/* Three regulars who buy tea again and again, so that the shop is one where things are. */
static struct rank *ranking_of_regulars(void)
{
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "r1", "a1", 1, ORDER_PLACED, "tea cup pot" },
          { "", "r1", "a2", 2, ORDER_PLACED, "tea cup pot" },
          { "", "r2", "b1", 1, ORDER_PLACED, "tea cup pot" },
          { "", "r2", "b2", 2, ORDER_PLACED, "tea cup pot" });
    return rank;
}

static void what_was_bought_more_often_comes_first(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "cup tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "cup" });
    assert_string_equal(offered(rank, "ann", 2), "cup tea");
    rank_destroy(rank);
}

static const char *offered_at(struct rank *rank, int64_t now_wall_ms)
{
    const struct rank_wish wish = { .customer_id = STR("ann"),
                                    .count = 2,
                                    .now_wall_ms = now_wall_ms };
    return offered_for(rank, &wish);
}

static void what_stands_first_in_an_order_comes_first(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "pot cup tea" });
    assert_string_equal(offered(rank, "ann", 3), "pot cup tea");
    LEARN(rank, { "", "bob", "o2", 10, ORDER_PLACED, "tea cup pot" });
    assert_string_equal(offered(rank, "bob", 3), "tea cup pot");
    rank_destroy(rank);
}

static void what_was_bought_lately_comes_first(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10 * DAY_MS, ORDER_PLACED, "cup" },
          { "", "ann", "o2", 20 * DAY_MS, ORDER_PLACED, "pot" });
    assert_string_equal(offered_at(rank, 27 * DAY_MS), "pot cup");
    rank_destroy(rank);
}

/* Cup and pot each every sixty days, half a rhythm apart. */
static void what_was_bought_just_now_waits_until_it_is_due(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 0, ORDER_PLACED, "pot" },
          { "", "ann", "o2", 30 * DAY_MS, ORDER_PLACED, "cup" },
          { "", "ann", "o3", 60 * DAY_MS, ORDER_PLACED, "pot" },
          { "", "ann", "o4", 90 * DAY_MS, ORDER_PLACED, "cup" },
          { "", "ann", "o5", 120 * DAY_MS, ORDER_PLACED, "pot" },
          { "", "ann", "o6", 150 * DAY_MS, ORDER_PLACED, "cup" },
          { "", "ann", "o7", 180 * DAY_MS, ORDER_PLACED, "pot" },
          { "", "ann", "o8", 210 * DAY_MS, ORDER_PLACED, "cup" });
    assert_string_equal(offered_at(rank, 210 * DAY_MS), "pot cup");
    assert_string_equal(offered_at(rank, 270 * DAY_MS), "cup pot");
    rank_destroy(rank);
}

static void what_was_not_bought_for_long_has_been_given_up(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 1000 * DAY_MS, ORDER_PLACED, "pot" },
          { "", "ann", "o2", 1010 * DAY_MS, ORDER_PLACED, "pot" },
          { "", "ann", "o3", 1020 * DAY_MS, ORDER_PLACED, "pot cup" },
          { "", "ann", "o4", 1120 * DAY_MS, ORDER_PLACED, "cup" });
    assert_string_equal(offered_at(rank, 1220 * DAY_MS), "cup pot");
    rank_destroy(rank);
}

static void a_time_of_no_length_tells_of_no_rhythm(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 1000, ORDER_PLACED, "cup" },
          { "", "ann", "o2", 1000, ORDER_PLACED, "cup pot" });
    assert_string_equal(offered_at(rank, 1000), "cup pot");
    assert_string_equal(offered_at(rank, INT64_MAX), "cup pot");
    rank_destroy(rank);
}

static void what_came_back_is_put_last(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "cup tea pot" },
          { "", "ann", "o1", 20, ORDER_RETURNED, "cup" });
    assert_string_equal(offered(rank, "ann", 3), "tea pot cup");
    rank_destroy(rank);
}

static void a_cancelled_order_says_nothing(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "pot" },
          { "", "ann", "o2", 20, ORDER_PLACED, "cup" },
          { "", "ann", "o2", 20, ORDER_CANCELLED, "" });
    assert_string_equal(offered(rank, "ann", 1), "pot");
    rank_destroy(rank);
}

static void what_was_cancelled_is_recommended_to_nobody(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "CHR-1/chairs" },
          { "", "ann", "o1", 20, ORDER_CANCELLED, "CHR-1/chairs" },
          { "", "bob", "o2", 30, ORDER_PLACED, "LMP-1/lamps" });
    assert_string_equal(offered(rank, "new", 5), "LMP-1");
    assert_string_equal(offered(rank, "ann", 5), "LMP-1");
    rank_destroy(rank);
}

static void what_came_back_stays_last_when_another_order_is_cancelled(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "cup tea pot" },
          { "", "ann", "o1", 20, ORDER_RETURNED, "cup" },
          { "", "ann", "o2", 30, ORDER_PLACED, "cup" },
          { "", "ann", "o2", 40, ORDER_CANCELLED, "" });
    assert_string_equal(offered(rank, "ann", 3), "tea pot cup");
    rank_destroy(rank);
}

static void where_nobody_buys_twice_only_new_products_are_offered(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "bob", "o1", 10, ORDER_PLACED, "lamp shade bulb" },
          { "", "cem", "o2", 10, ORDER_PLACED, "lamp bulb" },
          { "", "ann", "o3", 10, ORDER_PLACED, "lamp" });
    assert_string_equal(offered(rank, "ann", 9), "bulb shade");
    rank_destroy(rank);
}

static void refusing_a_product_lowers_it_for_this_customer_alone(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "cup tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "cup tea" },
          { "", "bob", "o3", 10, ORDER_PLACED, "cup tea" },
          { "", "bob", "o4", 20, ORDER_PLACED, "cup tea" });
    assert_string_equal(offered(rank, "ann", 2), "cup tea");
    assert_int_equal(rank_hear(rank, STR(""), STR("ann"), STR("cup"), RANK_REFUSED), OK);
    assert_string_equal(offered(rank, "ann", 2), "tea pot");
    assert_string_equal(offered(rank, "bob", 2), "cup tea");
    assert_int_equal(rank_hear(rank, STR(""), STR("ann"), STR("cup"), RANK_BOUGHT), OK);
    assert_string_equal(offered(rank, "ann", 2), "cup tea");
    rank_destroy(rank);
}

static void a_product_that_is_shown_in_vain_gives_way_by_and_by(void **state)
{
    (void)state;
    struct rank *rank = ranking_of_regulars();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "cup tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "cup tea" });
    for (int i = 0; i < 2; i++) {
        assert_int_equal(rank_hear(rank, STR(""), STR("ann"), STR("cup"), RANK_SHOWN), OK);
    }
    assert_string_equal(offered(rank, "ann", 2), "cup tea");
    assert_int_equal(rank_hear(rank, STR(""), STR("ann"), STR("cup"), RANK_SHOWN), OK);
    assert_string_equal(offered(rank, "ann", 2), "tea cup");
    assert_int_equal(rank_hear(rank, STR(""), STR("ann"), STR("cup"), RANK_CLICKED), OK);
    assert_string_equal(offered(rank, "ann", 2), "cup tea");
    rank_destroy(rank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_bought_more_often_comes_first),
        cmocka_unit_test(what_stands_first_in_an_order_comes_first),
        cmocka_unit_test(what_was_bought_lately_comes_first),
        cmocka_unit_test(what_was_bought_just_now_waits_until_it_is_due),
        cmocka_unit_test(what_was_not_bought_for_long_has_been_given_up),
        cmocka_unit_test(a_time_of_no_length_tells_of_no_rhythm),
        cmocka_unit_test(what_came_back_is_put_last),
        cmocka_unit_test(a_cancelled_order_says_nothing),
        cmocka_unit_test(what_was_cancelled_is_recommended_to_nobody),
        cmocka_unit_test(what_came_back_stays_last_when_another_order_is_cancelled),
        cmocka_unit_test(where_nobody_buys_twice_only_new_products_are_offered),
        cmocka_unit_test(refusing_a_product_lowers_it_for_this_customer_alone),
        cmocka_unit_test(a_product_that_is_shown_in_vain_gives_way_by_and_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
