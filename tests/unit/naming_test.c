/* naming_test.c - a bare name takes the intent of the question before it. */
#include "worker/answer/naming.h"

#include "tests/unit/cm.h"

static const struct product kettle = { .sku = STR("KTL-17"), .name = STR("Gooseneck kettle") };
static const struct product tea = { .sku = STR("TEA-01"), .name = STR("西湖龙井茶") };
static const struct order orders[] = { { .order_id = STR("B-2") }, { .order_id = STR("100234") } };

static enum intent after(const char *before, const struct product *product, const char *text)
{
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct exchange history[] = { { .text = str_from(before), .answer = STR("Which?") } };
    const struct brief brief = { .event = &event,
                                 .intent = intent_of(event.message.text),
                                 .product = product,
                                 .orders = orders,
                                 .orders_count = countof(orders),
                                 .history = history,
                                 .history_count = before[0] ? 1 : 0 };
    return naming_intent(&brief);
}

static enum intent sold(const struct product *product, const char *text)
{
    struct event event = { .kind = EVENT_MESSAGE };
    event.message.text = str_from(text);
    struct brief brief = { .event = &event,
                           .intent = intent_of(event.message.text),
                           .product = product,
                           .names_product = product != NULL };
    return naming_intent(&brief);
}

static void a_bare_product_is_asked_what_was_asked_before(void **state)
{
    (void)state;
    assert_int_equal(after("how much is it?", &kettle, "the gooseneck kettle"), INTENT_PRICE);
    assert_int_equal(after("how much is it?", &kettle, "KTL-17"), INTENT_PRICE);
    assert_int_equal(after("is it in stock?", &kettle, "And the Kettle?"), INTENT_STOCK);
    assert_int_equal(after("多少钱?", &tea, "龙井茶"), INTENT_PRICE);
    assert_int_equal(after("有货吗?", &tea, "那西湖龙井茶呢?"), INTENT_STOCK);
}

static void a_bare_order_number_is_asked_what_was_asked_before(void **state)
{
    (void)state;
    assert_int_equal(after("where is my order?", NULL, "100234"), INTENT_ORDER_STATUS);
    assert_int_equal(after("where is my order?", NULL, "it's B-2"), INTENT_ORDER_STATUS);
    assert_int_equal(after("我的订单到哪了?", NULL, "订单号是100234"), INTENT_ORDER_STATUS);
    assert_int_equal(after("how much is it?", NULL, "B-2"), INTENT_ORDER_STATUS);
}

static void who_only_names_a_product_asks_about_it(void **state)
{
    (void)state;
    assert_int_equal(after("", &kettle, "KTL-17"), INTENT_PRODUCT);
    assert_int_equal(after("", &kettle, "What is KTL-17?"), INTENT_PRODUCT);
    assert_int_equal(after("where is my order?", &kettle, "KTL-17"), INTENT_PRODUCT);
    assert_int_equal(after("", NULL, "100234"), INTENT_ORDER_STATUS);
}

static void who_asks_whether_it_is_sold_asks_for_stock(void **state)
{
    (void)state;
    assert_int_equal(sold(&kettle, "Do you have kettles?"), INTENT_STOCK);
    assert_int_equal(sold(&kettle, "do you sell a gooseneck kettle"), INTENT_STOCK);
    assert_int_equal(sold(&tea, "有龙井茶吗"), INTENT_STOCK);
    assert_int_equal(sold(&tea, "你们有没有龙井茶?"), INTENT_STOCK);
    assert_int_equal(sold(&kettle, "Do you have kettle lids?"), INTENT_OTHER);
    assert_int_equal(sold(&kettle, "Do you have it?"), INTENT_OTHER);
    assert_int_equal(sold(NULL, "Do you have lamps?"), INTENT_OTHER);
}

static void what_says_more_than_a_name_keeps_its_own_intent(void **state)
{
    (void)state;
    assert_int_equal(after("how much is it?", &kettle, "the kettle leaks"), INTENT_OTHER);
    assert_int_equal(after("how much is it?", &kettle, "kettle for my boat"), INTENT_OTHER);
    assert_int_equal(after("how much is it?", &kettle, "it is broken"), INTENT_COMPLAINT);
    assert_int_equal(after("多少钱?", &tea, "龙井茶苦"), INTENT_OTHER);
    assert_int_equal(after("how much is it?", &kettle, "what about it"), INTENT_OTHER);
    assert_int_equal(after("how much is it?", &kettle, ""), INTENT_OTHER);
}

static enum intent of_orders_or(const char *text, bool names_product)
{
    static const struct order_item mug[] = {
        { .sku = STR("MUG-1"), .name = STR("Stoneware mug") },
    };
    static const struct order bought[] = {
        { .order_id = STR("9") },
        { .order_id = STR("7"), .items = mug, .items_count = 1 },
    };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct brief brief = { .event = &event,
                                 .intent = intent_of(event.message.text),
                                 .product = names_product ? &kettle : NULL,
                                 .names_product = names_product,
                                 .orders = bought,
                                 .orders_count = countof(bought) };
    return naming_intent(&brief);
}

static enum intent of_orders(const char *text)
{
    return of_orders_or(text, false);
}

static void a_thing_that_was_ordered_is_looked_for_in_its_order(void **state)
{
    (void)state;
    assert_int_equal(of_orders("Where is my stoneware mug?"), INTENT_ORDER_STATUS);
    assert_int_equal(of_orders("我的Stoneware mug在哪?"), INTENT_ORDER_STATUS);
    assert_int_equal(of_orders("Where is my kettle?"), INTENT_OTHER);
    assert_int_equal(of_orders_or("Where is my kettle?", true), INTENT_ORDER_STATUS);
    assert_int_equal(of_orders("Where is a stoneware mug?"), INTENT_OTHER);
    assert_int_equal(of_orders("I like my stoneware mug"), INTENT_OTHER);
}

/* After an exchange about B-2, and perhaps about a product, too. */
static enum intent after_order(struct str sku, bool names_product, const char *text)
{
    static const struct order known[] = { { .order_id = STR("F-0900") },
                                          { .order_id = STR("B-2") } };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct exchange history[] = {
        { .text = STR("where is B-2?"), .answer = STR("On its way."), .order_id = STR("B-2"),
          .sku = sku },
    };
    const struct brief brief = { .event = &event,
                                 .intent = intent_of(event.message.text),
                                 .product = names_product ? &kettle : NULL,
                                 .names_product = names_product,
                                 .orders = known,
                                 .orders_count = countof(known),
                                 .history = history,
                                 .history_count = 1 };
    return naming_intent(&brief);
}

static void a_sum_that_is_asked_for_next_is_that_of_the_order(void **state)
{
    (void)state;
    assert_int_equal(after_order(STR_NONE, false, "how much was it?"), INTENT_ORDER_STATUS);
    assert_int_equal(after_order(STR("K"), false, "how much was it in total?"),
                     INTENT_ORDER_STATUS);
    assert_int_equal(after_order(STR("K"), false, "how much is it?"), INTENT_PRICE);
    assert_int_equal(after_order(STR_NONE, true, "how much is the kettle?"), INTENT_PRICE);
    assert_int_equal(after_order(STR_NONE, false, "一共多少钱?"), INTENT_ORDER_STATUS);
}

static void what_is_asked_of_a_named_order_is_about_that(void **state)
{
    (void)state;
    assert_int_equal(after_order(STR_NONE, false, "is F-0900 delivered?"), INTENT_ORDER_STATUS);
    assert_int_equal(after_order(STR_NONE, false, "F-0900多少钱?"), INTENT_ORDER_STATUS);
    assert_int_equal(after_order(STR_NONE, false, "when was F-0900 delivered?"),
                     INTENT_ORDER_STATUS);
    assert_int_equal(after_order(STR_NONE, false, "is F-0900 a nice number?"), INTENT_OTHER);
    assert_int_equal(after_order(STR_NONE, false, "我的订单呢?"), INTENT_ORDER_STATUS);
    assert_int_equal(after_order(STR_NONE, false, "can my order be painted?"), INTENT_OTHER);
}

static void a_product_in_another_colour_or_stuff_is_a_question_about_it(void **state)
{
    (void)state;
    assert_int_equal(after_order(STR_NONE, true, "is the kettle steel?"), INTENT_PRODUCT);
    assert_int_equal(after_order(STR_NONE, true, "do you have the kettle in blue?"),
                     INTENT_PRODUCT);
    assert_int_equal(after_order(STR_NONE, false, "do you have it in blue?"), INTENT_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_product_is_asked_what_was_asked_before),
        cmocka_unit_test(a_bare_order_number_is_asked_what_was_asked_before),
        cmocka_unit_test(who_only_names_a_product_asks_about_it),
        cmocka_unit_test(who_asks_whether_it_is_sold_asks_for_stock),
        cmocka_unit_test(what_says_more_than_a_name_keeps_its_own_intent),
        cmocka_unit_test(a_thing_that_was_ordered_is_looked_for_in_its_order),
        cmocka_unit_test(a_sum_that_is_asked_for_next_is_that_of_the_order),
        cmocka_unit_test(what_is_asked_of_a_named_order_is_about_that),
        cmocka_unit_test(a_product_in_another_colour_or_stuff_is_a_question_about_it),
    };
    return cmocka_run_group_tests_name("naming", tests, NULL, NULL);
}
