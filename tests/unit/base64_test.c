/* Base64: the published vectors, and one written form for one value. */
#include "tests/unit/hex.h"

#include "common/base64.h"

static const enum base64_kind kinds[] = { BASE64_STANDARD, BASE64_URL };

static void assert_pair(struct str bytes, enum base64_kind kind, const char *text)
{
    struct buf buf;
    buf_init(&buf, 1000);
    assert_int_equal(base64_encode(bytes, kind, &buf), OK);
    assert_text(buf_str(&buf), text);
    assert_int_equal(base64_length(bytes.len, kind), strlen(text));
    buf_clear(&buf);
    assert_int_equal(base64_decode(str_from(text), kind, &buf), OK);
    assert_true(str_eq(buf_str(&buf), bytes));
    buf_fini(&buf);
}

/* RFC 4648, section 10. */
static void the_vectors_of_the_rfc_hold(void **state)
{
    (void)state;
    assert_pair(STR(""), BASE64_STANDARD, "");
    assert_pair(STR("f"), BASE64_STANDARD, "Zg==");
    assert_pair(STR("fo"), BASE64_STANDARD, "Zm8=");
    assert_pair(STR("foo"), BASE64_STANDARD, "Zm9v");
    assert_pair(STR("foob"), BASE64_STANDARD, "Zm9vYg==");
    assert_pair(STR("fooba"), BASE64_STANDARD, "Zm9vYmE=");
    assert_pair(STR("foobar"), BASE64_STANDARD, "Zm9vYmFy");
}

/* RFC 4648, section 9. */
static void the_illustrations_of_the_rfc_hold(void **state)
{
    (void)state;
    assert_pair(hex_bytes("14fb9c03d97e"), BASE64_STANDARD, "FPucA9l+");
    assert_pair(hex_bytes("14fb9c03d9"), BASE64_STANDARD, "FPucA9k=");
    assert_pair(hex_bytes("14fb9c03"), BASE64_STANDARD, "FPucAw==");
}

/* The section 10 texts without their padding, and the two digits of section 5. */
static void the_form_for_urls_has_no_padding_and_its_own_digits(void **state)
{
    (void)state;
    assert_pair(STR("f"), BASE64_URL, "Zg");
    assert_pair(STR("fo"), BASE64_URL, "Zm8");
    assert_pair(STR("foo"), BASE64_URL, "Zm9v");
    assert_pair(hex_bytes("14fb9c03d97e"), BASE64_URL, "FPucA9l-");
    assert_pair(hex_bytes("fbffbf"), BASE64_STANDARD, "+/+/");
    assert_pair(hex_bytes("fbffbf"), BASE64_URL, "-_-_");
}

static void what_is_no_encoding_is_refused_and_adds_nothing(void **state)
{
    (void)state;
    static const struct {
        enum base64_kind kind;
        struct str text;
    } faults[] = {
        { BASE64_STANDARD, STR("Zg") },
        { BASE64_STANDARD, STR("Zg=") },
        { BASE64_STANDARD, STR("Zg===") },
        { BASE64_STANDARD, STR("Zg==Zg==") },
        { BASE64_STANDARD, STR("Z===") },
        { BASE64_STANDARD, STR("====") },
        { BASE64_STANDARD, STR("=") },
        { BASE64_STANDARD, STR("=Zg=") },
        { BASE64_STANDARD, STR("Zg==\n") },
        { BASE64_STANDARD, STR("Zm9v\nYg==") },
        { BASE64_STANDARD, STR("Zm 9") },
        { BASE64_STANDARD, STR("Zh==") },
        { BASE64_STANDARD, STR("Zm9=") },
        { BASE64_STANDARD, STR("Zm9vZm9-") },
        { BASE64_STANDARD, STR("Zm9vZm9_") },
        { BASE64_STANDARD, BYTES("Zm9vZm\0v") },
        { BASE64_STANDARD, STR("Zm9vZm9\xff") },
        { BASE64_URL, STR("Z") },
        { BASE64_URL, STR("Zg==") },
        { BASE64_URL, STR("Zm8=") },
        { BASE64_URL, STR("Zm9vZ") },
        { BASE64_URL, STR("Zh") },
        { BASE64_URL, STR("Zm9") },
        { BASE64_URL, STR("Zm9vZm9+") },
        { BASE64_URL, STR("Zm9vZm9/") },
        { BASE64_URL, STR("Zm9v.g") },
        { BASE64_URL, BYTES("Zm9\0") },
    };
    for (size_t i = 0; i < countof(faults); i++) {
        struct buf buf;
        buf_init(&buf, 100);
        assert_int_equal(buf_add(&buf, STR("kept")), OK);
        if (base64_decode(faults[i].text, faults[i].kind, &buf) != ERR_FORMAT) {
            fail_msg("accepted: \"%.*s\"", STR_ARG(faults[i].text));
        }
        assert_text(buf_str(&buf), "kept");
        buf_fini(&buf);
    }
}

static void it_is_appended_to_what_is_there(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 100);
    assert_int_equal(buf_add(&buf, STR("dhm1:")), OK);
    assert_int_equal(base64_encode(STR("foob"), BASE64_URL, &buf), OK);
    assert_text(buf_str(&buf), "dhm1:Zm9vYg");
    assert_int_equal(base64_decode(STR("Zm9vYg"), BASE64_URL, &buf), OK);
    assert_text(buf_str(&buf), "dhm1:Zm9vYgfoob");
    buf_fini(&buf);
}

static void what_does_not_fit_is_not_begun(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 7);
    assert_int_equal(base64_encode(STR("foob"), BASE64_STANDARD, &buf), ERR_FULL);
    assert_int_equal(buf.len, 0);
    assert_int_equal(base64_encode(STR("foob"), BASE64_URL, &buf), OK);
    assert_int_equal(base64_decode(STR("Zm8="), BASE64_STANDARD, &buf), ERR_FULL);
    assert_text(buf_str(&buf), "Zm9vYg");
    buf_fini(&buf);
}

static void any_bytes_come_back(void **state)
{
    (void)state;
    struct luck luck = luck_of(4648);
    char bytes[200];
    struct buf text;
    struct buf again;
    buf_init(&text, 1000);
    buf_init(&again, 1000);
    for (size_t i = 0; i < 1000; i++) {
        enum base64_kind kind = kinds[i % 2];
        struct str given = { bytes, luck_next(&luck, sizeof(bytes)) };
        luck_bytes(&luck, bytes, given.len);
        buf_clear(&text);
        buf_clear(&again);
        assert_int_equal(base64_encode(given, kind, &text), OK);
        assert_int_equal(text.len, base64_length(given.len, kind));
        assert_int_equal(base64_decode(buf_str(&text), kind, &again), OK);
        assert_true(str_eq(buf_str(&again), given));
    }
    buf_fini(&text);
    buf_fini(&again);
}

/* One digit in eight is foreign to one of the two forms. */
static void what_is_accepted_is_the_only_form_of_its_value(void **state)
{
    (void)state;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    struct luck luck = luck_of(1116);
    size_t accepted = 0;
    struct buf bytes;
    struct buf again;
    buf_init(&bytes, 100);
    buf_init(&again, 100);
    for (size_t i = 0; i < 5000; i++) {
        char text[16];
        struct str given = { text, luck_next(&luck, 12) };
        for (size_t at = 0; at < given.len; at++) {
            text[at] = luck_next(&luck, 8) ? digits[luck_next(&luck, 62)] : "+/-_="[i % 5];
        }
        buf_clear(&bytes);
        buf_clear(&again);
        if (base64_decode(given, kinds[i % 2], &bytes) == OK) {
            accepted++;
            assert_int_equal(base64_encode(buf_str(&bytes), kinds[i % 2], &again), OK);
            assert_true(str_eq(buf_str(&again), given));
        }
    }
    assert_in_range(accepted, 500, 4500);
    buf_fini(&bytes);
    buf_fini(&again);
}

static enum err try_both(void *owner)
{
    const enum base64_kind *kind = owner;
    CLEANUP(buf_fini) struct buf text;
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&text, 100);
    buf_init(&bytes, 100);
    enum err err = base64_encode(STR("foobar"), *kind, &text);
    assert_int_equal(text.len, err == OK ? 8 : 0);
    TRY(err);
    err = base64_decode(buf_str(&text), *kind, &bytes);
    assert_int_equal(bytes.len, err == OK ? 6 : 0);
    return err;
}

static void without_memory_nothing_is_added(void **state)
{
    (void)state;
    for (size_t i = 0; i < countof(kinds); i++) {
        enum base64_kind kind = kinds[i];
        assert_int_equal(starve(try_both, &kind), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc_hold),
        cmocka_unit_test(the_illustrations_of_the_rfc_hold),
        cmocka_unit_test(the_form_for_urls_has_no_padding_and_its_own_digits),
        cmocka_unit_test(what_is_no_encoding_is_refused_and_adds_nothing),
        cmocka_unit_test(it_is_appended_to_what_is_there),
        cmocka_unit_test(what_does_not_fit_is_not_begun),
        cmocka_unit_test(any_bytes_come_back),
        cmocka_unit_test(what_is_accepted_is_the_only_form_of_its_value),
        cmocka_unit_test(without_memory_nothing_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
