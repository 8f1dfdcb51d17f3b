/* offering_test.c - what is offered is in stock, has a name, and stays as it was offered. */
#include "worker/engine/offering.h"

#include "tests/unit/recommending.h"

static void put_product(const char *sku, enum stock stock)
{
    const struct event event = { .kind = EVENT_PRODUCT,
                                 .product = { .sku = str_from(sku),
                                              .name = STR("Named"),
                                              .stock = stock,
                                              .ship_min_days = -1,
                                              .ship_max_days = -1 } };
    assert_int_equal(catalog_apply(world.catalog, &event), OK);
}

static void only_what_the_catalogue_has_and_is_not_sold_out_is_offered(void **state)
{
    (void)state;
    shop_opens();
    bought("bob", "o1", "tea");
    bought("bob", "o2", "cup");
    bought("bob", "o3", "gone");
    put_product("tea", STOCK_UNKNOWN);
    put_product("cup", STOCK_OUT);
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_non_null(
        strstr(world.outputs[0].text, "\"items\":[{\"sku\":\"tea\",\"name\":\"Named\""));
    assert_null(strstr(world.outputs[0].text, "cup"));
    assert_null(strstr(world.outputs[0].text, "gone"));
    shop_closes();
}

static void what_the_catalogue_does_not_know_is_called_as_in_the_orders(void **state)
{
    (void)state;
    const struct order_item item = { .sku = STR("mug"), .name = STR("Blue Mug"), .quantity = 1 };
    const struct order order = { .order_id = STR("o1"), .customer_id = STR("bob"),
                                 .items = &item, .items_count = 1 };
    shop_opens();
    assert_int_equal(rank_learn(recommender.rank, STR(""), &order, 1000), OK);
    bought("bob", "o2", "cup");
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    assert_non_null(strstr(world.outputs[0].text, "{\"sku\":\"mug\",\"name\":\"Blue Mug\""));
    assert_non_null(strstr(world.outputs[0].text, "{\"sku\":\"cup\",\"name\":\"cup\""));
    shop_closes();
}

/* What was learned meanwhile may have taken the place of what the offers were made from. */
static void orders_that_come_meanwhile_do_not_reach_into_an_offer(void **state)
{
    (void)state;
    shop_opens();
    bought("ann", "o1", "tea");
    bought("ann", "o2", "tea");
    recommender.asks_model = true;
    world.holds_model = true;
    deliver(TOPIC_RECOMMENDATION_REQUESTS, 0, REQUEST);
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof(name), "c-%d", i);
        bought(name, name, name);
    }
    world.holds_model = false;
    world.clock.mono_ms += 5000;
    world_step(&world, 40);
    world.clock.mono_ms += 5000;
    world_step(&world, 40);
    assert_non_null(strstr(world.outputs[0].text, "{\"sku\":\"tea\",\"name\":\"tea\""));
    assert_non_null(strstr(world.outputs[0].text, "\"because\":[\"o2\",\"o1\"]"));
    shop_closes();
}

/* The items of the recommendation for a request that Kafka took on that day. */
static void offered_on(int64_t days, int64_t offset, char *items, size_t size)
{
    char value[64];
    const int64_t day_ms = 86400000;
    snprintf(value, sizeof(value), "{\"id\":\"r-%lld\",\"customer_id\":\"ann\"}",
             (long long)offset);
    world_hear(&world, (struct record){ .topic = TOPIC_RECOMMENDATION_REQUESTS,
                                        .offset = offset,
                                        .timestamp_wall_ms = days * day_ms,
                                        .value = str_from(value),
                                        .has_value = true });
    world_step(&world, 10);
    const char *text = world.outputs[offset].text;
    assert_non_null(strstr(text, "\"items\""));
    snprintf(items, size, "%.*s", (int)strcspn(strstr(text, "\"items\""), "]"),
             strstr(text, "\"items\""));
}

/* A replay makes the same one; a clock that is ahead of ours is not believed. */
static void a_ranking_is_as_of_its_request_and_not_of_the_future(void **state)
{
    (void)state;
    char early[512];
    char today[512];
    char ahead[512];
    shop_opens();
    bought("ann", "o1", "tea");
    bought("ann", "o2", "tea");
    bought("ann", "o3", "cup");
    world.clock.wall_ms = 100 * (int64_t)86400000;
    offered_on(10, 0, early, sizeof(early));
    offered_on(100, 1, today, sizeof(today));
    offered_on(200, 2, ahead, sizeof(ahead));
    assert_string_not_equal(early, today);
    assert_string_equal(today, ahead);
    shop_closes();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_catalogue_has_and_is_not_sold_out_is_offered),
        cmocka_unit_test(what_the_catalogue_does_not_know_is_called_as_in_the_orders),
        cmocka_unit_test(a_ranking_is_as_of_its_request_and_not_of_the_future),
        cmocka_unit_test(orders_that_come_meanwhile_do_not_reach_into_an_offer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
