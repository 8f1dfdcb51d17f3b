/* builtin_page_test.c - a passage is quoted as it stands, in the customer's language only. */
#include "worker/answer/builtin_page.h"

#include "tests/unit/cm.h"
#include "worker/answer/builtin.h"
#include "worker/answer/screen.h"

#define ENGLISH { "f#1", 3 }, { "Returns", 7 }, { "Within 30 days.", 15 }
#define CHINESE { "f#2", 3 }, { "退货", 6 }, { "七天内可退。", 18 }

static const struct passage both[] = { { ENGLISH }, { CHINESE } };

static void assert_says(const char *language, const struct passage *passages, size_t count,
                        const char *expected)
{
    struct arena arena;
    struct str text = STR_NONE;
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = STR("Returns 退货") } };
    const struct brief brief = { .event = &event,
                                 .language = str_from(language),
                                 .passages = passages,
                                 .passages_count = count };
    arena_init(&arena, 4096);
    enum err err = builtin_page(&arena, &brief, &text);
    assert_int_equal(err, expected ? OK : ERR_NO_FACTS);
    if (expected) {
        assert_string_equal(text.ptr, expected);
    }
    arena_fini(&arena);
}

static void the_best_passage_of_the_language_is_quoted(void **state)
{
    (void)state;
    assert_says("en", both, 2, "Our pages say under \"Returns\":\nWithin 30 days.");
    assert_says("zh", both, 2, "我们的说明“退货”:\n七天内可退。");
    assert_says("zh", both, 1, NULL);
    assert_says("en", both, 0, NULL);
}

#define CANCELLING { "f#3", 3 }, { "Cancelling", 10 }, { "Until it is sent.", 17 }

/* The screen holds it to the facts like any other reply. */
static void assert_answers(struct brief *brief, const char *text, const char *expected)
{
    struct arena arena;
    struct str said;
    enum flaw flaw = FLAW_COUNT;
    static struct event event; /* the brief's, for longer than this call */
    event = (struct event){ .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    brief->event = &event;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(builtin_answer(&arena, brief, &said), OK);
    assert_string_equal(said.ptr, expected);
    assert_int_equal(screen_reply(&arena, brief, said, INT64_C(1764324000000), &flaw), OK);
    assert_string_equal(flaw_label(flaw), "none");
    arena_fini(&arena);
}

static void a_passage_about_what_is_wanted_goes_before_better_ones(void **state)
{
    (void)state;
    static const struct passage three[] = { { ENGLISH }, { CHINESE }, { CANCELLING } };
    struct brief brief = {
        .language = STR("en"), .passages = three, .passages_count = 3, .intent = INTENT_CANCEL
    };
    assert_answers(&brief, "Please cancel it",
                   "Our pages say under \"Cancelling\":\nUntil it is sent.\n"
                   "To have it done, ask for a person.");
}

static void the_order_that_is_spoken_of_is_told_as_well(void **state)
{
    (void)state;
    static struct order_item lines[] = { { .sku = { "L1", 2 },
                                                 .name = { "Desk Lamp", 9 } } };
    static const struct order orders[] = {
        { .order_id = { "100235", 6 }, .type = ORDER_PLACED },
        { .order_id = { "100234", 6 },
          .type = ORDER_DELIVERED,
          .items = lines,
          .items_count = 1 },
    };
    struct brief brief = { .language = STR("en"), .passages = both, .passages_count = 2,
                           .orders = orders, .orders_count = 2, .orders_known = true,
                           .intent = INTENT_RETURN };
    assert_answers(&brief, "Can I return the desk lamp?",
                   "Order 100234 has been delivered.\n"
                   "Our pages say under \"Returns\":\nWithin 30 days.");
    assert_answers(&brief, "Can I return things?",
                   "Our pages say under \"Returns\":\nWithin 30 days.");
    brief.orders_known = false;
    assert_answers(&brief, "Can I return the desk lamp?",
                   "Our pages say under \"Returns\":\nWithin 30 days.");
}

/* An exchange is a return to the rules, but has a section of its own. */
static void of_two_sections_the_one_that_the_question_names_is_quoted(void **state)
{
    (void)state;
    static const struct passage sections[] = {
        { STR("f#1"), STR("Returns"), STR("Within 30 days.") },
        { STR("f#2"), STR("Returns / Exchange"), STR("Another colour is sent.") },
    };
    struct brief brief = { .language = STR("en"), .passages = sections, .passages_count = 2,
                           .intent = INTENT_RETURN };
    assert_answers(&brief, "An exchange, please",
                   "Our pages say under \"Returns / Exchange\":\nAnother colour is sent.");
    assert_answers(&brief, "I want to return it",
                   "Our pages say under \"Returns\":\nWithin 30 days.");
}

static void a_section_on_cancelling_under_returns_is_not_how_to_return(void **state)
{
    (void)state;
    static const struct passage pages[] = {
        { { "f#1", 3 }, { "Returns / Cancelling", 20 }, { "Until an order is sent.", 23 } },
        { ENGLISH },
    };
    struct brief brief = { .language = STR("en"), .intent = INTENT_RETURN, .passages = pages,
                           .passages_count = countof(pages) };
    assert_answers(&brief, "can I return it?",
                   "Our pages say under \"Returns\":\nWithin 30 days.");
}

static void a_question_that_names_a_heading_is_not_about_the_product_alone(void **state)
{
    (void)state;
    static const struct passage sections[] = {
        { STR("f#1"), STR("Warranty"), STR("It lasts two years.") },
        { STR("f#2"), STR("Desk Lamp"), STR("Bright.") },
    };
    const struct product lamp = { .sku = STR("L1"), .name = STR("Desk Lamp"),
                                  .description = STR("A lamp.") };
    struct event event = { .kind = EVENT_MESSAGE };
    struct brief brief = { .event = &event, .language = STR("en"), .passages = sections,
                           .passages_count = 2, .product = &lamp, .intent = INTENT_PRODUCT };
    event.message.text = STR("Is there a warranty on the desk lamp?");
    assert_true(builtin_page_is_named(&brief));
    event.message.text = STR("Tell me about the desk lamp"); /* the catalogue knows it better */
    assert_false(builtin_page_is_named(&brief));
    assert_answers(&brief, "Tell me about the desk lamp", "Desk Lamp (L1): A lamp.");
}

static void of_sections_on_returns_the_one_that_tells_most_of_the_question_is_quoted(void **state)
{
    (void)state;
    static const struct passage pages[] = {
        { STR("f#1"), STR("Returns / Gift cards"), STR("Gift cards cannot be returned.") },
        { STR("f#2"), STR("Returns / How long"), STR("Unopened books, within 7 days.") },
    };
    unsigned covers[] = { 40, 60 };
    struct brief brief = { .language = STR("en"), .intent = INTENT_RETURN, .passages = pages,
                           .covers = covers, .passages_count = countof(pages) };
    assert_answers(&brief, "Can I return an unopened book?",
                   "Our pages say under \"Returns / How long\":\nUnopened books, within 7 days.");
    covers[0] = 60; /* as good: the one that was found first */
    assert_answers(&brief, "Can I return an unopened book?",
                   "Our pages say under \"Returns / Gift cards\":\nGift cards cannot be returned.");
}

static void who_pays_for_a_return_is_not_whether_one_may(void **state)
{
    (void)state;
    static const struct passage pages[] = {
        { STR("f#1"), STR("Returns / Who pays"), STR("Return shipping is free.") },
        { STR("f#2"), STR("Returns / How long"), STR("Ridden bikes cannot be returned.") },
    };
    struct brief brief = { .language = STR("en"), .intent = INTENT_RETURN, .passages = pages,
                           .passages_count = countof(pages) };
    assert_answers(&brief, "I rode the bike, can I return it?",
                   "Our pages say under \"Returns / How long\":\nRidden bikes cannot be returned.");
    assert_answers(&brief, "Who pays for a return?",
                   "Our pages say under \"Returns / Who pays\":\nReturn shipping is free.");
}

static void where_the_shop_is_is_no_answer_to_a_change_of_address(void **state)
{
    (void)state;
    static const struct passage pages[] = {
        { STR("f#1"), STR("Pick-up"), STR("Our address is Coupure 12.") },
        { STR("f#2"), STR("Address"), STR("It can be changed until it ships.") },
    };
    struct arena arena;
    struct str text;
    struct brief brief = { .language = STR("en"), .intent = INTENT_ADDRESS, .passages = pages,
                           .passages_count = countof(pages) };
    assert_answers(&brief, "Please change my address",
                   "Our pages say under \"Address\":\nIt can be changed until it ships.\n"
                   "To have it done, ask for a person.");
    brief.passages_count = 1;
    arena_init(&arena, 4096);
    assert_int_equal(builtin_page(&arena, &brief, &text), ERR_NO_FACTS);
    arena_fini(&arena);
}

static void an_invoice_to_pay_by_is_not_one_to_get(void **state)
{
    (void)state;
    static const struct passage pages[] = {
        { STR("f#1"), STR("Can I get an invoice?"), STR("Yes, it comes by e-mail.") },
        { STR("f#2"), STR("Payment"), STR("By card, or by invoice within 14 days.") },
    };
    struct arena arena;
    struct str text;
    struct brief brief = { .language = STR("en"), .passages = pages,
                           .passages_count = countof(pages) };
    assert_answers(&brief, "Can I pay by invoice?",
                   "Our pages say under \"Payment\":\nBy card, or by invoice within 14 days.");
    assert_answers(&brief, "Can I get an invoice?",
                   "Our pages say under \"Can I get an invoice?\":\nYes, it comes by e-mail.");
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = STR("Can I buy on account?") } };
    brief.event = &event;
    brief.passages_count = 1;
    arena_init(&arena, 4096);
    assert_int_equal(builtin_page(&arena, &brief, &text), ERR_NO_FACTS);
    arena_fini(&arena);
}

static void a_passage_without_a_title_is_quoted_without_one(void **state)
{
    (void)state;
    const struct passage bare = { STR("f#1"), STR(""), STR("Visa, PayPal.") };
    assert_says("en", &bare, 1, "Our pages say:\nVisa, PayPal.");
    assert_says("fr", &bare, 1, "Our pages say:\nVisa, PayPal."); /* no word tells it from French */
}

static void what_no_rule_knows_is_answered_from_the_pages(void **state)
{
    (void)state;
    struct arena arena;
    struct str text;
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = STR("Returns?") } };
    struct brief brief = { .event = &event, .language = STR("en"), .passages = both,
                           .passages_count = 2 };
    arena_init(&arena, 4096);
    const enum intent asked[] = { INTENT_OTHER, INTENT_RETURN };
    for (size_t i = 0; i < countof(asked); i++) {
        brief.intent = asked[i];
        assert_int_equal(builtin_answer(&arena, &brief, &text), OK);
        assert_true(str_find(text, STR("Within 30 days.")) < text.len);
    }
    const enum intent a_persons[] = { INTENT_REFUND, INTENT_CANCEL, INTENT_COMPLAINT };
    for (size_t i = 0; i < countof(a_persons); i++) {
        brief.intent = a_persons[i]; /* no page is about having that done */
        assert_int_equal(builtin_answer(&arena, &brief, &text), ERR_NO_FACTS);
    }
    arena_fini(&arena);
}

static void a_page_that_hardly_tells_what_is_asked_is_not_quoted(void **state)
{
    (void)state;
    struct arena arena;
    struct str text;
    unsigned covers[] = { PASSAGE_COVER_MIN - 1, 100 };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = STR("Returns?") } };
    struct brief brief = { .event = &event, .language = STR("en"), .passages = both,
                           .passages_count = 2, .covers = covers };
    arena_init(&arena, 4096);
    assert_int_equal(builtin_page(&arena, &brief, &text), ERR_NO_FACTS);
    covers[0] = PASSAGE_COVER_MIN;
    assert_int_equal(builtin_page(&arena, &brief, &text), OK);
    assert_true(str_find(text, STR("Within 30 days.")) < text.len);
    arena_fini(&arena);
}

/* "退货运费由买家承担" has the word, and tells another thing. */
static void what_shipping_costs_is_not_told_by_a_section_about_returns(void **state)
{
    (void)state;
    const struct passage passages[] = {
        { STR("r#1"), STR("退货"), STR("退货运费由买家承担。") },
        { STR("s#1"), STR("配送"), STR("满300元包邮。") },
    };
    struct brief brief = { .language = STR("zh"), .passages = passages, .passages_count = 2 };
    assert_answers(&brief, "运费多少?", "我们的说明“配送”:\n满300元包邮。");
    assert_answers(&brief, "退货运费谁出?", "我们的说明“退货”:\n退货运费由买家承担。");
    const struct passage below[] = {
        { STR("r#2"), STR("退换货 / 运费"), STR("非质量问题的运费由顾客承担。") },
        { STR("s#1"), STR("退货和配送 / 运费"), STR("满300元包邮。") },
    };
    brief.passages = below;
    assert_answers(&brief, "买书要运费吗?", "我们的说明“退货和配送 / 运费”:\n满300元包邮。");
    assert_answers(&brief, "退货运费谁出?", "我们的说明“退换货 / 运费”:\n非质量问题的运费由顾客承担。");
}

static void what_the_catalogue_says_of_a_product_goes_before_pages(void **state)
{
    (void)state;
    const struct product lamp = { .sku = STR("L1"), .name = STR("Desk Lamp"),
                                  .description = STR("A lamp with a washable shade.") };
    struct brief brief = { .language = STR("en"), .passages = both, .passages_count = 2,
                           .product = &lamp, .names_product = true };
    assert_answers(&brief, "Can I wash the shade of the desk lamp?",
                   "Desk Lamp (L1): A lamp with a washable shade.");
    assert_answers(&brief, "Can I smoke near returns of the desk lamp?",
                   "Our pages say under \"Returns\":\nWithin 30 days.");
}

static void a_section_on_what_is_done_to_an_order_answers_who_asks_for_that(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        { STR("r#1"), STR("Returns"), STR("Within 30 days of delivery, in our shop, too.") },
        { STR("a#1"), STR("Changing the address"), STR("Until the order has left our shop.") },
        { STR("r#2"), STR("修改地址"), STR("门店发货前可以修改地址。") },
    };
    static const unsigned covers[] = { 100, 100, 100 };
    static const struct {
        const char *language;
        const char *question;
        bool is_told;
    } cases[] = {
        { "en", "Do you deliver on Saturdays?", false },
        { "en", "Do returns go to your shop?", true },
        { "en", "What is the address of your shop?", false },
        { "en", "Is changing the address possible?", true },
        { "zh", "门店地址在哪?", false },
        { "zh", "门店能修改地址吗?", true },
    };
    static const struct exchange before = { .text = STR("How do returns work?") };
    for (size_t i = 0; i < countof(cases); i++) {
        struct arena arena;
        struct str text;
        const struct event event = { .kind = EVENT_MESSAGE,
                                     .message = { .text = str_from(cases[i].question) } };
        struct brief brief = { .event = &event, .language = str_from(cases[i].language),
                               .passages = passages, .passages_count = countof(passages),
                               .covers = covers, .intent = INTENT_OTHER };
        arena_init(&arena, 4096);
        assert_int_equal(builtin_page(&arena, &brief, &text),
                         cases[i].is_told ? OK : ERR_NO_FACTS);
        brief.intent = INTENT_STOCK;
        brief.is_wish = true; /* and so for what only asks whether there is such a thing */
        assert_int_equal(builtin_page(&arena, &brief, &text),
                         cases[i].is_told ? OK : ERR_NO_FACTS);
        brief.history = &before;
        brief.history_count = str_is(brief.language, "en") ? 1 : 0;
        assert_int_equal(builtin_page(&arena, &brief, &text),
                         brief.history_count > 0 || cases[i].is_told ? OK : ERR_NO_FACTS);
        arena_fini(&arena);
    }
}

static void when_one_is_there_is_told_though_it_is_asked_in_other_words(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        { STR("f#1"), STR("退货"), STR("客服收到退货后处理。") },
        { STR("f#2"), STR("客服时间"), STR("每天9点到22点。") },
        { STR("f#3"), STR("Contact"), STR("Customer service is open until 17:30.") },
    };
    static const unsigned covers[] = { 0, 0, 0 };
    struct brief brief = { .language = STR("zh"), .passages = passages, .covers = covers,
                           .passages_count = countof(passages), .intent = INTENT_OTHER };
    assert_answers(&brief, "客服几点下班?", "我们的说明“客服时间”:\n每天9点到22点。");
    brief.language = STR("en");
    assert_answers(&brief, "When does customer service close?",
                   "Our pages say under \"Contact\":\nCustomer service is open until 17:30.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_passage_of_the_language_is_quoted),
        cmocka_unit_test(a_passage_about_what_is_wanted_goes_before_better_ones),
        cmocka_unit_test(the_order_that_is_spoken_of_is_told_as_well),
        cmocka_unit_test(of_two_sections_the_one_that_the_question_names_is_quoted),
        cmocka_unit_test(a_section_on_cancelling_under_returns_is_not_how_to_return),
        cmocka_unit_test(a_question_that_names_a_heading_is_not_about_the_product_alone),
        cmocka_unit_test(of_sections_on_returns_the_one_that_tells_most_of_the_question_is_quoted),
        cmocka_unit_test(who_pays_for_a_return_is_not_whether_one_may),
        cmocka_unit_test(where_the_shop_is_is_no_answer_to_a_change_of_address),
        cmocka_unit_test(an_invoice_to_pay_by_is_not_one_to_get),
        cmocka_unit_test(a_passage_without_a_title_is_quoted_without_one),
        cmocka_unit_test(what_no_rule_knows_is_answered_from_the_pages),
        cmocka_unit_test(a_page_that_hardly_tells_what_is_asked_is_not_quoted),
        cmocka_unit_test(what_shipping_costs_is_not_told_by_a_section_about_returns),
        cmocka_unit_test(what_the_catalogue_says_of_a_product_goes_before_pages),
        cmocka_unit_test(a_section_on_what_is_done_to_an_order_answers_who_asks_for_that),
        cmocka_unit_test(when_one_is_there_is_told_though_it_is_asked_in_other_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
