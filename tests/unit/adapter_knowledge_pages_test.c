/* adapter_knowledge_pages_test.c - the pages of a topic: the last of each key, within bounds, and
 * as they were for who reads them. */
#include "worker/adapter/knowledge_pages.h"

#include "tests/unit/leaf.h"

static const uint64_t seed[2] = { 1, 2 };

static enum err put(struct knowledge_pages *pages, const char *key, const char *text)
{
    const struct page page = { .name = STR("returns.md"), .text = str_from(text) };
    return knowledge_pages_put(pages, str_from(key), STR("lin"), &page);
}

static void a_key_has_one_page_the_last_one(void **state)
{
    (void)state;
    struct knowledge_pages *pages = knowledge_pages_create(seed);
    const struct library_page **shared;
    size_t count;
    assert_int_equal(put(pages, "a", "old"), OK);
    assert_int_equal(put(pages, "b", "other"), OK);
    assert_int_equal(put(pages, "a", "new"), OK);
    assert_true(knowledge_pages_drop(pages, STR("b")));
    assert_false(knowledge_pages_drop(pages, STR("b")));
    assert_int_equal(knowledge_pages_count(pages), 1);
    assert_int_equal(knowledge_pages_share(pages, &shared, &count), OK);
    assert_int_equal(count, 1);
    assert_text(shared[0]->text, "new");
    assert_text(shared[0]->name, "returns.md");
    assert_text(shared[0]->tenant, "lin");
    knowledge_pages_release(pages, shared, count);
    knowledge_pages_destroy(pages);
}

static void who_reads_keeps_the_pages_as_they_were(void **state)
{
    (void)state;
    struct knowledge_pages *pages = knowledge_pages_create(seed);
    const struct library_page **shared;
    size_t count;
    assert_int_equal(put(pages, "a", "old"), OK);
    assert_int_equal(knowledge_pages_share(pages, &shared, &count), OK);
    assert_int_equal(put(pages, "a", "new"), OK);
    assert_true(knowledge_pages_drop(pages, STR("a")));
    assert_text(shared[0]->text, "old");
    knowledge_pages_release(pages, shared, count);
    knowledge_pages_release(pages, NULL, 0);
    knowledge_pages_destroy(pages);
}

static void when_it_is_full_what_is_there_stays_and_can_be_replaced(void **state)
{
    (void)state;
    struct knowledge_pages *pages = knowledge_pages_create(seed);
    char key[STR_INT_BYTES];
    const struct page page = { .name = STR("n"), .text = STR("t") };
    for (int64_t i = 0; i < KNOWLEDGE_PAGES_MAX; i++) {
        assert_int_equal(knowledge_pages_put(pages, str_from_int(i, key), STR_NONE, &page), OK);
    }
    assert_int_equal(put(pages, "more", "x"), ERR_FULL);
    assert_int_equal(put(pages, "7", "x"), OK);
    assert_true(knowledge_pages_drop(pages, STR("8")));
    assert_int_equal(put(pages, "more", "x"), OK);
    assert_int_equal(knowledge_pages_count(pages), KNOWLEDGE_PAGES_MAX);
    knowledge_pages_destroy(pages);
}

static void bytes_are_bounded_too_and_given_back(void **state)
{
    (void)state;
    struct knowledge_pages *pages = knowledge_pages_create(seed);
    size_t len = KNOWLEDGE_PAGES_BYTES_MAX / 2;
    char *text = mem_zero(1, len);
    const struct page page = { .name = STR("n"), .text = { text, len - 100 } };
    assert_int_equal(knowledge_pages_put(pages, STR("a"), STR_NONE, &page), OK);
    assert_int_equal(knowledge_pages_put(pages, STR("b"), STR_NONE, &page), OK);
    assert_int_equal(knowledge_pages_put(pages, STR("c"), STR_NONE, &page), ERR_FULL);
    assert_int_equal(knowledge_pages_put(pages, STR("b"), STR_NONE, &page), OK);
    assert_true(knowledge_pages_drop(pages, STR("a")));
    assert_int_equal(knowledge_pages_put(pages, STR("c"), STR_NONE, &page), OK);
    mem_free(text);
    knowledge_pages_destroy(pages);
}

static enum err fill_and_share(void *owner)
{
    (void)owner;
    struct knowledge_pages *pages = knowledge_pages_create(seed);
    const struct library_page **shared = NULL;
    size_t count = 0;
    enum err err = pages ? put(pages, "a", "old") : ERR_NOMEM;
    err = err == OK ? knowledge_pages_share(pages, &shared, &count) : err;
    err = err == OK ? put(pages, "a", "new") : err;
    knowledge_pages_release(pages, shared, count);
    knowledge_pages_destroy(pages);
    return err;
}

static void without_memory_nothing_is_lost(void **state)
{
    (void)state;
    assert_true(starve(fill_and_share, NULL) >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_has_one_page_the_last_one),
        cmocka_unit_test(who_reads_keeps_the_pages_as_they_were),
        cmocka_unit_test(when_it_is_full_what_is_there_stays_and_can_be_replaced),
        cmocka_unit_test(bytes_are_bounded_too_and_given_back),
        cmocka_unit_test(without_memory_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
