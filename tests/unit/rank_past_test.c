/* rank_past_test.c - a customer's orders: bounds, cancelled ones, what came back. */
#include "tests/unit/ranking.h"

static const struct rank_customer *ann_of(const struct rank *rank)
{
    return rank_find_customer(rank, rank_find_shop(rank, STR("")), STR("ann"));
}

static void of_one_customer_the_newest_orders_are_kept(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    char id[16];
    for (int i = 0; i < RANK_ORDERS_MAX + 3; i++) {
        snprintf(id, sizeof(id), "o%d", i);
        LEARN(rank, { "", "ann", id, 100 + i, ORDER_PLACED, "tea" });
    }
    LEARN(rank, { "", "ann", "o0", 100, ORDER_PAID, "tea" }); /* that one is gone, and stays so */
    assert_int_equal(ann_of(rank)->orders_count, RANK_ORDERS_MAX);
    assert_text(ann_of(rank)->orders[0]->id, "o3");
    assert_int_equal(rank->lines, RANK_ORDERS_MAX);
    rank_destroy(rank);
}

static void a_huge_basket_is_cut_to_what_one_order_may_hold(void **state)
{
    (void)state;
    enum { LINES = 10000 };
    const struct rank_limits wide = { 1, 4, LINES, 1, LINES, LINES };
    static const uint64_t seed[2] = { 1, 2 };
    static char names[LINES][8];
    static struct order_item items[LINES];
    struct rank *rank = rank_create(&wide, seed);
    for (size_t i = 0; i < LINES; i++) {
        snprintf(names[i], sizeof(names[i]), "s%zu", i);
        items[i] = (struct order_item){ .sku = str_from(names[i]), .quantity = 1 };
    }
    const struct order order = {
        .order_id = STR("o1"), .customer_id = STR("ann"), .items = items, .items_count = LINES
    };
    assert_int_equal(rank_learn(rank, STR(""), &order, INT64_MAX), OK);
    assert_int_equal(rank->lines, RANK_ORDER_LINES_MAX);
    assert_true(rank->room.used <= LINES);
    rank_destroy(rank);
}

static void too_many_lines_in_all_cost_the_oldest_customers(void **state)
{
    (void)state;
    const struct rank_limits small = { 1, 8, 8, 1, 4, 100 };
    static const uint64_t seed[2] = { 1, 2 };
    struct rank *rank = rank_create(&small, seed);
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "a b" },
          { "", "bob", "o1", 20, ORDER_PLACED, "a b" },
          { "", "cem", "o1", 30, ORDER_PLACED, "a b" });
    assert_null(ann_of(rank));
    assert_int_equal(rank->lines, 4);
    rank_destroy(rank);
}

static void what_comes_back_is_marked_whatever_event_comes_first(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 20, ORDER_RETURNED, "cup" },
          { "", "ann", "o1", 10, ORDER_PLACED, "tea cup" },
          { "", "ann", "o2", 40, ORDER_RETURNED, "" },
          { "", "ann", "o2", 30, ORDER_PLACED, "pot" });
    const struct rank_order *first = ann_of(rank)->orders[0];
    assert_int_equal(first->lines[0].state, RANK_RETURNED); /* the cup */
    assert_int_equal(first->lines[1].state, RANK_KEPT);
    assert_int_equal(ann_of(rank)->orders[1]->lines[0].state, RANK_RETURNED);
    rank_destroy(rank);
}

static void buying_a_thing_again_is_counted_once_for_each_customer(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "tea" },
          { "", "ann", "o3", 30, ORDER_PLACED, "tea" },
          { "", "bob", "o4", 30, ORDER_PLACED, "tea" });
    const struct rank_item *tea = rank_find_item(rank, rank_find_shop(rank, STR("")), STR("tea"));
    assert_int_equal(tea->orders, 4);
    assert_int_equal(tea->buyers, 2);
    assert_int_equal(tea->rebuyers, 1);
    rank_destroy(rank);
}

static const struct rank_item *item_of(const struct rank *rank, const char *sku)
{
    return rank_find_item(rank, rank_find_shop(rank, STR("")), str_from(sku));
}

static const struct rank_near *tie_of(const struct rank *rank, const char *from, const char *to)
{
    const struct rank_item *item = item_of(rank, from);
    for (uint32_t i = 0; i < item->near_count; i++) {
        if (item->near[i].item == item_of(rank, to)) {
            return &item->near[i];
        }
    }
    return NULL;
}

static void what_a_cancelled_order_taught_is_taken_back_once(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    const struct rank_shop *shop;
    LEARN(rank, { "", "ann", "o1", 10, ORDER_PLACED, "tea" },
          { "", "ann", "o2", 20, ORDER_PLACED, "tea/drinks cup" },
          { "", "ann", "o3", 30, ORDER_PLACED, "pot cup" });
    for (int times = 0; times < 2; times++) {
        LEARN(rank, { "", "ann", "o2", 25, ORDER_CANCELLED, "tea cup" },
              { "", "ann", "o2", 20, ORDER_PLACED, "tea cup" });
        shop = rank_find_shop(rank, STR(""));
        assert_int_equal(shop->orders, 2);
        assert_int_equal(shop->lines, 3);
        assert_int_equal(shop->buyers, 3);
        assert_int_equal(shop->rebuyers, 0);
        assert_int_equal(item_of(rank, "tea")->orders, 1);
        assert_int_equal(item_of(rank, "cup")->orders, 1);
        assert_int_equal(item_of(rank, "cup")->buyers, 1);
        assert_int_equal(tie_of(rank, "tea", "cup")->together, 0);
        assert_int_equal(tie_of(rank, "tea", "cup")->after, 1); /* of o3 */
        assert_null(tie_of(rank, "cup", "tea"));
        assert_int_equal(tie_of(rank, "cup", "pot")->after, 0);
        assert_int_equal(tie_of(rank, "cup", "pot")->together, 1);
    }
    rank_destroy(rank);
}

/* The same orders in any sequence, and twice: it is as if the cancelled one had never been. */
static void whatever_event_comes_first_a_cancelled_order_teaches_nothing(void **state)
{
    (void)state;
    static const struct bought events[] = {
        { "", "ann", "x", 10, ORDER_PLACED, "lamp cup" },
        { "", "ann", "x", 20, ORDER_CANCELLED, "" },
        { "", "ann", "x", 15, ORDER_PAID, "lamp cup" },
    };
    static const size_t sequences[][4] = { { 0, 1, 2, 1 }, { 1, 0, 2, 0 }, { 2, 1, 0, 2 },
                                           { 1, 2, 0, 1 }, { 0, 2, 1, 0 }, { 2, 0, 1, 1 } };
    for (size_t i = 0; i < countof(sequences); i++) {
        struct rank *rank = ranking_create();
        LEARN(rank, { "", "bob", "o1", 5, ORDER_PLACED, "tea" });
        for (size_t k = 0; k < countof(sequences[i]); k++) {
            learn(rank, &events[sequences[i][k]], 1);
        }
        const struct rank_shop *shop = rank_find_shop(rank, STR(""));
        assert_int_equal(shop->orders, 1);
        assert_int_equal(shop->lines, 1);
        assert_int_equal(shop->buyers, 1);
        assert_int_equal(shop->top.count, 1);
        assert_int_equal(item_of(rank, "lamp")->orders, 0);
        assert_int_equal(item_of(rank, "lamp")->near_count, 0);
        assert_string_equal(offered(rank, "new", 5), "tea");
        assert_string_equal(offered(rank, "ann", 5), "tea");
        rank_destroy(rank);
    }
}

/* Two orders and what became of a recommendation: an attempt that fails is made again. */
static enum err live_on(struct rank *rank)
{
    const struct bought orders[] = {
        { "", "ann", "o1", 10, ORDER_PLACED, "tea/drinks cake/sweets" },
        { "", "bob", "o2", 11, ORDER_PLACED, "tea/drinks cup" },
    };
    for (size_t i = 0; i < countof(orders); i++) {
        enum err err = try_learn(rank, &orders[i]);
        if (err != OK) {
            return err;
        }
    }
    return rank_hear(rank, STR(""), STR("ann"), STR("tea"), RANK_REFUSED);
}

static void without_memory_nothing_is_half_learnt_and_the_next_attempt_is_whole(void **state)
{
    (void)state;
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        struct rank *rank = ranking_create();
        mem_fail_nth(nth);
        enum err err = live_on(rank);
        has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(err, has_failed ? ERR_NOMEM : OK);
        if (has_failed) {
            assert_int_equal(live_on(rank), OK);
        }
        assert_int_equal(ann_of(rank)->orders_count, 1);
        assert_int_equal(ann_of(rank)->views_count, 1);
        assert_int_equal(rank->lines, 4);
        rank_destroy(rank);
        assert_true(has_failed || nth > 5);
    }
}

/* What the others' orders have taught must not pay for an order that comes late, moves, grows or
 * is cancelled: ties are those of the orders as they stand. */
static void a_late_order_that_is_cancelled_takes_nothing_of_what_others_taught(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "bob", "b1", 10, ORDER_PLACED, "tea" },
          { "", "bob", "b2", 20, ORDER_PLACED, "cup" },
          { "", "ann", "o2", 40, ORDER_PLACED, "cup" },
          { "", "ann", "o1", 30, ORDER_PLACED, "tea" });
    assert_int_equal(tie_of(rank, "tea", "cup")->after, 2);
    LEARN(rank, { "", "ann", "o2", 50, ORDER_CANCELLED, "" });
    assert_int_equal(tie_of(rank, "tea", "cup")->after, 1);
    assert_true(tie_of(rank, "tea", "cup")->weight > 0.99F);
    rank_destroy(rank);
}

#define SHUFFLED_CUSTOMERS 4
#define SHUFFLED_ORDERS 6
#define SHUFFLED_EVENTS_MAX (SHUFFLED_CUSTOMERS * SHUFFLED_ORDERS * 4)

struct shuffled {
    struct bought events[SHUFFLED_EVENTS_MAX];
    char texts[SHUFFLED_CUSTOMERS * SHUFFLED_ORDERS][4][32];
    size_t count;
};

static void shuffled_add(struct shuffled *shuffled, struct luck *luck, int number)
{
    static const char *const names[SHUFFLED_CUSTOMERS] = { "ann", "bob", "cid", "dan" };
    static const char *const skus = "a b c d e f g h i j ";
    char(*text)[32] = shuffled->texts[number];
    snprintf(text[0], sizeof(text[0]), "o%d", number);
    for (size_t i = 1; i < 4; i++) {
        snprintf(text[i], sizeof(text[i]), "%.3s%.1s", skus + 2 * luck_next(luck, 5),
                 skus + 2 * (5 + luck_next(luck, 5)));
    }
    const char *customer = names[number % SHUFFLED_CUSTOMERS];
    int64_t at_ms = (int64_t)(1000 + 10 * luck_next(luck, 50));
    const struct bought all[] = {
        { "", customer, text[0], at_ms, ORDER_PLACED, text[1] },
        { "", customer, text[0], at_ms + 3, ORDER_PAID, luck_next(luck, 2) ? text[1] : "" },
        { "", customer, text[0], at_ms + 5, ORDER_SHIPPED, luck_next(luck, 3) ? "" : text[2] },
        { "", customer, text[0], at_ms + 7, ORDER_CANCELLED, luck_next(luck, 2) ? text[3] : "" },
    };
    size_t count = luck_next(luck, 3) == 0 ? 4 : 3;
    memcpy(shuffled->events + shuffled->count, all, count * sizeof(all[0]));
    shuffled->count += count;
}

static void shuffle(struct shuffled *shuffled, struct luck *luck)
{
    for (size_t i = shuffled->count; i > 1; i--) {
        size_t with = luck_next(luck, i);
        struct bought event = shuffled->events[i - 1];
        shuffled->events[i - 1] = shuffled->events[with];
        shuffled->events[with] = event;
    }
}

static void assert_teaches_the_same(const struct rank *one, const struct rank *other)
{
    static const char *const skus[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
    for (size_t i = 0; i < countof(skus); i++) {
        for (size_t k = 0; k < countof(skus); k++) {
            const struct rank_item *from = item_of(one, skus[i]);
            const struct rank_near *a = from ? tie_of(one, skus[i], skus[k]) : NULL;
            const struct rank_near *b = from ? tie_of(other, skus[i], skus[k]) : NULL;
            assert_true((a != NULL) == (b != NULL));
            assert_int_equal(a ? a->after : 0, b ? b->after : 0);
            assert_int_equal(a ? a->together : 0, b ? b->together : 0);
            assert_true(!a || (a->weight < b->weight + 0.001F && b->weight < a->weight + 0.001F));
        }
    }
}

static void ties_are_the_same_in_whichever_sequence_events_come(void **state)
{
    (void)state;
    struct luck luck = luck_of(7);
    for (int round = 0; round < 200; round++) {
        struct shuffled shuffled = { .count = 0 };
        struct rank *one = ranking_create();
        struct rank *other = ranking_create();
        for (int i = 0; i < SHUFFLED_CUSTOMERS * SHUFFLED_ORDERS; i++) {
            shuffled_add(&shuffled, &luck, i);
        }
        learn(one, shuffled.events, shuffled.count);
        shuffle(&shuffled, &luck);
        learn(other, shuffled.events, shuffled.count);
        learn(other, shuffled.events, shuffled.count); /* all of it comes again */
        assert_teaches_the_same(one, other);
        rank_destroy(one);
        rank_destroy(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_one_customer_the_newest_orders_are_kept),
        cmocka_unit_test(a_huge_basket_is_cut_to_what_one_order_may_hold),
        cmocka_unit_test(too_many_lines_in_all_cost_the_oldest_customers),
        cmocka_unit_test(what_comes_back_is_marked_whatever_event_comes_first),
        cmocka_unit_test(buying_a_thing_again_is_counted_once_for_each_customer),
        cmocka_unit_test(what_a_cancelled_order_taught_is_taken_back_once),
        cmocka_unit_test(whatever_event_comes_first_a_cancelled_order_teaches_nothing),
        cmocka_unit_test(a_late_order_that_is_cancelled_takes_nothing_of_what_others_taught),
        cmocka_unit_test(ties_are_the_same_in_whichever_sequence_events_come),
        cmocka_unit_test(without_memory_nothing_is_half_learnt_and_the_next_attempt_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
