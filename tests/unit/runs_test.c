/* runs_test.c - a set of offsets behaves like a set, however its runs merge and split. */
#include "worker/engine/runs.h"

#include <string.h>

#include "common/mem.h"
#include "tests/unit/cm.h"

#define SPACE 200

static void runs_merge_when_they_touch(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 16);
    assert_int_equal(runs_add(&runs, 5, 6), OK);
    assert_int_equal(runs_add(&runs, 7, 8), OK);
    assert_int_equal(runs.count, 2);
    assert_int_equal(runs_add(&runs, 6, 7), OK);
    assert_int_equal(runs.count, 1);
    assert_int_equal(runs.items[0].start, 5);
    assert_int_equal(runs.items[0].end, 8);
    runs_fini(&runs);
}

static void removing_from_the_middle_splits_a_run(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 16);
    assert_int_equal(runs_add(&runs, 0, 10), OK);
    assert_int_equal(runs_remove(&runs, 4, 5), OK);
    assert_int_equal(runs.count, 2);
    assert_false(runs_has(&runs, 4));
    assert_true(runs_has(&runs, 3) && runs_has(&runs, 5));
    runs_fini(&runs);
}

static void a_full_set_refuses_and_stays_as_it_was(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 2);
    assert_int_equal(runs_add(&runs, 0, 1), OK);
    assert_int_equal(runs_add(&runs, 10, 11), OK);
    assert_int_equal(runs_add(&runs, 20, 21), ERR_FULL);
    assert_int_equal(runs.count, 2);
    assert_false(runs_has(&runs, 20));
    assert_int_equal(runs_add(&runs, 11, 12), OK);
    runs_fini(&runs);
}

static void without_memory_nothing_changes(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 16);
    mem_fail_nth(1);
    assert_int_equal(runs_add(&runs, 0, 1), ERR_NOMEM);
    mem_fail_nth(0);
    assert_int_equal(runs.count, 0);
    runs_fini(&runs);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void random_steps_agree_with_a_plain_array(void **state)
{
    (void)state;
    uint32_t seed = 20250301;
    print_message("seed %u\n", seed);
    bool naive[SPACE] = { false };
    struct runs runs;
    runs_init(&runs, SPACE);
    for (int step = 0; step < 20000; step++) {
        int64_t start = next_random(&seed) % (SPACE - 8);
        int64_t end = start + 1 + next_random(&seed) % 8;
        uint32_t what = next_random(&seed) % 20;
        if (what < 10) {
            assert_int_equal(runs_add(&runs, start, end), OK);
            memset(naive + start, 1, (size_t)(end - start));
        } else if (what < 19) {
            assert_int_equal(runs_remove(&runs, start, end), OK);
            memset(naive + start, 0, (size_t)(end - start));
        } else {
            runs_drop_below(&runs, start / 4);
            memset(naive, 0, (size_t)(start / 4));
        }
        int64_t probe = next_random(&seed) % SPACE;
        assert_int_equal(runs_has(&runs, probe), naive[probe]);
        for (size_t i = 1; i < runs.count; i++) {
            assert_true(runs.items[i - 1].end < runs.items[i].start);
        }
    }
    runs_fini(&runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_merge_when_they_touch),
        cmocka_unit_test(removing_from_the_middle_splits_a_run),
        cmocka_unit_test(a_full_set_refuses_and_stays_as_it_was),
        cmocka_unit_test(without_memory_nothing_changes),
        cmocka_unit_test(random_steps_agree_with_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
