/* Memory: the one door, and the failure that a test can plan. */
#include "tests/unit/leaf.h"

static void nothing_asked_for_still_gives_a_block(void **state)
{
    (void)state;
    void *block = mem_alloc(0);
    void *zeroed = mem_zero(0, 0);
    void *resized = mem_resize(NULL, 0);
    assert_non_null(block);
    assert_non_null(zeroed);
    assert_non_null(resized);
    mem_free(block);
    mem_free(zeroed);
    mem_free(resized);
    mem_free(NULL);
}

static void zeroed_memory_is_zero(void **state)
{
    (void)state;
    unsigned char *bytes = mem_zero(100, 3);
    assert_non_null(bytes);
    for (size_t i = 0; i < 300; i++) {
        assert_int_equal(bytes[i], 0);
    }
    mem_free(bytes);
}

static void the_planned_allocation_fails_once(void **state)
{
    (void)state;
    mem_fail_nth(2);
    void *first = mem_alloc(1);
    assert_non_null(first);
    assert_false(mem_has_failed());
    assert_null(mem_zero(1, 1));
    assert_true(mem_has_failed());
    void *third = mem_alloc(1);
    assert_non_null(third);
    mem_fail_nth(0);
    assert_false(mem_has_failed());
    mem_free(first);
    mem_free(third);
}

static void a_failed_resize_keeps_the_block(void **state)
{
    (void)state;
    char *text = mem_dup("kept");
    mem_fail_nth(1);
    assert_null(mem_resize(text, 100));
    mem_fail_nth(0);
    assert_string_equal(text, "kept");
    text = mem_resize(text, 100);
    assert_string_equal(text, "kept");
    mem_free(text);
}

static void a_copy_ends_behind_the_text(void **state)
{
    (void)state;
    char *part = mem_dup_str(str_slice(STR("host:1"), 0, 4));
    char *empty = mem_dup_str(STR_NONE);
    assert_string_equal(part, "host");
    assert_string_equal(empty, "");
    mem_free(part);
    mem_free(empty);
}

static void a_copy_can_fail_too(void **state)
{
    (void)state;
    mem_fail_nth(1);
    assert_null(mem_dup("text"));
    mem_fail_nth(1);
    assert_null(mem_dup_str(STR("text")));
    mem_fail_nth(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_for_still_gives_a_block),
        cmocka_unit_test(zeroed_memory_is_zero),
        cmocka_unit_test(the_planned_allocation_fails_once),
        cmocka_unit_test(a_failed_resize_keeps_the_block),
        cmocka_unit_test(a_copy_ends_behind_the_text),
        cmocka_unit_test(a_copy_can_fail_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
