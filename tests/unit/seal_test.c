/* Seals: the stored form, and that nothing else than what was sealed here opens. */
#include "tests/unit/hex.h"
#include "tests/unit/openssl_memory.h"

#include "common/seal.h"

#define SECRET STR("0123456789abcdef")

static const uint8_t nonce[CRYPTO_NONCE_BYTES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };

struct kit {
    struct seal *seal;
    struct buf buf;
    struct arena arena;
};

static void kit_open(struct kit *kit, struct str secret)
{
    kit->seal = seal_create(secret);
    assert_non_null(kit->seal);
    buf_init(&kit->buf, 1000);
    arena_init(&kit->arena, (size_t)1 << 22);
}

static void kit_close(struct kit *kit)
{
    seal_destroy(kit->seal);
    buf_fini(&kit->buf);
    arena_fini(&kit->arena);
}

static void seal(struct kit *kit, const char *identity, struct str plain)
{
    buf_clear(&kit->buf);
    assert_int_equal(seal_close(kit->seal, nonce, str_from(identity), plain, &kit->buf), OK);
}

/* What is not opened must leave the output as it was. */
static bool opens(struct kit *kit, const char *identity, struct str sealed)
{
    struct str plain = STR("untouched");
    enum err err = seal_open(kit->seal, str_from(identity), sealed, &kit->arena, &plain);
    assert_true(err == OK || err == ERR_FORMAT);
    assert_true(err == OK || str_is(plain, "untouched"));
    arena_fini(&kit->arena);
    return err == OK;
}

/* Computed apart from this program and from OpenSSL: HKDF-SHA-256 (RFC 5869) with the salt
 * "deskhand seal 1" for "values", "names" and "id", AES-256-GCM, HMAC-SHA-256. What lies in a
 * store must open after an update. */
static void the_stored_form_does_not_change(void **state)
{
    (void)state;
    struct kit kit;
    struct str plain = STR_NONE;
    kit_open(&kit, SECRET);
    seal(&kit, "answer:1", STR("Your parcel is on its way."));
    assert_hex(kit.buf.ptr, kit.buf.len,
               "01 f0e400e0 000102030405060708090a0b"
               "e65a48d1ef31f6d37a1fabee383c9f1a4a58acfeeb159cb177"
               "60ba2046985977ff62e16fc26ef92bc4f9");
    assert_int_equal(seal_open(kit.seal, STR("answer:1"), buf_str(&kit.buf), &kit.arena, &plain),
                     OK);
    assert_text(plain, "Your parcel is on its way.");
    assert_int_equal(plain.ptr[plain.len], '\0');
    kit_close(&kit);
}

static void the_name_of_a_key_does_not_change(void **state)
{
    (void)state;
    struct kit kit;
    const struct str parts[] = { STR("answer"), STR("1") };
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    kit_open(&kit, SECRET);
    assert_int_equal(seal_name(kit.seal, parts, countof(parts), digest), OK);
    assert_hex(digest, sizeof(digest),
               "521ac01e58d5c604b17ded13f3aea052988242f58fb4b096dcfe02d2892a6f8c");
    kit_close(&kit);
}

static void a_value_opens_only_where_it_was_put(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, SECRET);
    seal(&kit, "k-1", STR("text"));
    assert_true(opens(&kit, "k-1", buf_str(&kit.buf)));
    assert_false(opens(&kit, "k-2", buf_str(&kit.buf)));
    assert_false(opens(&kit, "k-", buf_str(&kit.buf)));
    assert_false(opens(&kit, "", buf_str(&kit.buf)));
    kit_close(&kit);
}

static void a_value_of_another_shop_does_not_open(void **state)
{
    (void)state;
    struct kit kit;
    struct kit other;
    kit_open(&kit, SECRET);
    kit_open(&other, STR("0123456789abcdeg"));
    seal(&kit, "k", STR("text"));
    seal(&other, "k", STR("text"));
    assert_true(opens(&kit, "k", buf_str(&kit.buf)));
    assert_false(opens(&other, "k", buf_str(&kit.buf)));
    assert_memory_not_equal(kit.buf.ptr + 1, other.buf.ptr + 1, 4);
    memcpy(kit.buf.ptr + 1, other.buf.ptr + 1, 4); /* passes itself off as the other's */
    assert_false(opens(&kit, "k", buf_str(&kit.buf)));
    assert_false(opens(&other, "k", buf_str(&kit.buf)));
    kit_close(&kit);
    kit_close(&other);
}

static void a_changed_bit_anywhere_keeps_it_shut(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, SECRET);
    seal(&kit, "k", STR("text"));
    assert_int_equal(kit.buf.len, SEAL_EXTRA_BYTES + 4);
    for (size_t bit = 0; bit < 8 * kit.buf.len; bit++) {
        char *byte = &kit.buf.ptr[bit / 8];
        *byte = (char)(*byte ^ (char)(1u << bit % 8));
        assert_false(opens(&kit, "k", buf_str(&kit.buf)));
        *byte = (char)(*byte ^ (char)(1u << bit % 8));
    }
    assert_true(opens(&kit, "k", buf_str(&kit.buf)));
    kit_close(&kit);
}

static void what_was_cut_off_or_grew_keeps_it_shut(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, SECRET);
    seal(&kit, "k", STR("text"));
    size_t whole = kit.buf.len;
    for (size_t len = 0; len < whole; len++) {
        assert_false(opens(&kit, "k", str_slice(buf_str(&kit.buf), 0, len)));
        assert_false(opens(&kit, "k", str_slice(buf_str(&kit.buf), len + 1, whole)));
    }
    assert_int_equal(buf_add_char(&kit.buf, '\0'), OK);
    assert_false(opens(&kit, "k", buf_str(&kit.buf)));
    assert_false(opens(&kit, "k", STR_NONE));
    kit_close(&kit);
}

/* Stretches of random bytes, swapped pieces, values one behind the other: never an answer. */
static void no_value_that_was_tampered_with_opens(void **state)
{
    (void)state;
    struct luck luck = luck_of(256);
    struct kit kit;
    kit_open(&kit, SECRET);
    for (size_t i = 0; i < 3000; i++) {
        char plain[100];
        char kept[200];
        struct str given = { plain, luck_next(&luck, sizeof(plain)) };
        luck_bytes(&luck, plain, given.len);
        seal(&kit, "k", given);
        size_t len = kit.buf.len;
        memcpy(kept, kit.buf.ptr, len);
        size_t from = luck_next(&luck, len);
        size_t count = 1 + luck_next(&luck, len - from);
        size_t source = luck_next(&luck, len - count + 1);
        if (i % 2) {
            luck_bytes(&luck, kit.buf.ptr + from, count);
        } else {
            memmove(kit.buf.ptr + from, kept + source, count);
        }
        bool same = memcmp(kept, kit.buf.ptr, len) == 0;
        assert_int_equal(opens(&kit, "k", buf_str(&kit.buf)), same);
    }
    kit_close(&kit);
}

static void any_value_comes_back(void **state)
{
    (void)state;
    struct luck luck = luck_of(96);
    struct kit kit;
    kit_open(&kit, SECRET);
    for (size_t i = 0; i < 500; i++) {
        char bytes[500];
        struct str given = { bytes, luck_next(&luck, sizeof(bytes)) };
        struct str plain = STR_NONE;
        luck_bytes(&luck, bytes, given.len);
        seal(&kit, "k", given);
        assert_int_equal(kit.buf.len, SEAL_EXTRA_BYTES + given.len);
        assert_int_equal(seal_open(kit.seal, STR("k"), buf_str(&kit.buf), &kit.arena, &plain), OK);
        assert_true(str_eq(plain, given));
        assert_int_equal(plain.ptr[plain.len], '\0');
        arena_fini(&kit.arena);
    }
    kit_close(&kit);
}

static void neither_the_text_nor_its_key_shows(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, SECRET);
    seal(&kit, "conversation-4711", STR("my card is 4111 1111 1111 1111"));
    struct str sealed = buf_str(&kit.buf);
    assert_int_equal(str_find(sealed, STR("4111")), sealed.len);
    assert_int_equal(str_find(sealed, STR("4711")), sealed.len);
    assert_int_equal(str_find(sealed, SECRET), sealed.len);
    kit_close(&kit);
}

static void it_is_appended_or_not_begun(void **state)
{
    (void)state;
    struct kit kit;
    kit_open(&kit, SECRET);
    kit.buf.max = 4 + SEAL_EXTRA_BYTES + 3;
    assert_int_equal(buf_add(&kit.buf, STR("head")), OK);
    assert_int_equal(seal_close(kit.seal, nonce, STR("k"), STR("four"), &kit.buf), ERR_FULL);
    assert_text(buf_str(&kit.buf), "head");
    assert_int_equal(seal_close(kit.seal, nonce, STR("k"), STR("abc"), &kit.buf), OK);
    assert_int_equal(kit.buf.len, kit.buf.max);
    assert_true(opens(&kit, "k", str_slice(buf_str(&kit.buf), 4, kit.buf.len)));
    kit_close(&kit);
}

static enum err try_all(void *owner)
{
    (void)owner;
    const struct str part = STR("k");
    CLEANUP(buf_fini) struct buf buf;
    CLEANUP(arena_fini) struct arena arena;
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    struct str plain = STR("untouched");
    buf_init(&buf, 1000);
    arena_init(&arena, 10000);
    struct seal *seal = seal_create(SECRET);
    enum err err = seal ? seal_name(seal, &part, 1, digest) : ERR_NOMEM;
    if (err == OK) {
        err = seal_close(seal, nonce, part, STR("text"), &buf);
        assert_int_equal(buf.len, err == OK ? SEAL_EXTRA_BYTES + 4 : 0);
    }
    if (err == OK) {
        err = seal_open(seal, part, buf_str(&buf), &arena, &plain);
        assert_text(plain, err == OK ? "text" : "untouched");
    }
    seal_destroy(seal);
    return err;
}

static void without_memory_nothing_is_sealed_or_opened(void **state)
{
    (void)state;
    assert_true(starve_openssl(try_all, NULL) >= 7);
    seal_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stored_form_does_not_change),
        cmocka_unit_test(the_name_of_a_key_does_not_change),
        cmocka_unit_test(a_value_opens_only_where_it_was_put),
        cmocka_unit_test(a_value_of_another_shop_does_not_open),
        cmocka_unit_test(a_changed_bit_anywhere_keeps_it_shut),
        cmocka_unit_test(what_was_cut_off_or_grew_keeps_it_shut),
        cmocka_unit_test(no_value_that_was_tampered_with_opens),
        cmocka_unit_test(any_value_comes_back),
        cmocka_unit_test(neither_the_text_nor_its_key_shows),
        cmocka_unit_test(it_is_appended_or_not_begun),
        cmocka_unit_test(without_memory_nothing_is_sealed_or_opened),
    };
    openssl_memory_starvable();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
