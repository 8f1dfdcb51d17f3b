/* concept_test.c - what texts are about, sentence by sentence, and wishes that are denied. */
#include "worker/answer/concept.h"

#include "tests/unit/leaf.h"

static struct concepts in_text(const char *text)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(str_from(text), &plain);
    concepts_in(&plain, &concepts);
    return concepts;
}

static void words_of_both_languages_give_the_same_concept(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        concept_set has;
    } cases[] = {
        { "Where is my order?", CONCEPT_BIT(WHERE) | CONCEPT_BIT(MINE) | CONCEPT_BIT(ORDER) },
        { "我的订单在哪", CONCEPT_BIT(WHERE) | CONCEPT_BIT(MINE) | CONCEPT_BIT(ORDER) },
        { "我的訂單在哪", CONCEPT_BIT(WHERE) | CONCEPT_BIT(MINE) | CONCEPT_BIT(ORDER) },
        { "Track the PARCEL", CONCEPT_BIT(TRACK) | CONCEPT_BIT(PARCEL) },
        { "查一下快递", CONCEPT_BIT(TRACK) | CONCEPT_BIT(PARCEL) },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(in_text(cases[i].text).all & cases[i].has, cases[i].has);
    }
    assert_int_equal(in_text("").all, 0);
    assert_int_equal(in_text("").count, 1);
}

static void a_wish_that_is_denied_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool wants;
    } refunds[] = {
        { "I want a refund", true },
        { "I don't want a refund", false },
        { "No need, really. I want a refund", true },
        { "I don't want it, refund please", true },
        { "If you don't refund me", true },
        { "我要退款", true },
        { "我不要退款", false },
        { "要不要退款", true },
    };
    for (size_t i = 0; i < countof(refunds); i++) {
        print_message("%s\n", refunds[i].text);
        bool wants = (in_text(refunds[i].text).all & CONCEPT_BIT(REFUND)) != 0;
        assert_int_equal(wants, refunds[i].wants);
    }
}

static void each_sentence_has_its_own_concepts(void **state)
{
    (void)state;
    struct concepts concepts = in_text("Where is it? I want a refund. 我的订单。");
    assert_int_equal(concepts.count, 3);
    assert_true(concepts.sentences[0] & CONCEPT_BIT(WHERE));
    assert_false(concepts.sentences[0] & CONCEPT_BIT(REFUND));
    assert_true(concepts.sentences[1] & CONCEPT_BIT(REFUND));
    assert_true(concepts.sentences[2] & CONCEPT_BIT(MINE));
    assert_int_equal(concepts.all,
                     concepts.sentences[0] | concepts.sentences[1] | concepts.sentences[2]);
}

static void ends_behind_ends_and_decimals_make_no_sentences(void **state)
{
    (void)state;
    assert_int_equal(in_text("Really?! Yes.").count, 2);
    assert_int_equal(in_text("It costs 3.50 now").count, 1);
    assert_int_equal(in_text("...").count, 1);
}

static void sentences_beyond_the_bound_are_in_the_last_one(void **state)
{
    (void)state;
    struct concepts concepts =
        in_text("a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. a. I want a refund.");
    assert_int_equal(concepts.count, CONCEPT_SENTENCES_MAX);
    assert_true(concepts.sentences[CONCEPT_SENTENCES_MAX - 1] & CONCEPT_BIT(REFUND));
}

static void a_number_has_five_digits_in_one_word(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
    } cases[] = {
        { "100234", true }, { "1234", false },  { "12 345", false },
        { "A-12345", true }, { "ab12cd345", true }, { "1,2345", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        bool is_number = (in_text(cases[i].text).all & CONCEPT_BIT(NUMBER)) != 0;
        print_message("%s\n", cases[i].text);
        assert_int_equal(is_number, cases[i].is_number);
    }
}

static void any_bytes_are_taken(void **state)
{
    (void)state;
    struct luck luck = luck_of(11);
    for (int i = 0; i < 300; i++) {
        char bytes[200];
        struct plain plain;
        struct concepts concepts;
        luck_bytes(&luck, bytes, sizeof(bytes));
        plain_of((struct str){ bytes, sizeof(bytes) }, &plain);
        concepts_in(&plain, &concepts);
        assert_true(concepts.count >= 1 && concepts.count <= CONCEPT_SENTENCES_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_both_languages_give_the_same_concept),
        cmocka_unit_test(a_wish_that_is_denied_is_none),
        cmocka_unit_test(each_sentence_has_its_own_concepts),
        cmocka_unit_test(ends_behind_ends_and_decimals_make_no_sentences),
        cmocka_unit_test(sentences_beyond_the_bound_are_in_the_last_one),
        cmocka_unit_test(a_number_has_five_digits_in_one_word),
        cmocka_unit_test(any_bytes_are_taken),
    };
    return cmocka_run_group_tests_name("concept", tests, NULL, NULL);
}
