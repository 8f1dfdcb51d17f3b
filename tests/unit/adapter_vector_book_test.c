/* adapter_vector_book_test.c - no passage is read twice, and none that is gone is kept. */
#include "worker/adapter/vector_book.h"

#include <stdio.h>

#include "common/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/stand_in.h"

static const uint64_t seed[2] = { 1, 2 };
static atomic_bool not_hurried;

static struct knowledge_index *index_of(size_t from, size_t count)
{
    struct knowledge_index *index = knowledge_index_create();
    assert_non_null(index);
    for (size_t i = 0; i < count; i++) {
        char text[32];
        int len = snprintf(text, sizeof(text), "passage %zu", from + i);
        const struct passage passage = { STR("a#1"), STR("Title"), { text, (size_t)len } };
        assert_int_equal(knowledge_index_add(index, &passage), OK);
    }
    return index;
}

static void a_passage_is_read_once_and_forgotten_when_it_is_gone(void **state)
{
    (void)state;
    struct stand_in stand_in;
    stand_in_open(&stand_in);
    struct vector_book *book = vector_book_create(&stand_in.port, seed);
    struct knowledge_index *before = index_of(0, 3);
    struct knowledge_index *after = index_of(2, 2); /* one of them is new */
    float *vectors = NULL;
    float *others = NULL;
    assert_int_equal(vector_book_read(book, before, &not_hurried, &vectors), OK);
    vector_book_sweep(book);
    assert_int_equal(stand_in_passages(&stand_in), 3);
    assert_int_equal(vector_book_read(book, after, &not_hurried, &others), OK);
    assert_int_equal(stand_in_passages(&stand_in), 4);
    assert_memory_equal(others, vectors + 2 * MEANING_DIMS, MEANING_DIMS * sizeof(float));
    assert_int_equal(vector_book_count(book), 4);
    vector_book_sweep(book);
    assert_int_equal(vector_book_count(book), 2);
    mem_free(vectors);
    mem_free(others);
    knowledge_index_destroy(before);
    knowledge_index_destroy(after);
    vector_book_destroy(book);
    vector_book_destroy(NULL);
    stand_in_close(&stand_in);
}

static void whoever_is_in_a_hurry_gets_nothing_and_what_was_read_is_kept(void **state)
{
    (void)state;
    struct stand_in stand_in;
    atomic_bool hurried = true;
    float *vectors = NULL;
    stand_in_open(&stand_in);
    struct vector_book *book = vector_book_create(&stand_in.port, seed);
    struct knowledge_index *index = index_of(0, 2);
    assert_int_equal(vector_book_read(book, index, &hurried, &vectors), ERR_CANCELLED);
    assert_null(vectors);
    stand_in.result = ERR_FORMAT;
    assert_int_equal(vector_book_read(book, index, &not_hurried, &vectors), ERR_FORMAT);
    assert_null(vectors);
    assert_int_equal(vector_book_count(book), 0);
    knowledge_index_destroy(index);
    vector_book_destroy(book);
    stand_in_close(&stand_in);
}

static void more_passages_than_are_kept_have_no_vectors_at_all(void **state)
{
    (void)state;
    struct stand_in stand_in;
    float *vectors = NULL;
    stand_in_open(&stand_in);
    struct vector_book *book = vector_book_create(&stand_in.port, seed);
    struct knowledge_index *index = index_of(0, VECTOR_BOOK_MAX + 1);
    assert_int_equal(vector_book_read(book, index, &not_hurried, &vectors), ERR_FULL);
    assert_null(vectors);
    assert_int_equal(vector_book_count(book), VECTOR_BOOK_MAX);
    knowledge_index_destroy(index);
    vector_book_destroy(book);
    stand_in_close(&stand_in);
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    struct stand_in stand_in;
    enum err err = ERR_NOMEM;
    stand_in_open(&stand_in);
    struct knowledge_index *index = index_of(0, 2);
    for (long nth = 1; err != OK; nth++) {
        float *vectors = NULL;
        mem_fail_nth(nth);
        struct vector_book *book = vector_book_create(&stand_in.port, seed);
        err = book ? vector_book_read(book, index, &not_hurried, &vectors) : ERR_NOMEM;
        mem_fail_nth(0);
        assert_true(err == OK || (err == ERR_NOMEM && !vectors));
        mem_free(vectors);
        vector_book_destroy(book);
    }
    knowledge_index_destroy(index);
    stand_in_close(&stand_in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_passage_is_read_once_and_forgotten_when_it_is_gone),
        cmocka_unit_test(whoever_is_in_a_hurry_gets_nothing_and_what_was_read_is_kept),
        cmocka_unit_test(more_passages_than_are_kept_have_no_vectors_at_all),
        cmocka_unit_test(any_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
