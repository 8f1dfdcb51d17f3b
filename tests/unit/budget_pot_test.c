/* budget_pot_test.c - many pods over one sum stay within the limit, and use it up. */
#include "worker/engine/budget_pot.h"

#include "tests/unit/cm.h"

#define PODS_MAX 20
#define MINUTE_MS 60000

/* A shared sum, and pods that spend from it in virtual time. */
struct shop {
    int64_t sum;
    int64_t window;
    int64_t passed; /* units that calls were let in with, in this window */
    bool is_away;
    bool takes_all;   /* a defence lowered: what lies above the limit counts as granted too */
    bool keeps_lease; /* a defence lowered: nothing goes back */
    uint64_t chance;
    size_t pods_count;
    struct budget_pot pods[PODS_MAX];
};

static uint64_t shop_chance(struct shop *shop)
{
    shop->chance = shop->chance * 6364136223846793005u + 1442695040888963407u;
    return shop->chance >> 33;
}

static void shop_open(struct shop *shop, size_t pods, int64_t limit)
{
    *shop = (struct shop){ .window = -1, .chance = 42, .pods_count = pods };
    for (size_t i = 0; i < pods; i++) {
        budget_pot_init(&shop->pods[i], limit, MINUTE_MS, PODS_MAX);
    }
}

static void shop_turn(struct shop *shop, struct budget_pot *pot, int64_t now_ms)
{
    budget_pot_turn(pot, now_ms);
    if (shop->window != pot->window) {
        shop->window = pot->window;
        shop->sum = 0;
        shop->passed = 0;
    }
}

static void shop_add(struct shop *shop, struct budget_pot *pot, int64_t need, int64_t now_ms)
{
    int64_t amount;
    while (budget_pot_add(pot, need, now_ms, &amount)) {
        if (shop->is_away) {
            budget_pot_failed(pot);
            return;
        }
        shop->sum += amount;
        budget_pot_told(pot, shop->takes_all ? min_i64(shop->sum, pot->limit) : shop->sum, need,
                        now_ms);
    }
}

/* One call of `need` units wants to be made. True: it was. */
static bool shop_call(struct shop *shop, struct budget_pot *pot, int64_t need, int64_t now_ms)
{
    shop_turn(shop, pot, now_ms);
    if (!shop->is_away) {
        shop_add(shop, pot, need, now_ms);
    }
    bool may = shop->is_away ? budget_pot_has_alone(pot, need) : budget_pot_has(pot, need);
    if (may) {
        budget_pot_spend(pot, need, now_ms);
        shop->passed += need;
    }
    return may;
}

static void shop_rest(struct shop *shop, int64_t now_ms)
{
    for (size_t i = 0; i < shop->pods_count && !shop->is_away && !shop->keeps_lease; i++) {
        shop_turn(shop, &shop->pods[i], now_ms);
        if (budget_pot_rest(&shop->pods[i], now_ms)) {
            shop_add(shop, &shop->pods[i], 0, now_ms);
        }
    }
}

/* A whole window in which random pods want `calls` calls. */
static void shop_minute(struct shop *shop, int64_t from_ms, int calls, int64_t need_max)
{
    int64_t limit = shop->pods[0].limit;
    for (int i = 0; i < calls; i++) {
        int64_t now_ms = from_ms + (int64_t)i * MINUTE_MS / calls;
        /* The first pods get most of it; one of them falls silent half-way. */
        size_t last = shop->pods_count - (i > calls / 2 && shop->pods_count > 1 ? 1 : 0);
        size_t which = shop_chance(shop) % (shop_chance(shop) % last + 1);
        int64_t need = 1 + (int64_t)(shop_chance(shop) % (uint64_t)need_max);
        (void)shop_call(shop, &shop->pods[which], need, now_ms);
        shop_rest(shop, now_ms);
        if (!shop->takes_all && !shop->is_away) {
            assert_true(shop->passed <= limit);
        }
    }
}

static void pods_together_use_the_limit_up_and_never_exceed_it(void **state)
{
    (void)state;
    static const size_t pods[] = { 1, 2, 7, PODS_MAX };
    struct shop shop;
    for (size_t i = 0; i < countof(pods); i++) {
        shop_open(&shop, pods[i], 1000);
        for (int64_t minute = 10; minute < 15; minute++) {
            shop_minute(&shop, minute * MINUTE_MS, 20000, 1);
            assert_true(shop.passed >= 990 && shop.passed <= 1000);
        }
    }
}

static void tokens_of_calls_of_all_sizes_stay_within_a_hundredth(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, PODS_MAX, 100000);
    for (int64_t minute = 10; minute < 15; minute++) {
        shop_minute(&shop, minute * MINUTE_MS, 20000, 900);
        assert_true(shop.passed >= 99000 && shop.passed <= 100000);
    }
}

/* The negative control of both. */
static void without_its_defences_the_limit_is_missed(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, PODS_MAX, 1000);
    shop.takes_all = true;
    shop_minute(&shop, 10 * MINUTE_MS, 20000, 1);
    assert_true(shop.passed > 1010);
    shop_open(&shop, PODS_MAX, 1000);
    shop.keeps_lease = true;
    for (size_t i = 1; i < PODS_MAX; i++) { /* each wakes up fast, then is silent */
        for (int64_t n = 0; n < 12; n++) {
            (void)shop_call(&shop, &shop.pods[i], 1, 10 * MINUTE_MS + n);
        }
    }
    for (int64_t n = 0; n < 5000; n++) {
        (void)shop_call(&shop, &shop.pods[0], 1, 10 * MINUTE_MS + 1000 + n * 10);
    }
    assert_true(shop.passed < 990);
}

static void what_silent_pods_hold_goes_to_the_one_that_works(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, PODS_MAX, 1000);
    for (size_t i = 1; i < PODS_MAX; i++) {
        for (int64_t n = 0; n < 12; n++) {
            (void)shop_call(&shop, &shop.pods[i], 1, 10 * MINUTE_MS + n);
        }
    }
    for (int64_t n = 0; n < 5000; n++) {
        int64_t now_ms = 10 * MINUTE_MS + 1000 + n * 10;
        (void)shop_call(&shop, &shop.pods[0], 1, now_ms);
        shop_rest(&shop, now_ms);
    }
    assert_int_equal(shop.passed, 1000);
}

static void without_the_store_each_pod_keeps_to_its_share(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, PODS_MAX, 1000);
    shop.is_away = true;
    for (int64_t minute = 10; minute < 13; minute++) {
        shop_minute(&shop, minute * MINUTE_MS, 20000, 1);
        assert_true(shop.passed <= 1000);
        assert_int_equal(shop.pods[0].spent, 1000 / PODS_MAX);
    }
}

static void a_store_that_goes_away_in_between_leaves_each_pod_a_share_of_the_rest(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, 2, 1000);
    for (int64_t n = 0; n < 900; n++) {
        assert_true(shop_call(&shop, &shop.pods[0], 1, 10 * MINUTE_MS + n));
    }
    shop.is_away = true;
    for (int64_t n = 0; n < 1000; n++) {
        (void)shop_call(&shop, &shop.pods[0], 1, 10 * MINUTE_MS + 1000 + n);
        (void)shop_call(&shop, &shop.pods[1], 1, 10 * MINUTE_MS + 1000 + n);
    }
    assert_true(shop.passed <= 1000);
    assert_int_equal(shop.pods[1].spent, 1000 / PODS_MAX);
}

static void what_was_spent_alone_is_added_when_the_store_is_back(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, 2, 1000);
    shop.is_away = true;
    for (int64_t n = 0; n < 50; n++) {
        assert_true(shop_call(&shop, &shop.pods[0], 1, 10 * MINUTE_MS + n));
    }
    shop.is_away = false;
    for (int64_t n = 0; n < 5000; n++) {
        int64_t now_ms = 10 * MINUTE_MS + 1000 + n * 10;
        (void)shop_call(&shop, &shop.pods[0], 1, now_ms);
        (void)shop_call(&shop, &shop.pods[1], 1, now_ms);
        shop_rest(&shop, now_ms);
    }
    assert_int_equal(shop.passed, 1000);
    assert_int_equal(shop.sum, 1000);
}

static void a_sum_that_was_lost_is_made_whole_by_who_had_added_to_it(void **state)
{
    (void)state;
    struct shop shop;
    shop_open(&shop, 1, 1000);
    for (int64_t n = 0; n < 600; n++) {
        assert_true(shop_call(&shop, &shop.pods[0], 1, 10 * MINUTE_MS + n));
    }
    shop.sum = 0;
    for (int64_t n = 0; n < 5000; n++) {
        (void)shop_call(&shop, &shop.pods[0], 1, 10 * MINUTE_MS + 600 + n * 10);
    }
    assert_int_equal(shop.passed, 1000);
}

static void a_call_that_cost_more_is_a_debt_and_one_that_cost_less_gives_back(void **state)
{
    (void)state;
    struct shop shop;
    struct budget_pot *pot = &shop.pods[0];
    shop_open(&shop, 1, 1000);
    assert_true(shop_call(&shop, pot, 100, 10 * MINUTE_MS));
    budget_pot_correct(pot, 10, 50);
    assert_int_equal(pot->lease, -50);
    assert_true(shop_call(&shop, pot, 100, 10 * MINUTE_MS + 5000));
    assert_int_equal(shop.sum, 250);
    budget_pot_correct(pot, 10, -80);
    assert_int_equal(pot->spent, 170);
    shop_rest(&shop, 10 * MINUTE_MS + 10000);
    assert_int_equal(shop.sum, 170);
    budget_pot_correct(pot, 9, 500); /* of a window that is over */
    assert_int_equal(pot->spent, 170);
}

static void a_request_whose_reply_is_lost_costs_room_and_nothing_else(void **state)
{
    (void)state;
    struct shop shop;
    struct budget_pot *pot = &shop.pods[0];
    int64_t amount;
    shop_open(&shop, 1, 100);
    shop_turn(&shop, pot, 10 * MINUTE_MS);
    assert_true(budget_pot_add(pot, 30, 10 * MINUTE_MS, &amount));
    assert_int_equal(amount, 30);
    shop.sum += amount;
    assert_false(budget_pot_add(pot, 30, 10 * MINUTE_MS, &amount)); /* one at a time */
    budget_pot_failed(pot);
    for (int64_t n = 0; n < 10; n++) {
        (void)shop_call(&shop, pot, 30, 10 * MINUTE_MS + 5000 * (n + 1));
    }
    assert_int_equal(shop.passed, 60);
}

static void a_pod_that_is_busy_takes_more_before_it_has_none(void **state)
{
    (void)state;
    struct shop shop;
    struct budget_pot *pot = &shop.pods[0];
    shop_open(&shop, 1, 100000);
    int waits = 0;
    for (int64_t n = 0; n < 2000; n++) {
        shop_turn(&shop, pot, 10 * MINUTE_MS + n);
        waits += budget_pot_has(pot, 1) ? 0 : 1;
        assert_true(shop_call(&shop, pot, 1, 10 * MINUTE_MS + n));
    }
    assert_true(waits <= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pods_together_use_the_limit_up_and_never_exceed_it),
        cmocka_unit_test(tokens_of_calls_of_all_sizes_stay_within_a_hundredth),
        cmocka_unit_test(without_its_defences_the_limit_is_missed),
        cmocka_unit_test(what_silent_pods_hold_goes_to_the_one_that_works),
        cmocka_unit_test(without_the_store_each_pod_keeps_to_its_share),
        cmocka_unit_test(a_store_that_goes_away_in_between_leaves_each_pod_a_share_of_the_rest),
        cmocka_unit_test(what_was_spent_alone_is_added_when_the_store_is_back),
        cmocka_unit_test(a_sum_that_was_lost_is_made_whole_by_who_had_added_to_it),
        cmocka_unit_test(a_call_that_cost_more_is_a_debt_and_one_that_cost_less_gives_back),
        cmocka_unit_test(a_request_whose_reply_is_lost_costs_room_and_nothing_else),
        cmocka_unit_test(a_pod_that_is_busy_takes_more_before_it_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
