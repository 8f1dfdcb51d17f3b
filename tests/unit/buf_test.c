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

static void what_fits_into_the_room_of_an_arena_stays_where_it_was_written(void **state)
{
    (void)state;
    struct arena arena;
    struct buf buf;
    struct str text;
    arena_init(&arena, 4000);
    assert_int_equal(buf_init_in(&buf, &arena, 1000, 2000), OK);
    const char *room = buf.ptr;
    assert_int_equal(buf_add(&buf, STR("written once")), OK);
    assert_int_equal(buf_keep(&buf, &arena, &text), OK);
    buf_fini(&buf);
    assert_ptr_equal(text.ptr, room);
    assert_text(text, "written once");
    assert_int_equal(text.ptr[text.len], '\0');
    assert_ptr_equal(arena_alloc(&arena, 1), room + 16); /* the rest was given back */
    arena_fini(&arena);
}

static void what_outgrows_its_room_is_copied_and_the_maximum_holds(void **state)
{
    (void)state;
    for (size_t len = 0; len <= 60; len++) {
        struct arena arena;
        struct buf buf;
        struct str text;
        arena_init(&arena, 4000);
        assert_int_equal(buf_init_in(&buf, &arena, 20, 50), OK);
        enum err err = OK;
        for (size_t i = 0; i < len && err == OK; i++) {
            err = buf_add_char(&buf, (char)('a' + i % 26));
        }
        assert_int_equal(err, len <= 50 ? OK : ERR_FULL);
        assert_int_equal(buf_keep(&buf, &arena, &text), OK);
        buf_fini(&buf);
        assert_int_equal(text.len, min_size(len, 50));
        assert_int_equal(text.ptr[text.len], '\0');
        for (size_t i = 0; i < text.len; i++) {
            assert_int_equal(text.ptr[i], 'a' + i % 26);
        }
        arena_fini(&arena);
    }
}

static void lent_memory_is_not_freed(void **state)
{
    (void)state;
    char room[8];
    struct buf buf;
    buf_init_on(&buf, room, sizeof(room), 100);
    assert_int_equal(buf_add(&buf, STR("12345678")), OK);
    assert_ptr_equal(buf.ptr, room);
    assert_int_equal(buf_add(&buf, STR("9")), OK);
    assert_text(buf_str(&buf), "123456789");
    assert_memory_equal(room, "12345678", sizeof(room));
    buf_fini(&buf);
    buf_init_on(&buf, room, sizeof(room), 100);
    buf_fini(&buf);
}

static enum err try_growing_on(struct buf *buf)
{
    for (size_t i = 0; i < 100; i++) {
        size_t before = buf->len;
        enum err err = buf_add_int(buf, (int64_t)i);
        if (err != OK) {
            assert_int_equal(buf->len, before);
            return err;
        }
    }
    return OK;
}

static enum err try_outgrowing(void *owner)
{
    (void)owner;
    struct arena arena;
    struct str text;
    CLEANUP(buf_fini) struct buf buf;
    arena_init(&arena, 4000);
    enum err err = buf_init_in(&buf, &arena, 20, 4000);
    err = err == OK ? try_growing_on(&buf) : err;
    err = err == OK ? buf_keep(&buf, &arena, &text) : err;
    arena_fini(&arena);
    return err;
}

static void without_memory_lent_room_is_not_outgrown(void **state)
{
    (void)state;
    assert_true(starve(try_outgrowing, NULL) >= 2);
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
        cmocka_unit_test(what_fits_into_the_room_of_an_arena_stays_where_it_was_written),
        cmocka_unit_test(what_outgrows_its_room_is_copied_and_the_maximum_holds),
        cmocka_unit_test(lent_memory_is_not_freed),
        cmocka_unit_test(without_memory_lent_room_is_not_outgrown),
        cmocka_unit_test(without_memory_the_content_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
