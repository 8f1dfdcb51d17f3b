/* UTF-8: what is well formed by the standard, how text is cut, and the canonical form. */
#include "tests/unit/hex.h"

#include "common/utf8.h"

/* One row of table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences". */
struct well_formed {
    size_t len;
    unsigned char first[4];
    unsigned char last[4];
};

static const struct well_formed table[] = {
    { 1, { 0x00 }, { 0x7F } },
    { 2, { 0xC2, 0x80 }, { 0xDF, 0xBF } },
    { 3, { 0xE0, 0xA0, 0x80 }, { 0xE0, 0xBF, 0xBF } },
    { 3, { 0xE1, 0x80, 0x80 }, { 0xEC, 0xBF, 0xBF } },
    { 3, { 0xED, 0x80, 0x80 }, { 0xED, 0x9F, 0xBF } },
    { 3, { 0xEE, 0x80, 0x80 }, { 0xEF, 0xBF, 0xBF } },
    { 4, { 0xF0, 0x90, 0x80, 0x80 }, { 0xF0, 0xBF, 0xBF, 0xBF } },
    { 4, { 0xF1, 0x80, 0x80, 0x80 }, { 0xF3, 0xBF, 0xBF, 0xBF } },
    { 4, { 0xF4, 0x80, 0x80, 0x80 }, { 0xF4, 0x8F, 0xBF, 0xBF } },
};

static bool row_fits(const struct well_formed *row, struct str text, size_t at)
{
    if (text.len - at < row->len) {
        return false;
    }
    for (size_t i = 0; i < row->len; i++) {
        unsigned char byte = (unsigned char)text.ptr[at + i];
        if (byte < row->first[i] || byte > row->last[i]) {
            return false;
        }
    }
    return true;
}

/* Length of the character at `at` by the table; 0 when there is none. */
static size_t table_length(struct str text, size_t at)
{
    for (size_t i = 0; i < countof(table); i++) {
        if (row_fits(&table[i], text, at)) {
            return table[i].len;
        }
    }
    return 0;
}

static void assert_as_in_the_table(struct str text)
{
    size_t bad_at = 77;
    size_t at = 0;
    size_t len = 1;
    while (at < text.len && (len = table_length(text, at)) > 0) {
        at += len;
    }
    assert_int_equal(utf8_check(text, &bad_at), at < text.len ? ERR_UTF8 : OK);
    assert_int_equal(bad_at, at < text.len ? at : 77);
    at = 0;
    uint32_t character = utf8_next(text, &at);
    len = table_length(text, 0);
    assert_int_equal(at, len ? len : 1);
    assert_true((character == UTF8_BAD) == (len == 0));
}

/* Every sequence of four bytes that begin or end a range of the table, or lie beside one. */
static void what_is_well_formed_is_what_the_standard_says(void **state)
{
    (void)state;
    static const char edges[] =
        "\x00\x41\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1"
        "\xf3\xf4\xf5\xff";
    size_t count = sizeof(edges) - 1;
    for (size_t i = 0; i < count * count * count * count; i++) {
        const char bytes[4] = { edges[i % count], edges[i / count % count],
                                edges[i / count / count % count],
                                edges[i / count / count / count] };
        assert_as_in_the_table((struct str){ bytes, 4 });
        assert_as_in_the_table((struct str){ bytes, 3 });
    }
}

/* RFC 3629: sections 7 and 10, and what section 3 forbids. */
static void the_examples_of_the_rfc_hold(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        uint32_t characters[4];
    } valid[] = {
        { "41 e289a2 ce91 2e", { 0x0041, 0x2262, 0x0391, 0x002E } },
        { "ed959c eab5ad ec96b4", { 0xD55C, 0xAD6D, 0xC5B4 } },
        { "e697a5 e69cac e8aa9e", { 0x65E5, 0x672C, 0x8A9E } },
        { "efbbbf f0a38eb4", { 0xFEFF, 0x233B4 } },
    };
    static const char *const invalid[] = { "c080",     "edaf8c edbeb4", "edb0 80", "eda080",
                                           "f4908080", "f8888080 80",   "fe",      "2fc0ae2e 2f" };
    for (size_t i = 0; i < countof(valid); i++) {
        struct str text = hex_bytes(valid[i].hex);
        size_t at = 0;
        for (size_t c = 0; c < 4 && valid[i].characters[c]; c++) {
            assert_int_equal(utf8_next(text, &at), valid[i].characters[c]);
        }
        assert_int_equal(at, text.len);
    }
    for (size_t i = 0; i < countof(invalid); i++) {
        assert_int_equal(utf8_check(hex_bytes(invalid[i]), NULL), ERR_UTF8);
    }
}

static void every_character_is_written_as_it_is_read(void **state)
{
    (void)state;
    size_t written = 0;
    for (uint32_t c = 0; c <= 0x110000; c++) {
        char bytes[4];
        size_t at = 0;
        size_t len = utf8_put(c, bytes);
        assert_true((len == 0) == ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF));
        if (len > 0) {
            assert_int_equal(utf8_next((struct str){ bytes, len }, &at), c);
            assert_int_equal(at, len);
            written++;
        }
    }
    assert_int_equal(written, 1112064); /* as the Unicode Standard counts them (D76) */
    assert_int_equal(utf8_put(UTF8_BAD, (char[4]){ 0 }), 0);
}

/* The fast way over ASCII looks at eight bytes at once. */
static void a_bad_byte_is_found_wherever_it_stands(void **state)
{
    (void)state;
    char bytes[40];
    for (size_t len = 1; len <= sizeof(bytes); len++) {
        for (size_t place = 0; place < len; place++) {
            size_t bad_at = 77;
            memset(bytes, 'a', sizeof(bytes));
            bytes[place] = '\x80';
            assert_int_equal(utf8_check((struct str){ bytes, len }, &bad_at), ERR_UTF8);
            assert_int_equal(bad_at, place);
        }
    }
    assert_int_equal(utf8_check(STR_NONE, NULL), OK);
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(STR("")), 0);
    assert_int_equal(utf8_count(STR("abc")), 3);
    assert_int_equal(utf8_count(STR("aéc")), 3);
    assert_int_equal(utf8_count(STR("订单")), 2);
    assert_int_equal(utf8_count(STR("\xf0\x9f\x98\x80!")), 2);
    assert_int_equal(utf8_count(STR("e\xcc\x81")), 2); /* a combining accent is one of its own */
    assert_int_equal(utf8_count(BYTES("a\0b")), 3);
}

static void a_byte_order_mark_goes_from_the_front_once(void **state)
{
    (void)state;
    assert_text(utf8_without_mark(STR("\xef\xbb\xbf" "a\xef\xbb\xbf")), "a\xef\xbb\xbf");
    assert_text(utf8_without_mark(STR("a")), "a");
    assert_int_equal(utf8_without_mark(STR_NONE).len, 0);
    assert_text(utf8_without_mark(STR("\xef\xbb")), "\xef\xbb");
}

static void a_cut_never_goes_through_a_character(void **state)
{
    (void)state;
    struct str text = STR("aé订\xf0\x9f\x98\x80z"); /* 1, 2, 3, 4 and 1 bytes */
    static const size_t ends[] = { 0, 1, 3, 6, 10, 11 };
    for (size_t chars = 0; chars < countof(ends); chars++) {
        assert_int_equal(utf8_cut(text, chars).len, ends[chars]);
    }
    assert_int_equal(utf8_cut(text, 100).len, 11);
    assert_int_equal(utf8_cut(STR_NONE, 3).len, 0);
    for (size_t bytes = 0; bytes <= 20; bytes++) {
        struct str cut = utf8_cut_bytes(text, bytes);
        size_t longest = 0;
        for (size_t i = 0; i < countof(ends); i++) {
            longest = ends[i] <= bytes ? ends[i] : longest;
        }
        assert_int_equal(cut.len, longest);
        assert_int_equal(utf8_check(cut, NULL), OK);
    }
}

static void assert_canonical(const char *text, const char *expected)
{
    struct arena arena;
    struct str canonical = STR_NONE;
    arena_init(&arena, 100000);
    assert_int_equal(utf8_canonical(&arena, str_from(text), &canonical), OK);
    assert_text(canonical, expected);
    assert_int_equal(canonical.ptr[canonical.len], '\0');
    arena_fini(&arena);
}

/* CaseFolding.txt of the Unicode Character Database, status C and F. */
static void case_is_folded_as_unicode_says(void **state)
{
    (void)state;
    assert_canonical("AZaz09", "azaz09");
    assert_canonical("\u00C4\u00D6\u00DC\u00DF", "\u00E4\u00F6\u00FCss");
    assert_canonical("\u1E9E", "ss");                             /* capital sharp s */
    assert_canonical("\u03A3\u03C2\u03C3", "\u03C3\u03C3\u03C3"); /* the three sigmas */
    assert_canonical("\u0130", "i\u0307");                        /* I with a dot */
    assert_canonical("\u0131", "\u0131");                         /* i without */
    assert_canonical("\u0149", "\u02BCn");
    assert_canonical("\u017F", "s");
    assert_canonical("\u0410\u042F", "\u0430\u044F");
    assert_canonical("\u0390", "\u0390");
    assert_canonical("\u13A0\uAB70", "\u13A0\u13A0"); /* Cherokee folds upwards */
    assert_canonical("\U00010400", "\U00010428");
    assert_canonical("\u1F88", "\u1F00\u03B9");
}

/* NormalizationTest.txt (the NFKC column) and UnicodeData.txt, then folded. */
static void compatibility_forms_become_the_usual_ones(void **state)
{
    (void)state;
    assert_canonical("\u212B\u2126\u212A", "\u00E5\u03C9k"); /* Angstrom, Ohm, Kelvin */
    assert_canonical("\u1E9B\u0323", "\u1E69");
    assert_canonical("A\u030A", "\u00E5");
    assert_canonical("D\u0307\u0323", "\u1E0D\u0307");
    assert_canonical("\uFB01\uFB03", "fiffi");
    assert_canonical("\uFF21\uFF11\uFF01", "a1!");
    assert_canonical("\u2460\u00B2\u2075", "125");
    assert_canonical("\u00BD", "1\u20442");
    assert_canonical("\u338F\u33A1", "kgm2");
    assert_canonical("\uFF76\uFF9E", "\u30AC"); /* half-width ga */
    assert_canonical("\u1100\u1161\u11A8", "\uAC01");
    assert_canonical("\u32FF", "\u4EE4\u548C"); /* the era Reiwa */
    assert_canonical("\uFEFB", "\u0644\u0627");
    assert_canonical("\uF900\U0002F800", "\u8C48\u4E3D");
    assert_canonical("\u2163", "iv");
    assert_canonical("\u2026", "...");
}

/* DerivedCoreProperties.txt, Default_Ignorable_Code_Point. */
static void characters_without_a_visible_form_are_dropped(void **state)
{
    (void)state;
    assert_canonical("pa\u00ADssword", "password");
    assert_canonical("a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf", "abcdef");
    assert_canonical("\u2764\uFE0F", "\u2764");
    assert_canonical("\u202Eevil\u202C", "evil");
    assert_canonical("\u034F\u3164\uFFA0", "");
    assert_canonical("e\u200D\u0301", "\u00E9"); /* what they kept apart grows together */
}

/* PropList.txt, White_Space. */
static void runs_of_white_space_are_one_space(void **state)
{
    (void)state;
    assert_canonical("  where \t\r\n is\v\fit  ", "where is it");
    assert_canonical("a\xc2\x85"
                     "b\u00A0c\u1680d\u2000e\u200Af\u2028g\u2029h\u202Fi\u205Fj\u3000k",
                     "a b c d e f g h i j k");
    assert_canonical("\u3000\u00E4 \u00A0\u2003 b\u2028", "\u00E4 b");
    assert_canonical("\t \n", "");
    assert_canonical("\u00A0\u2003", "");
    assert_canonical("", "");
}

static void what_a_customer_means_apart_stays_apart(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "order 100234",
        "order 100235",
        "can i",
        "cannot i",
        "large",
        "small",
        "o",
        "ö",
        "ı",
        "i",
        "ss",
        "s",
        "2 1",
        "21",
        "订单",
        "订單",
        "1.0",
        "10",
    };
    struct arena arena;
    struct str canonical[countof(texts)];
    arena_init(&arena, 100000);
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(utf8_canonical(&arena, str_from(texts[i]), &canonical[i]), OK);
        for (size_t other = 0; other < i; other++) {
            assert_false(str_eq(canonical[i], canonical[other]));
        }
    }
    arena_fini(&arena);
}

static void assert_stable(struct str text)
{
    struct arena arena;
    struct str once;
    struct str twice;
    arena_init(&arena, 100000);
    assert_int_equal(utf8_canonical(&arena, text, &once), OK);
    assert_int_equal(utf8_check(once, NULL), OK);
    assert_int_equal(utf8_canonical(&arena, once, &twice), OK);
    if (!str_eq(once, twice)) {
        fail_msg("\"%.*s\" does not stay \"%.*s\"", STR_ARG(text), STR_ARG(once));
    }
    arena_fini(&arena);
}

/* The ASCII part of this goes another way than the rest, and must come to the same. */
static void the_canonical_form_of_any_text_is_its_own(void **state)
{
    (void)state;
    static const uint32_t tricky[] = { ' ',    'A',    0x0345, 0x0301, 0x0307,  0x1100,  0x1161,
                                       0x11A8, 0x00AD, 0x200D, 0x034F, 0x0130,  0x00DF,  0x1E9E,
                                       0x00B4, 0x00A0, 0x3099, 0x30AB, 0xFF9E,  0x0323,  0x1E9B,
                                       0x1F80, 0x0085, 0xFDFA, 0x33C7, 0x1D15E, 0x2F800, 0x3164 };
    struct luck luck = luck_of(15);
    for (size_t i = 0; i < 20000; i++) {
        char text[64];
        size_t len = 0;
        for (size_t left = luck_next(&luck, 12); left > 0; left--) {
            uint32_t c = luck_next(&luck, 3) ? tricky[luck_next(&luck, countof(tricky))]
                                             : (uint32_t)luck_next(&luck, 0x30000);
            len += utf8_put(c, text + len);
        }
        assert_stable((struct str){ text, len });
    }
}

static void what_is_not_utf8_has_no_canonical_form(void **state)
{
    (void)state;
    struct arena arena;
    struct str canonical = STR("untouched");
    arena_init(&arena, 100000);
    assert_int_equal(utf8_canonical(&arena, STR("a\xff"), &canonical), ERR_UTF8);
    assert_int_equal(utf8_canonical(&arena, STR("\xc0\x80"), &canonical), ERR_UTF8);
    assert_int_equal(utf8_canonical(&arena, STR("\xed\xa0\x80"), &canonical), ERR_UTF8);
    assert_text(canonical, "untouched");
    arena_fini(&arena);
}

static enum err try_canonical(void *owner)
{
    const char *text = owner;
    CLEANUP(arena_fini) struct arena arena;
    struct str canonical = STR("untouched");
    arena_init(&arena, 100000);
    enum err err = utf8_canonical(&arena, str_from(text), &canonical);
    assert_true((err != OK) == str_is(canonical, "untouched"));
    return err;
}

static void without_memory_or_room_nothing_is_given(void **state)
{
    (void)state;
    char ascii[] = "Where is it?";
    char greek[] = "\u03A0\u03BF\u03CD;";
    assert_int_equal(starve(try_canonical, ascii), 1);
    assert_int_equal(starve(try_canonical, greek), 2);
    struct arena arena;
    struct str canonical = STR("untouched");
    arena_init(&arena, 4);
    assert_int_equal(utf8_canonical(&arena, str_from(ascii), &canonical), ERR_NOMEM);
    assert_int_equal(utf8_canonical(&arena, str_from(greek), &canonical), ERR_NOMEM);
    assert_text(canonical, "untouched");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_well_formed_is_what_the_standard_says),
        cmocka_unit_test(the_examples_of_the_rfc_hold),
        cmocka_unit_test(every_character_is_written_as_it_is_read),
        cmocka_unit_test(a_bad_byte_is_found_wherever_it_stands),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_byte_order_mark_goes_from_the_front_once),
        cmocka_unit_test(a_cut_never_goes_through_a_character),
        cmocka_unit_test(case_is_folded_as_unicode_says),
        cmocka_unit_test(compatibility_forms_become_the_usual_ones),
        cmocka_unit_test(characters_without_a_visible_form_are_dropped),
        cmocka_unit_test(runs_of_white_space_are_one_space),
        cmocka_unit_test(what_a_customer_means_apart_stays_apart),
        cmocka_unit_test(the_canonical_form_of_any_text_is_its_own),
        cmocka_unit_test(what_is_not_utf8_has_no_canonical_form),
        cmocka_unit_test(without_memory_or_room_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
