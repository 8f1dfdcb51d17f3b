/* Where JSON text needs an escape: every byte, at every place of a word of eight and behind it. */
#include "tests/unit/leaf.h"

#include "common/json_plain.h"

#define LEN_MAX 20

static bool is_plain(int byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void the_first_byte_to_escape_is_found_wherever_it_stands(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        for (size_t len = 1; len <= LEN_MAX; len++) {
            for (size_t at = 0; at < len; at++) {
                char text[LEN_MAX];
                memset(text, byte % 2 ? 'x' : 0x80, sizeof(text));
                text[at] = (char)byte;
                struct str whole = { text, len };
                assert_int_equal(json_plain_end(whole, 0), is_plain(byte) ? len : at);
                assert_int_equal(json_plain_end(whole, at + 1), len);
            }
        }
    }
}

static void one_byte_that_is_not_plain_ascii_is_enough_wherever_it_stands(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        for (size_t len = 1; len <= LEN_MAX; len++) {
            for (size_t at = 0; at < len; at++) {
                char text[LEN_MAX];
                memset(text, byte % 2 ? '~' : ' ', sizeof(text));
                text[at] = (char)byte;
                struct str whole = { text, len };
                assert_int_equal(json_plain_is_ascii(whole), byte < 0x80 && is_plain(byte));
            }
        }
    }
    assert_true(json_plain_is_ascii(STR_NONE));
}

static void the_first_of_several_counts(void **state)
{
    (void)state;
    assert_int_equal(json_plain_end(STR("abcdefgh\"\n"), 0), 8);
    assert_int_equal(json_plain_end(STR("abc\n\\\"gh"), 0), 3);
    assert_int_equal(json_plain_end(STR("abc\n\\\"gh"), 4), 4);
    assert_int_equal(json_plain_end(STR_NONE, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_byte_to_escape_is_found_wherever_it_stands),
        cmocka_unit_test(one_byte_that_is_not_plain_ascii_is_enough_wherever_it_stands),
        cmocka_unit_test(the_first_of_several_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
