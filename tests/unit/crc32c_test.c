/* CRC-32C: the published vectors, and what the polynomial promises to find. */
#include "tests/unit/hex.h"

#include "common/crc32c.h"

/* RFC 3720, appendix B.4; a sum is written there with its lowest byte first. */
static void the_vectors_of_iscsi_hold(void **state)
{
    (void)state;
    char bytes[32] = { 0 };
    assert_int_equal(crc32c((struct str){ bytes, 32 }), 0x8a9136aa);
    memset(bytes, 0xff, sizeof(bytes));
    assert_int_equal(crc32c((struct str){ bytes, 32 }), 0x62a8ab43);
    for (int i = 0; i < 32; i++) {
        bytes[i] = (char)i;
    }
    assert_int_equal(crc32c((struct str){ bytes, 32 }), 0x46dd794e);
    for (int i = 0; i < 32; i++) {
        bytes[i] = (char)(31 - i);
    }
    assert_int_equal(crc32c((struct str){ bytes, 32 }), 0x113fdb5c);
    assert_int_equal(crc32c(hex_bytes("01c00000 00000000 00000000 00000000 14000000 00000400"
                                      "00000014 00000018 28000000 00000000 02000000 00000000")),
                     0xd9963a56);
}

/* The check value of the "CRC-32/ISCSI" entry in the catalogue of parametrised CRC algorithms. */
static void the_check_value_of_the_catalogue_holds(void **state)
{
    (void)state;
    assert_int_equal(crc32c(STR("123456789")), 0xe3069283);
    assert_int_equal(crc32c(STR_NONE), 0);
}

/* Bit by bit, from the definition: the polynomial of RFC 3720 12.1, reflected. */
static uint32_t crc32c_slowly(struct str bytes)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < bytes.len; i++) {
        sum ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++) {
            sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78u : 0);
        }
    }
    return ~sum;
}

static void the_table_is_the_polynomial(void **state)
{
    (void)state;
    struct luck luck = luck_of(3720);
    char bytes[300];
    for (int c = 0; c < 256; c++) {
        bytes[0] = (char)c;
        assert_int_equal(crc32c((struct str){ bytes, 1 }), crc32c_slowly((struct str){ bytes, 1 }));
    }
    for (size_t i = 0; i < 200; i++) {
        struct str given = { bytes, luck_next(&luck, sizeof(bytes)) };
        luck_bytes(&luck, bytes, given.len);
        assert_int_equal(crc32c(given), crc32c_slowly(given));
    }
}

/* Any burst of at most 32 bits is found, which is what a checksum of 32 bits can promise. */
static void a_short_burst_never_goes_unseen(void **state)
{
    (void)state;
    struct luck luck = luck_of(32);
    char bytes[64];
    struct str given = { bytes, sizeof(bytes) };
    for (size_t i = 0; i < 2000; i++) {
        luck_bytes(&luck, bytes, sizeof(bytes));
        uint32_t before = crc32c(given);
        size_t at = luck_next(&luck, sizeof(bytes) - 4);
        uint32_t burst = (uint32_t)luck_next(&luck, UINT32_MAX) + 1;
        for (size_t byte = 0; byte < 4; byte++) {
            bytes[at + byte] = (char)(bytes[at + byte] ^ (char)(burst >> 8 * byte));
        }
        assert_int_not_equal(crc32c(given), before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_iscsi_hold),
        cmocka_unit_test(the_check_value_of_the_catalogue_holds),
        cmocka_unit_test(the_table_is_the_polynomial),
        cmocka_unit_test(a_short_burst_never_goes_unseen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
