/* shown_test.c - what of a stranger's text a terminal is shown. */
#include "common/shown.h"

#include "common/utf8.h"
#include "tests/unit/leaf.h"

/* All of `text` as it is shown; good until the next call. */
static struct str shown(struct str text)
{
    static char out[256];
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        struct str piece = shown_next(text, &at);
        assert_true(len + piece.len <= sizeof(out));
        memcpy(out + len, piece.ptr, piece.len);
        len += piece.len;
    }
    return (struct str){ out, len };
}

static void words_of_any_script_are_shown_as_they_are(void **state)
{
    (void)state;
    assert_text(shown(STR("Tea ~ \xc2\xa0 \xe8\x8c\xb6 \xf0\x9f\xab\x96")),
                "Tea ~ \xc2\xa0 \xe8\x8c\xb6 \xf0\x9f\xab\x96");
    assert_text(shown(STR("")), "");
}

static void a_line_feed_is_shown_as_a_slash(void **state)
{
    (void)state;
    assert_text(shown(STR("one\ntwo\r\n")), "one / two? / ");
}

static void what_colours_moves_or_rings_is_not_shown(void **state)
{
    (void)state;
    assert_text(shown(BYTES("\x1b[31mred\x07\x7f\0")), "?[31mred???");
    assert_text(shown(STR("\xc2\x9b" "31m")), "?31m");
}

static void each_byte_that_is_no_text_is_one_question_mark(void **state)
{
    (void)state;
    assert_text(shown(STR("\xff\xc3")), "??");
}

static void exactly_the_characters_of_the_set_steer(void **state)
{
    (void)state;
    static const uint32_t ends[][2] = {
        { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x061c, 0x061c }, { 0x200e, 0x200f },
        { 0x2028, 0x202e }, { 0x2066, 0x2069 },
    };
    size_t range = 0;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        while (range < sizeof(ends) / sizeof(ends[0]) && c > ends[range][1]) {
            range++;
        }
        bool is_in = range < sizeof(ends) / sizeof(ends[0]) && c >= ends[range][0];
        if (shown_steers(c) != is_in) {
            fail_msg("U+%04X", (unsigned)c);
        }
    }
    assert_true(shown_steers(UTF8_BAD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_any_script_are_shown_as_they_are),
        cmocka_unit_test(a_line_feed_is_shown_as_a_slash),
        cmocka_unit_test(what_colours_moves_or_rings_is_not_shown),
        cmocka_unit_test(each_byte_that_is_no_text_is_one_question_mark),
        cmocka_unit_test(exactly_the_characters_of_the_set_steer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
