/* JSON out: the same calls give the same bytes, whatever is in them reads back, and the first error
 * takes everything back. */
#include "tests/unit/leaf.h"

#include "common/json.h"
#include "common/json_out.h"

static void the_calls_are_the_text_in_their_order(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 1000);
    assert_int_equal(buf_add(&buf, STR("head ")), OK);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_put_text(&out, "id", STR("m-1"));
    json_open_array(&out, "list");
    json_put_int(&out, NULL, 1);
    json_open_object(&out, NULL);
    json_close_object(&out);
    json_open_array(&out, NULL);
    json_close_array(&out);
    json_put_bool(&out, NULL, false);
    json_close_array(&out);
    json_put_bool(&out, "ok", true);
    json_put_text_if(&out, "none", STR(""));
    json_put_text_if(&out, "some", STR("x"));
    json_put_raw(&out, "raw", STR("{\"a\":[1]}"));
    json_put_time(&out, "at", 1764324000250);
    json_close_object(&out);
    assert_int_equal(json_out_end(&out), OK);
    assert_text(buf_str(&buf), "head {\"id\":\"m-1\",\"list\":[1,{},[],false],\"ok\":true,"
                               "\"some\":\"x\",\"raw\":{\"a\":[1]},"
                               "\"at\":\"2025-11-28T10:00:00.250Z\"}");
    buf_fini(&buf);
}

static void assert_quoted(struct str text, const char *expected)
{
    struct buf buf;
    buf_init(&buf, 1000);
    struct json_out out = json_out_to(&buf);
    json_put_text(&out, NULL, text);
    assert_int_equal(json_out_end(&out), OK);
    assert_text(buf_str(&buf), expected);
    buf_fini(&buf);
}

/* RFC 8259, section 7: what must be escaped, and nothing else is. */
static void what_must_be_escaped_is(void **state)
{
    (void)state;
    assert_quoted(STR(""), "\"\"");
    assert_quoted(STR("\"\\/"), "\"\\\"\\\\/\"");
    assert_quoted(STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
    assert_quoted(BYTES("\0\x01\x1f"), "\"\\u0000\\u0001\\u001f\"");
    assert_quoted(STR("\x7f\xc2\x85\xe2\x80\xa8<>&'"), "\"\x7f\xc2\x85\xe2\x80\xa8<>&'\"");
    assert_quoted(STR("订单\xf0\x9f\x98\x80"), "\"订单\xf0\x9f\x98\x80\"");
    assert_quoted(STR("\na\n\nb\n"), "\"\\na\\n\\nb\\n\"");
}

static void keys_are_escaped_too(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 100);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_put_int(&out, "a\"b\n", INT64_MIN);
    json_put_int(&out, "", INT64_MAX);
    json_close_object(&out);
    assert_int_equal(json_out_end(&out), OK);
    assert_text(buf_str(&buf), "{\"a\\\"b\\n\":-9223372036854775808,\"\":9223372036854775807}");
    buf_fini(&buf);
}

static void assert_number(double number, const char *expected)
{
    struct buf buf;
    buf_init(&buf, 100);
    struct json_out out = json_out_to(&buf);
    json_put_number(&out, NULL, number);
    assert_int_equal(json_out_end(&out), OK);
    if (expected) {
        assert_text(buf_str(&buf), expected);
    }
    assert_int_equal(buf_add_char(&buf, '\0'), OK);
    assert_true(strtod(buf.ptr, NULL) == number);
    buf_fini(&buf);
}

static void numbers_have_the_fewest_digits_that_read_back(void **state)
{
    (void)state;
    assert_number(0, "0");
    assert_number(1, "1");
    assert_number(-2.5, "-2.5");
    assert_number(0.1, "0.1");
    assert_number(19.99, "19.99");
    assert_number(0.1 + 0.2, "0.30000000000000004");
    assert_number(1e15, "1e+15");
    assert_number(123456789012345, "123456789012345");
    assert_number(1e-7, "1e-07");
}

/* The numbers of RFC 8785, appendix B, by their bits; only the value is held to, since the form of
 * that document is not ours. */
static void any_finite_number_reads_back(void **state)
{
    (void)state;
    static const uint64_t bits[] = {
        0x0000000000000000, 0x8000000000000000, 0x0000000000000001, 0x8000000000000001,
        0x7fefffffffffffff, 0xffefffffffffffff, 0x4340000000000000, 0xc340000000000000,
        0x4430000000000000, 0x44b52d02c7e14af5, 0x44b52d02c7e14af6, 0x44b52d02c7e14af7,
        0x444b1ae4d6e2ef4e, 0x444b1ae4d6e2ef4f, 0x444b1ae4d6e2ef50, 0x3eb0c6f7a0b5ed8c,
        0x3eb0c6f7a0b5ed8d, 0x41b3de4355555553, 0x41b3de4355555554, 0x41b3de4355555555,
        0x41b3de4355555556, 0x41b3de4355555557, 0xbecbf647612f3696, 0x43143ff3c1cb0959,
    };
    struct luck luck = luck_of(8785);
    for (size_t i = 0; i < countof(bits) + 5000; i++) {
        uint64_t number = i < countof(bits)
                              ? bits[i]
                              : luck_next(&luck, UINT32_MAX) << 32 | luck_next(&luck, UINT32_MAX);
        double real;
        memcpy(&real, &number, sizeof(real));
        if ((number >> 52 & 0x7ff) != 0x7ff) {
            assert_number(real, NULL);
        }
    }
}

static enum err write_some(struct buf *buf, struct str text)
{
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    json_put_text(&out, "text", text);
    json_open_array(&out, "list");
    json_put_number(&out, NULL, 0.5);
    json_close_array(&out);
    json_put_bool(&out, "end", true);
    json_close_object(&out);
    return json_out_end(&out);
}

static void text_that_is_not_utf8_takes_everything_back(void **state)
{
    (void)state;
    static const struct str texts[] = { STR("\xff"), STR("a\xc3"), STR("\xed\xa0\x80"),
                                        STR("\xc0\x80") };
    for (size_t i = 0; i < countof(texts); i++) {
        struct buf buf;
        buf_init(&buf, 1000);
        assert_int_equal(buf_add(&buf, STR("kept")), OK);
        assert_int_equal(write_some(&buf, texts[i]), ERR_UTF8);
        assert_text(buf_str(&buf), "kept");
        buf_fini(&buf);
    }
    struct buf buf;
    buf_init(&buf, 1000);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_put_int(&out, "\xff", 1);
    json_close_object(&out);
    assert_int_equal(json_out_end(&out), ERR_UTF8);
    assert_int_equal(buf.len, 0);
    buf_fini(&buf);
}

static void what_does_not_fit_is_taken_back_wherever_it_stops(void **state)
{
    (void)state;
    struct buf whole;
    buf_init(&whole, 1000);
    assert_int_equal(write_some(&whole, STR("a\nb")), OK);
    for (size_t max = 0; max < whole.len; max++) {
        struct buf buf;
        buf_init(&buf, max);
        assert_int_equal(write_some(&buf, STR("a\nb")), ERR_FULL);
        assert_int_equal(buf.len, 0);
        buf_fini(&buf);
    }
    buf_fini(&whole);
}

static void the_first_error_stays(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 8);
    struct json_out out = json_out_to(&buf);
    json_open_array(&out, NULL);
    json_put_text(&out, NULL, STR("\xff"));
    json_put_text(&out, NULL, STR("much too long for this"));
    json_close_array(&out);
    assert_int_equal(json_out_end(&out), ERR_UTF8);
    buf_fini(&buf);
}

static void any_text_reads_back(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "\"",   "\\",           "\n", "\x01", "a", "/", "\xc3\xa9", "}", "\xf0\x9f\x98\x80",
        "\x7f", "\xe2\x80\xa9", ","
    };
    struct luck luck = luck_of(7);
    json_setup(1);
    for (size_t i = 0; i < 2000; i++) {
        struct buf text;
        struct buf json;
        struct arena arena;
        struct json_t *root = NULL;
        struct str again;
        buf_init(&text, 1000);
        buf_init(&json, 1000);
        arena_init(&arena, 10000);
        for (size_t left = luck_next(&luck, 20); left > 0; left--) {
            const char *piece = pieces[luck_next(&luck, countof(pieces))];
            assert_int_equal(buf_add(&text, str_from(piece)), OK);
        }
        assert_int_equal(write_some(&json, buf_str(&text)), OK);
        assert_int_equal(json_read(buf_str(&json), 1000, &root, NULL), OK);
        const struct json_in in = { &arena, NULL };
        struct json_at at = json_root(root, &in);
        assert_int_equal(json_want_text(&at, "text", 0, 1000, &again), OK);
        assert_true(str_eq(again, buf_str(&text)));
        json_drop(&root);
        arena_fini(&arena);
        buf_fini(&json);
        buf_fini(&text);
    }
}

static enum err try_writing(void *owner)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 10000);
    enum err err = write_some(&buf, str_from(owner));
    assert_true((err == OK) == (buf.len > 0));
    return err;
}

static void without_memory_everything_is_taken_back(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_true(starve(try_writing, text) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_calls_are_the_text_in_their_order),
        cmocka_unit_test(what_must_be_escaped_is),
        cmocka_unit_test(keys_are_escaped_too),
        cmocka_unit_test(numbers_have_the_fewest_digits_that_read_back),
        cmocka_unit_test(any_finite_number_reads_back),
        cmocka_unit_test(text_that_is_not_utf8_takes_everything_back),
        cmocka_unit_test(what_does_not_fit_is_taken_back_wherever_it_stops),
        cmocka_unit_test(the_first_error_stays),
        cmocka_unit_test(any_text_reads_back),
        cmocka_unit_test(without_memory_everything_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
