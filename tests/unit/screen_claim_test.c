/* screen_claim_test.c - claims without a number, their negations and suppositions. */
#include "tests/unit/screening.h"
#include "worker/answer/screen_claim.h"

static enum flaw claims(enum order_type type, enum stock stock, const char *text, bool *is_claim)
{
    struct arena arena;
    struct screen_facts facts;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct product product = { .sku = STR("K"), .name = STR("Kettle"), .stock = stock,
                                     .ship_min_days = -1, .ship_max_days = -1 };
    const struct order order = { .order_id = STR("100234"), .type = type };
    const struct brief brief = { .event = &event, .product = &product, .orders = &order,
                                 .orders_count = 1 };
    struct plain plain;
    plain_of(str_from(text), &plain);
    arena_init(&arena, (size_t)2 << 20);
    *is_claim = false;
    assert_int_equal(screen_facts_of(&arena, &brief, 20420, &facts), OK);
    enum flaw flaw = screen_claims(&facts, plain_str(&plain), 0, SCREEN_ANY, is_claim);
    arena_fini(&arena);
    return flaw;
}

static void a_state_is_the_orders_own_or_one_that_it_went_through(void **state)
{
    (void)state;
    static const struct {
        enum order_type type;
        const char *text;
        enum flaw flaw;
    } cases[] = {
        { ORDER_PAID, "It has been paid.", FLAW_NONE },
        { ORDER_PAID, "It has not been shipped yet.", FLAW_NONE },
        { ORDER_PAID, "It will be shipped soon.", FLAW_NONE },
        { ORDER_PAID, "It has been shipped.", FLAW_STATE },
        { ORDER_PAID, "It hasn't been paid.", FLAW_STATE },
        { ORDER_SHIPPED, "It will be shipped soon.", FLAW_STATE },
        { ORDER_DELIVERED, "It was shipped and delivered.", FLAW_NONE },
        { ORDER_DELIVERED, "It will be delivered soon.", FLAW_STATE },
        { ORDER_CANCELLED, "It will be delivered soon.", FLAW_STATE },
        { ORDER_REFUNDED, "It has been refunded.", FLAW_NONE },
        { ORDER_REFUNDED, "It has not been refunded.", FLAW_STATE },
        { ORDER_SHIPPED, "已发货。", FLAW_NONE },
        { ORDER_SHIPPED, "尚未发货。", FLAW_STATE },
        { ORDER_PAID, "将尽快发货,发货后会通知您。", FLAW_NONE },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        bool is_claim;
        print_message("%s\n", cases[i].text);
        assert_int_equal(claims(cases[i].type, STOCK_IN, cases[i].text, &is_claim), cases[i].flaw);
    }
}

static void the_stock_is_as_it_is_unless_it_is_only_supposed(void **state)
{
    (void)state;
    static const struct {
        enum stock stock;
        const char *text;
        enum flaw flaw;
        bool is_claim;
    } cases[] = {
        { STOCK_IN, "It is in stock.", FLAW_NONE, true },
        { STOCK_OUT, "It is in stock.", FLAW_STATE, true },
        { STOCK_UNKNOWN, "It is in stock.", FLAW_STATE, true },
        { STOCK_OUT, "It is not in stock.", FLAW_NONE, true },
        { STOCK_OUT, "We tell you when it is available.", FLAW_NONE, false },
        { STOCK_OUT, "Is it in stock?", FLAW_NONE, false },
        { STOCK_OUT, "没有货。", FLAW_NONE, true },
        { STOCK_IN, "没有货。", FLAW_STATE, true },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        bool is_claim;
        print_message("%s\n", cases[i].text);
        assert_int_equal(claims(ORDER_PAID, cases[i].stock, cases[i].text, &is_claim),
                         cases[i].flaw);
        assert_int_equal(is_claim, cases[i].is_claim);
    }
}

/* Of a pot with these attributes. */
static enum flaw claims_of_pot(const char *text)
{
    struct arena arena;
    struct screen_facts facts;
    bool is_claim = false;
    struct event event = { .kind = EVENT_MESSAGE };
    static const struct attribute attributes[] = {
        { STR("warranty"), STR("2 years") },
        { STR("service"), STR("repair for a year, free") },
        { STR("discount"), STR("none, not ever") },
        { STR("质保"), STR("两年") },
    };
    const struct product product = { .sku = STR("W-1"), .name = STR("Steel pot"),
                                     .attributes = attributes,
                                     .attributes_count = countof(attributes) };
    const struct brief brief = { .event = &event, .product = &product };
    struct plain plain;
    plain_of(str_from(text), &plain);
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 20420, &facts), OK);
    enum flaw flaw = screen_claims(&facts, plain_str(&plain), SCREEN_ANY, SCREEN_ANY, &is_claim);
    arena_fini(&arena);
    return flaw;
}

static void an_attribute_allows_the_promise_that_it_states_and_no_other(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum flaw flaw;
    } cases[] = {
        { "Steel pot (W-1): warranty 2 years, service repair for a year, free.", FLAW_NONE },
        { "Steel pot(货号 W-1):warranty 2 years,质保 两年。", FLAW_NONE },
        { "It comes with a two-year warranty.", FLAW_NONE },
        { "这款有两年质保。", FLAW_NONE },
        { "There is no discount.", FLAW_NONE },
        { "There is a discount.", FLAW_PROMISE },
        { "It has no warranty.", FLAW_PROMISE },
        { "Its warranty 2 years is not given.", FLAW_PROMISE },
        { "没有质保。", FLAW_PROMISE },
        { "We guarantee that it never breaks.", FLAW_PROMISE },
        { "It has a warranty, and we promise that you like it.", FLAW_PROMISE },
        { "Shipping is free.", FLAW_PROMISE },
        { "We will refund you.", FLAW_PROMISE },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(claims_of_pot(cases[i].text), cases[i].flaw);
    }
}

/* Two orders, one of them on its way, and a page that tells of what may be done. */
static void expect_claims(const struct screening_case *cases, size_t count)
{
    static const struct order_item cup = { .sku = STR("C-1"), .name = STR("Cup") };
    static const struct order_item spoon = { .sku = STR("S-1"), .name = STR("Spoon") };
    static const struct order orders[] = {
        { .order_id = STR("100234"), .type = ORDER_SHIPPED, .items = &cup, .items_count = 1 },
        { .order_id = STR("100301"), .type = ORDER_PLACED, .items = &spoon, .items_count = 1 },
    };
    static const struct passage pages[] = {
        { STR("a"), STR("Cancelling"), STR("An order can be cancelled free of charge until it is "
                                           "shipped. Refunds are paid within 5 days.") },
        { STR("b"), STR("取消"), STR("发货前可以免费取消订单,已发货的订单无法取消。") },
    };
    const struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .orders = orders, .orders_known = true,
                                 .orders_count = countof(orders), .passages = pages,
                                 .passages_count = countof(pages) };
    struct arena arena;
    struct screen_facts facts;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 20420, &facts), OK);
    for (size_t i = 0; i < count; i++) {
        struct plain plain;
        bool is_claim = false;
        plain_of(str_from(cases[i].text), &plain);
        print_message("%s\n", cases[i].text);
        enum flaw flaw =
            screen_claims(&facts, plain_str(&plain), SCREEN_ANY, SCREEN_ANY, &is_claim);
        assert_int_equal(flaw, cases[i].flaw);
    }
    arena_fini(&arena);
}

static void a_page_that_allows_a_thing_is_no_word_that_it_was_done(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "Orders can be cancelled until they are shipped.", FLAW_NONE },
        { "I have cancelled order 100301 for you.", FLAW_STATE },
        { "Order 100301 has been cancelled.", FLAW_STATE },
        { "I will cancel order 100301 right away.", FLAW_PROMISE },
        { "Your refund has been issued.", FLAW_PROMISE },
        { "Order 100301 can still be cancelled free of charge.", FLAW_NONE },
        { "Order 100234 can still be cancelled free of charge.", FLAW_PROMISE },
        { "Order 100234 has been shipped, so it cannot be cancelled any more.", FLAW_NONE },
        { "Order 100234 cannot be cancelled because it has been shipped.", FLAW_NONE },
        { "Order 100301 cannot be cancelled.", FLAW_PROMISE },
        { "Order 100301 has been shipped, unlike 100234.", FLAW_STATE },
        { "Order 100301 has not been shipped, and order 100234 has been shipped.", FLAW_NONE },
        { "Both orders have been shipped.", FLAW_STATE },
        { "Neither of them has been shipped.", FLAW_STATE },
        { "I've notified the courier.", FLAW_PROMISE },
        { "A used item can be cancelled even if used.", FLAW_PROMISE },
        { "Order 100301 has the cup.", FLAW_ATTRIBUTE },
        { "Order 100301 has the spoon.", FLAW_NONE },
        { "The price includes VAT.", FLAW_PROMISE },
        { "It is on sale.", FLAW_PROMISE },
        { "You get something off your next order.", FLAW_PROMISE },
        { "Only a few are left: it is almost sold out.", FLAW_STATE },
        { "已发货的订单无法取消。", FLAW_NONE },
        { "订单100301已发货,无法取消。", FLAW_STATE },
        { "订单100234已发货,无法取消。", FLAW_NONE },
        { "订单100301尚未发货,可以免费取消。", FLAW_NONE },
        { "已为您取消订单100301。", FLAW_PROMISE },
        { "我马上为您取消订单。", FLAW_PROMISE },
    };
    expect_claims(cases, countof(cases));
}

/* Of a product with that name, at 5 EUR, in a shop that ships for free from 50 EUR. */
static enum flaw flaw_of_named(const char *language, const char *name, const char *text)
{
    struct event event = { .kind = EVENT_MESSAGE };
    const struct product product = { .sku = STR("SF-1"), .name = str_from(name),
                                     .price = STR("5.00"), .currency = STR("EUR"),
                                     .stock = STOCK_IN, .ship_min_days = 2, .ship_max_days = 3 };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .product = &product, .passages = screening_passages,
                                 .passages_count = countof(screening_passages) };
    struct arena arena;
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(text), SCREENING_NOW_MS, &flaw), OK);
    arena_fini(&arena);
    return flaw;
}

static void a_name_that_sounds_like_a_promise_promises_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        const char *name;
        const char *text;
        enum flaw flaw;
    } cases[] = {
        { "en", "Sugar-free Syrup", "Sugar-free Syrup (SF-1) costs 5.00 EUR.", FLAW_NONE },
        { "en", "Sugar-free Syrup", "Shipping for Sugar-free Syrup takes 2 to 3 days.", FLAW_NONE },
        { "en", "Sugar-free Syrup", "Sugar-free Syrup ships for free.", FLAW_PROMISE },
        { "en", "Syrup", "Syrup is free.", FLAW_PROMISE },
        { "en", "Syrup", "Sugar-free Syrup costs 5.00 EUR.", FLAW_PROMISE },
        { "en", "Gift Card", "The Gift Card costs 5.00 EUR.", FLAW_NONE },
        { "en", "Gift Card", "The Gift Card comes with a gift.", FLAW_PROMISE },
        { "en", "Guaranteed Kettle", "The Guaranteed Kettle is guaranteed.", FLAW_PROMISE },
        { "en", "Refund Kettle", "The Refund Kettle is in stock.", FLAW_NONE },
        { "zh", "赠品袋", "赠品袋的价格是5.00 EUR。", FLAW_NONE },
        { "zh", "赠品袋", "赠品袋有赠品。", FLAW_PROMISE },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(flaw_of_named(cases[i].language, cases[i].name, cases[i].text),
                         cases[i].flaw);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_is_the_orders_own_or_one_that_it_went_through),
        cmocka_unit_test(the_stock_is_as_it_is_unless_it_is_only_supposed),
        cmocka_unit_test(a_page_that_allows_a_thing_is_no_word_that_it_was_done),
        cmocka_unit_test(an_attribute_allows_the_promise_that_it_states_and_no_other),
        cmocka_unit_test(a_name_that_sounds_like_a_promise_promises_nothing),
    };
    return cmocka_run_group_tests_name("screen_claim", tests, NULL, NULL);
}
