/* question_test.c - a message is cut into the questions that it asks. */
#include "worker/answer/question.h"

#include "tests/unit/cm.h"

struct wanted {
    enum intent intent;
    bool is_asked;
};

static void asks(const char *text, const struct wanted *wanted, size_t count)
{
    struct plain plain;
    struct question questions[QUESTIONS_MAX];
    plain_of(str_from(text), &plain);
    enum intent whole;
    size_t found = questions_in(&plain, questions, &whole);
    print_message("%.*s\n", STR_ARG(plain_str(&plain)));
    assert_int_equal(found, count);
    assert_string_equal(intent_name(whole), intent_name(intent_of(str_from(text))));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(intent_name(questions[i].intent), intent_name(wanted[i].intent));
        assert_int_equal(questions[i].is_asked, wanted[i].is_asked);
    }
}

static void two_questions_of_one_sentence_are_two(void **state)
{
    (void)state;
    const struct wanted english[] = { { INTENT_ORDER_STATUS, true }, { INTENT_RETURN, true } };
    const struct wanted chinese[] = { { INTENT_OTHER, true }, { INTENT_SHIPPING_TIME, true } };
    const struct wanted price[] = { { INTENT_PRICE, true }, { INTENT_STOCK, true } };
    asks("When does order 100234 arrive and can I return it?", english, countof(english));
    asks("运费多少，多久能到？", chinese, countof(chinese));
    asks("How much is the kettle? Is it in stock?", price, countof(price));
}

static void what_is_only_told_is_not_asked(void **state)
{
    (void)state;
    const struct wanted told[] = { { INTENT_COMPLAINT, false }, { INTENT_RETURN, true } };
    const struct wanted one[] = { { INTENT_PRICE, true } };
    asks("It arrived broken, I want to return it", told, countof(told));
    asks("I like tea, how much is the kettle?", one, countof(one));
    asks("Hello! How much is the kettle? Thanks", one, countof(one));
}

static void what_no_rule_knows_is_a_question_if_it_asks_outright(void **state)
{
    (void)state;
    const struct wanted outright[] = { { INTENT_PRICE, true }, { INTENT_OTHER, true } };
    asks("How much is the kettle and do you repair shoes?", outright, countof(outright));
    asks("How much is the kettle, and do you repair shoes?", outright, countof(outright));
    asks("How much is the kettle and also do you repair shoes?", outright, countof(outright));
    asks("How much is the kettle, ok so then do you repair shoes?", outright, countof(outright));
    asks("How much is the kettle, but can you repair shoes, too?", outright, countof(outright));
    asks("How much is the kettle, and the cup?", outright, 1);
    asks("How much is the kettle and my dog is fine", outright, 1);
    asks("How much are the kettle and the cup?", outright, 1);
}

static void an_order_that_another_part_names_makes_no_question_of_its_own(void **state)
{
    (void)state;
    const struct wanted both[] = { { INTENT_ORDER_STATUS, true }, { INTENT_OTHER, true } };
    asks("Where is my order 100234 and how can I pay?", both, countof(both));
}

static void there_are_at_most_as_many_as_are_looked_for(void **state)
{
    (void)state;
    char text[4096] = "";
    struct plain plain;
    struct question questions[QUESTIONS_MAX];
    enum intent whole;
    for (size_t i = 0; i < QUESTIONS_MAX + 3; i++) {
        strcat(text, "How much is it? ");
    }
    plain_of(str_from(text), &plain);
    assert_int_equal(questions_in(&plain, questions, &whole), QUESTIONS_MAX);
    plain_of(STR_NONE, &plain);
    assert_int_equal(questions_in(&plain, questions, &whole), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_questions_of_one_sentence_are_two),
        cmocka_unit_test(what_is_only_told_is_not_asked),
        cmocka_unit_test(what_no_rule_knows_is_a_question_if_it_asks_outright),
        cmocka_unit_test(an_order_that_another_part_names_makes_no_question_of_its_own),
        cmocka_unit_test(there_are_at_most_as_many_as_are_looked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
