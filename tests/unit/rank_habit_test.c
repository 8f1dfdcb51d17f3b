/* rank_habit_test.c - what raises and lowers the chance that a product is bought again. */
#include <math.h>

#include "tests/unit/leaf.h"
#include "worker/answer/rank_habit.h"

#define DAY_MS ((int64_t)86400000)
#define NOW_DAY 100

static const struct rank_shop shop = {
    .orders = 100, .lines = 500, .buyers = 250, .rebuyers = 100
};
static const struct rank_item item = { .orders = 40, .buyers = 20, .rebuyers = 10 };

/* Orders of a customer, the newest first: of so many lines, with the product or without it. */
struct past_order {
    int64_t day;
    uint32_t lines;
    bool has_it;
    uint32_t place;
};

struct seen_habits {
    struct rank_habits habits;
    struct rank_habit habit;
};

static struct seen_habits seen(const struct past_order *orders, size_t count)
{
    struct seen_habits seen = { .habits = { .now_wall_ms = NOW_DAY * DAY_MS } };
    for (size_t i = 0; i < count; i++) {
        const struct rank_habit_order order = rank_habits_add(&seen.habits, orders[i].day * DAY_MS,
                                                              orders[i].lines);
        if (orders[i].has_it) {
            rank_habit_add(&seen.habit, &seen.habits, &order, orders[i].place);
        }
    }
    return seen;
}

static double chance_in(const struct rank_shop *of, const struct rank_item *what,
                        const struct past_order *orders, size_t count)
{
    struct seen_habits it = seen(orders, count);
    return rank_habit_chance(&it.habit, &it.habits, of, what);
}

#define CHANCE(...)                                                                                \
    chance_in(&shop, &item, (const struct past_order[]){ __VA_ARGS__ },                            \
              sizeof((const struct past_order[]){ __VA_ARGS__ }) / sizeof(struct past_order))

static void what_was_bought_more_often_is_more_likely(void **state)
{
    (void)state;
    double twice = CHANCE({ 90, 5, true, 0 }, { 80, 5, false, 0 },
                          { 70, 5, true, 0 }, { 60, 5, false, 0 });
    double once = CHANCE({ 90, 5, true, 0 }, { 80, 5, false, 0 },
                         { 70, 5, false, 0 }, { 60, 5, false, 0 });
    assert_true(twice > once);
}

static void what_was_bought_lately_is_more_likely(void **state)
{
    (void)state;
    double lately = CHANCE({ 90, 5, false, 0 }, { 80, 5, true, 0 },
                           { 70, 5, false, 0 }, { 60, 5, false, 0 });
    double long_ago = CHANCE({ 90, 5, false, 0 }, { 80, 5, false, 0 },
                             { 70, 5, false, 0 }, { 60, 5, true, 0 });
    assert_true(lately > long_ago);
}

static void a_small_order_says_more_of_its_products(void **state)
{
    (void)state;
    double small = CHANCE({ 90, 20, false, 0 }, { 80, 2, true, 0 }, { 70, 20, false, 0 });
    double large = CHANCE({ 90, 2, false, 0 }, { 80, 20, true, 0 }, { 70, 2, false, 0 });
    assert_true(small > large);
}

static void what_comes_first_in_its_orders_is_more_likely(void **state)
{
    (void)state;
    double first = CHANCE({ 90, 5, true, 0 }, { 80, 5, false, 0 }, { 70, 5, true, 1 });
    double last = CHANCE({ 90, 5, true, 4 }, { 80, 5, false, 0 }, { 70, 5, true, 3 });
    assert_true(first > last);
}

/* The mean of the times alone would have put the next purchase far off. */
static void one_long_pause_does_not_hide_a_rhythm(void **state)
{
    (void)state;
    struct seen_habits it = seen((const struct past_order[]){ { 93, 5, true, 0 },
                                                              { 86, 5, true, 0 },
                                                              { 79, 5, true, 0 },
                                                              { 72, 5, true, 0 },
                                                              { -293, 5, true, 0 } },
                                 5);
    double usual = exp(it.habit.log_days / (it.habit.orders - 1));
    assert_true(usual > 7 && usual < 25);
    double due = rank_habit_chance(&it.habit, &it.habits, &shop, &item);
    it.habit.log_days = (it.habit.orders - 1) * log(386.0 / 4);
    assert_true(due > rank_habit_chance(&it.habit, &it.habits, &shop, &item));
}

/* Bought every ten days; each of the three has the newest purchase at another distance from now. */
static void what_is_due_is_more_likely_than_what_came_just_now_or_was_given_up(void **state)
{
    (void)state;
    struct seen_habits it = seen(
        (const struct past_order[]){ { 90, 5, true, 0 }, { 80, 5, true, 0 },
                                     { 70, 5, true, 0 } }, 3);
    struct seen_habits now = seen(
        (const struct past_order[]){ { 99, 5, true, 0 }, { 89, 5, true, 0 },
                                     { 79, 5, true, 0 } }, 3);
    struct seen_habits late = seen(
        (const struct past_order[]){ { 30, 5, true, 0 }, { 20, 5, true, 0 },
                                     { 10, 5, true, 0 } }, 3);
    assert_true(it.habit.alike > 1.9 && now.habit.alike < 0.1 && late.habit.alike < 0.1);
    assert_int_equal(it.habit.longer, 2);
    assert_int_equal(now.habit.longer, 2);
    assert_int_equal(late.habit.longer, 0);
    double due = rank_habit_chance(&it.habit, &it.habits, &shop, &item);
    assert_true(due > rank_habit_chance(&now.habit, &now.habits, &shop, &item));
    assert_true(due > rank_habit_chance(&late.habit, &late.habits, &shop, &item));
}

static void who_comes_back_to_everything_comes_back_to_what_was_bought_last(void **state)
{
    (void)state;
    struct seen_habits it = seen(
        (const struct past_order[]){ { 90, 5, true, 0 }, { 80, 5, false, 0 } }, 2);
    it.habits.lines = 40;
    it.habits.products = 8;
    double loyal = rank_habit_chance(&it.habit, &it.habits, &shop, &item);
    it.habits.products = 40;
    assert_true(loyal > rank_habit_chance(&it.habit, &it.habits, &shop, &item));
}

static void what_others_buy_again_is_more_likely(void **state)
{
    (void)state;
    const struct past_order orders[] = { { 90, 5, true, 0 }, { 80, 5, false, 0 } };
    const struct rank_item again = { .orders = 200, .buyers = 50, .rebuyers = 45 };
    const struct rank_item once = { .orders = 50, .buyers = 50 };
    double sure = chance_in(&shop, &again, orders, countof(orders));
    double chance = chance_in(&shop, &item, orders, countof(orders));
    assert_true(sure > chance);
    assert_true(chance > chance_in(&shop, &once, orders, countof(orders)));
}

static void what_others_buy_in_their_very_next_order_is_more_likely_right_after(void **state)
{
    (void)state;
    struct rank_shop followed = shop;
    followed.followed = 400;
    followed.next_again = 80;
    const struct past_order orders[] = { { 90, 5, true, 0 },
                                         { 80, 5, false, 0 },
                                         { 70, 5, true, 0 } };
    struct rank_item next = item;
    next.followed = 400;
    next.next_again = 240;
    struct rank_item other = item;
    other.followed = 400;
    other.next_again = 4;
    assert_true(chance_in(&followed, &next, orders, countof(orders)) >
                chance_in(&followed, &other, orders, countof(orders)));
}

static void where_nobody_buys_twice_nothing_is_bought_again(void **state)
{
    (void)state;
    const struct rank_shop films = { .orders = 100, .lines = 100, .buyers = 100 };
    const struct past_order orders[] = { { 90, 1, true, 0 } };
    assert_true(rank_habit_usual(&films) <= 0);
    assert_true(chance_in(&films, &item, orders, countof(orders)) <= 0);
    assert_true(rank_habit_usual(&(const struct rank_shop){ 0 }) <= 0);
}

static void no_time_or_size_takes_a_chance_out_of_its_bounds(void **state)
{
    (void)state;
    const int64_t times[] = { INT64_MIN, -1, 0, INT64_MAX };
    const struct rank_item strange = { .orders = UINT32_MAX, .buyers = 1, .rebuyers = 1 };
    for (size_t now = 0; now < countof(times); now++) {
        struct seen_habits it = { .habits = { .now_wall_ms = times[now] } };
        for (size_t i = 0; i < countof(times); i++) {
            const struct rank_habit_order order = rank_habits_add(&it.habits, times[i],
                                                                  i % 2 ? 0 : UINT32_MAX);
            rank_habit_add(&it.habit, &it.habits, &order, i % 2 ? UINT32_MAX : 0);
            double chance = rank_habit_chance(&it.habit, &it.habits, &shop, &strange);
            assert_true(chance > 0 && chance <= 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_bought_more_often_is_more_likely),
        cmocka_unit_test(what_was_bought_lately_is_more_likely),
        cmocka_unit_test(a_small_order_says_more_of_its_products),
        cmocka_unit_test(what_comes_first_in_its_orders_is_more_likely),
        cmocka_unit_test(one_long_pause_does_not_hide_a_rhythm),
        cmocka_unit_test(what_is_due_is_more_likely_than_what_came_just_now_or_was_given_up),
        cmocka_unit_test(who_comes_back_to_everything_comes_back_to_what_was_bought_last),
        cmocka_unit_test(what_others_buy_again_is_more_likely),
        cmocka_unit_test(what_others_buy_in_their_very_next_order_is_more_likely_right_after),
        cmocka_unit_test(where_nobody_buys_twice_nothing_is_bought_again),
        cmocka_unit_test(no_time_or_size_takes_a_chance_out_of_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
