/* passage_terms_test.c - what is looked for: words, pairs of characters, topics; no stop words. */
#include "worker/answer/passage_terms.h"

#include "tests/unit/cm.h"

static void assert_words(const char *question, const char *expected)
{
    struct passage_terms terms;
    char joined[PASSAGE_TERMS_MAX * (PASSAGE_TERM_BYTES_MAX + 1)] = "";
    passage_question_words(str_from(question), &terms);
    for (size_t i = 0; i < terms.count; i++) {
        size_t len = strlen(joined);
        snprintf(joined + len, sizeof(joined) - len, "%s%.*s", i ? " " : "", (int)terms.lens[i],
                 terms.bytes[i]);
    }
    assert_string_equal(joined, expected);
}

static void a_question_is_its_words_without_stop_words(void **state)
{
    (void)state;
    assert_words("How do I return a Kettle-17?", "return kettle 17");
    assert_words("Can I pay by PayPal or by card, card?", "pay paypal card");
    assert_words("What is it?", "");
    assert_words("", "");
    assert_words("O\xc3\xb9 est ma commande?", "o\xc3\xb9 est ma commande");
}

static void chinese_is_looked_for_in_pairs(void **state)
{
    (void)state;
    assert_words("\xe5\x8f\xaf\xe4\xbb\xa5\xe9\x80\x80\xe8\xb4\xa7\xe5\x90\x97",
                 "\xe5\x8f\xaf\xe4\xbb\xa5 \xe4\xbb\xa5\xe9\x80\x80 \xe9\x80\x80\xe8\xb4\xa7");
    assert_words("\xe8\x8c\xb6 A1", "\xe8\x8c\xb6 a1"); /* one character alone is itself */
    assert_words("\xe9\x80\x80\xe8\xb2\xa8", "\xe9\x80\x80\xe8\xb4\xa7"); /* Traditional */
}

/* As "how long" and "how much" do. */
static void chinese_words_that_only_ask_are_left_out(void **state)
{
    (void)state;
    assert_words("那多久呢?", "");
    assert_words("运费多少", "运费 费多");
    assert_words("退款多久到账", "退款 款多 久到 到账");
}

static void the_index_keeps_every_word(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 1000);
    assert_int_equal(passage_index_words(STR("The 30 days, \xe9\x80\x80\xe8\xb4\xa7\xe6\x9c\x9f."),
                                         &buf),
                     OK);
    assert_true(str_is(buf_str(&buf), "the 30 days \xe9\x80\x80\xe8\xb4\xa7 "
                                      "\xe8\xb4\xa7\xe6\x9c\x9f "));
    buf_fini(&buf);
    buf_init(&buf, 10);
    assert_int_equal(passage_index_words(STR("much too long for it"), &buf), ERR_FULL);
    assert_int_equal(passage_index_topics(STR("refund, shipping, invoice"), &buf), ERR_FULL);
    buf_fini(&buf);
}

static void topics_are_the_same_in_both_languages(void **state)
{
    (void)state;
    struct passage_terms english;
    struct passage_terms chinese;
    passage_question_topics(STR("How do refunds work?"), &english);
    passage_question_topics(STR("\xe9\x80\x80\xe6\xac\xbe\xe8\xa7\x84\xe5\x88\x99"), &chinese);
    assert_int_equal(english.count, 1);
    assert_int_equal(chinese.count, 1);
    assert_memory_equal(english.bytes[0], chinese.bytes[0], english.lens[0]);
    passage_question_topics(STR("When is my birthday?"), &english);
    assert_int_equal(english.count, 0);
}

static void the_topics_of_any_question_are_among_all_topics(void **state)
{
    (void)state;
    struct passage_terms all;
    struct passage_terms some;
    passage_all_topics(&all);
    size_t count = all.count;
    assert_true(count > 10);
    passage_question_topics(STR("refund, return, cancel, shipping, invoice, payment"), &some);
    assert_true(some.count > 4);
    for (size_t i = 0; i < some.count; i++) {
        passage_terms_add(&all, passage_term(&some, i));
    }
    assert_int_equal(all.count, count);
    passage_terms_add(&all, STR("another"));
    assert_int_equal(all.count, count + 1);
    assert_true(str_is(passage_term(&all, count), "another"));
}

static void questions_of_any_length_have_bounded_terms(void **state)
{
    (void)state;
    char text[8000];
    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = i % 6 == 5 ? ' ' : (char)('a' + (i % 6 == 0 ? i / 6 : i / 156) % 26);
    }
    struct passage_terms terms;
    passage_question_words((struct str){ text, sizeof(text) }, &terms);
    assert_int_equal(terms.count, PASSAGE_TERMS_MAX);
    memset(text, 'x', sizeof(text));
    passage_question_words((struct str){ text, sizeof(text) }, &terms);
    assert_int_equal(terms.count, 1);
    assert_int_equal(terms.lens[0], PASSAGE_TERM_BYTES_MAX);
}

static void words_are_found_in_title_and_text_with_other_endings(void **state)
{
    (void)state;
    const struct passage passage = { STR("p#1"), STR("Returning goods"),
                                     STR("Refunded within 14 days. \xe9\x80\x80\xe8\xb4\xa7") };
    struct passage_terms words;
    passage_question_words(STR("returns refund 14 \xe9\x80\x80\xe8\xb4\xa7 day art"), &words);
    assert_int_equal(words.count, 6);
    assert_int_equal(passage_words_found(&words, &passage), 4); /* "day" is short: only itself */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_its_words_without_stop_words),
        cmocka_unit_test(chinese_is_looked_for_in_pairs),
        cmocka_unit_test(chinese_words_that_only_ask_are_left_out),
        cmocka_unit_test(the_index_keeps_every_word),
        cmocka_unit_test(topics_are_the_same_in_both_languages),
        cmocka_unit_test(the_topics_of_any_question_are_among_all_topics),
        cmocka_unit_test(questions_of_any_length_have_bounded_terms),
        cmocka_unit_test(words_are_found_in_title_and_text_with_other_endings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
