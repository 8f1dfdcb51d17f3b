/* Buffers: they grow up to a maximum, and an error leaves them as they were. */
#include "tests/unit/leaf.h"

#include "common/buf.h"

static void what_is_added_stands_behind_what_was_there(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 1000);
    assert_int_equal(buf_str(&buf).len, 0);
    assert_int_equal(buf_add(&buf, STR("la")), OK);
    assert_int_equal(buf_add_char(&buf, 'n'), OK);
    assert_int_equal(buf_printf(&buf, "%c-%d", 'e', 7), OK);
    assert_int_equal(buf_add_int(&buf, -42), OK);
    assert_int_equal(buf_add(&buf, STR_NONE), OK);
    assert_text(buf_str(&buf), "lane-7-42");
    buf_clear(&buf);
    assert_text(buf_str(&buf), "");
    buf_fini(&buf);
}

static void the_maximum_holds_to_the_byte(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4);
    assert_int_equal(buf_add(&buf, STR("abcde")), ERR_FULL);
    assert_int_equal(buf_add(&buf, STR("abcd")), OK);
    assert_int_equal(buf_add_char(&buf, 'e'), ERR_FULL);
    assert_int_equal(buf_add(&buf, STR("")), OK);
    assert_int_equal(buf_reserve(&buf, SIZE_MAX), ERR_FULL);
    assert_text(buf_str(&buf), "abcd");
    buf_fini(&buf);
}

static void a_buffer_that_may_hold_nothing_holds_nothing(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 0);
    assert_int_equal(buf_add(&buf, STR("")), OK);
    assert_int_equal(buf_add(&buf, STR("a")), ERR_FULL);
    buf_drop(&buf, 0);
    buf_fini(&buf);
}

static void printing_needs_room_for_its_nul(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4);
    assert_int_equal(buf_printf(&buf, "abcd"), ERR_FULL);
    assert_text(buf_str(&buf), "");
    assert_int_equal(buf_printf(&buf, "abc"), OK);
    assert_text(buf_str(&buf), "abc");
    buf_fini(&buf);
}

static void dropping_moves_the_rest_to_the_front(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 100);
    assert_int_equal(buf_add(&buf, STR("abcdef")), OK);
    buf_drop(&buf, 2);
    assert_text(buf_str(&buf), "cdef");
    buf_drop(&buf, 4);
    assert_text(buf_str(&buf), "");
    buf_fini(&buf);
}

static void it_holds_whatever_is_added_in_whatever_pieces(void **state)
{
    (void)state;
    struct luck luck = luck_of(20250402);
    char all[20000];
    struct buf buf;
    luck_bytes(&luck, all, sizeof(all));
    buf_init(&buf, sizeof(all));
    while (buf.len < sizeof(all)) {
        size_t len = min_size((size_t)luck_next(&luck, 700), sizeof(all) - buf.len);
        assert_int_equal(buf_add(&buf, (struct str){ all + buf.len, len }), OK);
        assert_true(buf.size <= buf.max);
    }
    assert_memory_equal(buf.ptr, all, sizeof(all));
    buf_fini(&buf);
}

static enum err try_growing(void *owner)
{
    (void)owner;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 100000);
    for (size_t i = 0; i < 1000; i++) {
        size_t before = buf.len;
        enum err err = buf_printf(&buf, "%zu,", i);
        if (err != OK) {
            assert_int_equal(buf.len, before);
            return err;
        }
    }
    return OK;
}

static void without_memory_the_content_stays(void **state)
{
    (void)state;
    assert_true(starve(try_growing, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_stands_behind_what_was_there),
        cmocka_unit_test(the_maximum_holds_to_the_byte),
        cmocka_unit_test(a_buffer_that_may_hold_nothing_holds_nothing),
        cmocka_unit_test(printing_needs_room_for_its_nul),
        cmocka_unit_test(dropping_moves_the_rest_to_the_front),
        cmocka_unit_test(it_holds_whatever_is_added_in_whatever_pieces),
        cmocka_unit_test(without_memory_the_content_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
