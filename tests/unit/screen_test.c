/* screen_test.c - what a reply may say about facts, and what it may not. */
#include "tests/unit/screening.h"

#include "common/mem.h"

static void what_a_product_is_may_be_told(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "The Aurora Kettle costs 39.90 EUR.", FLAW_NONE },
        { "The Aurora Kettle (KTL-17) costs \xe2\x82\xac" "39.90 and is in stock.", FLAW_NONE },
        { "It is 39.90 euros, and delivery takes three to five days.", FLAW_NONE },
        { "Shipping for Aurora Kettle (KTL-17) takes 3 to 5 days, sent from Berlin.", FLAW_NONE },
        { "It ships within 5 days.", FLAW_NONE },
        { "It takes at least 3 days to arrive.", FLAW_NONE },
        { "The kettle holds 1.7 litres and weighs 1.2 kg.", FLAW_NONE },
        { "It is made of stainless steel, its colour is red and its power is 2200 watts.",
          FLAW_NONE },
        { "It weighs 1200 g.", FLAW_NONE },
        { "Hello! Thank you for your question. How can I help you?", FLAW_NONE },
        { "I'm sorry, I do not know that. May I ask a colleague?", FLAW_NONE },
        { "Yes, the Aurora Kettle switches off by itself.", FLAW_NONE },
    };
    screening_expect("en", true, false, cases, countof(cases));
}

static void another_value_than_the_facts_have_is_found(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "The Aurora Kettle costs 39.95 EUR.", FLAW_PRICE },
        { "The Aurora Kettle costs 39.90 USD.", FLAW_PRICE },
        { "The Aurora Kettle costs $39.90.", FLAW_PRICE },
        { "The Aurora Kettle costs 39.90 pounds.", FLAW_PRICE },
        { "The Aurora Kettle costs 39.", FLAW_NUMBER },
        { "It is forty euros.", FLAW_PRICE },
        { "Shipping takes 3 to 6 days.", FLAW_PERIOD },
        { "Shipping takes 5 to 3 days.", FLAW_PERIOD },
        { "Shipping takes 3 to 5 weeks.", FLAW_PERIOD },
        { "Shipping takes 3 days.", FLAW_PERIOD },
        { "Shipping takes four days.", FLAW_PERIOD },
        { "It arrives tomorrow.", FLAW_DATE },
        { "It arrives on December 3.", FLAW_DATE },
        { "It holds 1.5 litres.", FLAW_ATTRIBUTE },
        { "It weighs 1.7 kg.", FLAW_ATTRIBUTE },
        { "It weighs 1.7 l.", FLAW_ATTRIBUTE },
        { "Its power is 2000 W.", FLAW_ATTRIBUTE },
        { "Its colour is stainless steel.", FLAW_ATTRIBUTE },
        { "Its material is red.", FLAW_ATTRIBUTE },
        { "Its colour is blue.", FLAW_NAME },
        { "The Nimbus Lamp costs 39.90 EUR.", FLAW_NAME },
        { "The lamp costs 39.90 EUR.", FLAW_NAME },
        { "The Aurora Kettle (KTL-18) costs 39.90 EUR.", FLAW_IDENTIFIER },
        { "It is sent from Munich.", FLAW_NAME },
        { "The kettle is out of stock.", FLAW_STATE },
        { "The kettle is not in stock.", FLAW_STATE },
        { "The kettle isn't available.", FLAW_STATE },
        { "Shipping costs 39.90 EUR.", FLAW_PRICE },
        { "It comes with a two-year warranty.", FLAW_PERIOD },
        { "You get 10% off.", FLAW_ATTRIBUTE },
        { "Write to shop@evil.example.", FLAW_IDENTIFIER },
        { "Call 0800 123456.", FLAW_IDENTIFIER },
    };
    screening_expect("en", true, false, cases, countof(cases));
}

/* With no value in it, and with words that no fact has. */
static void what_is_told_of_the_product_in_words_is_held_to_the_facts(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "It is very quiet.", FLAW_NAME },
        { "It's our flagship.", FLAW_NAME },
        { "We also have it in turquoise.", FLAW_NAME },
        { "Batteries are included.", FLAW_NAME },
        { "It is a pleasure to help you.", FLAW_NONE },
        { "Is it very quiet?", FLAW_NONE },
        { "The kettle weighs 1.2 kg and is red.", FLAW_NONE },
        { "The kettle is red and weighs 1.2 kg.", FLAW_NONE },
        { "The Aurora Kettle's price is 39.90 EUR.", FLAW_NONE },
        { "It ships from Berlin within 3 to 5 days.", FLAW_NONE },
        { "It arrives next week.", FLAW_DATE },
        { "Have a nice weekend!", FLAW_NONE },
    };
    static const struct screening_case chinese[] = {
        { "它非常静音。", FLAW_NAME },
        { "还有其他口味。", FLAW_NAME },
        { "下周到货。", FLAW_DATE },
        { "还有什么可以帮您?", FLAW_NONE },
        { "祝您周末愉快!", FLAW_NONE },
    };
    screening_expect("en", true, false, cases, countof(cases));
    screening_expect("zh", true, false, chinese, countof(chinese));
}

static void a_promise_needs_a_policy(void **state)
{
    (void)state;
    static const struct screening_case without[] = {
        { "We will refund you.", FLAW_PROMISE },
        { "You will get your money back.", FLAW_PROMISE },
        { "Shipping is free.", FLAW_PROMISE },
        { "We will compensate you.", FLAW_PROMISE },
        { "You can return it.", FLAW_PROMISE },
        { "You cannot return it.", FLAW_PROMISE },
        { "I can offer you a discount.", FLAW_PROMISE },
        { "We guarantee it.", FLAW_PROMISE },
        { "I will pass your refund request to a colleague.", FLAW_NONE },
        { "I cannot promise a refund.", FLAW_NONE },
        { "Shall I ask a colleague about a refund?", FLAW_NONE },
    };
    screening_expect("en", true, false, without, countof(without));
    static const struct screening_case with[] = {
        { "You can return unused items within 30 days.", FLAW_NONE },
        { "You can return it within thirty days.", FLAW_NONE },
        { "Exchanges are possible within 14 days.", FLAW_NONE },
        { "Exchanges are possible within two weeks.", FLAW_NONE },
        { "Refunds are paid within 5 business days.", FLAW_NONE },
        { "Shipping is free for orders over 50 EUR.", FLAW_NONE },
        { "You can return it within 14 days.", FLAW_PERIOD },
        { "Exchanges are possible within 30 days.", FLAW_PERIOD },
        { "You cannot return unused items.", FLAW_PROMISE },
        { "Exchanges are not possible.", FLAW_PROMISE },
        { "Refunds are paid within 5 days.", FLAW_PERIOD },
        { "Shipping is not free.", FLAW_PROMISE },
        { "Shipping is free for orders over 40 EUR.", FLAW_PRICE },
        { "We will compensate you.", FLAW_PROMISE },
        { "Shipping is always free.", FLAW_PROMISE },
        { "We do not ship to other countries.", FLAW_PROMISE },
        { "We are open around the clock.", FLAW_PROMISE },
        { "We have already sent you a label.", FLAW_PROMISE },
    };
    screening_expect("en", true, true, with, countof(with));
}

static void an_order_is_told_as_it_is(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "Order 100234 has been shipped with DHL, tracking number JJD0012345, expected on "
          "2025-12-01.", FLAW_NONE },
        { "Your order 100234 is on its way and should arrive on December 1, 2025.", FLAW_NONE },
        { "Your order 100234 should arrive on Monday.", FLAW_NONE },
        { "Your order 100234 should arrive in three days.", FLAW_NONE },
        { "Order 100235 has been cancelled.", FLAW_NONE },
        { "Order 100236 was delivered.", FLAW_NONE },
        { "You ordered 4 Moss Cup at 8.50 EUR each in order 100234.", FLAW_NONE },
        { "Order 100234 has not been delivered yet.", FLAW_NONE },
        { "Order 100234 will be delivered on December 1.", FLAW_NONE },
        { "Order 100234 has been delivered.", FLAW_STATE },
        { "Order 100234 has not been shipped.", FLAW_STATE },
        { "Order 100235 has been shipped.", FLAW_STATE },
        { "Order 100236 was cancelled.", FLAW_STATE },
        { "Order 100236 has been refunded.", FLAW_STATE },
        { "Order 100237 has been shipped.", FLAW_IDENTIFIER },
        { "Order 100234 has been shipped with UPS.", FLAW_NAME },
        { "Order 100234 has been shipped with Hermes.", FLAW_ATTRIBUTE },
        { "Order 100234 has the tracking number HM777123.", FLAW_IDENTIFIER },
        { "Order 100234 has the tracking number JJD0012346.", FLAW_IDENTIFIER },
        { "The tracking number is 100234.", FLAW_IDENTIFIER },
        { "Your order 100234 should arrive on December 2, 2025.", FLAW_DATE },
        { "Your order 100234 should arrive tomorrow.", FLAW_DATE },
        { "Your order 100234 should arrive on Tuesday.", FLAW_DATE },
        { "Your order 100234 should arrive in two days.", FLAW_PERIOD },
        { "Order 100236 should arrive on December 1, 2025.", FLAW_DATE },
        { "You ordered 3 Moss Cup in order 100234.", FLAW_NUMBER },
        { "The Moss Cup in order 100234 costs 39.90 EUR.", FLAW_PRICE },
        { "I have refunded order 100235.", FLAW_STATE },
    };
    screening_expect("en", false, false, cases, countof(cases));
}

static void chinese_is_read_as_well(void **state)
{
    (void)state;
    static const struct screening_case product[] = {
        { "极光电热水壶(货号 SH-9)的价格是199元。", FLAW_NONE },
        { "极光电热水壶（货号 SH-9）的价格是199元。", FLAW_NONE },
        { "这款极光电热水壶售价一百九十九元。", FLAW_NONE },
        { "您好，该商品的运输时间是3-5天，从杭州发货。", FLAW_NONE },
        { "运输时间为三到五天。", FLAW_NONE },
        { "极光电热水壶现在缺货。", FLAW_NONE },
        { "容量是1.7升，颜色是红色，材质是不锈钢。", FLAW_NONE },
        { "您好!请问有什么可以帮您?", FLAW_NONE },
        { "极光电热水壶的价格是198元。", FLAW_PRICE },
        { "极光电热水壶的价格是199美元。", FLAW_PRICE },
        { "这款商品售价两百元。", FLAW_PRICE },
        { "运输时间为三到六天。", FLAW_PERIOD },
        { "运输时间为三到五周。", FLAW_PERIOD },
        { "明天送达。", FLAW_DATE },
        { "极光电热水壶有货。", FLAW_STATE },
        { "极光电热水壶没有缺货。", FLAW_STATE },
        { "星云台灯的价格是199元。", FLAW_NAME },
        { "容量是1.5升。", FLAW_ATTRIBUTE },
        { "颜色是不锈钢。", FLAW_ATTRIBUTE },
        { "该商品从上海发货。", FLAW_NAME },
        { "我们会给您退款。", FLAW_PROMISE },
        { "本店包邮。", FLAW_PROMISE },
        { "极光电热水壶(货号 SH-8)的价格是199元。", FLAW_IDENTIFIER },
        { "极光电热水壶（货号 SH-8）的价格是199元。", FLAW_IDENTIFIER },
    };
    screening_expect("zh", true, false, product, countof(product));
    static const struct screening_case order[] = {
        { "订单 100234 已发货，承运商 DHL，运单号 JJD0012345，预计 2025-12-01 送达。", FLAW_NONE },
        { "您的订单100234预计12月1日送达。", FLAW_NONE },
        { "您的订单100234预计十二月一日送达。", FLAW_NONE },
        { "您的订单100234预计三天后送达。", FLAW_NONE },
        { "您的订单100234预计下周一送达。", FLAW_NONE },
        { "订单100235已取消。", FLAW_NONE },
        { "订单100234尚未送达。", FLAW_NONE },
        { "订单100234已送达。", FLAW_STATE },
        { "订单100234还没有发货。", FLAW_STATE },
        { "订单100236已取消。", FLAW_STATE },
        { "您的订单100234预计12月2日送达。", FLAW_DATE },
        { "您的订单100234预计后天送达。", FLAW_DATE },
        { "您的订单100234预计两天后送达。", FLAW_PERIOD },
        { "您的订单100234预计下周二送达。", FLAW_DATE },
        { "订单100239已发货。", FLAW_IDENTIFIER },
    };
    screening_expect("zh", false, false, order, countof(order));
    static const struct screening_case policy[] = {
        { "未使用的商品30天内可以退货。", FLAW_NONE },
        { "您可以在三十天内退货。", FLAW_NONE },
        { "十五天内可以换货。", FLAW_NONE },
        { "十五天内可以退货。", FLAW_PERIOD },
        { "三十天内可以换货。", FLAW_PERIOD },
        { "该商品不可以退货。", FLAW_PROMISE },
        { "退款将在五天内到账。", FLAW_PERIOD },
    };
    screening_expect("zh", true, true, policy, countof(policy));
}

static void a_reply_in_another_language_is_found(void **state)
{
    (void)state;
    static const struct screening_case zh[] = { { "Yes, it is.", FLAW_LANGUAGE } };
    screening_expect("zh", true, false, zh, countof(zh));
    static const struct screening_case en[] = { { "是的。", FLAW_LANGUAGE } };
    screening_expect("en", true, false, en, countof(en));
}

static void leans(const char *language, const char *text, bool does)
{
    struct screen_verdict verdict = screening_judge(language, false, true, text, 0);
    assert_int_equal(verdict.flaw, FLAW_NONE);
    assert_int_equal(verdict.leans_on_day, does);
}

static void only_what_tells_of_days_leans_on_the_day(void **state)
{
    (void)state;
    leans("en", "Thank you for writing.", false);
    leans("en", "Your order 100234 was shipped with DHL.", false);
    leans("en", "Your order 100234 arrives on 1 December.", true);
    leans("en", "You can return unused items within 30 days.", true);
    leans("zh", "您的订单100234已发货。", false);
    leans("zh", "未使用的商品30天内可以退货。", true);
}

static void without_memory_nothing_is_known(void **state)
{
    (void)state;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .product = &screening_kettle,
                                 .language = STR("en") };
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        struct arena arena;
        enum flaw flaw = FLAW_COUNT;
        arena_init(&arena, (size_t)2 << 20);
        mem_fail_nth(++nth);
        err = screen_reply(&arena, &brief, STR("It costs 39.90 EUR."), SCREENING_NOW_MS, &flaw);
        mem_fail_nth(0);
        assert_int_equal(flaw, err == OK ? FLAW_NONE : FLAW_COUNT);
        arena_fini(&arena);
    }
    assert_true(nth > 2);
}

static enum flaw flaw_of_night_order(const char *text)
{
    static const struct order order = {
        .order_id = STR("N-1001"), .type = ORDER_DELIVERED,
        .at_wall_ms = INT64_C(1741114800000), .at_offset_min = 480, /* 2025-03-05T03:00+08:00 */
        .since = { [ORDER_ITEMS] = { .at_wall_ms = INT64_C(1740765600000), .seq = -1,
                                     .type = ORDER_PLACED,
                                     .at_offset_min = 480 } }, /* 2025-03-01T02:00+08:00 */
        .since_set = 1U << ORDER_ITEMS,
    };
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .orders = &order, .orders_count = 1,
                                 .orders_known = true,
                                 .language = str_from((signed char)text[0] < 0 ? "zh" : "en") };
    struct arena arena;
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(text), INT64_C(1764324000000), &flaw),
                     OK);
    arena_fini(&arena);
    return flaw;
}

static void the_days_of_an_order_are_those_of_the_place(void **state)
{
    (void)state;
    static const char *const right[] = {
        "Order N-1001 was placed on 2025-03-01.",
        "Order N-1001 has been delivered on 2025-03-05.",
        "订单 N-1001 于 2025-03-01 下单。",
        "订单 N-1001 已送达,送达日期 2025-03-05。",
    };
    static const char *const wrong[] = {
        "Order N-1001 was placed on 2025-02-28.",
        "Order N-1001 was placed on 2025-03-05.",
        "Order N-1001 has been delivered on 2025-03-04.",
        "Order N-1001 has been delivered on 2025-03-01.",
        "订单 N-1001 于 2025-02-28 下单。",
        "订单 N-1001 已送达,送达日期 2025-03-01。",
    };
    for (size_t i = 0; i < countof(right); i++) {
        assert_string_equal(flaw_label(flaw_of_night_order(right[i])), "none");
    }
    for (size_t i = 0; i < countof(wrong); i++) {
        assert_string_equal(flaw_label(flaw_of_night_order(wrong[i])), "date");
    }
}

static void what_a_page_says_word_for_word_may_be_said(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        { STR("f#1"), STR("取消订单"), STR("未发货的订单可以直接取消，已发货的请拒收。") },
    };
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = STR("zh"), .passages = passages,
                                 .passages_count = 1 };
    struct arena arena;
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, passages[0].text, 0, &flaw), OK);
    assert_string_equal(flaw_label(flaw), "none");
    assert_int_equal(screen_reply(&arena, &brief, STR("已发货的订单可以直接取消。"), 0, &flaw),
                     OK);
    assert_string_not_equal(flaw_label(flaw), "none");
    arena_fini(&arena);
}

static void two_products_are_each_told_by_their_own_facts(void **state)
{
    (void)state;
    const struct product oslo = { .sku = STR("OSL-3"), .name = STR("Oslo sofa"),
                                  .price = STR("899.00"), .currency = STR("EUR"),
                                  .stock = STOCK_IN, .ship_min_days = 5, .ship_max_days = 8 };
    const struct product bergen = { .sku = STR("BRG-2"), .name = STR("Bergen sofa"),
                                    .price = STR("749.00"), .currency = STR("EUR"),
                                    .stock = STOCK_OUT, .ship_min_days = 10,
                                    .ship_max_days = 14 };
    const struct product *const others[] = { &bergen };
    static const struct {
        const char *text;
        const char *flaw;
    } replies[] = {
        { "Oslo sofa (OSL-3) costs 899.00 EUR.\nBergen sofa (BRG-2) costs 749.00 EUR.", "none" },
        { "Oslo sofa (OSL-3) is in stock.\nBergen sofa (BRG-2) is out of stock.", "none" },
        { "Shipping for Bergen sofa (BRG-2) takes 10 to 14 days.", "none" },
        { "Oslo sofa (OSL-3) costs 749.00 EUR.", "price" },
        { "Bergen sofa (BRG-2) is in stock.", "state" },
        { "Shipping for Bergen sofa (BRG-2) takes 5 to 8 days.", "period" },
    };
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = STR("en"), .product = &oslo,
                                 .others = others, .others_count = 1 };
    for (size_t i = 0; i < countof(replies); i++) {
        struct arena arena;
        enum flaw flaw = FLAW_COUNT;
        arena_init(&arena, (size_t)2 << 20);
        assert_int_equal(screen_reply(&arena, &brief, str_from(replies[i].text), 0, &flaw), OK);
        print_message("%s\n", replies[i].text);
        assert_string_equal(flaw_label(flaw), replies[i].flaw);
        arena_fini(&arena);
    }
}

static enum flaw screened(const char *question, const struct product *const *others,
                          const char *reply)
{
    struct arena arena;
    enum flaw flaw = FLAW_COUNT;
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = str_from(question) } };
    const struct brief brief = { .event = &event,
                                 .language = STR("en"),
                                 .intent = INTENT_PRICE,
                                 .product = &screening_kettle,
                                 .others = others,
                                 .others_count = others ? 1 : 0 };
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(reply), SCREENING_NOW_MS, &flaw), OK);
    arena_fini(&arena);
    return flaw;
}

static void of_several_pieces_only_the_exact_sum_passes(void **state)
{
    (void)state;
    static const struct product *const others[] = { &screening_pot };
    const char *three = "How much are three of the Aurora Kettle?";
    assert_int_equal(screened(three, NULL, "Three cost 119.70 EUR in total."), FLAW_NONE);
    assert_int_equal(screened(three, NULL, "Aurora Kettle: 3 cost 119.70 EUR."), FLAW_NONE);
    assert_int_equal(screened(three, NULL, "Three cost 119.60 EUR in total."), FLAW_NUMBER);
    assert_int_equal(screened(three, NULL, "Four cost 119.70 EUR in total."), FLAW_NUMBER);
    assert_int_equal(screened(three, NULL, "Three cost 119.70 USD in total."), FLAW_PRICE);
    assert_int_equal(screened(three, NULL, "Aurora Kettle costs 119.70 EUR."), FLAW_PRICE);
    assert_int_equal(screened(three, others, "极光电热水壶: 3 cost 119.70 EUR."), FLAW_NUMBER);
    assert_int_equal(screened("How much is the Aurora Kettle?", NULL,
                              "Three cost 119.70 EUR in total."), FLAW_NUMBER);
}

/* The page allows 30 days for a return, the product takes 3 to 5. */
static void a_period_without_a_number_is_read_all_the_same(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "You can return it within a month.", FLAW_PERIOD },
        { "You can return it within half a year.", FLAW_PERIOD },
        { "You can return it within a month and a half.", FLAW_PERIOD },
        { "You can return it within one and a half months.", FLAW_PERIOD },
        { "It takes a week to arrive.", FLAW_PERIOD },
        { "It takes an hour to arrive.", FLAW_PERIOD },
        { "Have a nice day!", FLAW_NONE },
        { "You can return unused items within 30 days.", FLAW_NONE },
    };
    static const struct screening_case chinese[] = {
        { "一个半月内可以退货。", FLAW_PERIOD }, { "半个月内可以退货。", FLAW_PERIOD },
        { "半年内可以退货。", FLAW_PERIOD },     { "一年半内可以退货。", FLAW_PERIOD },
        { "两天半可以送达。", FLAW_PERIOD },     { "三十天内可以退货。", FLAW_NONE },
    };
    screening_expect("en", true, true, cases, countof(cases));
    screening_expect("zh", true, true, chinese, countof(chinese));
}

/* Whose entry says stainless steel, red; and 不锈钢, 红色. */
static void what_the_product_is_may_not_be_denied(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "It is not red.", FLAW_ATTRIBUTE },
        { "It isn't made of steel.", FLAW_ATTRIBUTE },
        { "It is blue, not red.", FLAW_ATTRIBUTE },
        { "It is made of stainless steel, not plastic.", FLAW_NONE },
        { "It is red, not green.", FLAW_NONE },
        { "It is made of plastic, not glass.", FLAW_NAME },
        { "It is not noisy.", FLAW_NAME },
    };
    static const struct screening_case chinese[] = {
        { "它不是红色的。", FLAW_ATTRIBUTE },
        { "它不是不锈钢的。", FLAW_ATTRIBUTE },
        { "它是不锈钢的，不是塑料的。", FLAW_NONE },
        { "它是红色的，不是黑色的。", FLAW_NONE },
    };
    screening_expect("en", true, false, cases, countof(cases));
    screening_expect("zh", true, false, chinese, countof(chinese));
}

/* The English one takes 3 to 5 days and is in stock, the Chinese one is sold out. */
static void when_something_is_back_is_no_days_of_shipping(void **state)
{
    (void)state;
    static const struct screening_case chinese[] = {
        { "现在缺货，3到5天内到货。", FLAW_PERIOD },
        { "现在缺货，预计3到5天后补货。", FLAW_PERIOD },
        { "现在缺货，会尽快补货。", FLAW_PROMISE },
        { "现在缺货，补货时间还不确定。", FLAW_NONE },
        { "现在缺货。运输时间是3到5天。", FLAW_NONE },
    };
    static const struct screening_case cases[] = {
        { "It will be back in stock in 3 to 5 days.", FLAW_PROMISE },
        { "It will be restocked.", FLAW_PROMISE },
        { "We don't know when it will be restocked.", FLAW_NONE },
    };
    screening_expect("zh", true, false, chinese, countof(chinese));
    screening_expect("en", true, false, cases, countof(cases));
}

/* The page ships for free from 50 EUR; the kettle costs 39.90 EUR, the first order 113.80 EUR. */
static void shipping_is_free_from_the_pages_sum_on(void **state)
{
    (void)state;
    static const struct screening_case of_kettle[] = {
        { "The Aurora Kettle costs 39.90 EUR, and shipping is free.", FLAW_PROMISE },
        { "Shipping is free.", FLAW_PROMISE },
        { "Shipping is free for orders over 50 EUR.", FLAW_NONE },
        { "Above 50 EUR, shipping is free.", FLAW_NONE },
    };
    static const struct screening_case of_order[] = {
        { "Order 100234 costs 113.80 EUR in total, and shipping is free.", FLAW_NONE },
    };
    screening_expect("en", true, true, of_kettle, countof(of_kettle));
    screening_expect("en", false, true, of_order, countof(of_order));
}

static void how_one_pays_needs_a_page(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "You can pay by cheque.", FLAW_PROMISE },
        { "You can pay in cash.", FLAW_PROMISE },
        { "We do not take PayPal.", FLAW_PROMISE },
        { "Please tell me how you would like to pay.", FLAW_NONE },
    };
    screening_expect("en", false, true, cases, countof(cases));
}

/* The page ships for free from 50 EUR, and allows returns. */
static void a_service_needs_a_page_of_its_own(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "You can pick it up.", FLAW_PROMISE },
        { "Express shipping is available.", FLAW_PROMISE },
        { "Installation is included.", FLAW_PROMISE },
        { "All returns are free.", FLAW_PROMISE },
        { "Shipping is free below 50 EUR.", FLAW_PROMISE },
        { "It shrinks a little.", FLAW_NAME },
        { "You save a third.", FLAW_PROMISE },
    };
    static const struct screening_case chinese[] = {
        { "支持自提。", FLAW_PROMISE },
        { "可以上门取件。", FLAW_PROMISE },
        { "只剩最后一件。", FLAW_PROMISE },
    };
    screening_expect("en", true, true, cases, countof(cases));
    screening_expect("zh", true, true, chinese, countof(chinese));
}

static void what_is_usual_to_say_is_accepted(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "How can I help you today?", FLAW_NONE },
        { "Once we have received the return, refunds are paid within 5 business days.",
          FLAW_NONE },
    };
    screening_expect("en", true, true, cases, countof(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_several_pieces_only_the_exact_sum_passes),
        cmocka_unit_test(what_a_product_is_may_be_told),
        cmocka_unit_test(another_value_than_the_facts_have_is_found),
        cmocka_unit_test(what_is_told_of_the_product_in_words_is_held_to_the_facts),
        cmocka_unit_test(a_promise_needs_a_policy),
        cmocka_unit_test(a_period_without_a_number_is_read_all_the_same),
        cmocka_unit_test(what_the_product_is_may_not_be_denied),
        cmocka_unit_test(when_something_is_back_is_no_days_of_shipping),
        cmocka_unit_test(shipping_is_free_from_the_pages_sum_on),
        cmocka_unit_test(how_one_pays_needs_a_page),
        cmocka_unit_test(a_service_needs_a_page_of_its_own),
        cmocka_unit_test(what_is_usual_to_say_is_accepted),
        cmocka_unit_test(an_order_is_told_as_it_is),
        cmocka_unit_test(chinese_is_read_as_well),
        cmocka_unit_test(a_reply_in_another_language_is_found),
        cmocka_unit_test(only_what_tells_of_days_leans_on_the_day),
        cmocka_unit_test(without_memory_nothing_is_known),
        cmocka_unit_test(the_days_of_an_order_are_those_of_the_place),
        cmocka_unit_test(what_a_page_says_word_for_word_may_be_said),
        cmocka_unit_test(two_products_are_each_told_by_their_own_facts),
    };
    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
