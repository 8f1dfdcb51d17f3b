/* What customers want: labelled sentences in both languages, and the edges of the rules. */
#include "tests/unit/cm.h"

#include "common/utf8.h"
#include "worker/answer/concept.h"
#include "worker/answer/intent.h"

struct sentence {
    enum intent intent;
    const char *text;
};

static const struct sentence sentences[] = {
#define CASE(intent, text) { intent, text },
#include "tests/unit/intent_cases.def"
#undef CASE
};

static enum intent understood(const char *text)
{
    struct arena arena;
    struct str canonical;
    arena_init(&arena, 1 << 16);
    assert_int_equal(utf8_canonical(&arena, str_from(text), &canonical), OK);
    enum intent intent = intent_of(canonical);
    arena_fini(&arena);
    return intent;
}

static void every_labelled_sentence_is_understood(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < countof(sentences); i++) {
        enum intent intent = understood(sentences[i].text);
        if (intent != sentences[i].intent) {
            print_error("%s, not %s: %s\n", intent_name(intent),
                        intent_name(sentences[i].intent), sentences[i].text);
            wrong++;
        }
    }
    assert_true(countof(sentences) >= 120);
    assert_int_equal(wrong, 0);
}

static void the_raw_text_is_understood_like_the_canonical_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(sentences); i++) {
        assert_int_equal(intent_of(str_from(sentences[i].text)), sentences[i].intent);
    }
}

static void case_width_space_and_curly_apostrophes_do_not_matter(void **state)
{
    (void)state;
    assert_int_equal(understood("WHERE   IS\tMY ORDER?"), INTENT_ORDER_STATUS);
    assert_int_equal(understood("Ｈｏｗ ｍｕｃｈ ｉｓ ｉｔ？"), INTENT_PRICE);
    assert_int_equal(understood("什么 时候 能 收到"), INTENT_SHIPPING_TIME);
    assert_int_equal(understood("I haven\u2019t received my parcel"), INTENT_ORDER_STATUS);
    assert_int_equal(understood("\n\n  退货  \n"), INTENT_RETURN);
}

static void a_denied_wish_is_not_taken_for_one(void **state)
{
    (void)state;
    assert_int_equal(understood("please do not cancel my order"), INTENT_ORDER_STATUS);
    assert_int_equal(understood("I don't want a refund"), INTENT_NOD);
    assert_int_equal(understood("我不想退货"), INTENT_NOD);
    assert_int_equal(understood("不用给我退款"), INTENT_OTHER);
    assert_int_equal(understood("千万别取消啊"), INTENT_OTHER);
    assert_int_equal(understood("我不是要投诉,只是问问运输时间"), INTENT_SHIPPING_TIME);
    assert_int_equal(understood("不退款了,帮我换货"), INTENT_RETURN);
}

static void a_question_with_a_negative_word_is_still_a_wish(void **state)
{
    (void)state;
    assert_int_equal(understood("能不能退货"), INTENT_RETURN);
    assert_int_equal(understood("要不要紧,想退款"), INTENT_REFUND);
    assert_int_equal(understood("不要了怎么退货"), INTENT_RETURN);
    assert_int_equal(understood("why don't you refund me?"), INTENT_REFUND);
    assert_int_equal(understood("I cannot cancel"), INTENT_CANCEL);
    assert_int_equal(understood("if you don't refund me I'll be back"), INTENT_REFUND);
}

static void what_was_ordered_counts_in_the_next_sentence(void **state)
{
    (void)state;
    assert_int_equal(understood("I ordered a lamp last week. When will it arrive?"),
                     INTENT_ORDER_STATUS);
    assert_int_equal(understood("It is a lamp. When will it arrive?"), INTENT_SHIPPING_TIME);
    assert_int_equal(understood("我下单了。什么时候能到？"), INTENT_ORDER_STATUS);
}

static void a_greeting_before_a_question_is_not_small_talk(void **state)
{
    (void)state;
    assert_int_equal(understood("你好,多少钱"), INTENT_PRICE);
    assert_int_equal(understood("Hi, thanks, do you have gift cards?"), INTENT_OTHER);
    assert_int_equal(understood("hi!!! 👋"), INTENT_GREETING);
    assert_int_equal(understood("谢谢🙏"), INTENT_THANKS);
}

static void words_inside_other_words_do_not_count(void **state)
{
    (void)state;
    assert_int_equal(understood("the leadership of relationship"), INTENT_OTHER);
    assert_int_equal(understood("whenever"), INTENT_OTHER);
    assert_int_equal(understood("history"), INTENT_OTHER);
}

static void empty_and_broken_and_endless_texts_are_other(void **state)
{
    (void)state;
    static char endless[200000];
    memset(endless, 'a', sizeof(endless));
    assert_int_equal(intent_of(STR_NONE), INTENT_OTHER);
    assert_int_equal(intent_of(STR("\xff\xfe\x80")), INTENT_OTHER);
    assert_int_equal(intent_of(STR("?!?!?!...。。。")), INTENT_OTHER);
    assert_int_equal(intent_of((struct str){ endless, sizeof(endless) }), INTENT_OTHER);
    memset(endless, '?', sizeof(endless));
    assert_int_equal(intent_of((struct str){ endless, sizeof(endless) }), INTENT_OTHER);
}

static void a_wish_behind_many_sentences_is_found(void **state)
{
    (void)state;
    assert_int_equal(understood("a. b. c. d. e. f. g. h. i. j. k. l. m. n. o. p. q. r. s. t. "
                                "I want a refund. u. v. w."),
                     INTENT_REFUND);
}

static void the_rules_stand_in_order_of_weight(void **state)
{
    (void)state;
    static const int weights[] = {
#define C(name) 0
#define RULE(intent, weight, all, any, none) weight,
#include "worker/answer/intent.def"
#undef RULE
#undef C
    };
    for (size_t i = 1; i < countof(weights); i++) {
        assert_true(weights[i - 1] >= weights[i]);
    }
}

static void every_intent_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = INTENT_OTHER; a <= INTENT_THANKS; a++) {
        for (int b = INTENT_OTHER; b < a; b++) {
            assert_string_not_equal(intent_name((enum intent)a), intent_name((enum intent)b));
        }
    }
}

static void what_a_text_is_about_is_told_with_its_intent(void **state)
{
    (void)state;
    struct concepts told;
    struct concepts found;
    struct plain plain;
    for (size_t i = 0; i < countof(sentences); i++) {
        struct str text = str_from(sentences[i].text);
        enum intent intent = intent_read(text, &told);
        assert_int_equal(intent, intent_of(text));
        plain_of(text, &plain);
        concepts_in(&plain, &found);
        bool is_smalltalk = intent == INTENT_GREETING || intent == INTENT_THANKS ||
                            intent == INTENT_NOD || intent == INTENT_HELP ||
                            intent == INTENT_ROBOT;
        assert_true(is_smalltalk ? told.count == 0 : told.all == found.all);
    }
}

static void on_an_orders_page_a_bare_question_is_about_that_order(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum intent intent;
    } cases[] = {
        { "where is it?", INTENT_ORDER_STATUS }, { "什么时候", INTENT_ORDER_STATUS },
        { "can you engrave it?", INTENT_OTHER }, { "thanks", INTENT_THANKS },
        { "can i return it?", INTENT_RETURN },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct concepts concepts;
        enum intent intent = intent_read(str_from(cases[i].text), &concepts);
        print_message("%s\n", cases[i].text);
        assert_int_equal(intent_on_order(intent, &concepts), cases[i].intent);
    }
    struct concepts concepts;
    assert_int_equal(intent_read(STR("where is it?"), &concepts), INTENT_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_labelled_sentence_is_understood),
        cmocka_unit_test(on_an_orders_page_a_bare_question_is_about_that_order),
        cmocka_unit_test(the_raw_text_is_understood_like_the_canonical_one),
        cmocka_unit_test(case_width_space_and_curly_apostrophes_do_not_matter),
        cmocka_unit_test(a_denied_wish_is_not_taken_for_one),
        cmocka_unit_test(a_question_with_a_negative_word_is_still_a_wish),
        cmocka_unit_test(what_was_ordered_counts_in_the_next_sentence),
        cmocka_unit_test(a_greeting_before_a_question_is_not_small_talk),
        cmocka_unit_test(words_inside_other_words_do_not_count),
        cmocka_unit_test(empty_and_broken_and_endless_texts_are_other),
        cmocka_unit_test(a_wish_behind_many_sentences_is_found),
        cmocka_unit_test(the_rules_stand_in_order_of_weight),
        cmocka_unit_test(what_a_text_is_about_is_told_with_its_intent),
        cmocka_unit_test(every_intent_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
