/* seen_test.c - a key is new once, and the first of too many is forgotten. */
#include "common/seen.h"

#include "tests/unit/leaf.h"

static const uint64_t seed[2] = { 1, 2 };

static bool is_new(struct seen *seen, const char *key)
{
    bool added = false;
    assert_int_equal(seen_add(seen, str_from(key), &added), OK);
    return added;
}

static void a_key_is_new_once(void **state)
{
    (void)state;
    struct seen seen;
    assert_int_equal(seen_init(&seen, 4, seed), OK);
    assert_true(is_new(&seen, "a"));
    assert_false(is_new(&seen, "a"));
    assert_true(is_new(&seen, "ab"));
    assert_false(is_new(&seen, "a"));
    seen_fini(&seen);
}

static void the_first_of_too_many_is_forgotten(void **state)
{
    (void)state;
    struct seen seen;
    assert_int_equal(seen_init(&seen, 2, seed), OK);
    assert_true(is_new(&seen, "a"));
    assert_true(is_new(&seen, "b"));
    assert_true(is_new(&seen, "c"));
    assert_int_equal(seen.map.count, 2);
    assert_false(is_new(&seen, "b"));
    assert_true(is_new(&seen, "a"));
    seen_fini(&seen);
}

static enum err add_two(void *owner)
{
    struct seen seen;
    bool added = false;
    (void)owner;
    enum err err = seen_init(&seen, 1, seed);
    err = err == OK ? seen_add(&seen, STR("a"), &added) : err;
    err = err == OK ? seen_add(&seen, STR("b"), &added) : err;
    seen_fini(&seen);
    return err;
}

static void it_gives_up_cleanly_whenever_memory_runs_out(void **state)
{
    (void)state;
    assert_true(starve(add_two, NULL) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_new_once),
        cmocka_unit_test(the_first_of_too_many_is_forgotten),
        cmocka_unit_test(it_gives_up_cleanly_whenever_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
