/* builtin_shop_test.c - the shop's prices and times are told by its pages, no product's. */
#include "worker/answer/builtin_shop.h"

#include "tests/unit/cm.h"

static const struct passage service = { STR("w#1"), STR("Workshop"),
                                        STR("A small service costs 59 EUR.") };
static const struct passage sending = { STR("d#1"), STR("Delivery"),
                                        STR("Orders are shipped the same day.") };
static const struct passage cost = { STR("d#2"), STR("Delivery"), STR("Shipping costs 8 EUR.") };
static const struct passage back = { STR("r#1"), STR("Returns"),
                                     STR("Ship it within 7 days; shipping costs 8 EUR.") };
static const struct passage ahead = { STR("f#1"), STR("预售的书什么时候发货？"),
                                      STR("预售图书在页面标明的日期后3天内发货。") };
static const struct passage same_day = { STR("p#1"), STR("快递"), STR("当天发货。") };

static const struct passage wrapping = { STR("w#2"), STR("礼品包装"), STR("礼品包装每件15元。") };

static void assert_told_by(unsigned cover, const char *text, enum intent intent,
                           const struct passage *passage, bool is_told)
{
    struct arena arena;
    struct str said = STR_NONE;
    const unsigned covers[] = { cover };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct brief brief = { .event = &event,
                                 .language = (unsigned char)text[0] < 0x80 ? STR("en") : STR("zh"),
                                 .intent = intent,
                                 .passages = passage,
                                 .covers = covers,
                                 .passages_count = 1 };
    arena_init(&arena, 4096);
    print_message("%s\n", text);
    assert_int_equal(builtin_shop(&arena, &brief, &said), is_told ? OK : ERR_NO_FACTS);
    assert_int_equal(str_find(said, passage->text) < said.len, is_told);
    arena_fini(&arena);
}

static void assert_told(const char *text, enum intent intent, const struct passage *passage,
                        bool is_told)
{
    assert_told_by(80, text, intent, passage, is_told);
}

static void what_a_service_costs_is_told_by_its_page(void **state)
{
    (void)state;
    assert_told("How much is a small service?", INTENT_PRICE, &service, true);
    assert_told("How much is it?", INTENT_PRICE, &service, false);
    assert_told("What does it cost?", INTENT_PRICE, &service, false);
    assert_told("How much is a small service?", INTENT_PRICE, &sending, false);
    assert_told("Is a small service in stock?", INTENT_STOCK, &service, false);
}

static void a_heading_that_is_asked_for_needs_no_more_of_the_question(void **state)
{
    (void)state;
    assert_told_by(1, "礼品包装多少钱?", INTENT_PRICE, &wrapping, true);
    assert_told_by(1, "包装多少钱?", INTENT_PRICE, &wrapping, false);
}

static void when_the_shop_ships_is_told_by_a_page_that_has_a_time(void **state)
{
    (void)state;
    assert_told("When do you ship?", INTENT_SHIPPING_TIME, &sending, true);
    assert_told("When do you ship?", INTENT_SHIPPING_TIME, &cost, false);
    assert_told("When do you ship?", INTENT_SHIPPING_TIME, &back, false);
    assert_told("什么时候发货?", INTENT_SHIPPING_TIME, &same_day, true);
}

static void a_page_that_answers_another_question_is_not_told(void **state)
{
    (void)state;
    assert_told("什么时候发货?", INTENT_SHIPPING_TIME, &ahead, false);
    assert_told("预售的书什么时候发货?", INTENT_SHIPPING_TIME, &ahead, true);
}

static void a_page_that_hardly_covers_the_question_is_not_told(void **state)
{
    (void)state;
    struct arena arena;
    struct str said;
    unsigned covers[] = { 10 };
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = STR("How much is a small goat?") } };
    struct brief brief = { .event = &event, .language = STR("en"), .intent = INTENT_PRICE,
                           .passages = &service, .covers = covers, .passages_count = 1 };
    arena_init(&arena, 4096);
    assert_int_equal(builtin_shop(&arena, &brief, &said), ERR_NO_FACTS);
    brief.covers = NULL; /* nobody knows what it covers */
    assert_int_equal(builtin_shop(&arena, &brief, &said), ERR_NO_FACTS);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_service_costs_is_told_by_its_page),
        cmocka_unit_test(a_heading_that_is_asked_for_needs_no_more_of_the_question),
        cmocka_unit_test(when_the_shop_ships_is_told_by_a_page_that_has_a_time),
        cmocka_unit_test(a_page_that_answers_another_question_is_not_told),
        cmocka_unit_test(a_page_that_hardly_covers_the_question_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
