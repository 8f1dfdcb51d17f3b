/* rank_pick_test.c - which products are offered, and whether the reasons are true. */
#include "common/crc32c.h"
#include "tests/unit/ranking.h"

static struct rank_pick pick_one(struct rank *rank, struct arena *arena, const char *customer,
                                 const char *sku, const char *context)
{
    const struct rank_wish wish = { .customer_id = str_from(customer),
                                    .count = 20,
                                    .context = str_from(context) };
    struct rank_pick *picks;
    size_t count;
    assert_int_equal(rank_pick(rank, arena, &wish, &picks, &count), OK);
    for (size_t i = 0; i < count; i++) {
        if (str_is(picks[i].item->sku, sku)) {
            return picks[i];
        }
    }
    fail_msg("%s is not offered", sku);
    return (struct rank_pick){ 0 };
}

static struct rank *tea_shop(void)
{
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "bob", "o1", 10, ORDER_PLACED, "tea/drinks cup/china" },
          { "", "bob", "o2", 20, ORDER_PLACED, "tea/drinks cup/china" },
          { "", "cem", "o3", 30, ORDER_PLACED, "coffee/drinks" },
          { "", "ann", "o4", 40, ORDER_PLACED, "tea/drinks" },
          { "", "ann", "o5", 50, ORDER_PLACED, "tea/drinks" },
          { "", "dan", "o6", 60, ORDER_PLACED, "soap/bath" });
    return rank;
}

static void each_reason_names_what_led_to_it(void **state)
{
    (void)state;
    struct rank *rank = tea_shop();
    struct arena arena;
    arena_init(&arena, 8 << 20);
    struct rank_pick tea = pick_one(rank, &arena, "ann", "tea", "");
    assert_int_equal(tea.reason, RANK_AGAIN);
    assert_int_equal(tea.orders, 2);
    assert_int_equal(tea.because_count, 2);
    assert_text(tea.because[0], "o5");
    assert_text(tea.because[1], "o4");
    struct rank_pick cup = pick_one(rank, &arena, "ann", "cup", "");
    assert_int_equal(cup.reason, RANK_WITH);
    assert_text(cup.with->sku, "tea");
    assert_int_equal(cup.tie, RANK_TOGETHER);
    assert_int_equal(cup.orders, 2);
    assert_text(cup.because[0], "tea");
    struct rank_pick coffee = pick_one(rank, &arena, "ann", "coffee", "");
    assert_int_equal(coffee.reason, RANK_CATEGORY);
    assert_text(coffee.because[0], "o5");
    struct rank_pick soap = pick_one(rank, &arena, "ann", "soap", "");
    assert_int_equal(soap.reason, RANK_POPULAR);
    assert_int_equal(soap.because_count, 0);
    struct rank_pick looked = pick_one(rank, &arena, "eve", "cup", "tea");
    assert_int_equal(looked.reason, RANK_CONTEXT);
    assert_text(looked.because[0], "tea");
    arena_fini(&arena);
    rank_destroy(rank);
}

static void no_reason_names_an_order_of_somebody_else(void **state)
{
    (void)state;
    struct luck luck = luck_of(11);
    struct rank *rank = ranking_create();
    struct arena arena;
    char sku[16];
    char order[32];
    char customer[16];
    for (int i = 0; i < 600; i++) {
        snprintf(customer, sizeof(customer), "c%d", (int)luck_next(&luck, 20));
        snprintf(order, sizeof(order), "%s-%d", customer, i);
        snprintf(sku, sizeof(sku), "s%d", (int)luck_next(&luck, 40));
        LEARN(rank, { "", customer, order, i, ORDER_PLACED, sku });
    }
    for (int i = 0; i < 20; i++) {
        snprintf(customer, sizeof(customer), "c%d", i);
        const struct rank_wish wish = { .customer_id = str_from(customer), .count = 20 };
        struct rank_pick *picks;
        size_t count;
        arena_init(&arena, 8 << 20);
        assert_int_equal(rank_pick(rank, &arena, &wish, &picks, &count), OK);
        assert_int_equal(count, 20);
        for (size_t k = 0; k < count && picks[k].reason == RANK_AGAIN; k++) {
            snprintf(order, sizeof(order), "%s-", customer);
            assert_true(str_starts(picks[k].because[0], str_from(order)));
        }
        arena_fini(&arena);
    }
    rank_destroy(rank);
}

/* A shop of 60 products and 40 customers, some of whom send things back. */
static struct rank *generated_shop(struct luck *luck)
{
    struct rank *rank = ranking_create();
    char skus[64];
    char order[32];
    char customer[16];
    for (int i = 0; i < 500; i++) {
        size_t len = 0;
        snprintf(customer, sizeof(customer), "c%d", (int)luck_next(luck, 40));
        snprintf(order, sizeof(order), "o%d", i);
        for (uint64_t line = luck_next(luck, 5) + 1; line > 0; line--) {
            uint64_t product = luck_next(luck, 8) * luck_next(luck, 9);
            len += (size_t)snprintf(skus + len, sizeof(skus) - len, "%ss%d/k%d", len ? " " : "",
                                    (int)product, (int)(product % 5));
        }
        enum order_type type = luck_next(luck, 12) ? ORDER_PLACED : ORDER_RETURNED;
        LEARN(rank, { "", customer, order, i * 86400000LL, type, skus });
    }
    return rank;
}

/* Only new weights may change the sum, and then it is written down anew: how the best are found
 * must not. */
static void a_generated_shop_is_ranked_as_ever(void **state)
{
    (void)state;
    struct luck luck = luck_of(12);
    struct rank *rank = generated_shop(&luck);
    char customer[16];
    char context[8];
    uint32_t sum = 0;
    for (int i = 0; i < 44; i++) {
        snprintf(customer, sizeof(customer), "c%d", i);
        snprintf(context, sizeof(context), "s%d", i % 9);
        const struct rank_wish wish = { .customer_id = str_from(customer),
                                        .context = str_from(i % 4 ? "" : context),
                                        .count = (size_t)(1 + i % 20),
                                        .now_wall_ms = 501 * 86400000LL };
        sum = sum * 31 + crc32c(str_from(offered_for(rank, &wish)));
    }
    assert_int_equal(sum, 0xc242bec3);
    rank_destroy(rank);
}

static bool is_no_tea(void *owner, struct str sku)
{
    (void)owner;
    return !str_is(sku, "tea");
}

static void what_may_not_be_offered_is_not(void **state)
{
    (void)state;
    struct rank *rank = tea_shop();
    const struct str unwanted[] = { STR("cup"), STR("soap") };
    const struct rank_wish wish = { .customer_id = STR("ann"),
                                    .count = 9,
                                    .exclude = unwanted,
                                    .exclude_count = 2,
                                    .may_offer = is_no_tea };
    assert_string_equal(offered_for(rank, &wish), "coffee");
    rank_destroy(rank);
}

static void a_new_customer_gets_what_sells_best(void **state)
{
    (void)state;
    struct rank *rank = tea_shop();
    assert_string_equal(offered(rank, "eve", 3), "tea cup coffee");
    rank_destroy(rank);
}

static void an_empty_shop_offers_nothing(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    assert_string_equal(offered(rank, "ann", 3), "");
    rank_destroy(rank);
}

static void one_category_does_not_take_all_places(void **state)
{
    (void)state;
    struct rank *rank = ranking_create();
    LEARN(rank, { "", "bob", "o1", 10, ORDER_PLACED, "a/x b/x c/x d/x" },
          { "", "cem", "o2", 10, ORDER_PLACED, "a/x b/x c/x d/x" },
          { "", "dan", "o3", 10, ORDER_PLACED, "y/other z/other" });
    assert_string_equal(offered(rank, "eve", 4), "a b y z");
    assert_string_equal(offered(rank, "eve", 6), "a b c y z d");
    rank_destroy(rank);
}

static void the_same_orders_give_the_same_ranking_under_any_seed(void **state)
{
    (void)state;
    char first[4096] = "";
    for (uint64_t seed = 0; seed < 8; seed++) {
        const uint64_t seeds[2] = { seed, seed * 77 };
        struct luck luck = { 5 };
        struct rank *rank = rank_create(&ranking_limits, seeds);
        char names[3][16];
        for (int i = 0; i < 400; i++) {
            snprintf(names[0], sizeof(names[0]), "c%d", (int)luck_next(&luck, 9));
            snprintf(names[1], sizeof(names[1]), "o%d", i);
            snprintf(names[2], sizeof(names[2]), "s%d s%d", (int)luck_next(&luck, 60),
                     (int)luck_next(&luck, 60));
            LEARN(rank, { "", names[0], names[1], i, ORDER_PLACED, names[2] });
        }
        const char *now = offered(rank, "c3", 50);
        if (seed == 0) {
            snprintf(first, sizeof(first), "%s", now);
        }
        assert_string_equal(now, first);
        rank_destroy(rank);
    }
}

static enum err ask(void *owner)
{
    const struct rank_wish wish = { .customer_id = STR("ann"), .count = 3 };
    struct arena arena;
    struct rank_pick *picks = NULL;
    size_t count = 77;
    arena_init(&arena, 8 << 20);
    enum err err = rank_pick(owner, &arena, &wish, &picks, &count);
    assert_true(err == OK || (!picks && count == 77));
    arena_fini(&arena);
    return err;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    struct rank *rank = tea_shop();
    assert_true(starve(ask, rank) >= 1);
    rank_destroy(rank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_names_what_led_to_it),
        cmocka_unit_test(no_reason_names_an_order_of_somebody_else),
        cmocka_unit_test(what_may_not_be_offered_is_not),
        cmocka_unit_test(a_generated_shop_is_ranked_as_ever),
        cmocka_unit_test(a_new_customer_gets_what_sells_best),
        cmocka_unit_test(an_empty_shop_offers_nothing),
        cmocka_unit_test(one_category_does_not_take_all_places),
        cmocka_unit_test(the_same_orders_give_the_same_ranking_under_any_seed),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
