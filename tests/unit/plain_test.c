/* plain_test.c - texts in the form in which words are looked up. */
#include "worker/answer/plain.h"

#include "tests/unit/leaf.h"

static const struct {
    uint16_t traditional;
    uint16_t simplified;
} hans[] = {
#define HAN(traditional, simplified) { traditional, simplified },
#include "worker/answer/han.def"
#undef HAN
};

static void letters_forms_and_spaces_are_made_alike(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *plain;
    } cases[] = {
        { "", "" },
        { "Where IS it", "where is it" },
        { "  a \t\r b  ", "a b" },
        { "ＡＢＣ，１２３！", "abc,123!" },
        { "don\xe2\x80\x99t", "don't" },
        { "訂單 退貨", "订单退货" },
        { "龍井 鐵壺 棗紅銀鍋", "龙井铁壶枣红银锅" },
        { "订 单　号 12 34", "订单号 12 34" },
        { "one \n two", "one \ntwo" },
        { "non\xc2\xa0""breaking", "non breaking" },
        { "b\xff""a\xc0""d", "bad" },
        { "Ünïcode", "Ünïcode" },
        { "A\x01""B\x7f""C", "a\x01""b\x7f""c" },
        { "LED灯 A1 灯", "led灯 a1 灯" },
        { "@[`{ Zz", "@[`{ zz" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct plain plain;
        plain_of(str_from(cases[i].text), &plain);
        assert_text(plain_str(&plain), cases[i].plain);
    }
}

static void a_plain_text_stays_as_it_is(void **state)
{
    (void)state;
    struct luck luck = luck_of(7);
    for (int i = 0; i < 2000; i++) {
        char bytes[60];
        struct plain once;
        struct plain twice;
        luck_bytes(&luck, bytes, sizeof(bytes));
        plain_of((struct str){ bytes, sizeof(bytes) }, &once);
        plain_of(plain_str(&once), &twice);
        assert_true(str_eq(plain_str(&once), plain_str(&twice)));
    }
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    static char text[3 * PLAIN_BYTES_MAX];
    for (size_t i = 0; i < sizeof(text); i += 3) {
        memcpy(text + i, "价", 3);
    }
    struct plain plain;
    plain_of((struct str){ text, sizeof(text) }, &plain);
    assert_true(plain.len <= PLAIN_BYTES_MAX && plain.len > PLAIN_BYTES_MAX - 8);
    assert_int_equal(plain.len % 3, 0);
}

static void a_long_text_of_letters_is_cut_as_one_of_words_is(void **state)
{
    (void)state;
    static char text[2 * PLAIN_BYTES_MAX];
    for (size_t gap = 2; gap < 2 * PLAIN_BYTES_MAX; gap += gap < 40 ? 1 : 997) {
        memset(text, 'A', sizeof(text));
        for (size_t i = gap; i < sizeof(text); i += gap) {
            text[i] = ' ';
        }
        struct plain plain;
        plain_of((struct str){ text, sizeof(text) }, &plain);
        assert_true(plain.len == PLAIN_BYTES_MAX - 1 || plain.len == PLAIN_BYTES_MAX);
        for (size_t i = 0; i < plain.len; i++) {
            assert_int_equal(plain.bytes[i], i > 0 && i % gap == 0 ? ' ' : 'a');
        }
        assert_int_equal(plain.bytes[plain.len], '\0');
    }
}

static void the_table_of_characters_can_be_searched(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(hans); i++) {
        assert_true(i == 0 || hans[i - 1].traditional < hans[i].traditional);
        assert_int_not_equal(hans[i].traditional, hans[i].simplified);
        for (size_t j = 0; j < countof(hans); j++) {
            assert_int_not_equal(hans[i].simplified, hans[j].traditional);
        }
    }
}

static void a_word_is_found_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *word;
        size_t from;
        size_t at;
    } cases[] = {
        { "a return of returns", "return", 0, 2 },
        { "a return of returns", "return", 3, 19 },
        { "a return of returns", "return*", 3, 12 },
        { "prereturn", "return", 0, 9 },
        { "no-return!", "return", 0, 3 },
        { "我要退货吗", "退货", 0, 6 },
        { "x退货y", "退货", 0, 1 },
        { "a1b", "1", 0, 3 },
        { "", "a", 0, 0 },
        { "aa a", "a", 0, 3 },
        { "退退退货", "退货", 0, 6 },
        { "a退", "退", 0, 1 },
        { "退", "退货", 0, 3 },
        { "ab", "abc", 0, 2 },
        { "退货", "退货", 4, 6 },
        { "我要退货", "退*", 0, 6 },
        { "a", "a", 7, 1 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct str text = str_from(cases[i].text);
        print_message("%s in %s\n", cases[i].word, cases[i].text);
        assert_int_equal(plain_find(text, cases[i].from, str_from(cases[i].word)), cases[i].at);
    }
    assert_true(plain_has(STR("where is it"), STR("is")));
    assert_false(plain_has(STR("this"), STR("is")));
}

static void a_word_is_found_where_it_first_stands(void **state)
{
    (void)state;
    static const char *const pieces[] = { "退", "货", "还", "é", "a", "b", "1", " ", "*" };
    struct luck luck = luck_of(3);
    for (int i = 0; i < 20000; i++) {
        char bytes[2][64] = { "", "" };
        size_t counts[2] = { luck_next(&luck, 14), 1 + luck_next(&luck, 3) };
        for (size_t which = 0; which < 2; which++) {
            for (size_t piece = 0; piece < counts[which]; piece++) {
                strcat(bytes[which], pieces[luck_next(&luck, countof(pieces))]);
            }
        }
        struct str text = str_from(bytes[0]);
        struct str word = str_from(bytes[1]);
        size_t at = luck_next(&luck, 4);
        size_t found = plain_find(text, at, word);
        while (at < text.len && !plain_goes_on(text, at, word)) {
            at++;
        }
        assert_int_equal(found, min_size(at, text.len));
    }
}

static void any_letter_beyond_ascii_is_seen(void **state)
{
    (void)state;
    assert_true(plain_is_ascii(STR_NONE));
    assert_true(plain_is_ascii(STR("is it in stock?")));
    assert_false(plain_is_ascii(STR("茶")));
    assert_false(plain_is_ascii(STR("a kettle, 茶")));
    assert_false(plain_is_ascii(STR("caf\xc3\xa9")));
}

static void any_of_several_words_is_found(void **state)
{
    (void)state;
    assert_true(plain_has_any(STR("in two days"), "within|in"));
    assert_false(plain_has_any(STR("inside"), "within|in"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_forms_and_spaces_are_made_alike),
        cmocka_unit_test(a_plain_text_stays_as_it_is),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(a_long_text_of_letters_is_cut_as_one_of_words_is),
        cmocka_unit_test(the_table_of_characters_can_be_searched),
        cmocka_unit_test(a_word_is_found_whole),
        cmocka_unit_test(a_word_is_found_where_it_first_stands),
        cmocka_unit_test(any_letter_beyond_ascii_is_seen),
        cmocka_unit_test(any_of_several_words_is_found),
    };
    return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
