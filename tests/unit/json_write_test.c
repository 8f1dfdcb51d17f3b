/* JSON there and back: what is written is what was read, and a text with one byte changed is
 * refused or read whole. */
#include "tests/unit/leaf.h"

#include "common/json.h"

#define BYTES_MAX ((size_t)1 << 20)

/* Writes random JSON, a value at a time. */
struct maker {
    struct luck luck;
    struct buf *buf;
};

static void make(struct maker *maker, const char *text)
{
    assert_int_equal(buf_add(maker->buf, str_from(text)), OK);
}

static void make_plain(struct maker *maker)
{
    static const char *const values[] = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "9223372036854775807",
        "0.5",
        "-2.5e-10",
        "\"\"",
        "\"a\\\"b\\\\c\"",
        "\"\\u0001\\n\"",
        "\"\xc3\xa9\xe8\xae\xa2\xf0\x9f\x98\x80\"",
    };
    make(maker, values[luck_next(&maker->luck, countof(values))]);
}

static void make_container(struct maker *maker)
{
    bool is_object = luck_next(&maker->luck, 2);
    make(maker, is_object ? "{" : "[");
    for (size_t i = luck_next(&maker->luck, 5); i > 0; i--) {
        if (is_object) {
            assert_int_equal(buf_printf(maker->buf, "\"k%zu\":", i), OK);
        }
        make_plain(maker);
        make(maker, i > 1 ? "," : "");
    }
    make(maker, is_object ? "}" : "]");
}

static void make_root(struct maker *maker)
{
    buf_clear(maker->buf);
    make(maker, "{\"root\":0");
    for (size_t i = luck_next(&maker->luck, 8); i > 0; i--) {
        assert_int_equal(buf_printf(maker->buf, ",\"m%zu\":", i), OK);
        if (luck_next(&maker->luck, 2)) {
            make_container(maker);
        } else {
            make_plain(maker);
        }
    }
    make(maker, "}");
}

/* What is read is written, and what is written is read as the same. */
static void assert_round_trip(struct str bytes)
{
    struct json_t *root = NULL;
    struct json_t *again = NULL;
    struct buf once;
    struct buf twice;
    buf_init(&once, BYTES_MAX);
    buf_init(&twice, BYTES_MAX);
    assert_int_equal(json_read(bytes, BYTES_MAX, &root, NULL), OK);
    assert_int_equal(json_write(root, &once), OK);
    assert_int_equal(json_read(buf_str(&once), BYTES_MAX, &again, NULL), OK);
    assert_int_equal(json_write(again, &twice), OK);
    assert_true(str_eq(buf_str(&once), buf_str(&twice)));
    json_drop(&root);
    json_drop(&again);
    buf_fini(&once);
    buf_fini(&twice);
}

static void what_is_written_reads_back_as_the_same(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, BYTES_MAX);
    struct maker maker = { luck_of(8259), &buf };
    for (size_t i = 0; i < 2000; i++) {
        make_root(&maker);
        assert_round_trip(buf_str(&buf));
    }
    buf_fini(&buf);
}

static void a_text_with_a_changed_byte_is_refused_or_whole(void **state)
{
    (void)state;
    static const char bytes[] = "{}[]\",:\\u0e-.1a \n\x80\xff";
    struct buf buf;
    buf_init(&buf, BYTES_MAX);
    struct maker maker = { luck_of(8260), &buf };
    size_t refused = 0;
    for (size_t i = 0; i < 5000; i++) {
        make_root(&maker);
        size_t at = luck_next(&maker.luck, buf.len);
        buf.ptr[at] = bytes[luck_next(&maker.luck, sizeof(bytes))];
        struct json_t *root = NULL;
        if (json_read(buf_str(&buf), BYTES_MAX, &root, NULL) == OK) {
            assert_round_trip(buf_str(&buf));
        } else {
            assert_null(root);
            refused++;
        }
        json_drop(&root);
    }
    assert_in_range(refused, 1000, 4900);
    buf_fini(&buf);
}

static void it_is_written_compactly_in_the_order_it_came(void **state)
{
    (void)state;
    struct json_t *root = NULL;
    struct buf buf;
    buf_init(&buf, 100);
    assert_int_equal(json_read(STR(" { \"z\" : [ 1 , 2.5 ] , \"a\" : \"\\u00e9\\/\" } "), BYTES_MAX,
                               &root, NULL),
                     OK);
    assert_int_equal(buf_add(&buf, STR("head ")), OK);
    assert_int_equal(json_write(root, &buf), OK);
    assert_text(buf_str(&buf), "head {\"z\":[1,2.5],\"a\":\"\xc3\xa9/\"}");
    buf_fini(&buf);
    buf_init(&buf, 15);
    assert_int_equal(buf_add(&buf, STR("head ")), OK);
    assert_int_equal(json_write(root, &buf), ERR_FULL);
    assert_text(buf_str(&buf), "head ");
    json_drop(&root);
    buf_fini(&buf);
}

#define SOME                                                                                       \
    "{\"id\":\"m-1\",\"n\":[1,2.5,true,null],\"o\":{\"long\":\"0123456789012345678901234\"}}"

static enum err try_reading(void *owner)
{
    (void)owner;
    struct json_t *root = NULL;
    enum err err = json_read(STR(SOME), BYTES_MAX, &root, NULL);
    assert_true((err == OK) == (root != NULL));
    json_drop(&root);
    return err;
}

static enum err try_writing(void *owner)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 1000);
    enum err err = json_write(owner, &buf);
    assert_text(buf_str(&buf), err == OK ? SOME : "");
    return err;
}

static void without_memory_nothing_is_read_or_written(void **state)
{
    (void)state;
    struct json_t *root = NULL;
    assert_true(starve(try_reading, NULL) >= 10);
    assert_int_equal(json_read(STR(SOME), BYTES_MAX, &root, NULL), OK);
    assert_true(starve(try_writing, root) >= 1);
    json_drop(&root);
}

static int set_up(void **state)
{
    (void)state;
    json_setup(1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_as_the_same),
        cmocka_unit_test(a_text_with_a_changed_byte_is_refused_or_whole),
        cmocka_unit_test(it_is_written_compactly_in_the_order_it_came),
        cmocka_unit_test(without_memory_nothing_is_read_or_written),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
