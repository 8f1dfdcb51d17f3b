/* shelf_wish_test.c - what asks the whole catalogue for something, and what does not. */
#include "worker/answer/shelf_wish.h"

#include "tests/unit/payload.h"
#include "worker/answer/screen_read.h"

static bool wished(const char *words, struct shelf_wish *wish)
{
    struct str text = str_from(words);
    struct plain plain;
    struct concepts concepts;
    plain_of(text, &plain);
    concepts_in(&plain, &concepts);
    print_message("%.*s\n", STR_ARG(text));
    return shelf_wish_of(text, concepts.all, wish);
}

static void a_bound_of_the_price_is_read_in_both_languages(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t min;
        int64_t max;
        bool excludes_max;
        const char *currency;
    } cases[] = {
        { "what do you have under 30 euros?", -1, 300000, true, "EUR" },
        { "any lamps up to $45.50?", -1, 455000, false, "USD" },
        { "which bags cost more than 100?", 1000000, -1, false, "" },
        { "anything between 10 and 20 euros?", 100000, 200000, false, "EUR" },
        { "有没有30元以下的杯子?", -1, 300000, false, "CNY" },
        { "哪些商品不到三十块", -1, 300000, true, "CNY" },
        { "有哪些100到200元的商品", 1000000, 2000000, false, "CNY" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct shelf_wish wish;
        assert_true(wished(cases[i].text, &wish));
        assert_int_equal(wish.min_amount, cases[i].min);
        assert_int_equal(wish.max_amount, cases[i].max);
        assert_int_equal(wish.excludes_max, cases[i].excludes_max);
        unsigned currency = screen_currency(str_from(cases[i].currency));
        assert_true(screen_is_same_money(wish.currency, currency));
    }
}

static void only_words_of_the_thing_are_left(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        { "Which tools are green?", "tools green " },
        { "do you have any bags under 20 EUR", "bags " },
        { "what do you have under 30 euros?", "" },
        { "哪些工具是绿色的?", "工具 绿色 " },
        { "有没有绿色杯子", "绿色 杯子 " },
        { "有没有30元以下的杯子?", "杯子 " },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct shelf_wish wish;
        char words[200] = "";
        assert_true(wished(cases[i].text, &wish));
        for (size_t word = 0; word < wish.words.count; word++) {
            struct str term = passage_term(&wish.words, word);
            strncat(words, term.ptr, term.len);
            strcat(words, " ");
        }
        assert_string_equal(words, cases[i].words);
    }
}

static void other_questions_are_no_such_wish(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "which one is blue?", "do you have it in green?",
        "which lamps?",
        "which of my orders is green", "do you ship anything under 30 euros?",
        "is the drill green?", "any tools with 3 gears?", "有绿色的吗",
        "which are green?", "which is cheaper, the green or the blue drill?",
        "any tools under 5 kg?",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct shelf_wish wish;
        assert_false(wished(texts[i], &wish));
    }
}

static void whether_there_is_such_a_thing_and_what_is_cheaper_is_asked_of_all(void **state)
{
    (void)state;
    struct shelf_wish wish;
    assert_true(wished("do you have lamps?", &wish));
    assert_true(wish.is_open);
    assert_true(wished("有没有杯子", &wish));
    assert_true(wish.is_open);
    assert_true(wished("which lamp is cheaper?", &wish));
    assert_false(wish.is_open);
    assert_true(wished("有没有便宜的杯子", &wish));
    assert_false(wish.is_open);
    assert_false(wish.is_cheapest);
    assert_true(wished("what's your cheapest cup?", &wish) && wish.is_cheapest);
    assert_false(wished("when will my cheapest cup arrive?", &wish));
    assert_false(wished("do you have anything cheaper?", &wish));
    assert_false(wished("do you have a discount?", &wish));
    assert_false(wished("which lamps are there?", &wish));
}

static void what_is_sold_at_all_is_asked_without_a_word_of_it(void **state)
{
    (void)state;
    static const char *const ranges[] = {
        "What do you sell?", "what kind of things do you have in your shop?", "what do you have?",
        "what can i buy from you guys", "你们卖什么", "你们店里都卖些什么呀？", "有哪些商品", "还卖什么",
    };
    static const char *const others[] = { "what do you sell under 30 euros?", "有什么绿茶",
                                          "which lamps do you have?", "有没有便宜的杯子" };
    struct shelf_wish wish;
    for (size_t i = 0; i < countof(ranges); i++) {
        assert_true(wished(ranges[i], &wish) && wish.is_range && !wish.is_open);
    }
    for (size_t i = 0; i < countof(others); i++) {
        assert_true(wished(others[i], &wish) && !wish.is_range);
    }
    assert_false(wished("有什么优惠", &wish));
    assert_false(wished("有什么支付方式", &wish));
    assert_false(wished("what do you have for delivery?", &wish));
}

static void whether_it_is_sold_is_no_question_to_whom(void **state)
{
    (void)state;
    struct shelf_wish wish;
    assert_true(wished("Do you sell e-books?", &wish) && wish.is_sale && !wish.is_list);
    assert_true(wished("你们卖电子书吗", &wish) && wish.is_sale);
    assert_true(wished("卖茶杯吗", &wish) && wish.is_sale);
    assert_true(wished("do you have parking?", &wish) && !wish.is_sale);
    assert_true(wished("do you sell to businesses?", &wish) && !wish.is_sale);
    assert_true(wished("你们卖给公司吗", &wish) && !wish.is_sale);
    assert_true(wished("红茶有哪些", &wish) && wish.is_list && !wish.is_sale);
}

static void a_long_text_is_no_such_wish(void **state)
{
    (void)state;
    char text[4 * SHELF_BYTES_MAX];
    struct shelf_wish wish;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memcpy(text, "what do you have under 30 euros? ", 33);
    assert_false(wished(text, &wish));
}

static void a_colour_and_a_material_are_kinds(void **state)
{
    (void)state;
    assert_true(shelf_wish_is_kind(STR("green")));
    assert_true(shelf_wish_is_kind(STR("羊毛")));
    assert_false(shelf_wish_is_kind(STR("tools")));
}

static void one_colour_may_be_denied(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *denied;
    } cases[] = {
        { "which tools are not green?", "green" },
        { "any non-green tools?", "green" },
        { "show me tools other than green", "green" },
        { "do you have tools that are not green under 60 euros?", "green" },
        { "哪些工具不是绿色的?", "绿色" },
        { "which tools are green?", "" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct shelf_wish wish;
        assert_true(wished(cases[i].text, &wish));
        assert_str(wish.denied, cases[i].denied);
        assert_true(passage_term(&wish.words, 0).len > 0);
    }
}

static void what_else_is_denied_is_left_to_others(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "which tools are not green or red?", "which green tools are not red?",
        "which tools are not wooden?",       "which are not green?",
        "哪些工具不是木质的?",               "which tools are not green and not heavy?",
    };
    struct shelf_wish wish;
    for (size_t i = 0; i < countof(cases); i++) {
        assert_false(wished(cases[i], &wish));
    }
    assert_true(shelf_wish_denies(STR("Which are not wooden?")));
    assert_true(shelf_wish_denies(STR("哪些不是木质的?")));
    assert_false(shelf_wish_denies(STR("Which are wooden?")));
    assert_false(shelf_wish_denies(STR("Which are not there?")));
    assert_false(shelf_wish_denies(STR("Which are not")));
    assert_false(shelf_wish_denies(STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_of_the_price_is_read_in_both_languages),
        cmocka_unit_test(only_words_of_the_thing_are_left),
        cmocka_unit_test(one_colour_may_be_denied),
        cmocka_unit_test(what_else_is_denied_is_left_to_others),
        cmocka_unit_test(other_questions_are_no_such_wish),
        cmocka_unit_test(whether_there_is_such_a_thing_and_what_is_cheaper_is_asked_of_all),
        cmocka_unit_test(what_is_sold_at_all_is_asked_without_a_word_of_it),
        cmocka_unit_test(whether_it_is_sold_is_no_question_to_whom),
        cmocka_unit_test(a_long_text_is_no_such_wish),
        cmocka_unit_test(a_colour_and_a_material_are_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
