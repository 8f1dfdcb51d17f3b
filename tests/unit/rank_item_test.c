/* rank_item_test.c - lists of the most ordered, and neighbours within a bound. */
#include "tests/unit/ranking.h"

static struct rank_item named(const char *sku, uint32_t orders)
{
    return (struct rank_item){ .sku = str_from(sku), .orders = orders };
}

static void a_top_list_is_what_sorting_everything_would_give(void **state)
{
    (void)state;
    enum { ITEMS = 300, ROUNDS = 20000 };
    struct luck luck = luck_of(7);
    static char names[ITEMS][8];
    static struct rank_item items[ITEMS];
    static struct rank_top top;
    for (size_t i = 0; i < ITEMS; i++) {
        snprintf(names[i], sizeof(names[i]), "s%zu", i);
        items[i] = named(names[i], 0);
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        struct rank_item *item = &items[luck_next(&luck, ITEMS)];
        item->orders++;
        rank_top_raise(&top, item);
    }
    assert_int_equal(top.count, RANK_TOP_MAX);
    for (size_t place = 0; place < RANK_TOP_MAX; place++) {
        size_t before = 0;
        for (size_t i = 0; i < ITEMS; i++) {
            before += rank_item_precedes(&items[i], top.items[place]) ? 1 : 0;
        }
        assert_int_equal(before, place);
    }
}

static void a_product_sinks_in_a_list_and_leaves_it_without_orders(void **state)
{
    (void)state;
    static struct rank_top top;
    struct rank_item a = named("a", 2);
    struct rank_item b = named("b", 1);
    struct rank_item stranger = named("c", 0);
    rank_top_raise(&top, &a);
    rank_top_raise(&top, &b);
    a.orders = 1;
    rank_top_lower(&top, &a);
    assert_ptr_equal(top.items[0], &a); /* equal ones by sku */
    b.orders = 2;
    rank_top_raise(&top, &b);
    b.orders = 0;
    rank_top_lower(&top, &stranger);
    rank_top_lower(&top, &b);
    assert_int_equal(top.count, 1);
    assert_ptr_equal(top.items[0], &a);
}

static void a_tie_that_gave_way_has_nothing_to_take_back(void **state)
{
    (void)state;
    struct rank_item tea = named("tea", 1);
    struct rank_item cup = named("cup", 1);
    struct rank_item pot = named("pot", 1);
    struct rank_room room = { .max = 100 };
    assert_int_equal(rank_near_add(&tea, &cup, RANK_TOGETHER, 1, &room), OK);
    assert_int_equal(rank_near_add(&tea, &cup, RANK_AFTER, 0.5F, &room), OK);
    rank_near_take_back(&tea, &pot, RANK_TOGETHER, 1);
    rank_near_take_back(&tea, &cup, RANK_TOGETHER, 1);
    rank_near_take_back(&tea, &cup, RANK_TOGETHER, 1);
    assert_int_equal(tea.near_count, 1);
    assert_true(tea.near[0].weight > 0.4F && tea.near[0].weight < 0.6F);
    rank_near_take_back(&tea, &cup, RANK_AFTER, 0.5F);
    assert_int_equal(tea.near_count, 0);
    mem_free(tea.near);
}

static void a_full_list_of_neighbours_keeps_the_frequent_ones(void **state)
{
    (void)state;
    static char names[RANK_NEAR_MAX + 50][8];
    static struct rank_item others[RANK_NEAR_MAX + 50];
    struct rank_item item = named("tea", 1);
    struct rank_room room = { .max = 1000 };
    for (size_t i = 0; i < countof(others); i++) {
        snprintf(names[i], sizeof(names[i]), "s%zu", i);
        others[i] = named(names[i], 1);
        for (size_t times = 0; times < (i == 0 ? 9 : 1); times++) {
            assert_int_equal(rank_near_add(&item, &others[i], RANK_TOGETHER, 1, &room), OK);
        }
    }
    assert_int_equal(item.near_count, RANK_NEAR_MAX);
    assert_ptr_equal(item.near[0].item, &others[0]);
    assert_int_equal(item.near[0].together, 9);
    for (size_t i = 1; i < RANK_NEAR_MAX; i++) {
        assert_true(item.near[i].together <= 1); /* what took a place over starts to count anew */
    }
    mem_free(item.near);
}

static void all_neighbours_together_keep_to_their_room(void **state)
{
    (void)state;
    struct rank_item items[3] = { named("a", 1), named("b", 1), named("c", 1) };
    struct rank_room room = { .max = 4 };
    assert_int_equal(rank_near_add(&items[0], &items[1], RANK_AFTER, 1, &room), OK);
    assert_int_equal(rank_near_add(&items[1], &items[0], RANK_AFTER, 1, &room), OK);
    assert_int_equal(items[0].near_count, 1);
    assert_int_equal(items[0].near[0].after, 1);
    assert_int_equal(items[1].near_count, 0);
    assert_int_equal(room.used, 4);
    mem_free(items[0].near);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_top_list_is_what_sorting_everything_would_give),
        cmocka_unit_test(a_product_sinks_in_a_list_and_leaves_it_without_orders),
        cmocka_unit_test(a_tie_that_gave_way_has_nothing_to_take_back),
        cmocka_unit_test(a_full_list_of_neighbours_keeps_the_frequent_ones),
        cmocka_unit_test(all_neighbours_together_keep_to_their_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
