/* language_test.c - script decides, then words, then the hint, then the fallback. */
#include "worker/answer/language.h"

#include "tests/unit/cm.h"

struct text_case {
    const char *text;
    const char *hint;
    const char *wanted;
};

static void assert_languages(const struct text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str language = language_of(str_from(cases[i].text), str_from(cases[i].hint),
                                          STR("en"));
        print_message("%s (%s)\n", cases[i].text, cases[i].hint);
        assert_string_equal(language.ptr, cases[i].wanted);
    }
}

static void a_script_of_one_language_decides_against_the_hint(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        { "什么时候能到?", "en", "zh" },  { "いつ届きますか", "zh", "ja" },
        { "東京に届く日", "zh", "ja" },   { "언제 도착하나요", "en", "ko" },
        { "Где мой заказ?", "en", "ru" }, { "Πού είναι;", "en", "el" },
        { "איפה ההזמנה", "en", "he" },     { "أين طلبي", "en", "ar" },
        { "मेरा ऑर्डर कहाँ है", "en", "hi" }, { "สินค้าอยู่ที่ไหน", "en", "th" },
    };
    assert_languages(cases, countof(cases));
}

static void a_script_of_several_languages_believes_a_fitting_hint(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        { "注文番号", "ja", "ja" },
        { "Де моє замовлення", "uk", "uk" },
        { "Wo bleibt mein Paket?", "de", "de" },
        { "Wo bleibt mein Paket?", "zh", "de" },
        { "注文番号", "de", "zh" },
    };
    assert_languages(cases, countof(cases));
}

static void english_words_decide_against_the_hint(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        { "Where IS the parcel", "de", "en" },
        { "THANKS", "fr", "en" },
    };
    assert_languages(cases, countof(cases));
}

static void a_chinese_question_about_a_latin_name_is_chinese(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        { "A100多少钱", "en", "zh" },
        { "the word 是", "en", "en" },
    };
    assert_languages(cases, countof(cases));
}

static void a_text_without_letters_takes_the_hint_then_the_fallback(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        { "100234?", "zh", "zh" },    { "100234?", "ZH-Hans-CN", "zh" },
        { "👍", "fr-CA", "fr" },      { "", "", "en" },
        { "100234?", "tlh", "en" },   { "100234?", "zhx", "en" },
    };
    assert_languages(cases, countof(cases));
}

static void it_is_undetermined_when_nothing_is_left(void **state)
{
    (void)state;
    assert_string_equal(language_of(STR("?"), STR_NONE, STR_NONE).ptr, "und");
    assert_string_equal(language_of(STR_NONE, STR("x"), STR("y")).ptr, "und");
}

static void names_are_english_and_only_for_known_languages(void **state)
{
    (void)state;
    assert_string_equal(language_name(STR("zh")), "Chinese");
    assert_string_equal(language_name(STR("pt-BR")), "Portuguese");
    assert_null(language_name(STR("und")));
    assert_null(language_name(STR_NONE));
}

static void latin_letters_are_told_apart_by_words(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        { "Wo ist meine Bestellung?", "", "de" },
        { "Wie viel kostet das Sofa?", "en", "de" },
        { "Où est ma commande ?", "", "fr" },
        { "Je voudrais un remboursement", "", "fr" },
        { "¿Dónde está mi pedido?", "", "es" },
        { "Quiero devolver el sofá", "en", "es" },
        { "Dove è il mio ordine?", "", "it" },
        { "Waar is mijn bestelling?", "", "nl" },
        { "Where is my order?", "de", "en" },
        { "The Crème de la Crème kettle costs 39 EUR.", "en", "en" },
        { "Hvor er pakken min nu", "", "und" },
        { "Hvor er pakken min nu", "sv", "sv" },
        { "KTL-17", "", "en" },
        { "Oslo sofa?", "", "en" },
    };
    assert_languages(cases, countof(cases));
}

static const struct {
    const char *code;
    const char *word;
} words[] = {
#define WORD(language, word) { #language, word },
#include "worker/answer/language_words.def"
#undef WORD
};

/* Which keeps a word from being there twice. */
static void the_words_of_languages_are_in_the_order_of_their_bytes(void **state)
{
    (void)state;
    for (size_t i = 1; i < countof(words); i++) {
        if (str_cmp(str_from(words[i - 1].word), str_from(words[i].word)) >= 0) {
            fail_msg("%s stands before %s", words[i - 1].word, words[i].word);
        }
    }
    assert_true(countof(words) > 200);
}

static void each_word_of_a_language_is_found_and_none_that_is_longer(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(words); i++) {
        struct str told = language_of(str_from(words[i].word), STR("sv"), STR("en"));
        if (!str_eq_ascii_case(told, str_from(words[i].code))) {
            fail_msg("%s tells of %s", words[i].word, told.ptr);
        }
        char longer[64];
        snprintf(longer, sizeof(longer), "%sqx", words[i].word);
        assert_true(str_is(language_of(str_from(longer), STR("sv"), STR("en")), "sv"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_of_one_language_decides_against_the_hint),
        cmocka_unit_test(a_script_of_several_languages_believes_a_fitting_hint),
        cmocka_unit_test(english_words_decide_against_the_hint),
        cmocka_unit_test(a_chinese_question_about_a_latin_name_is_chinese),
        cmocka_unit_test(a_text_without_letters_takes_the_hint_then_the_fallback),
        cmocka_unit_test(it_is_undetermined_when_nothing_is_left),
        cmocka_unit_test(names_are_english_and_only_for_known_languages),
        cmocka_unit_test(latin_letters_are_told_apart_by_words),
        cmocka_unit_test(the_words_of_languages_are_in_the_order_of_their_bytes),
        cmocka_unit_test(each_word_of_a_language_is_found_and_none_that_is_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
