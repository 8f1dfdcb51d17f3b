/* custody_test.c - what the topic says counts, and what this worker has decided counts at once. */
#include "worker/engine/custody.h"

#include "tests/unit/leaf.h"

static const uint64_t seed[2] = { 3, 4 };

static const struct str ann = { "0:ann", 5 };
static const struct str bob = { "0:bob", 5 };
static const struct str cid = { "0:cid", 5 };

static void what_the_topic_says_is_believed_until_it_says_otherwise(void **state)
{
    (void)state;
    struct custody *custody = custody_create(10, seed);
    assert_false(custody_has(custody, ann));
    assert_int_equal(custody_learn(custody, ann, 7), OK);
    assert_true(custody_has(custody, ann));
    assert_false(custody_has(custody, bob));
    assert_int_equal(custody_learn(custody, ann, 8), OK);
    assert_int_equal(custody_count(custody), 1);
    custody_return(custody, ann);
    custody_return(custody, bob);
    assert_false(custody_has(custody, ann));
    assert_int_equal(custody_count(custody), 0);
    custody_destroy(custody);
}

static void older_news_do_not_undo_a_handoff_that_is_not_in_the_topic_yet(void **state)
{
    (void)state;
    struct custody *custody = custody_create(10, seed);
    assert_int_equal(custody_learn(custody, ann, 5), OK);
    assert_int_equal(custody_take(custody, ann, 7), OK);
    custody_return(custody, ann);
    assert_true(custody_has(custody, ann));
    assert_int_equal(custody_learn(custody, ann, 6), OK);
    custody_return(custody, ann);
    assert_true(custody_has(custody, ann));
    assert_int_equal(custody_learn(custody, ann, 7), OK);
    assert_true(custody_has(custody, ann));
    custody_return(custody, ann);
    assert_false(custody_has(custody, ann));
    custody_destroy(custody);
}

static void a_handoff_that_is_not_published_leaves_what_was_before(void **state)
{
    (void)state;
    struct custody *custody = custody_create(10, seed);
    assert_int_equal(custody_take(custody, ann, 7), OK);
    custody_cancel(custody, ann, 8);
    assert_true(custody_has(custody, ann));
    custody_cancel(custody, ann, 7);
    assert_false(custody_has(custody, ann));
    custody_cancel(custody, ann, 7);
    assert_int_equal(custody_learn(custody, bob, 1), OK);
    assert_int_equal(custody_take(custody, bob, 2), OK);
    custody_cancel(custody, bob, 2);
    assert_true(custody_has(custody, bob));
    custody_destroy(custody);
}

static void a_full_one_forgets_the_oldest_and_counts(void **state)
{
    (void)state;
    struct custody *custody = custody_create(2, seed);
    assert_int_equal(custody_learn(custody, ann, 1), OK);
    assert_int_equal(custody_learn(custody, bob, 2), OK);
    assert_int_equal(custody_learn(custody, ann, 3), OK);
    assert_int_equal(custody_learn(custody, cid, 4), OK);
    assert_true(custody_has(custody, ann));
    assert_false(custody_has(custody, bob));
    assert_true(custody_has(custody, cid));
    assert_int_equal(custody_count(custody), 2);
    assert_int_equal(custody_forgotten(custody), 1);
    custody_destroy(custody);
}

static void what_is_not_in_the_topic_yet_is_never_forgotten(void **state)
{
    (void)state;
    struct custody *custody = custody_create(2, seed);
    assert_int_equal(custody_take(custody, ann, 1), OK);
    assert_int_equal(custody_learn(custody, bob, 2), OK);
    assert_int_equal(custody_take(custody, cid, 3), OK);
    assert_true(custody_has(custody, ann));
    assert_false(custody_has(custody, bob));
    assert_int_equal(custody_take(custody, bob, 4), ERR_FULL);
    assert_int_equal(custody_learn(custody, bob, 4), ERR_FULL);
    custody_destroy(custody);
}

static void an_endless_key_is_nobodys(void **state)
{
    (void)state;
    static const char bytes[CUSTODY_KEY_BYTES_MAX + 1];
    struct custody *custody = custody_create(2, seed);
    assert_int_equal(custody_learn(custody, (struct str){ bytes, sizeof(bytes) }, 1), ERR_FULL);
    assert_int_equal(custody_count(custody), 0);
    custody_destroy(custody);
}

static void without_memory_nothing_changes(void **state)
{
    (void)state;
    for (long nth = 1; nth <= 2; nth++) {
        mem_fail_nth(nth);
        assert_null(custody_create(10, seed));
        mem_fail_nth(0);
    }
    struct custody *custody = custody_create(10, seed);
    assert_non_null(custody);
    mem_fail_nth(1);
    assert_int_equal(custody_take(custody, ann, 1), ERR_NOMEM);
    mem_fail_nth(0);
    assert_int_equal(custody_count(custody), 0);
    custody_destroy(custody);
    custody_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_topic_says_is_believed_until_it_says_otherwise),
        cmocka_unit_test(older_news_do_not_undo_a_handoff_that_is_not_in_the_topic_yet),
        cmocka_unit_test(a_handoff_that_is_not_published_leaves_what_was_before),
        cmocka_unit_test(a_full_one_forgets_the_oldest_and_counts),
        cmocka_unit_test(what_is_not_in_the_topic_yet_is_never_forgotten),
        cmocka_unit_test(an_endless_key_is_nobodys),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
