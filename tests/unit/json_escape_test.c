/* json_escape_test.c - escapes mean what jansson says they mean. */
#include "common/json_escape.h"

#include <jansson.h>

#include "tests/unit/leaf.h"

#define ROUNDS 20000

static void assert_means(struct str escaped, struct str meant)
{
    char out[64];
    size_t len = 0;
    assert_true(json_unescape(escaped, out, &len));
    assert_int_equal(len, meant.len);
    assert_memory_equal(out, meant.ptr, len);
}

static void each_escape_means_its_character(void **state)
{
    (void)state;
    assert_means(STR(""), STR(""));
    assert_means(STR("plain"), STR("plain"));
    assert_means(STR("\\\"\\\\\\/\\b\\f\\n\\r\\t"), STR("\"\\/\b\f\n\r\t"));
    assert_means(STR("a\\u0041\\u00E9\\u8bf7z"), STR("aA\xc3\xa9\xe8\xaf\xb7z"));
    assert_means(STR("\\u007f\\u0080\\u07ff\\u0800\\uffff"),
                 STR("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"));
}

static void a_pair_of_surrogates_is_one_character(void **state)
{
    (void)state;
    assert_means(STR("\\ud83d\\ude00"), STR("\xf0\x9f\x98\x80"));
    assert_means(STR("\\uD800\\uDC00\\udbff\\udfff"), STR("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
}

static void what_is_no_escape_is_refused(void **state)
{
    (void)state;
    static const struct str wrong[] = {
        STR("\\"),       STR("\\x"),     STR("\\U0041"),        STR("\\u"),
        STR("\\u004"),   STR("\\u004g"), STR("\\u0000"),        STR("\\ud83d"),
        STR("\\ud83d "), STR("\\ude00"), STR("\\ud83d\\u0041"), STR("\\ud83d\\ud83d"),
        STR("\\ud83d\\ude0"), STR("\\N"), STR("a\\"),
    };
    for (size_t i = 0; i < countof(wrong); i++) {
        char out[64];
        size_t len;
        assert_false(json_unescape(wrong[i], out, &len));
    }
}

static void a_string_ends_at_its_own_quote(void **state)
{
    (void)state;
    assert_int_equal(json_escape_end(STR("a\\\"b\\\\\" \""), 0), 6);
    assert_int_equal(json_escape_end(STR("\"\""), 0), 0);
    static const struct str endless[] = { STR(""), STR("abc"), STR("a\\\""), STR("a\\"),
                                          STR("a\nb\"") };
    for (size_t i = 0; i < countof(endless); i++) {
        assert_int_equal(json_escape_end(endless[i], 0), endless[i].len);
    }
}

/* Pieces of escapes in any order; verdict and value are jansson's. */
static void nothing_means_something_else_than_to_jansson(void **state)
{
    (void)state;
    static const char *const pieces[] = { "\\",   "\\u", "\\n", "\\\\", "d83d", "de00", "0041",
                                          "u",    "a",   "/",   "\\\"", "0000", "\xc3\xa9",
                                          "\\ud83d", "\\ude00", "DBFF", "text", "\\u00e" };
    struct luck luck = luck_of(20261126);
    size_t taken = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        char text[128] = "[\"";
        char out[128];
        size_t len = 0;
        for (size_t left = 1 + luck_next(&luck, 6); left > 0; left--) {
            strcat(text, pieces[luck_next(&luck, countof(pieces))]);
        }
        struct str escaped = str_from(text + 2);
        bool is_whole = json_escape_end(escaped, 0) == escaped.len;
        strcat(text, "\"]");
        json_t *theirs = json_loads(text, 0, NULL);
        bool is_ours = is_whole && json_unescape(escaped, out, &len);
        if (is_ours != (theirs != NULL)) {
            fail_msg("%s is %s", text, is_ours ? "taken" : "refused");
        }
        if (is_ours) {
            taken++;
            const json_t *value = json_array_get(theirs, 0);
            assert_int_equal(len, json_string_length(value));
            assert_memory_equal(out, json_string_value(value), len);
        }
        json_decref(theirs);
    }
    assert_in_range(taken, ROUNDS / 20, ROUNDS - ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_escape_means_its_character),
        cmocka_unit_test(a_pair_of_surrogates_is_one_character),
        cmocka_unit_test(what_is_no_escape_is_refused),
        cmocka_unit_test(a_string_ends_at_its_own_quote),
        cmocka_unit_test(nothing_means_something_else_than_to_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
