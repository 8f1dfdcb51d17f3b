/* Scripts: letters are told as the Unicode Character Database tells them. */
#include "tests/unit/leaf.h"

#include "common/utf8.h"

struct range {
    uint32_t first;
    uint32_t last;
    enum utf8_script script;
};

static void assert_range(const struct range *range)
{
    for (uint32_t c = range->first; c <= range->last; c++) {
        if (utf8_script_of(c) != range->script) {
            fail_msg("U+%04X is %d, not %d", c, (int)utf8_script_of(c), (int)range->script);
        }
    }
}

/* Scripts.txt of Unicode 15: the letters that people write with. */
static void letters_belong_to_the_script_of_the_unicode_database(void **state)
{
    (void)state;
    static const struct range ranges[] = {
        { 0x0041, 0x005A, UTF8_LATIN },      { 0x0061, 0x007A, UTF8_LATIN },
        { 0x00AA, 0x00AA, UTF8_LATIN },      { 0x00BA, 0x00BA, UTF8_LATIN },
        { 0x00C0, 0x00D6, UTF8_LATIN },      { 0x00D8, 0x00F6, UTF8_LATIN },
        { 0x00F8, 0x02AF, UTF8_LATIN },      { 0x1E00, 0x1EFF, UTF8_LATIN },
        { 0x2C60, 0x2C7F, UTF8_LATIN },      { 0xA722, 0xA787, UTF8_LATIN },
        { 0xFB00, 0xFB06, UTF8_LATIN },      { 0xFF21, 0xFF3A, UTF8_LATIN },
        { 0xFF41, 0xFF5A, UTF8_LATIN },      { 0x0386, 0x0386, UTF8_GREEK },
        { 0x0388, 0x03E1, UTF8_GREEK },      { 0x03F0, 0x03FF, UTF8_GREEK },
        { 0x1F00, 0x1FFE, UTF8_GREEK },      { 0x0400, 0x0484, UTF8_CYRILLIC },
        { 0x0487, 0x052F, UTF8_CYRILLIC },   { 0xA640, 0xA69F, UTF8_CYRILLIC },
        { 0x05D0, 0x05EA, UTF8_HEBREW },     { 0xFB1D, 0xFB4F, UTF8_HEBREW },
        { 0x0620, 0x063F, UTF8_ARABIC },     { 0x0641, 0x064A, UTF8_ARABIC },
        { 0x0671, 0x06D5, UTF8_ARABIC },     { 0x0750, 0x077F, UTF8_ARABIC },
        { 0xFB50, 0xFBB1, UTF8_ARABIC },     { 0xFE76, 0xFEFC, UTF8_ARABIC },
        { 0x0904, 0x0939, UTF8_DEVANAGARI }, { 0x0E01, 0x0E3A, UTF8_THAI },
        { 0x0E40, 0x0E5B, UTF8_THAI },       { 0x3005, 0x3005, UTF8_HAN },
        { 0x3007, 0x3007, UTF8_HAN },        { 0x3021, 0x3029, UTF8_HAN },
        { 0x3400, 0x4DBF, UTF8_HAN },        { 0x4E00, 0x9FFF, UTF8_HAN },
        { 0xF900, 0xFA6D, UTF8_HAN },        { 0x20000, 0x2A6DF, UTF8_HAN },
        { 0x30000, 0x3134A, UTF8_HAN },      { 0x3041, 0x3096, UTF8_KANA },
        { 0x30A1, 0x30FA, UTF8_KANA },       { 0x30FD, 0x30FF, UTF8_KANA },
        { 0x31F0, 0x31FF, UTF8_KANA },       { 0xFF71, 0xFF9D, UTF8_KANA },
        { 0x1100, 0x11FF, UTF8_HANGUL },     { 0x3131, 0x318E, UTF8_HANGUL },
        { 0xAC00, 0xD7A3, UTF8_HANGUL },
    };
    for (size_t i = 0; i < countof(ranges); i++) {
        assert_range(&ranges[i]);
    }
}

/* Scripts.txt again: what every script uses says nothing about the language. */
static void what_every_script_uses_belongs_to_none(void **state)
{
    (void)state;
    static const struct range ranges[] = {
        { 0x0000, 0x0040, UTF8_COMMON },   { 0x005B, 0x0060, UTF8_COMMON },
        { 0x007B, 0x00A9, UTF8_COMMON },   { 0x00AB, 0x00B9, UTF8_COMMON },
        { 0x00BB, 0x00BF, UTF8_COMMON },   { 0x00D7, 0x00D7, UTF8_COMMON },
        { 0x00F7, 0x00F7, UTF8_COMMON },   { 0x0300, 0x036F, UTF8_COMMON },
        { 0x2000, 0x206F, UTF8_COMMON },   { 0x20A0, 0x20C0, UTF8_COMMON },
        { 0x2190, 0x23FF, UTF8_COMMON },   { 0x3000, 0x3004, UTF8_COMMON },
        { 0x3008, 0x3020, UTF8_COMMON },   { 0x30FB, 0x30FC, UTF8_COMMON },
        { 0xFE00, 0xFE0F, UTF8_COMMON },   { 0xFF01, 0xFF20, UTF8_COMMON },
        { 0x1F300, 0x1F64F, UTF8_COMMON }, { 0x1F900, 0x1F9FF, UTF8_COMMON },
        { 0xE0020, 0xE007F, UTF8_COMMON },
    };
    for (size_t i = 0; i < countof(ranges); i++) {
        assert_range(&ranges[i]);
    }
}

static void a_script_that_is_not_told_apart_is_other(void **state)
{
    (void)state;
    static const uint32_t letters[] = {
        0x0531,   /* Armenian */
        0x0995,   /* Bengali */
        0x0B95,   /* Tamil */
        0x10D0,   /* Georgian */
        0x1200,   /* Ethiopic */
        0x1780,   /* Khmer */
        0x10300,  /* Old Italic */
        0x10FFFF, /* the last one */
    };
    for (size_t i = 0; i < countof(letters); i++) {
        assert_int_equal(utf8_script_of(letters[i]), UTF8_OTHER);
    }
    assert_int_equal(utf8_script_of(UTF8_BAD), UTF8_OTHER);
}

static void every_character_has_one_of_the_scripts(void **state)
{
    (void)state;
    size_t seen[UTF8_SCRIPT_COUNT] = { 0 };
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        enum utf8_script script = utf8_script_of(c);
        assert_true(script < UTF8_SCRIPT_COUNT);
        seen[script]++;
    }
    for (size_t i = 0; i < UTF8_SCRIPT_COUNT; i++) {
        assert_true(seen[i] > 0);
    }
}

static void a_text_is_counted_character_by_character(void **state)
{
    (void)state;
    struct utf8_scripts scripts = utf8_scripts_in(
        STR("Wo ist 订单 №7, \xd0\xb3\xd0\xb4\xd0\xb5? \xf0\x9f\x98\x80"));
    assert_int_equal(scripts.of[UTF8_LATIN], 5);
    assert_int_equal(scripts.of[UTF8_HAN], 2);
    assert_int_equal(scripts.of[UTF8_CYRILLIC], 3);
    assert_int_equal(scripts.of[UTF8_COMMON], 10);
    assert_int_equal(scripts.of[UTF8_OTHER], 0);
    scripts = utf8_scripts_in(STR(""));
    for (size_t i = 0; i < UTF8_SCRIPT_COUNT; i++) {
        assert_int_equal(scripts.of[i], 0);
    }
}

/* Article 1 of the Universal Declaration of Human Rights begins so. */
static void the_script_of_a_language_is_the_most_frequent(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum utf8_script script;
    } texts[] = {
        { "All human beings are born free", UTF8_LATIN },
        { "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι", UTF8_GREEK },
        { "Все люди рождаются свободными", UTF8_CYRILLIC },
        { "כל בני אדם נולדו בני חורין", UTF8_HEBREW },
        { "يولد جميع الناس أحرارا", UTF8_ARABIC },
        { "सभी मनुष्यों को गौरव", UTF8_DEVANAGARI },
        { "มนุษย์ทั้งปวงเกิดมามีอิสระ", UTF8_THAI },
        { "人人生而自由，在尊严和权利上一律平等", UTF8_HAN },
        { "すべてのにんげんは、うまれながらにして", UTF8_KANA },
        { "모든 인간은 태어날 때부터 자유로우며", UTF8_HANGUL },
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct utf8_scripts scripts = utf8_scripts_in(str_from(texts[i].text));
        for (size_t other = UTF8_COMMON; other < UTF8_SCRIPT_COUNT; other++) {
            assert_true(other == texts[i].script ||
                        scripts.of[texts[i].script] > scripts.of[other]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_belong_to_the_script_of_the_unicode_database),
        cmocka_unit_test(what_every_script_uses_belongs_to_none),
        cmocka_unit_test(a_script_that_is_not_told_apart_is_other),
        cmocka_unit_test(every_character_has_one_of_the_scripts),
        cmocka_unit_test(a_text_is_counted_character_by_character),
        cmocka_unit_test(the_script_of_a_language_is_the_most_frequent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
