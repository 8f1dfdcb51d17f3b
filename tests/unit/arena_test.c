/* Arenas: memory of one turn, up to a maximum. */
#include "tests/unit/leaf.h"

#include "common/arena.h"

static void blocks_are_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena;
    struct luck luck = luck_of(20250401);
    char *blocks[300];
    size_t sizes[300];
    arena_init(&arena, (size_t)1 << 20);
    for (size_t i = 0; i < countof(blocks); i++) {
        sizes[i] = (size_t)luck_next(&luck, 900);
        blocks[i] = arena_alloc(&arena, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)(i & 0xFF), sizes[i]);
    }
    for (size_t i = 0; i < countof(blocks); i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            assert_int_equal((unsigned char)blocks[i][j], i & 0xFF);
        }
    }
    arena_fini(&arena);
    arena_fini(&arena);
}

static void what_one_arena_gives_back_the_next_one_gets(void **state)
{
    (void)state;
    struct arena_pool pool;
    struct arena arena;
    arena_pool_init(&pool, 8);
    arena_init_from(&arena, &pool, 100000);
    char *first = arena_alloc(&arena, 100);
    char *more = arena_alloc(&arena, 3000);
    memset(first, 1, 100);
    memset(more, 2, 3000);
    arena_fini(&arena);
    assert_int_equal(pool.count, 2);
    mem_fail_nth(1); /* nothing is asked of the system */
    char *again = arena_alloc(&arena, 100);
    char *rest = arena_alloc(&arena, 3000);
    mem_fail_nth(0);
    assert_ptr_equal(again, first);
    assert_ptr_equal(rest, more);
    memset(rest, 3, 3000);
    assert_int_equal(pool.count, 0);
    arena_fini(&arena);
    arena_pool_fini(&pool);
    assert_int_equal(pool.count, 0);
}

static void an_arena_that_begins_with_a_large_block_takes_one_of_the_larger_chunks(void **state)
{
    (void)state;
    struct arena_pool pool;
    struct arena arena;
    arena_pool_init(&pool, 8);
    arena_init_from(&arena, &pool, 100000);
    assert_non_null(arena_alloc(&arena, 3000));
    assert_true(arena.total_bytes > 3500);
    arena_fini(&arena);
    assert_int_equal(pool.count, 1);
    assert_non_null(pool.more);
    arena_pool_fini(&pool);
}

static void only_the_newest_block_can_be_trimmed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100000);
    arena_trim(&arena, &arena, 0, 0); /* there is none */
    char *first = arena_alloc(&arena, 100);
    char *second = arena_alloc(&arena, 500);
    arena_trim(&arena, first, 100, 1);
    assert_ptr_equal(arena_alloc(&arena, 1), second + 512);
    char *third = arena_alloc(&arena, 500);
    arena_trim(&arena, third, 500, 17);
    assert_ptr_equal(arena_alloc(&arena, 1), third + 32);
    arena_fini(&arena);
}

static void a_pool_keeps_no_more_than_it_may_and_nothing_of_odd_size(void **state)
{
    (void)state;
    struct arena_pool pool;
    struct arena arena;
    arena_pool_init(&pool, 3);
    arena_init_from(&arena, &pool, 1 << 20);
    assert_non_null(arena_alloc(&arena, 50000));
    arena_fini(&arena);
    assert_int_equal(pool.count, 0);
    for (size_t i = 0; i < 20; i++) {
        assert_non_null(arena_alloc(&arena, 1500));
    }
    arena_fini(&arena);
    assert_int_equal(pool.count, 3);
    arena_init_from(&arena, &pool, 1000); /* less than a whole chunk */
    assert_non_null(arena_alloc(&arena, 992));
    assert_null(arena_alloc(&arena, 16));
    assert_int_equal(pool.count, 3);
    arena_fini(&arena);
    arena_pool_fini(&pool);
}

static void the_maximum_is_never_passed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 10000);
    assert_null(arena_alloc(&arena, 10001));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    size_t blocks = 0;
    while (arena_alloc(&arena, 100)) {
        blocks++;
        assert_true(arena.total_bytes <= 10000);
    }
    assert_in_range(blocks, 80, 100);
    arena_fini(&arena);
    assert_non_null(arena_alloc(&arena, 9000));
    arena_fini(&arena);
}

static void a_count_that_overflows_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    assert_null(arena_zero(&arena, SIZE_MAX / 2, 3));
    unsigned char *zeroed = arena_zero(&arena, 10, 10);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(zeroed[i], 0);
    }
    arena_fini(&arena);
}

static void copies_end_with_a_nul_that_does_not_count(void **state)
{
    (void)state;
    struct arena arena;
    struct str copy;
    arena_init(&arena, 1000);
    assert_int_equal(arena_copy(&arena, BYTES("a\0b"), &copy), OK);
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.ptr, "a\0b", 4);
    assert_int_equal(arena_copy(&arena, STR_NONE, &copy), OK);
    assert_int_equal(copy.len, 0);
    assert_string_equal(copy.ptr, "");
    assert_int_equal(arena_printf(&arena, &copy, "%s-%d", "lane", 7), OK);
    assert_text(copy, "lane-7");
    const struct str parts[] = { STR("la"), STR_NONE, STR("ne") };
    assert_int_equal(arena_join(&arena, parts, countof(parts), &copy), OK);
    assert_text(copy, "lane");
    assert_int_equal(copy.ptr[copy.len], '\0');
    arena_fini(&arena);
}

static enum err try_all(void *owner)
{
    (void)owner;
    CLEANUP(arena_fini) struct arena arena;
    struct str text = STR("untouched");
    arena_init(&arena, (size_t)1 << 20);
    enum err err = arena_copy(&arena, STR("text"), &text);
    assert_text(text, err == OK ? "text" : "untouched");
    TRY(err);
    TRY(arena_zero(&arena, 3, 3000) ? OK : ERR_NOMEM);
    const struct str part = { "x", 1 };
    TRY(arena_join(&arena, &part, 1, &text));
    text = STR("untouched");
    err = arena_printf(&arena, &text, "%09000d", 7);
    assert_true((err == OK) == (text.len == 9000));
    return err;
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_true(starve(try_all, NULL) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_apart),
        cmocka_unit_test(what_one_arena_gives_back_the_next_one_gets),
        cmocka_unit_test(only_the_newest_block_can_be_trimmed),
        cmocka_unit_test(an_arena_that_begins_with_a_large_block_takes_one_of_the_larger_chunks),
        cmocka_unit_test(a_pool_keeps_no_more_than_it_may_and_nothing_of_odd_size),
        cmocka_unit_test(the_maximum_is_never_passed),
        cmocka_unit_test(a_count_that_overflows_is_refused),
        cmocka_unit_test(copies_end_with_a_nul_that_does_not_count),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
