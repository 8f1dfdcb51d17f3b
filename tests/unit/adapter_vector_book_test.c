/* adapter_vector_book_test.c - no passage is read twice, and none that is gone is kept. */
#include "worker/adapter/vector_book.h"

#include <stdio.h>

#include "common/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/stand_in.h"

static const uint64_t seed[2] = { 1, 2 };
static float vector[MEANING_DIMS];

struct test {
    struct stand_in stand_in;
    struct vector_book *book;
};

static void open_test(struct test *test)
{
    stand_in_open(&test->stand_in);
    test->book = vector_book_create(&test->stand_in.port, seed);
    assert_non_null(test->book);
}

static void close_test(struct test *test)
{
    vector_book_destroy(test->book);
    stand_in_close(&test->stand_in);
}

static enum err read_text(struct test *test, const char *text, bool *ret_is_new)
{
    const struct passage passage = { STR("a#1"), STR("Title"), str_from(text) };
    return vector_book_read(test->book, &passage, vector, ret_is_new);
}

static bool keep_text(struct test *test, const char *text)
{
    const struct passage passage = { STR("b#2"), STR("Title"), str_from(text) };
    return vector_book_keep(test->book, &passage);
}

static void a_passage_is_read_once_and_forgotten_when_it_is_gone(void **state)
{
    (void)state;
    struct test test;
    bool is_new = false;
    open_test(&test);
    assert_int_equal(read_text(&test, "old", &is_new), OK);
    assert_int_equal(read_text(&test, "both", &is_new), OK);
    assert_true(is_new);
    float first[MEANING_DIMS];
    memcpy(first, vector, sizeof(first));
    assert_true(keep_text(&test, "both"));
    assert_false(keep_text(&test, "new"));
    vector_book_sweep(test.book);
    assert_int_equal(vector_book_count(test.book), 1);
    assert_int_equal(read_text(&test, "both", &is_new), OK);
    assert_false(is_new);
    assert_memory_equal(vector, first, sizeof(first));
    assert_int_equal(stand_in_passages(&test.stand_in), 2);
    vector_book_sweep(test.book); /* kept for one sweep */
    assert_int_equal(vector_book_count(test.book), 0);
    close_test(&test);
    vector_book_destroy(NULL);
}

static void a_passage_without_a_vector_is_tried_and_told_once(void **state)
{
    (void)state;
    static const float zeros[MEANING_DIMS];
    struct test test;
    bool is_new = false;
    open_test(&test);
    test.stand_in.result = ERR_FORMAT;
    memset(vector, 1, sizeof(vector));
    assert_int_equal(read_text(&test, "odd", &is_new), ERR_FORMAT);
    assert_memory_equal(vector, zeros, sizeof(zeros));
    assert_true(keep_text(&test, "odd"));
    assert_int_equal(read_text(&test, "odd", &is_new), OK);
    assert_memory_equal(vector, zeros, sizeof(zeros));
    assert_int_equal(stand_in_passages(&test.stand_in), 1);
    close_test(&test);
}

static void a_failure_of_the_moment_is_not_kept(void **state)
{
    (void)state;
    struct test test;
    bool is_new = false;
    open_test(&test);
    test.stand_in.result = ERR_NOMEM;
    assert_int_equal(read_text(&test, "text", &is_new), ERR_NOMEM);
    assert_false(keep_text(&test, "text"));
    test.stand_in.result = OK;
    assert_int_equal(read_text(&test, "text", &is_new), OK);
    close_test(&test);
}

static void a_full_book_takes_no_more_and_asks_for_none(void **state)
{
    (void)state;
    struct test test;
    bool is_new = false;
    char text[32];
    open_test(&test);
    for (size_t i = 0; i < VECTOR_BOOK_MAX; i++) {
        snprintf(text, sizeof(text), "passage %zu", i);
        assert_int_equal(read_text(&test, text, &is_new), OK);
    }
    assert_int_equal(read_text(&test, "one more", &is_new), ERR_FULL);
    assert_int_equal(read_text(&test, text, &is_new), OK);
    assert_int_equal(stand_in_passages(&test.stand_in), VECTOR_BOOK_MAX);
    close_test(&test);
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    struct test test;
    enum err err = ERR_NOMEM;
    for (long nth = 1; err != OK; nth++) {
        bool is_new = false;
        stand_in_open(&test.stand_in);
        mem_fail_nth(nth);
        test.book = vector_book_create(&test.stand_in.port, seed);
        err = test.book ? read_text(&test, "text", &is_new) : ERR_NOMEM;
        if (err == OK && !keep_text(&test, "text")) {
            err = ERR_NOMEM;
        }
        mem_fail_nth(0);
        assert_true(err == OK || err == ERR_NOMEM);
        close_test(&test);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passage_is_read_once_and_forgotten_when_it_is_gone),
        cmocka_unit_test(a_passage_without_a_vector_is_tried_and_told_once),
        cmocka_unit_test(a_failure_of_the_moment_is_not_kept),
        cmocka_unit_test(a_full_book_takes_no_more_and_asks_for_none),
        cmocka_unit_test(any_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
