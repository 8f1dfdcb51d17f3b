/* passage_cut_test.c - a page of Markdown as passages: titled, bounded, whole. */
#include "tests/unit/passages.h"

#include "common/utf8.h"

static void cut(struct passages *passages, const char *page)
{
    const struct passage_sheet sheet = passages_sheet(passages, "p.md", str_from(page));
    assert_int_equal(passage_cut_page(&sheet), OK);
}

static void a_passage_has_the_headings_above_it(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "Open on weekdays.\n# Returns\nWithin 30 days.\n\nUnused only.\n## Refunds ##\n"
              "To the card.\r\n# \xe9\x80\x80\xe8\xb4\xa7\n\xe4\xb8\x83\xe5\xa4\xa9\xe3\x80\x82\n");
    assert_int_equal(got.count, 4);
    assert_passage(&got, 0, "p.md#1", "", "Open on weekdays.");
    assert_passage(&got, 1, "p.md#2", "Returns", "Within 30 days.\n\nUnused only.");
    assert_passage(&got, 2, "p.md#3", "Returns / Refunds", "To the card.");
    assert_passage(&got, 3, "p.md#4", "\xe9\x80\x80\xe8\xb4\xa7",
                   "\xe4\xb8\x83\xe5\xa4\xa9\xe3\x80\x82");
    passages_close(&got);
}

static void underlined_lines_are_headings_and_rules_are_not(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "Shipping\n========\nBy post.\n\nAbroad\n---\nBy ship.\n\n---\n\nSlowly.\n"
              "***\n#hash\n");
    assert_int_equal(got.count, 2);
    assert_passage(&got, 0, "p.md#1", "Shipping", "By post.");
    assert_passage(&got, 1, "p.md#2", "Shipping / Abroad",
                   "By ship.\n\n---\n\nSlowly.\n***\n#hash");
    passages_close(&got);
}

static void front_matter_and_the_byte_order_mark_are_left_out(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "\xEF\xBB\xBF---\ntitle: Terms\n---\n# Terms\nPay first.\n");
    cut(&got, "---\nno end of it\n");
    assert_int_equal(got.count, 2);
    assert_passage(&got, 0, "p.md#1", "Terms", "Pay first.");
    assert_passage(&got, 1, "p.md#1", "", "no end of it");
    passages_close(&got);
}

static void a_rule_at_the_top_is_no_front_matter(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "---\n\n# Pets\nDogs are welcome.\n\n---\n\n# Parking\nIn front.\n");
    assert_int_equal(got.count, 2);
    assert_passage(&got, 0, "p.md#1", "Pets", "Dogs are welcome.");
    assert_passage(&got, 1, "p.md#2", "Parking", "In front.");
    passages_close(&got);
}

/* Whoever reads the page does not see it. */
static void what_a_comment_hides_is_left_out(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "<!-- a head -->\n# Gifts <!-- old\nname -->\nThey cost 3 EUR.\n<!-- 1 EUR\n\n"
              "# until May\n-->\nWrapped.<!-- in red -->\n\nBy hand.\n");
    assert_int_equal(got.count, 3);
    assert_passage(&got, 0, "p.md#1", "Gifts", "They cost 3 EUR.");
    assert_passage(&got, 1, "p.md#2", "Gifts", "Wrapped.");
    assert_passage(&got, 2, "p.md#3", "Gifts", "By hand.");
    passages_close(&got);
}

static void what_only_looks_like_a_comment_is_told(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "```\n<!-- code -->\n```\n");
    cut(&got, "A <!-- that does not end.\n\nB\n");
    assert_int_equal(got.count, 2);
    assert_passage(&got, 0, "p.md#1", "", "<!-- code -->");
    assert_passage(&got, 1, "p.md#1", "", "A <!-- that does not end.\n\nB");
    passages_close(&got);
}

static void what_is_fenced_holds_no_headings(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "# Codes\n```\n# not one\n~~~\n```\n# Next\nx\n");
    assert_int_equal(got.count, 2);
    assert_passage(&got, 0, "p.md#1", "Codes", "# not one\n~~~");
    assert_passage(&got, 1, "p.md#2", "Next", "x");
    passages_close(&got);
}

static void nothing_comes_of_an_empty_page(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "");
    cut(&got, " \n\t\n# Title only\n\n## And another\n");
    assert_int_equal(got.count, 0);
    passages_close(&got);
}

/* `count` blocks of `block`, parted by empty lines. */
static struct str blocks(struct passages *passages, const char *block, size_t count)
{
    struct str text = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct str parts[] = { text, str_from(block), STR("\n\n") };
        assert_int_equal(arena_join(&passages->arena, parts, countof(parts), &text), OK);
    }
    return text;
}

static void a_long_section_is_cut_between_blocks(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    const char *block =
        "One sentence of a policy that says what holds here and what does not hold.";
    const struct passage_sheet sheet = passages_sheet(&got, "p.md", blocks(&got, block, 40));
    assert_int_equal(passage_cut_page(&sheet), OK);
    assert_true(got.count >= 3 && got.count <= 4);
    for (size_t i = 0; i < got.count; i++) {
        struct str text = got.all[i].text;
        assert_true(text.len <= PASSAGE_TEXT_BYTES_MAX);
        assert_true(str_starts(text, STR("One sentence")));
        assert_true(text.ptr[text.len - 1] == '.');
    }
    passages_close(&got);
}

static void a_long_block_is_cut_where_it_hurts_least(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        const char *end; /* of each passage but the last */
    } rows[] = {
        { "Here is a line of it\n", "of it" },
        { "Here is a sentence. ", "sentence." },
        { "words and ", "" },
        { "\xe8\xbf\x99\xe6\x98\xaf\xe4\xb8\x80\xe5\x8f\xa5\xe3\x80\x82", "\xe3\x80\x82" },
        { "\xe5\xad\x97", "\xe5\xad\x97" },
        { "x", "x" },
    };
    for (size_t row = 0; row < countof(rows); row++) {
        struct passages got;
        struct str text = STR_NONE;
        passages_open(&got);
        while (text.len < 3 * PASSAGE_TEXT_BYTES_MAX) {
            const struct str parts[] = { text, str_from(rows[row].unit) };
            struct str longer;
            assert_int_equal(arena_join(&got.arena, parts, countof(parts), &longer), OK);
            text = longer;
            got.arena.max_bytes = (size_t)64 << 20;
        }
        const struct passage_sheet sheet = passages_sheet(&got, "p.md", text);
        assert_int_equal(passage_cut_page(&sheet), OK);
        assert_true(got.count >= 3 && got.count <= 7);
        struct str end = str_from(rows[row].end);
        for (size_t i = 0; i + 1 < got.count; i++) {
            struct str cut_text = got.all[i].text;
            assert_int_equal(utf8_check(cut_text, NULL), OK);
            assert_true(str_eq(str_slice(cut_text, cut_text.len - end.len, end.len), end));
        }
        passages_close(&got);
    }
}

static enum err weigh(void *owner, const struct passage *passage)
{
    size_t *bytes = owner;
    assert_true(passage->text.len <= PASSAGE_TEXT_BYTES_MAX);
    *bytes += passage->text.len;
    return OK;
}

static void a_page_of_five_megabytes_is_cut_whole(void **state)
{
    (void)state;
    static char page[5 << 20];
    size_t bytes = 0;
    size_t left_out_max = 2 * sizeof(page) / PASSAGE_TEXT_BYTES_MAX * 2; /* white space at ends */
    memset(page, 'a', sizeof(page));
    for (size_t i = 60; i < sizeof(page); i += 61) {
        page[i] = '\n';
    }
    const struct passage_sheet sheet = { .name = STR("p.md"),
                                         .text = { page, sizeof(page) },
                                         .owner = &bytes,
                                         .on_passage = weigh };
    assert_int_equal(passage_cut_page(&sheet), OK);
    assert_true(bytes > sizeof(page) - left_out_max);
}

static void marks_of_markdown_are_not_told(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    cut(&got, "## **Returns** & [more](x.md)\nWithin *30 days*.<br>\n\n![](photo.png)\n\n"
              "| DHL | 2 |\n# Photos\n![](photo.png)\n# Codes\n`A1`\n");
    assert_int_equal(got.count, 2);
    assert_passage(&got, 0, "p.md#1", "Returns & more", "Within 30 days.\n\nDHL: 2");
    assert_passage(&got, 1, "p.md#2", "Codes", "A1");
    passages_close(&got);
}

static void the_first_refusal_ends_the_cutting(void **state)
{
    (void)state;
    struct passages got;
    passages_open(&got);
    got.result = ERR_FULL;
    const struct passage_sheet sheet = passages_sheet(&got, "p.md", STR("# A\nx\n# B\ny\n"));
    assert_int_equal(passage_cut_page(&sheet), ERR_FULL);
    passages_close(&got);
}

static void titles_and_ids_are_bounded(void **state)
{
    (void)state;
    char name[400];
    char page[2000];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    size_t len = 0;
    for (int level = 1; level <= 6; level++) {
        memset(page + len, '#', (size_t)level);
        len += (size_t)level;
        page[len++] = ' ';
        memset(page + len, 'a' + level, 150);
        len += 150;
        page[len++] = '\n';
    }
    page[len++] = 'x';
    struct passages got;
    passages_open(&got);
    const struct passage_sheet sheet = passages_sheet(&got, name, (struct str){ page, len });
    assert_int_equal(passage_cut_page(&sheet), OK);
    assert_int_equal(got.count, 1);
    assert_true(got.all[0].title.len <= PASSAGE_TITLE_BYTES_MAX);
    assert_true(got.all[0].id.len <= PASSAGE_ID_BYTES_MAX);
    assert_true(str_starts(got.all[0].title, STR("bbbb")));
    passages_close(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passage_has_the_headings_above_it),
        cmocka_unit_test(underlined_lines_are_headings_and_rules_are_not),
        cmocka_unit_test(front_matter_and_the_byte_order_mark_are_left_out),
        cmocka_unit_test(a_rule_at_the_top_is_no_front_matter),
        cmocka_unit_test(what_a_comment_hides_is_left_out),
        cmocka_unit_test(what_only_looks_like_a_comment_is_told),
        cmocka_unit_test(what_is_fenced_holds_no_headings),
        cmocka_unit_test(nothing_comes_of_an_empty_page),
        cmocka_unit_test(a_long_section_is_cut_between_blocks),
        cmocka_unit_test(a_long_block_is_cut_where_it_hurts_least),
        cmocka_unit_test(a_page_of_five_megabytes_is_cut_whole),
        cmocka_unit_test(marks_of_markdown_are_not_told),
        cmocka_unit_test(the_first_refusal_ends_the_cutting),
        cmocka_unit_test(titles_and_ids_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
