/* HMAC-SHA-256: the published vectors, and that a key is used many times. */
#include "tests/unit/hex.h"
#include "tests/unit/openssl_memory.h"

#include "common/crypto.h"

static void sign(struct crypto_mac *mac, struct str bytes, uint8_t digest[CRYPTO_DIGEST_BYTES])
{
    assert_int_equal(crypto_mac_sign(mac, &bytes, 1, digest), OK);
}

static void assert_mac(struct str key, struct str bytes, const char *hex)
{
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    struct crypto_mac *mac = crypto_mac_create(key);
    assert_non_null(mac);
    sign(mac, bytes, digest);
    assert_memory_equal(digest, hex_bytes(hex).ptr, hex_bytes(hex).len);
    crypto_mac_destroy(mac);
}

/* RFC 4231, test cases 1 to 7; of case 5 only the first 128 bits are published. */
static void the_vectors_of_the_rfc_hold(void **state)
{
    (void)state;
    char aa[131];
    char dd[50];
    char cd[50];
    memset(aa, 0xaa, sizeof(aa));
    memset(dd, 0xdd, sizeof(dd));
    memset(cd, 0xcd, sizeof(cd));
    assert_mac(hex_bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), STR("Hi There"),
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_mac(STR("Jefe"), STR("what do ya want for nothing?"),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_mac((struct str){ aa, 20 }, (struct str){ dd, 50 },
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    assert_mac(hex_bytes("0102030405060708090a0b0c0d0e0f10111213141516171819"),
               (struct str){ cd, 50 },
               "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    assert_mac(hex_bytes("0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"), STR("Test With Truncation"),
               "a3b6167473100ee06e0c796c2955552b");
    assert_mac((struct str){ aa, 131 },
               STR("Test Using Larger Than Block-Size Key - Hash Key First"),
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_mac((struct str){ aa, 131 },
               STR("This is a test using a larger than block-size key and a larger than "
                   "block-size data. The key needs to be hashed before being used by the HMAC "
                   "algorithm."),
               "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

/* The digest of nothing under no key, as Python's hmac module computes it. */
static void a_key_may_be_empty(void **state)
{
    (void)state;
    const char *hex = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    assert_mac(STR(""), STR(""), hex);
    assert_mac(STR_NONE, STR_NONE, hex);
}

static void parts_are_signed_one_behind_the_other(void **state)
{
    (void)state;
    struct str whole = STR("what do ya want for nothing?");
    struct crypto_mac *mac = crypto_mac_create(STR("Jefe"));
    assert_non_null(mac);
    for (size_t cut = 0; cut <= whole.len; cut++) {
        const struct str parts[] = { str_slice(whole, 0, cut), STR_NONE,
                                     str_slice(whole, cut, whole.len) };
        uint8_t digest[CRYPTO_DIGEST_BYTES];
        assert_int_equal(crypto_mac_sign(mac, parts, countof(parts), digest), OK);
        assert_hex(digest, sizeof(digest),
                   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
    crypto_mac_destroy(mac);
}

static void no_parts_are_the_same_as_nothing(void **state)
{
    (void)state;
    uint8_t none[CRYPTO_DIGEST_BYTES];
    uint8_t empty[CRYPTO_DIGEST_BYTES];
    struct crypto_mac *mac = crypto_mac_create(STR("Jefe"));
    assert_non_null(mac);
    assert_int_equal(crypto_mac_sign(mac, NULL, 0, none), OK);
    sign(mac, STR(""), empty);
    assert_memory_equal(none, empty, sizeof(none));
    crypto_mac_destroy(mac);
}

static void a_digest_does_not_depend_on_the_ones_before(void **state)
{
    (void)state;
    struct luck luck = luck_of(4231);
    struct crypto_mac *mac = crypto_mac_create(STR("a key"));
    uint8_t expected[CRYPTO_DIGEST_BYTES];
    assert_non_null(mac);
    sign(mac, STR("text"), expected);
    for (size_t i = 0; i < 200; i++) {
        char bytes[300];
        uint8_t digest[CRYPTO_DIGEST_BYTES];
        size_t len = luck_next(&luck, sizeof(bytes));
        luck_bytes(&luck, bytes, len);
        sign(mac, (struct str){ bytes, len }, digest);
        assert_memory_not_equal(digest, expected, sizeof(digest));
        sign(mac, STR("text"), digest);
        assert_memory_equal(digest, expected, sizeof(digest));
    }
    crypto_mac_destroy(mac);
}

static void two_keys_do_not_get_in_each_others_way(void **state)
{
    (void)state;
    struct crypto_mac *one = crypto_mac_create(STR("one"));
    struct crypto_mac *two = crypto_mac_create(STR("two"));
    uint8_t by_one[CRYPTO_DIGEST_BYTES];
    uint8_t by_two[CRYPTO_DIGEST_BYTES];
    assert_true(one && two);
    sign(one, STR("text"), by_one);
    sign(two, STR("text"), by_two);
    assert_memory_not_equal(by_one, by_two, sizeof(by_one));
    crypto_mac_destroy(two);
    sign(one, STR("text"), by_two);
    assert_memory_equal(by_one, by_two, sizeof(by_one));
    crypto_mac_destroy(one);
    crypto_mac_destroy(NULL);
}

static enum err try_signing(void *owner)
{
    (void)owner;
    const struct str part = STR("what do ya want for nothing?");
    uint8_t digest[CRYPTO_DIGEST_BYTES] = { 77 };
    struct crypto_mac *mac = crypto_mac_create(STR("Jefe"));
    if (!mac) {
        return ERR_NOMEM;
    }
    enum err err = crypto_mac_sign(mac, &part, 1, digest);
    assert_int_equal(digest[0], err == OK ? 0x5b : 77);
    crypto_mac_destroy(mac);
    return err;
}

static void without_memory_there_is_no_context_and_no_digest(void **state)
{
    (void)state;
    assert_true(starve_openssl(try_signing, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc_hold),
        cmocka_unit_test(a_key_may_be_empty),
        cmocka_unit_test(parts_are_signed_one_behind_the_other),
        cmocka_unit_test(no_parts_are_the_same_as_nothing),
        cmocka_unit_test(a_digest_does_not_depend_on_the_ones_before),
        cmocka_unit_test(two_keys_do_not_get_in_each_others_way),
        cmocka_unit_test(without_memory_there_is_no_context_and_no_digest),
    };
    openssl_memory_starvable();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
