/* markdown_test.c - marks go, words stay. */
#include "worker/answer/markdown.h"

#include "tests/unit/payload.h"

static void reads(const char *text, const char *expected)
{
    char out[400 * MARKDOWN_GROWTH];
    assert_true(strlen(text) < 400);
    print_message("%s\n", text);
    assert_str(markdown_plain(str_from(text), out), expected);
}

static void marks_of_emphasis_and_code_go(void **state)
{
    (void)state;
    reads("We ship **within *2* days**.", "We ship within 2 days.");
    reads("__Free__ from ***50 EUR*** on", "Free from 50 EUR on");
    reads("Use the `returns form`, or ``a`b``.", "Use the returns form, or a`b.");
    reads("**七天**内可以退货", "七天内可以退货");
    reads("on *two\nlines* of it", "on two\nlines of it");
}

static void what_is_no_mark_stays(void **state)
{
    (void)state;
    reads("2 * 3 * 4 = 24, 2*3*4, a_b_c and _x", "2 * 3 * 4 = 24, 2*3*4, a_b_c and _x");
    reads("about ~5 days ** ~~ `", "about ~5 days ** ~~ `");
    reads("[optional] 3 < 5, a & b &amp c", "[optional] 3 < 5, a & b &amp c");
    reads("5 \\* 3 \\[x\\](y) C:\\dir", "5 * 3 [x](y) C:\\dir");
    reads("wow! <3 <5 kg>", "wow! <3 <5 kg>");
    reads("", "");
}

static void what_is_struck_through_is_not_said(void **state)
{
    (void)state;
    reads("It costs ~~39.90~~ 29.90 EUR.", "It costs  29.90 EUR.");
}

static void a_link_is_its_words_and_where_it_leads(void **state)
{
    (void)state;
    reads("See [our **page**](https://shop.example/a_(b) \"Title\").",
          "See our page (https://shop.example/a_(b)).");
    reads("See [the terms](terms.md) and [those][2].", "See the terms and those.");
    reads("[https://shop.example](https://shop.example) <https://shop.example/x>",
          "https://shop.example https://shop.example/x");
    reads("![A red lamp](lamp.png) is red", "A red lamp is red");
    reads("a [b](c", "a [b](c");
    reads("[1]: https://shop.example\nwords", "words");
}

static void tags_go_and_entities_are_characters(void **state)
{
    (void)state;
    reads("a<br>b<BR/>c <b>bold</b><p class=\"x\">d</p>e", "a\nb\nc boldd\ne");
    reads("3&nbsp;kg &lt; 5&#39; &euro;5 Q&amp;A", "3 kg < 5' €5 Q&A");
}

static void a_row_of_a_table_is_a_line(void **state)
{
    (void)state;
    reads("| Country | Days | By |\n|---|:-:|--|\n| **Germany** | 2 | DHL |\n|France|4|\n\nafter",
          "Country: Days, By\nGermany: 2, DHL\nFrance: 4\n\nafter");
}

static void lists_and_quotations_are_lines(void **state)
{
    (void)state;
    reads("* unused\n  + whole\n- dry\n1. first", "- unused\n  - whole\n- dry\n1. first");
    reads("> - one\n> * two\n>three\n>", "- one\n- two\nthree");
    reads("> We *take* it\n> > back.", "We take it\nback.");
}

static void what_is_fenced_stays_as_it_is(void **state)
{
    (void)state;
    reads("before\n```sh\na * b | <c>\n| d |\n```\n*after*", "before\na * b | <c>\n| d |\nafter");
    reads("~~~\n```\n*open*", "```\n*open*");
}

/* Cells may stand closer than words: never more than twice as long. */
static void the_longest_growth_is_within_the_bound(void **state)
{
    (void)state;
    char text[200];
    char out[sizeof(text) * MARKDOWN_GROWTH];
    for (size_t i = 0; i < sizeof(text); i += 2) {
        text[i] = '|';
        text[i + 1] = 'a';
    }
    struct str plain = markdown_plain((struct str){ text, sizeof(text) }, out);
    assert_in_range(plain.len, sizeof(text), sizeof(out));
}

static void marks_within_marks_without_end_are_bounded(void **state)
{
    (void)state;
    char text[1200];
    char out[sizeof(text) * MARKDOWN_GROWTH];
    static const char marks[] = "*[`_~(";
    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = marks[i * 7 % (sizeof(marks) - 1)];
    }
    struct str plain = markdown_plain((struct str){ text, sizeof(text) }, out);
    assert_true(plain.len <= sizeof(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_of_emphasis_and_code_go),
        cmocka_unit_test(what_is_no_mark_stays),
        cmocka_unit_test(what_is_struck_through_is_not_said),
        cmocka_unit_test(a_link_is_its_words_and_where_it_leads),
        cmocka_unit_test(tags_go_and_entities_are_characters),
        cmocka_unit_test(a_row_of_a_table_is_a_line),
        cmocka_unit_test(lists_and_quotations_are_lines),
        cmocka_unit_test(what_is_fenced_stays_as_it_is),
        cmocka_unit_test(the_longest_growth_is_within_the_bound),
        cmocka_unit_test(marks_within_marks_without_end_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
