/* fusion_test.c - ranked lists become one by their ranks alone. */
#include "worker/answer/fusion.h"

#include "tests/unit/cm.h"

static void what_several_lists_have_goes_before_the_first_of_one(void **state)
{
    (void)state;
    static const size_t words[] = { 7, 3, 5 };
    static const size_t meaning[] = { 9, 3 };
    struct fusion fusion = { .count = 0 };
    fusion_add(&fusion, 1, words, countof(words));
    fusion_add(&fusion, 4, meaning, countof(meaning));
    fusion_sort(&fusion);
    assert_int_equal(fusion.count, 4);
    assert_int_equal(fusion.all[0].row, 3);
    assert_int_equal(fusion.all[0].lists, 5);
    assert_float_equal(fusion.all[0].score, 2.0 / 62, 1e-12);
    assert_int_equal(fusion.all[1].row, 7); /* of equals the lower row */
    assert_int_equal(fusion.all[1].lists, 1);
    assert_float_equal(fusion.all[1].score, 1.0 / 61, 1e-12);
    assert_int_equal(fusion.all[2].row, 9);
    assert_int_equal(fusion.all[2].lists, 4);
    assert_int_equal(fusion.all[3].row, 5);
    assert_float_equal(fusion.all[3].score, 1.0 / 63, 1e-12);
}

static void the_order_of_the_lists_does_not_matter(void **state)
{
    (void)state;
    static const size_t words[] = { 1, 2, 3, 4 };
    static const size_t meaning[] = { 4, 3, 9, 1 };
    struct fusion one = { .count = 0 };
    struct fusion other = { .count = 0 };
    fusion_add(&one, 1, words, countof(words));
    fusion_add(&one, 2, meaning, countof(meaning));
    fusion_add(&other, 2, meaning, countof(meaning));
    fusion_add(&other, 1, words, countof(words));
    fusion_sort(&one);
    fusion_sort(&other);
    assert_int_equal(one.count, 5);
    for (size_t i = 0; i < one.count; i++) {
        assert_int_equal(one.all[i].row, other.all[i].row);
    }
}

static void rows_without_room_are_left_out_and_known_ones_still_count(void **state)
{
    (void)state;
    size_t rows[FUSION_ROWS_MAX + 5];
    for (size_t i = 0; i < countof(rows); i++) {
        rows[i] = i;
    }
    struct fusion fusion = { .count = 0 };
    fusion_add(&fusion, 1, rows, countof(rows));
    assert_int_equal(fusion.count, FUSION_ROWS_MAX);
    fusion_add(&fusion, 2, &rows[countof(rows) - 1], 1);
    fusion_add(&fusion, 2, &rows[FUSION_ROWS_MAX - 1], 1);
    fusion_sort(&fusion);
    assert_int_equal(fusion.count, FUSION_ROWS_MAX);
    assert_int_equal(fusion.all[0].row, FUSION_ROWS_MAX - 1);
}

static void no_lists_are_no_rows(void **state)
{
    (void)state;
    struct fusion fusion = { .count = 0 };
    fusion_add(&fusion, 1, NULL, 0);
    fusion_sort(&fusion);
    assert_int_equal(fusion.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_several_lists_have_goes_before_the_first_of_one),
        cmocka_unit_test(the_order_of_the_lists_does_not_matter),
        cmocka_unit_test(rows_without_room_are_left_out_and_known_ones_still_count),
        cmocka_unit_test(no_lists_are_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
