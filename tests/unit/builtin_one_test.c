/* builtin_one_test.c - the builtin model says what the facts say, nothing where they are silent. */
#include "worker/answer/builtin_one.h"

#include "tests/unit/payload.h"
#include "worker/answer/screen.h"

struct asking {
    struct arena arena;
    struct event event;
    struct product product;
    struct order order;
    struct brief brief;
    struct str text;
};

static void asking_init(struct asking *asking, const char *language)
{
    *asking = (struct asking){ 0 };
    arena_init(&asking->arena, (size_t)1 << 20);
    asking->event.kind = EVENT_MESSAGE;
    asking->product = (struct product){ .sku = STR("A1"),
                                        .name = STR("Lamp"),
                                        .ship_min_days = -1,
                                        .ship_max_days = -1 };
    asking->order = (struct order){ .order_id = STR("100234"), .type = ORDER_SHIPPED };
    asking->brief = (struct brief){ .event = &asking->event,
                                    .language = str_from(language),
                                    .product = &asking->product };
}

static enum err ask(struct asking *asking, enum intent intent)
{
    asking->brief.intent = intent;
    return builtin_one(&asking->arena, &asking->brief, &asking->text);
}

/* Every sentence of its own must pass the screen that all replies pass. */
static void says(struct asking *asking, enum intent intent, const char *wanted)
{
    enum flaw flaw = FLAW_COUNT;
    assert_int_equal(ask(asking, intent), OK);
    assert_str(asking->text, wanted);
    assert_int_equal(screen_reply(&asking->arena, &asking->brief, asking->text,
                                  INT64_C(1764324000000), &flaw),
                     OK);
    print_message("%s\n", wanted);
    assert_string_equal(flaw_label(flaw), "none");
}

static void days_are_told_as_far_as_they_are_known(void **state)
{
    (void)state;
    static const struct {
        int min;
        int max;
        const char *en;
        const char *zh;
    } cases[] = {
        { 3, 5, "Shipping for Lamp (A1) takes 3 to 5 days.", "Lamp（货号 A1）的运输时间是3-5天。" },
        { 1, 1, "Shipping for Lamp (A1) takes 1 day.", "Lamp（货号 A1）的运输时间是1天。" },
        { -1, 4, "Shipping for Lamp (A1) takes at most 4 days.",
          "Lamp（货号 A1）的运输时间是最多4天。" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct asking asking;
        asking_init(&asking, "en");
        asking.product.ship_min_days = cases[i].min;
        asking.product.ship_max_days = cases[i].max;
        says(&asking, INTENT_SHIPPING_TIME, cases[i].en);
        asking.brief.language = STR("zh");
        says(&asking, INTENT_SHIPPING_TIME, cases[i].zh);
        arena_fini(&asking.arena);
    }
}

static const struct order two_orders[] = {
    { .order_id = { "B-2", 3 }, .type = ORDER_SHIPPED, .eta = { "2025-12-02", 10 } },
    { .order_id = { "B-1", 3 }, .type = ORDER_DELIVERED },
};

static void has_two_orders(struct asking *asking, const char *text)
{
    asking->event.message.text = str_from(text);
    asking->brief.product = NULL;
    asking->brief.orders = two_orders;
    asking->brief.orders_count = countof(two_orders);
    asking->brief.orders_known = true;
}

static void who_asks_for_several_orders_hears_of_each(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    has_two_orders(&asking, "Where are orders B-1 and B-2?");
    says(&asking, INTENT_ORDER_STATUS,
         "Order B-2 has been shipped, expected on 2025-12-02.\nOrder B-1 has been delivered.");
    has_two_orders(&asking, "where is my order?");
    says(&asking, INTENT_ORDER_STATUS, "Order B-2 has been shipped, expected on 2025-12-02.");
    asking.brief.language = STR("zh");
    has_two_orders(&asking, "我的所有订单到哪了");
    says(&asking, INTENT_ORDER_STATUS, "订单 B-2 已发货，预计 2025-12-02 送达。\n订单 B-1 已送达。");
    arena_fini(&asking.arena);
}

/* Told together with the state of the only order there is. */
static void one_order_that_was_undone_is_counted_and_passes_the_screen(void **state)
{
    (void)state;
    static const struct order gone[] = { { .order_id = STR("F-3001"), .type = ORDER_CANCELLED } };
    struct asking asking;
    asking_init(&asking, "en");
    has_two_orders(&asking, "how many orders do I have?");
    asking.brief.orders = gone;
    asking.brief.orders_count = 1;
    says(&asking, INTENT_ORDER_STATUS,
         "You have 1 order.\nOrder F-3001 has been cancelled.");
    asking.brief.language = STR("zh");
    asking.event.message.text = STR("我有几个订单?");
    says(&asking, INTENT_ORDER_STATUS, "您有 1 个订单。\n订单 F-3001 已取消。");
    arena_fini(&asking.arena);
}

static void what_never_came_though_it_was_delivered_is_for_a_person(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    has_two_orders(&asking, "I never received B-1!!");
    assert_int_equal(ask(&asking, INTENT_ORDER_STATUS), ERR_NO_FACTS);
    has_two_orders(&asking, "没收到订单B-1");
    assert_int_equal(ask(&asking, INTENT_ORDER_STATUS), ERR_NO_FACTS);
    has_two_orders(&asking, "I have not received my order B-2 yet");
    says(&asking, INTENT_ORDER_STATUS, "Order B-2 has been shipped, expected on 2025-12-02.");
    arena_fini(&asking.arena);
}

static void a_product_that_no_order_has_is_asked_back_for(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    has_two_orders(&asking, "Where is my lamp?");
    asking.brief.product = &asking.product;
    asking.brief.names_product = true;
    says(&asking, INTENT_ORDER_STATUS,
         "Please tell me your order number, so that I can look it up.");
    asking.event.message.text = STR("How much did I pay for my lamp?");
    says(&asking, INTENT_ORDER_STATUS,
         "Please tell me your order number, so that I can look it up.");
    arena_fini(&asking.arena);
}

static void when_it_will_arrive_is_told_of_the_order_that_is_meant(void **state)
{
    (void)state;
    struct asking asking;
    const struct exchange before = { .order_id = STR("B-2"),
                                     .author = AUTHOR_CUSTOMER,
                                     .text = STR("Where is order B-2?") };
    asking_init(&asking, "en");
    has_two_orders(&asking, "When will it arrive?");
    says(&asking, INTENT_SHIPPING_TIME, "Order B-2 has been shipped, expected on 2025-12-02.");
    has_two_orders(&asking, "How long will it take to arrive?");
    says(&asking, INTENT_SHIPPING_TIME,
         "Which product do you mean? Please tell me its name or SKU.");
    asking.brief.history = &before;
    asking.brief.history_count = 1;
    says(&asking, INTENT_SHIPPING_TIME, "Order B-2 has been shipped, expected on 2025-12-02.");
    arena_fini(&asking.arena);
}

static void what_is_not_the_shops_is_said_to_be_so(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    says(&asking, INTENT_SCOPE,
         "I am sorry, I can only answer questions about our products and your orders. How can I "
         "help?");
    asking.brief.language = STR("zh");
    says(&asking, INTENT_SCOPE, "抱歉，我只能回答本店商品、订单和售后方面的问题。请问有什么可以帮您？");
    arena_fini(&asking.arena);
}

static void a_refund_that_was_made_is_told_without_a_page(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    asking.order.type = ORDER_REFUNDED;
    asking.brief.orders = &asking.order;
    asking.brief.orders_count = 1;
    asking.brief.orders_known = true;
    asking.event.message.text = STR("Where is my refund?");
    says(&asking, INTENT_REFUND, "Order 100234 has been refunded.");
    asking.event.message.text = STR("I want a refund for it"); /* a wish is a person's */
    asking.brief.is_named_found = false;
    assert_int_equal(ask(&asking, INTENT_REFUND), ERR_NO_FACTS);
    asking.event.message.text = STR("Where is my refund?");
    asking.brief.is_named_found = false;
    asking.order.type = ORDER_RETURNED;
    assert_int_equal(ask(&asking, INTENT_REFUND), ERR_NO_FACTS);
    asking.order.type = ORDER_REFUNDED;
    asking.brief.orders_known = false;
    assert_int_equal(ask(&asking, INTENT_REFUND), ERR_NO_FACTS);
    arena_fini(&asking.arena);
}

static void only_a_person_changes_an_address(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    assert_int_equal(ask(&asking, INTENT_ADDRESS), ERR_NO_FACTS);
    arena_fini(&asking.arena);
}

/* "3 days" would promise what "at least 3" does not. */
static void a_lower_bound_alone_is_not_told_as_the_time(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    asking.product.ship_min_days = 3;
    says(&asking, INTENT_SHIPPING_TIME, "Shipping for Lamp (A1) takes at least 3 days.");
    asking.brief.language = STR("zh");
    says(&asking, INTENT_SHIPPING_TIME, "Lamp（货号 A1）的运输时间是至少3天。");
    arena_fini(&asking.arena);
}

static void price_stock_and_description_are_the_products(void **state)
{
    (void)state;
    const struct attribute attribute = { STR("colour"), STR("red") };
    struct asking asking;
    asking_init(&asking, "fr");
    asking.product.price = STR("9.90");
    asking.product.currency = STR("EUR");
    asking.product.stock = STOCK_OUT;
    asking.product.description = STR("Bright");
    asking.product.attributes = &attribute;
    asking.product.attributes_count = 1;
    says(&asking, INTENT_PRICE, "Lamp (A1) costs 9.90 EUR.");
    says(&asking, INTENT_STOCK, "Lamp (A1) is out of stock at the moment.");
    says(&asking, INTENT_PRODUCT, "Lamp (A1): Bright; colour red.");
    asking.brief.language = STR("zh");
    asking.product.stock = STOCK_IN;
    says(&asking, INTENT_PRICE, "Lamp（货号 A1）的价格是9.90 EUR。");
    says(&asking, INTENT_STOCK, "Lamp（货号 A1）现在有货。");
    arena_fini(&asking.arena);
}

static void a_fact_that_is_missing_is_left_to_a_person(void **state)
{
    (void)state;
    static const enum intent intents[] = { INTENT_SHIPPING_TIME, INTENT_PRICE, INTENT_STOCK,
                                           INTENT_PRODUCT };
    struct asking asking;
    asking_init(&asking, "en");
    for (size_t i = 0; i < countof(intents); i++) {
        assert_int_equal(ask(&asking, intents[i]), ERR_NO_FACTS);
    }
    assert_null(asking.text.ptr);
    arena_fini(&asking.arena);
}

static void without_a_product_it_asks_back_unless_one_was_named(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    asking.brief.product = NULL;
    says(&asking, INTENT_PRICE, "Which product do you mean? Please tell me its name or SKU.");
    asking.event.message.sku = STR("B2");
    assert_int_equal(ask(&asking, INTENT_PRICE), ERR_NO_FACTS);
    arena_fini(&asking.arena);
}

static void what_only_a_person_may_decide_is_left_to_one(void **state)
{
    (void)state;
    static const enum intent intents[] = { INTENT_RETURN,    INTENT_REFUND, INTENT_CANCEL,
                                           INTENT_COMPLAINT, INTENT_PERSON, INTENT_ANGRY,
                                           INTENT_OTHER };
    struct asking asking;
    asking_init(&asking, "en");
    for (size_t i = 0; i < countof(intents); i++) {
        assert_int_equal(ask(&asking, intents[i]), ERR_NO_FACTS);
    }
    arena_fini(&asking.arena);
}

static void an_order_under_way_is_told_with_its_tracking(void **state)
{
    (void)state;
    struct asking asking;
    asking_init(&asking, "en");
    asking.event.message.text = STR("Where is it?");
    asking.brief.orders = &asking.order;
    asking.brief.orders_count = 1;
    asking.brief.orders_known = true;
    asking.order.carrier = STR("DHL");
    asking.order.tracking = STR("T9");
    asking.order.eta = STR("2025-03-05");
    says(&asking, INTENT_ORDER_STATUS,
         "Order 100234 has been shipped with DHL, tracking number T9, expected on 2025-03-05.");
    asking.order.type = ORDER_DELIVERED;
    says(&asking, INTENT_ORDER_STATUS, "Order 100234 has been delivered.");
    asking.event.message.text = STR("Where is order B-9?");
    says(&asking, INTENT_ORDER_STATUS,
         "I cannot find an order with that number for you. Please check the number.");
    asking.event.message.text = STR("订单 100999 到哪了?");
    asking.brief.language = STR("zh");
    says(&asking, INTENT_ORDER_STATUS, "没有查到您有这个订单号的订单，请核对一下订单号。");
    asking.brief.orders_count = 0; /* lost, for all we know */
    assert_int_equal(ask(&asking, INTENT_ORDER_STATUS), ERR_NO_FACTS);
    arena_fini(&asking.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_told_as_far_as_they_are_known),
        cmocka_unit_test(who_asks_for_several_orders_hears_of_each),
        cmocka_unit_test(one_order_that_was_undone_is_counted_and_passes_the_screen),
        cmocka_unit_test(what_never_came_though_it_was_delivered_is_for_a_person),
        cmocka_unit_test(a_product_that_no_order_has_is_asked_back_for),
        cmocka_unit_test(when_it_will_arrive_is_told_of_the_order_that_is_meant),
        cmocka_unit_test(what_is_not_the_shops_is_said_to_be_so),
        cmocka_unit_test(a_refund_that_was_made_is_told_without_a_page),
        cmocka_unit_test(only_a_person_changes_an_address),
        cmocka_unit_test(a_lower_bound_alone_is_not_told_as_the_time),
        cmocka_unit_test(price_stock_and_description_are_the_products),
        cmocka_unit_test(a_fact_that_is_missing_is_left_to_a_person),
        cmocka_unit_test(without_a_product_it_asks_back_unless_one_was_named),
        cmocka_unit_test(what_only_a_person_may_decide_is_left_to_one),
        cmocka_unit_test(an_order_under_way_is_told_with_its_tracking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
