/* meaning_test.c - the nearest rows, and which of them tell something by themselves. */
#include "worker/answer/meaning.h"

#include <math.h>
#include <string.h>

#include "tests/unit/cm.h"

#define ROWS 40

static float vectors[ROWS * MEANING_DIMS];

/* A vector whose cosine with the question, which is the first axis, is `like`. */
static void put_row(size_t row, float like)
{
    float *vector = vectors + row * MEANING_DIMS;
    memset(vector, 0, MEANING_DIMS * sizeof(*vector));
    vector[0] = like;
    vector[1 + row % (MEANING_DIMS - 1)] = sqrtf(1 - like * like);
}

static struct meaning_found find(size_t count)
{
    struct meaning_found found;
    float question[MEANING_DIMS] = { 1 };
    meaning_find(vectors, count, question, &found);
    return found;
}

static void the_nearest_rows_come_first_and_of_equals_the_lower(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        put_row(row, 0.70F);
    }
    put_row(30, 0.80F);
    put_row(4, 0.75F);
    put_row(9, 0.75F);
    struct meaning_found found = find(ROWS);
    assert_int_equal(found.count, MEANING_ROWS_MAX);
    static const size_t wanted[MEANING_ROWS_MAX] = { 30, 4, 9, 0, 1, 2, 3, 5, 6, 7, 8, 10 };
    assert_memory_equal(found.rows, wanted, sizeof(wanted));
    assert_int_equal(found.telling, 0); /* ahead of the others, but not near */
}

static void a_row_tells_when_it_is_near_and_ahead_of_the_others(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        put_row(row, 0.78F);
    }
    put_row(11, 0.90F);
    put_row(12, 0.88F);
    put_row(13, 0.86F);
    struct meaning_found found = find(ROWS);
    assert_int_equal(found.telling, 2);
    assert_int_equal(found.rows[0], 11);
    assert_int_equal(found.rows[1], 12);
}

/* A question that is near to everything is about nothing in particular. */
static void rows_that_are_all_near_tell_nothing(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        put_row(row, 0.89F);
    }
    put_row(3, 0.93F);
    assert_int_equal(find(ROWS).telling, 0);
    assert_int_equal(find(ROWS).rows[0], 3);
    assert_int_equal(find(1).telling, 0); /* one row is its own average */
}

/* A row that has no vector counts neither as a row nor into the average. */
static void a_row_without_a_vector_is_left_out(void **state)
{
    (void)state;
    put_row(0, 0.85F);
    put_row(1, 0.90F);
    memset(vectors + (size_t)2 * MEANING_DIMS, 0, MEANING_DIMS * sizeof(*vectors));
    struct meaning_found found = find(3);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.telling, 0); /* with the zeros the average would be 0.58 */
    assert_int_equal(found.rows[0], 1);
    put_row(2, 0.80F);
    assert_int_equal(find(3).count, 3);
}

static void no_rows_are_none(void **state)
{
    (void)state;
    struct meaning_found found = find(0);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.telling, 0);
    assert_int_equal(find(3).count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_rows_come_first_and_of_equals_the_lower),
        cmocka_unit_test(a_row_tells_when_it_is_near_and_ahead_of_the_others),
        cmocka_unit_test(rows_that_are_all_near_tell_nothing),
        cmocka_unit_test(a_row_without_a_vector_is_left_out),
        cmocka_unit_test(no_rows_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
