/* Digests, derived keys, ids: the published vectors, and what is kept secret. */
#include "tests/unit/hex.h"
#include "tests/unit/openssl_memory.h"

#include <pthread.h>

#include "common/crypto.h"

static void assert_sha256(struct str bytes, const char *hex)
{
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    assert_int_equal(crypto_sha256(bytes, digest), OK);
    assert_hex(digest, sizeof(digest), hex);
}

/* FIPS 180-4, the examples that NIST publishes with it. */
static void the_examples_of_sha_256_hold(void **state)
{
    (void)state;
    static char many[1000000];
    memset(many, 'a', sizeof(many));
    assert_sha256(STR("abc"), "ba7816bf 8f01cfea 414140de 5dae2223"
                              "b00361a3 96177a9c b410ff61 f20015ad");
    assert_sha256(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                  "248d6a61 d20638b8 e5c02693 0c3e6039 a33ce459 64ff2167 f6ecedd4 19db06c1");
    assert_sha256((struct str){ many, sizeof(many) },
                  "cdc76e5c 9914fb92 81a1c7e2 84d73e67 f1809a48 a497200e 046d39cc c7112cd0");
    assert_sha256(STR_NONE,
                  "e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855");
}

static void a_version_is_how_the_digest_begins(void **state)
{
    (void)state;
    char version[CRYPTO_VERSION_CHARS + 1];
    assert_int_equal(crypto_version(STR("abc"), version), OK);
    assert_string_equal(version, "ba7816bf8f01");
}

static void bytes_are_written_as_hex_in_lower_case(void **state)
{
    (void)state;
    const uint8_t bytes[] = { 0x00, 0x0f, 0xa5, 0xff };
    char text[9] = "????????";
    assert_text(crypto_hex(bytes, sizeof(bytes), text), "000fa5ff");
    assert_string_equal(text, "000fa5ff");
    assert_text(crypto_hex(bytes, 0, text), "");
    assert_string_equal(text, "");
}

/* RFC 5869, appendix A.1 to A.3. */
static void the_vectors_of_hkdf_hold(void **state)
{
    (void)state;
    static const struct {
        const char *secret;
        const char *salt;
        const char *info;
        const char *key;
    } vectors[] = {
        { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
          "f0f1f2f3f4f5f6f7f8f9",
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
        { "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
          "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
          "404142434445464748494a4b4c4d4e4f",
          "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
          "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
          "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
          "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
          "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
          "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
          "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
          "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
          "cc30c58179ec3e87c14c01d5c1f3434f1d87" },
        { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
    };
    for (size_t i = 0; i < countof(vectors); i++) {
        struct str expected = hex_bytes(vectors[i].key);
        uint8_t key[82];
        assert_int_equal(crypto_derive(hex_bytes(vectors[i].secret), hex_bytes(vectors[i].salt),
                                       hex_bytes(vectors[i].info), key, expected.len),
                         OK);
        assert_memory_equal(key, expected.ptr, expected.len);
    }
}

static void a_purpose_and_a_salt_each_give_another_key(void **state)
{
    (void)state;
    uint8_t keys[4][CRYPTO_KEY_BYTES];
    assert_int_equal(crypto_derive(STR("secret"), STR("s"), STR("values"), keys[0], 32), OK);
    assert_int_equal(crypto_derive(STR("secret"), STR("s"), STR("names"), keys[1], 32), OK);
    assert_int_equal(crypto_derive(STR("secret"), STR("t"), STR("values"), keys[2], 32), OK);
    assert_int_equal(crypto_derive(STR("Secret"), STR("s"), STR("values"), keys[3], 32), OK);
    for (size_t i = 0; i < countof(keys); i++) {
        for (size_t other = 0; other < i; other++) {
            assert_memory_not_equal(keys[i], keys[other], CRYPTO_KEY_BYTES);
        }
    }
}

/* RFC 5869, section 2.3: at most 255 digests. */
static void a_key_has_at_most_8160_bytes(void **state)
{
    (void)state;
    static uint8_t key[8161];
    static const uint8_t untouched[8161];
    assert_int_equal(crypto_derive(STR("secret"), STR("s"), STR("i"), key, 8161), ERR_NOMEM);
    assert_memory_equal(key, untouched, sizeof(key));
    assert_int_equal(crypto_derive(STR("secret"), STR("s"), STR("i"), key, 8160), OK);
    assert_memory_not_equal(key, untouched, 8160);
    assert_int_equal(key[8160], 0);
}

static const uint8_t space_dns[] = { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                     0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };

/* RFC 9562, appendix A.4; the second is from the documentation of Python's uuid module. */
static void the_published_ids_of_names_hold(void **state)
{
    (void)state;
    char id[CRYPTO_UUID_TEXT_BYTES];
    assert_int_equal(crypto_uuid5(space_dns, STR("www.example.com"), id), OK);
    assert_string_equal(id, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    assert_int_equal(crypto_uuid5(space_dns, STR("python.org"), id), OK);
    assert_string_equal(id, "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

static void an_id_tells_its_version_and_variant(void **state)
{
    (void)state;
    struct luck luck = luck_of(9562);
    for (size_t i = 0; i < 200; i++) {
        char name[40];
        char id[CRYPTO_UUID_TEXT_BYTES];
        struct str given = { name, luck_next(&luck, sizeof(name)) };
        luck_bytes(&luck, name, given.len);
        assert_int_equal(crypto_uuid5(space_dns, given, id), OK);
        assert_int_equal(strlen(id), 36);
        assert_int_equal(id[14], '5');
        assert_non_null(strchr("89ab", id[19]));
        assert_true(id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-');
    }
}

static void wiping_ends_where_it_is_told(void **state)
{
    (void)state;
    char bytes[] = "secret-kept";
    crypto_wipe(bytes, 6);
    assert_memory_equal(bytes, "\0\0\0\0\0\0-kept", 11);
    crypto_wipe(NULL, 0);
}

/* More than the operating system gives at once; that 600 bytes twice come out the same has a
 * chance of 2^-4800. */
static void random_bytes_fill_all_that_is_asked_for(void **state)
{
    (void)state;
    uint8_t first[602] = { 0 };
    uint8_t second[602] = { 0 };
    assert_int_equal(crypto_random(first + 1, 600), OK);
    assert_int_equal(crypto_random(second + 1, 600), OK);
    assert_memory_not_equal(first + 1, second + 1, 600);
    assert_memory_not_equal(first + 601 - 32, second + 601 - 32, 32);
    assert_true(first[0] == 0 && first[601] == 0);
    assert_int_equal(crypto_random(first, 0), OK);
}

static void *digest_again_and_again(void *owner)
{
    char *first = owner;
    for (size_t i = 0; i < 2000; i++) {
        char text[] = { *first, 'b', 'c' };
        uint8_t digest[CRYPTO_DIGEST_BYTES];
        char id[CRYPTO_UUID_TEXT_BYTES];
        char hex[2 * CRYPTO_DIGEST_BYTES + 1];
        if (crypto_sha256((struct str){ text, sizeof(text) }, digest) != OK ||
            crypto_uuid5(space_dns, STR("python.org"), id) != OK ||
            strcmp(id, "886313e1-3b8a-5372-9b90-0c9aee199e5d") != 0) {
            return NULL;
        }
        crypto_hex(digest, sizeof(digest), hex);
        bool is_abc = strncmp(hex, "ba7816bf8f01cfea", 16) == 0; /* FIPS 180-2, B.1 */
        if (is_abc != (*first == 'a')) {
            return NULL;
        }
    }
    return owner;
}

/* The kinds have one context each, and a thread that finds it taken makes its own. */
static void threads_do_not_mix_their_digests(void **state)
{
    (void)state;
    pthread_t threads[4];
    char firsts[4] = { 'a', 'x', 'a', 'y' };
    for (size_t i = 0; i < countof(threads); i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, digest_again_and_again, &firsts[i]), 0);
    }
    for (size_t i = 0; i < countof(threads); i++) {
        void *told;
        assert_int_equal(pthread_join(threads[i], &told), 0);
        assert_ptr_equal(told, &firsts[i]);
    }
}

static enum err try_all(void *owner)
{
    (void)owner;
    uint8_t digest[CRYPTO_DIGEST_BYTES] = { 77 };
    char id[CRYPTO_UUID_TEXT_BYTES] = "untouched";
    uint8_t key[CRYPTO_KEY_BYTES];
    enum err err = crypto_uuid5(space_dns, STR("python.org"), id);
    assert_string_equal(id, err == OK ? "886313e1-3b8a-5372-9b90-0c9aee199e5d" : "untouched");
    TRY(err);
    err = crypto_sha256(STR("abc"), digest);
    assert_int_equal(digest[0], err == OK ? 0xba : 77);
    TRY(err);
    return crypto_derive(STR("secret"), STR("salt"), STR("info"), key, sizeof(key));
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_true(starve_openssl(try_all, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_sha_256_hold),
        cmocka_unit_test(a_version_is_how_the_digest_begins),
        cmocka_unit_test(bytes_are_written_as_hex_in_lower_case),
        cmocka_unit_test(the_vectors_of_hkdf_hold),
        cmocka_unit_test(a_purpose_and_a_salt_each_give_another_key),
        cmocka_unit_test(a_key_has_at_most_8160_bytes),
        cmocka_unit_test(the_published_ids_of_names_hold),
        cmocka_unit_test(an_id_tells_its_version_and_variant),
        cmocka_unit_test(wiping_ends_where_it_is_told),
        cmocka_unit_test(random_bytes_fill_all_that_is_asked_for),
        cmocka_unit_test(threads_do_not_mix_their_digests),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    openssl_memory_starvable();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
