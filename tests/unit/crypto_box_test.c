/* AES-256-GCM: the published vectors, and that nothing else than what was sealed opens. */
#include "tests/unit/hex.h"
#include "tests/unit/openssl_memory.h"

#include "common/crypto.h"

#define PLAIN_MAX 300

static const uint8_t some_key[CRYPTO_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t other_key[CRYPTO_KEY_BYTES] = { 1, 2, 4 };
static const uint8_t some_nonce[CRYPTO_NONCE_BYTES] = { 9, 8, 7 };
static const uint8_t other_nonce[CRYPTO_NONCE_BYTES] = { 9, 8, 6 };

struct vector {
    const char *key;
    const char *nonce;
    const char *identity;
    const char *plain;
    const char *sealed; /* ciphertext, tag */
};

/* McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13 to 16: those
 * of AES-256 with a nonce of 96 bits. */
static const struct vector vectors[] = {
    { "00000000000000000000000000000000 00000000000000000000000000000000",
      "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
    { "00000000000000000000000000000000 00000000000000000000000000000000",
      "000000000000000000000000", "", "00000000000000000000000000000000",
      "cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919" },
    { "feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888", "",
      "d9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b391aafd255",
      "522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662898015ad"
      "b094dac5d93471bdec1a502270e3cc6c" },
    { "feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b39",
      "522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa"
      "8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static void the_vectors_of_the_specification_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(vectors); i++) {
        const uint8_t *nonce = hex_octets(vectors[i].nonce);
        struct str identity = hex_bytes(vectors[i].identity);
        struct str plain = hex_bytes(vectors[i].plain);
        struct str sealed = hex_bytes(vectors[i].sealed);
        uint8_t bytes[PLAIN_MAX];
        struct crypto_box *box = crypto_box_create(hex_octets(vectors[i].key));
        assert_non_null(box);
        assert_int_equal(crypto_box_seal(box, nonce, identity, plain, bytes), OK);
        assert_memory_equal(bytes, sealed.ptr, sealed.len);
        assert_int_equal(crypto_box_open(box, nonce, identity, sealed, bytes), OK);
        assert_memory_equal(bytes, plain.ptr, plain.len);
        crypto_box_destroy(box);
    }
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    return true;
}

/* It opens, or nothing of it is told. */
static bool opens(struct crypto_box *box, const uint8_t *nonce, struct str identity,
                  struct str sealed)
{
    uint8_t bytes[PLAIN_MAX];
    memset(bytes, 0x55, sizeof(bytes));
    enum err err = crypto_box_open(box, nonce, identity, sealed, bytes);
    assert_true(err == OK || err == ERR_FORMAT);
    if (err != OK && sealed.len >= CRYPTO_TAG_BYTES) {
        assert_true(is_zero(bytes, sealed.len - CRYPTO_TAG_BYTES));
    }
    size_t len = sealed.len < CRYPTO_TAG_BYTES ? 0 : sealed.len - CRYPTO_TAG_BYTES;
    assert_int_equal(bytes[len], 0x55);
    return err == OK;
}

static void it_opens_only_under_its_key_nonce_and_identity(void **state)
{
    (void)state;
    struct crypto_box *box = crypto_box_create(some_key);
    struct crypto_box *other = crypto_box_create(other_key);
    uint8_t bytes[PLAIN_MAX];
    struct str plain = STR("Your parcel is on its way.");
    struct str sealed = { (const char *)bytes, plain.len + CRYPTO_TAG_BYTES };
    assert_true(box && other);
    assert_int_equal(crypto_box_seal(box, some_nonce, STR("k-1"), plain, bytes), OK);
    assert_true(opens(box, some_nonce, STR("k-1"), sealed));
    assert_false(opens(other, some_nonce, STR("k-1"), sealed));
    assert_false(opens(box, other_nonce, STR("k-1"), sealed));
    assert_false(opens(box, some_nonce, STR("k-2"), sealed));
    assert_false(opens(box, some_nonce, STR("k-"), sealed));
    assert_false(opens(box, some_nonce, STR_NONE, sealed));
    assert_true(opens(box, some_nonce, STR("k-1"), sealed));
    crypto_box_destroy(box);
    crypto_box_destroy(other);
}

static void a_changed_bit_anywhere_keeps_it_shut(void **state)
{
    (void)state;
    struct crypto_box *box = crypto_box_create(some_key);
    uint8_t bytes[PLAIN_MAX];
    struct str plain = STR("short");
    struct str sealed = { (const char *)bytes, plain.len + CRYPTO_TAG_BYTES };
    assert_non_null(box);
    assert_int_equal(crypto_box_seal(box, some_nonce, STR_NONE, plain, bytes), OK);
    for (size_t bit = 0; bit < 8 * sealed.len; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(opens(box, some_nonce, STR_NONE, sealed));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(opens(box, some_nonce, STR_NONE, sealed));
    crypto_box_destroy(box);
}

static void what_was_cut_off_or_grew_keeps_it_shut(void **state)
{
    (void)state;
    struct crypto_box *box = crypto_box_create(some_key);
    uint8_t bytes[PLAIN_MAX] = { 0 };
    struct str plain = STR("short");
    size_t whole = plain.len + CRYPTO_TAG_BYTES;
    assert_non_null(box);
    assert_int_equal(crypto_box_seal(box, some_nonce, STR_NONE, plain, bytes), OK);
    for (size_t len = 0; len <= whole + 20; len++) {
        struct str sealed = { (const char *)bytes, len };
        assert_int_equal(opens(box, some_nonce, STR_NONE, sealed), len == whole);
    }
    assert_false(opens(box, some_nonce, STR_NONE, STR_NONE));
    crypto_box_destroy(box);
}

static void any_value_comes_back(void **state)
{
    (void)state;
    struct luck luck = luck_of(38);
    struct crypto_box *box = crypto_box_create(some_key);
    assert_non_null(box);
    for (size_t i = 0; i < 500; i++) {
        char plain[PLAIN_MAX - CRYPTO_TAG_BYTES];
        char identity[40];
        char nonce[CRYPTO_NONCE_BYTES];
        uint8_t sealed[PLAIN_MAX];
        uint8_t again[PLAIN_MAX];
        struct str given = { plain, luck_next(&luck, sizeof(plain)) };
        struct str name = { identity, luck_next(&luck, sizeof(identity)) };
        luck_bytes(&luck, plain, given.len);
        luck_bytes(&luck, identity, name.len);
        luck_bytes(&luck, nonce, sizeof(nonce));
        const uint8_t *octets = (const uint8_t *)nonce;
        assert_int_equal(crypto_box_seal(box, octets, name, given, sealed), OK);
        struct str closed = { (const char *)sealed, given.len + CRYPTO_TAG_BYTES };
        assert_int_equal(crypto_box_open(box, octets, name, closed, again), OK);
        assert_memory_equal(again, plain, given.len);
    }
    crypto_box_destroy(box);
}

static enum err try_sealing(void *owner)
{
    (void)owner;
    const struct vector *vector = &vectors[1];
    struct str sealed = hex_bytes(vector->sealed);
    uint8_t bytes[PLAIN_MAX];
    struct crypto_box *box = crypto_box_create(hex_octets(vector->key));
    if (!box) {
        return ERR_NOMEM;
    }
    enum err err = crypto_box_seal(box, hex_octets(vector->nonce), STR_NONE,
                                   hex_bytes(vector->plain), bytes);
    assert_true(err != OK || memcmp(bytes, sealed.ptr, sealed.len) == 0);
    if (err == OK) {
        err = crypto_box_open(box, hex_octets(vector->nonce), STR_NONE, sealed, bytes);
        assert_true(err == OK || err == ERR_FORMAT);
        assert_true(is_zero(bytes, 16)); /* which is the vector's plain text, too */
    }
    crypto_box_destroy(box);
    return err == OK ? OK : ERR_NOMEM;
}

static void without_memory_there_is_no_box(void **state)
{
    (void)state;
    assert_true(starve_openssl(try_sealing, NULL) >= 3);
}

static void no_box_can_be_destroyed(void **state)
{
    (void)state;
    crypto_box_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_specification_hold),
        cmocka_unit_test(it_opens_only_under_its_key_nonce_and_identity),
        cmocka_unit_test(a_changed_bit_anywhere_keeps_it_shut),
        cmocka_unit_test(what_was_cut_off_or_grew_keeps_it_shut),
        cmocka_unit_test(any_value_comes_back),
        cmocka_unit_test(without_memory_there_is_no_box),
        cmocka_unit_test(no_box_can_be_destroyed),
    };
    openssl_memory_starvable();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
