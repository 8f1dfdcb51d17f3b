/* Texts: compared, cut and counted without a NUL at the end. */
#include "tests/unit/leaf.h"

static void order_is_by_bytes_and_then_by_length(void **state)
{
    (void)state;
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("ab"), STR("a")) > 0);
    assert_true(str_cmp(STR_NONE, STR("a")) < 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_cmp(STR(""), STR_NONE), 0);
}

static void texts_without_bytes_are_equal(void **state)
{
    (void)state;
    assert_true(str_eq(STR_NONE, STR("")));
    assert_true(str_is(STR_NONE, ""));
    assert_false(str_eq(STR("a"), STR("")));
    assert_false(str_eq(BYTES("a\0b"), BYTES("a\0c")));
    assert_true(str_from(NULL).ptr == NULL);
}

static void a_prefix_may_be_all_of_it(void **state)
{
    (void)state;
    assert_true(str_starts(STR("lane"), STR("la")));
    assert_true(str_starts(STR("lane"), STR("lane")));
    assert_true(str_starts(STR("lane"), STR("")));
    assert_true(str_starts(STR_NONE, STR("")));
    assert_false(str_starts(STR("la"), STR("lane")));
    assert_false(str_starts(STR("lane"), STR("an")));
}

static void only_ascii_letters_have_a_case(void **state)
{
    (void)state;
    assert_true(str_eq_ascii_case(STR("Content-Type"), STR("content-tYPE")));
    assert_false(str_eq_ascii_case(STR("["), STR("{")));
    assert_false(str_eq_ascii_case(STR("\xc3\x89"), STR("\xc3\xa9")));
    assert_false(str_eq_ascii_case(STR("ab"), STR("abc")));
}

static void a_slice_is_clamped_to_the_text(void **state)
{
    (void)state;
    assert_text(str_slice(STR("turns"), 1, 2), "ur");
    assert_text(str_slice(STR("turns"), 3, SIZE_MAX), "ns");
    assert_text(str_slice(STR("turns"), 9, 2), "");
    assert_int_equal(str_slice(STR_NONE, 3, 4).len, 0);
}

static void trimming_takes_white_space_from_both_ends_only(void **state)
{
    (void)state;
    assert_text(str_trim(STR(" \t\r\n\v\f a b \n")), "a b");
    assert_text(str_trim(STR("   ")), "");
    assert_text(str_trim(STR("")), "");
    assert_text(str_trim(STR("\xc2\xa0x")), "\xc2\xa0x");
}

static void a_needle_is_found_at_its_first_place(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcabc"), STR("bc")), 1);
    assert_int_equal(str_find(STR("abc"), STR("x")), 3);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
    assert_int_equal(str_find(STR_NONE, STR("a")), 0);
    assert_int_equal(str_find(BYTES("a\0b"), BYTES("\0")), 1);
}

static void a_line_ends_behind_its_line_break_or_with_the_text(void **state)
{
    (void)state;
    assert_text(str_line(STR("one\r\ntwo\n")), "one\r\n");
    assert_text(str_line(STR("\ntwo")), "\n");
    assert_text(str_line(STR("two")), "two");
    assert_true(str_eq(str_line(BYTES("a\0b\nc")), BYTES("a\0b\n")));
    assert_int_equal(str_line(STR("")).len, 0);
    assert_int_equal(str_line(STR_NONE).len, 0);
}

static void white_space_and_digits_are_those_of_ascii(void **state)
{
    (void)state;
    for (int c = -128; c < 128; c++) {
        bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
        assert_int_equal(str_is_space((char)c), is_space);
        assert_int_equal(str_is_digit((char)c), c > 0 && strchr("0123456789", c) != NULL);
    }
}

static void splitting_gives_every_part_the_empty_ones_too(void **state)
{
    (void)state;
    struct str rest = STR(",a,,b,");
    static const char *const parts[] = { "", "a", "", "b", "" };
    struct str part;
    for (size_t i = 0; i < countof(parts); i++) {
        assert_true(str_split(&rest, ',', &part));
        assert_text(part, parts[i]);
    }
    assert_false(str_split(&rest, ',', &part));
    assert_null(rest.ptr);
}

static void an_empty_text_has_one_part_and_no_text_has_none(void **state)
{
    (void)state;
    struct str rest = STR("");
    struct str part = STR("untouched");
    assert_true(str_split(&rest, ',', &part));
    assert_text(part, "");
    assert_false(str_split(&rest, ',', &part));
    rest = STR_NONE;
    assert_false(str_split(&rest, ',', &part));
}

static void numbers_are_read_up_to_the_ends_of_their_type(void **state)
{
    (void)state;
    int64_t number;
    assert_true(str_to_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &number));
    assert_true(number == INT64_MIN);
    assert_true(str_to_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &number));
    assert_true(number == INT64_MAX);
    assert_true(str_to_i64(STR("007"), 0, 9, &number));
    assert_int_equal(number, 7);
    assert_true(str_to_i64(STR("-0"), 0, 9, &number));
    assert_int_equal(number, 0);
}

static void what_is_no_number_in_range_leaves_the_output(void **state)
{
    (void)state;
    static const char *const texts[] = { "",
                                         "-",
                                         "+1",
                                         " 1",
                                         "1 ",
                                         "1.0",
                                         "0x1",
                                         "9223372036854775808",
                                         "-9223372036854775809",
                                         "99999999999999999999",
                                         "11",
                                         "-11" };
    int64_t number = 42;
    for (size_t i = 0; i < countof(texts); i++) {
        assert_false(str_to_i64(str_from(texts[i]), -10, 10, &number));
    }
    assert_false(str_to_i64(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &number));
    assert_false(str_to_i64(STR("-9223372036854775809"), INT64_MIN, INT64_MAX, &number));
    assert_false(str_to_i64(BYTES("1\0"), -10, 10, &number));
    assert_int_equal(number, 42);
}

/* The vectors that the authors of SipHash publish: key 00..0f, input 00..len-1. */
static void the_hash_is_siphash_2_4(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        uint64_t hash;
    } vectors[] = {
        { 0, 0x726fdb47dd0e0e31 },  { 1, 0x74f839c593dc67fd },  { 7, 0xab0200f58b01d137 },
        { 8, 0x93f5f5799a932462 },  { 15, 0xa129ca6149be45e5 }, { 16, 0x3f2acc7f57c29bdb },
        { 63, 0x958a324ceb064572 },
    };
    const uint64_t seed[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
    char input[64];
    for (size_t i = 0; i < sizeof(input); i++) {
        input[i] = (char)i;
    }
    for (size_t i = 0; i < countof(vectors); i++) {
        assert_true(str_hash((struct str){ input, vectors[i].len }, seed) == vectors[i].hash);
    }
}

static void another_seed_gives_another_hash(void **state)
{
    (void)state;
    const uint64_t seeds[2][2] = { { 1, 2 }, { 1, 3 } };
    assert_true(str_hash(STR("key"), seeds[0]) != str_hash(STR("key"), seeds[1]));
}

static void a_number_is_written_as_printf_writes_it(void **state)
{
    (void)state;
    const int64_t numbers[] = { 0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < countof(numbers); i++) {
        char out[STR_INT_BYTES];
        char wanted[32];
        snprintf(wanted, sizeof(wanted), "%lld", (long long)numbers[i]);
        assert_text(str_from_int(numbers[i], out), wanted);
    }
}

static void parts_are_joined_in_their_order(void **state)
{
    (void)state;
    char out[6];
    const struct str parts[] = { STR("ab"), STR_NONE, STR(""), STR("c"), STR("def") };
    assert_text(str_join(parts, countof(parts), out, sizeof(out)), "abcdef");
    assert_int_equal(str_join(NULL, 0, out, 0).len, 0);
}

static void a_hexadecimal_digit_is_told_from_all_other_bytes(void **state)
{
    (void)state;
    static const char digits[] = "0123456789abcdefABCDEF";
    size_t count = 0;
    for (int byte = 0; byte < 256; byte++) {
        const char *at = byte ? strchr(digits, byte) : NULL;
        int wanted = at ? (int)(at - digits) - (at - digits >= 16 ? 6 : 0) : -1;
        assert_int_equal(str_hex_digit((char)byte), wanted);
        count += at ? 1 : 0;
    }
    assert_int_equal(count, 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hexadecimal_digit_is_told_from_all_other_bytes),
        cmocka_unit_test(order_is_by_bytes_and_then_by_length),
        cmocka_unit_test(texts_without_bytes_are_equal),
        cmocka_unit_test(a_prefix_may_be_all_of_it),
        cmocka_unit_test(only_ascii_letters_have_a_case),
        cmocka_unit_test(a_slice_is_clamped_to_the_text),
        cmocka_unit_test(trimming_takes_white_space_from_both_ends_only),
        cmocka_unit_test(a_needle_is_found_at_its_first_place),
        cmocka_unit_test(a_line_ends_behind_its_line_break_or_with_the_text),
        cmocka_unit_test(white_space_and_digits_are_those_of_ascii),
        cmocka_unit_test(splitting_gives_every_part_the_empty_ones_too),
        cmocka_unit_test(an_empty_text_has_one_part_and_no_text_has_none),
        cmocka_unit_test(numbers_are_read_up_to_the_ends_of_their_type),
        cmocka_unit_test(what_is_no_number_in_range_leaves_the_output),
        cmocka_unit_test(a_number_is_written_as_printf_writes_it),
        cmocka_unit_test(parts_are_joined_in_their_order),
        cmocka_unit_test(the_hash_is_siphash_2_4),
        cmocka_unit_test(another_seed_gives_another_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
