/* Varints: the published examples, and one written form for one number. */
#include "tests/unit/hex.h"

#include "common/varint.h"

struct pair {
    uint64_t number;
    const char *hex;
};

static void assert_pairs(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str expected = hex_bytes(pairs[i].hex);
        struct str rest = expected;
        struct buf buf;
        uint64_t number;
        buf_init(&buf, VARINT_BYTES_MAX);
        assert_int_equal(varint_add(&buf, pairs[i].number), OK);
        assert_true(str_eq(buf_str(&buf), expected));
        assert_int_equal(varint_length(pairs[i].number), expected.len);
        assert_int_equal(varint_take(&rest, &number), OK);
        assert_true(number == pairs[i].number);
        assert_int_equal(rest.len, 0);
        buf_fini(&buf);
    }
}

/* Protocol Buffers, "Encoding": 1, 150, and -2 as an int64. */
static void the_examples_of_protocol_buffers_hold(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        { 1, "01" },
        { 150, "96 01" },
        { UINT64_MAX - 1, "fe ff ff ff ff ff ff ff ff 01" },
    };
    assert_pairs(pairs, countof(pairs));
}

/* DWARF version 5, section 7.6: examples of unsigned LEB128. */
static void the_examples_of_dwarf_hold(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        { 2, "02" },      { 127, "7f" },    { 128, "80 01" },
        { 129, "81 01" }, { 130, "82 01" }, { 12857, "b9 64" },
    };
    assert_pairs(pairs, countof(pairs));
}

/* The unsigned varints of Apache Kafka's own serialisation test (KIP-482), as 32 bits. */
static void the_numbers_of_kafka_hold(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        { 0, "00" },
        { 63, "3f" },
        { 64, "40" },
        { 8191, "ff 3f" },
        { 8192, "80 40" },
        { 1048575, "ff ff 3f" },
        { 1048576, "80 80 40" },
        { INT32_MAX, "ff ff ff ff 07" },
        { (uint32_t)-64, "c0 ff ff ff 0f" },
        { (uint32_t)-8192, "80 c0 ff ff 0f" },
        { UINT32_MAX, "ff ff ff ff 0f" },
    };
    assert_pairs(pairs, countof(pairs));
}

static void each_seven_bits_take_one_byte_more(void **state)
{
    (void)state;
    for (unsigned bits = 7; bits <= 63; bits += 7) {
        uint64_t first = (uint64_t)1 << bits;
        assert_int_equal(varint_length(first - 1), bits / 7);
        assert_int_equal(varint_length(first), bits / 7 + 1);
    }
    assert_int_equal(varint_length(UINT64_MAX), VARINT_BYTES_MAX);
}

static void what_is_no_number_is_refused_and_stays(void **state)
{
    (void)state;
    static const char *const faults[] = {
        "",                                    /* nothing */
        "80",                                  /* cut off */
        "ff ff ff",                            /* cut off */
        "ff ff ff ff ff ff ff ff ff",          /* cut off before the tenth byte */
        "80 00",                               /* 0 in two bytes */
        "ff 00",                               /* 127 in two bytes */
        "80 80 00",                            /* 0 in three bytes */
        "ff ff ff ff ff ff ff ff ff 02",       /* 65 bits */
        "80 80 80 80 80 80 80 80 80 7f",       /* more bits still */
        "80 80 80 80 80 80 80 80 80 81 00",    /* eleven bytes */
        "80 80 80 80 80 80 80 80 80 00",       /* 0 in ten bytes */
        "ff ff ff ff ff ff ff ff ff ff ff 01", /* twelve bytes */
    };
    for (size_t i = 0; i < countof(faults); i++) {
        struct str given = hex_bytes(faults[i]);
        struct str rest = given;
        uint64_t number = 77;
        if (varint_take(&rest, &number) != ERR_FORMAT) {
            fail_msg("accepted: %s", faults[i]);
        }
        assert_true(number == 77);
        assert_true(rest.ptr == given.ptr && rest.len == given.len);
    }
}

static void numbers_stand_one_behind_the_other(void **state)
{
    (void)state;
    struct str rest = hex_bytes("05 96 01 00 80");
    uint64_t number;
    assert_int_equal(varint_take(&rest, &number), OK);
    assert_true(number == 5);
    assert_int_equal(varint_take(&rest, &number), OK);
    assert_true(number == 150);
    assert_int_equal(varint_take(&rest, &number), OK);
    assert_true(number == 0);
    assert_int_equal(varint_take(&rest, &number), ERR_FORMAT);
    assert_int_equal(rest.len, 1);
}

static void any_number_comes_back(void **state)
{
    (void)state;
    struct luck luck = luck_of(7);
    struct buf buf;
    buf_init(&buf, VARINT_BYTES_MAX);
    for (size_t i = 0; i < 10000; i++) {
        uint64_t given = luck_next(&luck, UINT32_MAX) << 32 | luck_next(&luck, UINT32_MAX);
        given >>= luck_next(&luck, 64);
        uint64_t number;
        buf_clear(&buf);
        assert_int_equal(varint_add(&buf, given), OK);
        assert_int_equal(buf.len, varint_length(given));
        struct str rest = buf_str(&buf);
        assert_int_equal(varint_take(&rest, &number), OK);
        assert_true(number == given && rest.len == 0);
    }
    buf_fini(&buf);
}

static void what_is_accepted_is_the_only_form_of_its_number(void **state)
{
    (void)state;
    struct luck luck = luck_of(128);
    size_t accepted = 0;
    struct buf buf;
    buf_init(&buf, VARINT_BYTES_MAX);
    for (size_t i = 0; i < 10000; i++) {
        char bytes[12];
        for (size_t at = 0; at < sizeof(bytes); at++) {
            bytes[at] = (char)(luck_next(&luck, 4) ? 0x80u | luck_next(&luck, 128)
                                                   : luck_next(&luck, 2));
        }
        struct str rest = { bytes, luck_next(&luck, sizeof(bytes)) };
        uint64_t number;
        if (varint_take(&rest, &number) == OK) {
            accepted++;
            buf_clear(&buf);
            assert_int_equal(varint_add(&buf, number), OK);
            assert_ptr_equal(rest.ptr, bytes + buf.len);
            assert_memory_equal(buf.ptr, bytes, buf.len);
        }
    }
    assert_in_range(accepted, 1000, 9000);
    buf_fini(&buf);
}

static void what_does_not_fit_is_not_begun(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 3);
    assert_int_equal(varint_add(&buf, 300), OK);
    assert_int_equal(varint_add(&buf, 300), ERR_FULL);
    assert_int_equal(buf.len, 2);
    assert_int_equal(varint_add(&buf, 1), OK);
    buf_fini(&buf);
}

static enum err try_adding(void *owner)
{
    (void)owner;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 10);
    enum err err = varint_add(&buf, 300);
    assert_int_equal(buf.len, err == OK ? 2 : 0);
    return err;
}

static void without_memory_nothing_is_added(void **state)
{
    (void)state;
    assert_int_equal(starve(try_adding, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_protocol_buffers_hold),
        cmocka_unit_test(the_examples_of_dwarf_hold),
        cmocka_unit_test(the_numbers_of_kafka_hold),
        cmocka_unit_test(each_seven_bits_take_one_byte_more),
        cmocka_unit_test(what_is_no_number_is_refused_and_stays),
        cmocka_unit_test(numbers_stand_one_behind_the_other),
        cmocka_unit_test(any_number_comes_back),
        cmocka_unit_test(what_is_accepted_is_the_only_form_of_its_number),
        cmocka_unit_test(what_does_not_fit_is_not_begun),
        cmocka_unit_test(without_memory_nothing_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
