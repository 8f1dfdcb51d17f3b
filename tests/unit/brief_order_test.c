/* brief_order_test.c - the order that a message is about, and none where it would be a guess. */
#include "worker/answer/brief_order.h"

#include "tests/unit/cm.h"

static struct event saying(const char *text)
{
    return (struct event){ .kind = EVENT_MESSAGE,
                           .message = { .conversation_id = STR("c-1"), .text = str_from(text) } };
}

static const struct order three_orders[] = { { .order_id = { "100300", 6 } },
                                             { .order_id = { "100200", 6 } },
                                             { .order_id = { "100100", 6 } } };

static const struct order *order_meant(struct event *event, const char *last_order_id)
{
    const struct exchange history[] = { { .order_id = str_from(last_order_id) }, { .offset = 2 } };
    const struct brief brief = { .event = event,
                                 .history = history,
                                 .history_count = countof(history),
                                 .orders = three_orders,
                                 .orders_count = countof(three_orders) };
    return brief_order(&brief);
}

static void the_order_is_the_named_then_the_contexts_then_the_last_then_the_newest(void **state)
{
    (void)state;
    struct event event = saying("where is my order 100100?");
    event.message.order_id = STR("100200");
    assert_ptr_equal(order_meant(&event, "100300"), &three_orders[2]);
    event.message.text = STR("where is my order?");
    assert_ptr_equal(order_meant(&event, "100300"), &three_orders[1]);
    event.message.order_id = STR_NONE;
    assert_ptr_equal(order_meant(&event, "100200"), &three_orders[1]);
    assert_ptr_equal(order_meant(&event, "999999"), &three_orders[0]);
    assert_ptr_equal(order_meant(&event, ""), &three_orders[0]);
}

static void an_order_is_named_by_most_of_its_products(void **state)
{
    (void)state;
    static struct order_item lamps[] = { { .name = { "Desk Lamp", 9 } },
                                         { .name = { "Kettle", 6 } } };
    static struct order_item kettles[] = { { .name = { "Kettle", 6 } }, { .name = { "X", 1 } } };
    const struct order orders[] = { { .order_id = { "3", 1 } },
                                    { .order_id = { "2", 1 }, .items = kettles, .items_count = 2 },
                                    { .order_id = { "1", 1 }, .items = lamps, .items_count = 2 } };
    struct event event = saying("the desk lamp and the kettle are not what I want");
    struct brief brief = { .event = &event, .orders = orders, .orders_count = countof(orders) };
    assert_ptr_equal(brief_order_named(&brief), &orders[2]);
    event = saying("send the kettle back");
    assert_ptr_equal(brief_order(&brief), &orders[1]);
    event = saying("send the x lampshade back");
    assert_null(brief_order_named(&brief));
    assert_ptr_equal(brief_order(&brief), &orders[0]);
    event = saying("the kettle of order 777777");
    assert_null(brief_order(&brief));
    assert_true(brief_names_unknown_order(&brief));
    event = saying("Where is order B-9?");
    assert_null(brief_order(&brief));
    assert_true(brief_names_unknown_order(&brief));
    event = saying("订单B-9到哪了?");
    assert_null(brief_order(&brief));
    event = saying("where is the order?");
    assert_false(brief_names_unknown_order(&brief));
    assert_ptr_equal(brief_order(&brief), &orders[0]);
}

static void an_order_is_named_by_a_word_of_its_product_too(void **state)
{
    (void)state;
    static struct order_item mugs[] = { { .name = { "Stoneware mug", 13 } } };
    static struct order_item kettles[] = { { .name = { "The kettle", 10 } } };
    const struct order orders[] = { { .order_id = { "B-2", 3 }, .items = kettles,
                                      .items_count = 1 },
                                    { .order_id = { "B-1", 3 }, .items = mugs, .items_count = 1 } };
    struct event event = saying("has my mug been delivered?");
    struct brief brief = { .event = &event, .orders = orders, .orders_count = countof(orders) };
    assert_ptr_equal(brief_order(&brief), &orders[1]);
    event = saying("when will the kettle arrive?");
    assert_ptr_equal(brief_order(&brief), &orders[0]);
    event = saying("where is the parcel with my mugs?");
    assert_null(brief_order_named(&brief));
    event = saying("order b-1 with the kettle");
    assert_ptr_equal(brief_order(&brief), &orders[1]);
}

static void the_products_of_huge_orders_are_looked_at_up_to_a_bound(void **state)
{
    (void)state;
    static struct order_item many[BRIEF_ITEMS_MAX];
    static struct order_item lamps[] = { { .name = { "Desk Lamp", 9 } } };
    const struct order orders[] = {
        { .order_id = { "2", 1 }, .items = many, .items_count = countof(many) - 1 },
        { .order_id = { "1", 1 }, .items = lamps, .items_count = 1 },
    };
    struct event event = saying("send the desk lamp back");
    struct brief brief = { .event = &event, .orders = orders, .orders_count = countof(orders) };
    assert_ptr_equal(brief_order_named(&brief), &orders[1]);
    struct order larger[2] = { orders[0], orders[1] };
    larger[0].items_count++;
    brief.orders = larger;
    assert_null(brief_order_named(&brief));
}

static void the_named_order_is_looked_for_once(void **state)
{
    (void)state;
    struct event event = saying("where is 100200?");
    struct brief brief = {
        .event = &event, .orders = three_orders, .orders_count = countof(three_orders)
    };
    const struct order *named = brief_order_named(&brief);
    brief_find_named(&brief);
    assert_non_null(named);
    assert_ptr_equal(brief_order_named(&brief), named);
    event = saying("hello"); /* nobody reads it again */
    assert_ptr_equal(brief_order_named(&brief), named);
}

static void an_order_that_is_not_the_customers_is_never_guessed(void **state)
{
    (void)state;
    struct event event = saying("where is my order 1001001?");
    assert_null(order_meant(&event, "100200"));
    event = saying("where is my order?");
    event.message.order_id = STR("555555");
    assert_null(order_meant(&event, "100200"));
    event = (struct event){ .kind = EVENT_COPY_REQUEST };
    assert_null(order_meant(&event, "100200"));
}

static struct brief asking(struct event *event, const struct order *orders, size_t count)
{
    return (struct brief){ .event = event, .orders = orders, .orders_count = count };
}

static const struct order_item sofa[] = { { .sku = STR("SOF-1"), .name = STR("Oslo sofa") } };
static const struct order_item chairs[] = { { .sku = STR("CHR-1"), .name = STR("Bergen chair") } };
static const struct order_item black_tea[] = {
    { .sku = STR("茶-1"), .name = STR("正山小种红茶") },
};
static const struct order_item renamed[] = { { .sku = STR("茶-1"), .name = STR("Lapsang") } };
static const struct order_item white_tea[] = { { .sku = STR("茶-3"), .name = STR("白毫银针") } };

static const struct order furniture[] = {
    { .order_id = STR("F-1002"), .items = chairs, .items_count = 1 },
    { .order_id = STR("F-1001"), .type = ORDER_SHIPPED, .tracking = STR("SF123"), .items = sofa,
      .items_count = 1 },
    { .order_id = STR("F-0900"), .type = ORDER_DELIVERED },
};

static void a_number_is_read_without_its_hyphen_and_a_parcels_number_too(void **state)
{
    (void)state;
    static const char *const same[] = { "where is order F 1001", "f1001?", "F-1001", "查物流 SF123",
                                        "tracking number sf123" };
    static const char *const unknown[] = { "where is order F 9999", "order G 1001", "查物流 SF999",
                                           "tracking SF1234" };
    for (size_t i = 0; i < countof(same); i++) {
        struct event event = saying(same[i]);
        struct brief brief = asking(&event, furniture, countof(furniture));
        assert_ptr_equal(brief_order_named(&brief), &furniture[1]);
        assert_false(brief_names_unknown_order(&brief));
    }
    for (size_t i = 0; i < countof(unknown); i++) {
        struct event event = saying(unknown[i]);
        struct brief brief = asking(&event, furniture, countof(furniture));
        assert_null(brief_order(&brief));
        assert_true(brief_names_unknown_order(&brief));
    }
}

static void a_product_chooses_the_order_that_has_it_by_sku_or_name(void **state)
{
    (void)state;
    const struct product tea = { .sku = STR("茶-1"), .name = STR("小种") };
    struct order orders[] = {
        { .order_id = STR("T-2002"), .items = white_tea, .items_count = 1 },
        { .order_id = STR("T-2001"), .items = renamed, .items_count = 1 },
    };
    struct event event = saying("我的红茶到哪了?");
    struct brief brief = asking(&event, orders, countof(orders));
    brief.product = &tea;
    brief.names_product = true;
    assert_ptr_equal(brief_order(&brief), &orders[1]);
    orders[1].items = black_tea;
    brief.names_product = false; /* the catalogue does not have it: by its name in the order */
    assert_ptr_equal(brief_order(&brief), &orders[1]);
    event = saying("紅茶的訂單到哪裡了?");
    assert_ptr_equal(brief_order(&brief), &orders[1]);
}

static void a_product_that_no_order_has_chooses_none(void **state)
{
    (void)state;
    const struct product chair = { .sku = STR("CHR-9"), .name = STR("Oslo chair") };
    const struct exchange last = { .order_id = STR("F-1001") };
    const struct order *meant[4];
    struct event event = saying("where is my oslo chair?");
    struct brief brief = asking(&event, furniture, countof(furniture));
    brief.product = &chair;
    brief.history = &last;
    brief.history_count = 1;
    brief.names_product = true;
    assert_true(brief_names_other_product(&brief));
    assert_null(brief_order(&brief));
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 0);
    brief.names_product = false; /* a word of it is all that there is */
    assert_ptr_equal(brief_order(&brief), &furniture[0]);
}

static void who_names_none_hears_of_the_newest_and_those_under_way(void **state)
{
    (void)state;
    const struct order *meant[4] = { NULL };
    struct event event = saying("where is my order?");
    struct brief brief = asking(&event, furniture, countof(furniture));
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 2);
    assert_ptr_equal(meant[0], &furniture[0]);
    assert_ptr_equal(meant[1], &furniture[1]);
    assert_int_equal(brief_orders_meant(&brief, meant, 1), 1);
    event = saying("where are my orders?");
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 3);
    event = saying("F-0900 and F 1001?");
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 2);
    assert_ptr_equal(meant[1], &furniture[2]);
    event = saying("where is the sofa?");
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 1);
    assert_ptr_equal(meant[0], &furniture[1]);
    event = saying("where are the sofa and the chair?");
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 2);
    event.message.order_id = STR("F-0900");
    assert_int_equal(brief_orders_meant(&brief, meant, countof(meant)), 1);
    assert_ptr_equal(meant[0], &furniture[2]);
}

static const struct order by_carriers[] = {
    { .order_id = STR("3"), .type = ORDER_SHIPPED, .carrier = STR("GLS") },
    { .order_id = STR("2"), .type = ORDER_SHIPPED, .carrier = STR("DHL Express") },
    { .order_id = STR("1"), .type = ORDER_DELIVERED, .carrier = STR("顺丰速运") },
};

static void a_carrier_chooses_the_order_that_goes_with_it(void **state)
{
    (void)state;
    struct event event = saying("Where is my DHL parcel?");
    struct brief brief = asking(&event, by_carriers, countof(by_carriers));
    const struct order *meant[3];
    assert_ptr_equal(brief_order_named(&brief), &by_carriers[1]);
    assert_int_equal(brief_orders_meant(&brief, meant, 3), 1);
    assert_ptr_equal(meant[0], &by_carriers[1]);
    event = saying("我的顺丰快递到哪了?");
    assert_ptr_equal(brief_order_named(&brief), &by_carriers[2]);
    event = saying("When does the GLS package arrive?");
    assert_ptr_equal(brief_order_named(&brief), &by_carriers[0]);
    event = saying("Do you ship with DHL?");
    assert_null(brief_order_named(&brief));
    event = saying("Where is my order 777777 with DHL?");
    assert_null(brief_order_named(&brief));
    event = saying("Where is my UPS parcel?");
    assert_null(brief_order_named(&brief));
}

static void a_carrier_of_all_orders_chooses_none(void **state)
{
    (void)state;
    static const struct order orders[] = { { .order_id = STR("3"), .carrier = STR("DHL") },
                                           { .order_id = STR("2"), .carrier = STR("DHL") } };
    struct event event = saying("Where is my DHL parcel?");
    struct brief brief = asking(&event, orders, countof(orders));
    const struct order *meant[3];
    assert_null(brief_order_named(&brief));
    assert_int_equal(brief_orders_meant(&brief, meant, 3), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_the_named_then_the_contexts_then_the_last_then_the_newest),
        cmocka_unit_test(an_order_is_named_by_most_of_its_products),
        cmocka_unit_test(an_order_is_named_by_a_word_of_its_product_too),
        cmocka_unit_test(the_products_of_huge_orders_are_looked_at_up_to_a_bound),
        cmocka_unit_test(the_named_order_is_looked_for_once),
        cmocka_unit_test(an_order_that_is_not_the_customers_is_never_guessed),
        cmocka_unit_test(a_number_is_read_without_its_hyphen_and_a_parcels_number_too),
        cmocka_unit_test(a_product_chooses_the_order_that_has_it_by_sku_or_name),
        cmocka_unit_test(a_product_that_no_order_has_chooses_none),
        cmocka_unit_test(who_names_none_hears_of_the_newest_and_those_under_way),
        cmocka_unit_test(a_carrier_chooses_the_order_that_goes_with_it),
        cmocka_unit_test(a_carrier_of_all_orders_chooses_none),
    };
    return cmocka_run_group_tests_name("brief_order", tests, NULL, NULL);
}
