/* passage_tally_test.c - words that stand nearly everywhere are left out of a search. */
#include "worker/answer/passage_tally.h"

#include <stdio.h>

#include "common/mem.h"
#include "tests/unit/cm.h"

static struct passage_tally *pages(void)
{
    struct passage_tally *tally = passage_tally_create();
    char words[64];
    assert_non_null(tally);
    for (uint32_t i = 1; i <= 5000; i++) {
        snprintf(words, sizeof(words), "return  returns kettle%u %s ", i % 1000,
                 i % 2 ? "box" : "");
        assert_int_equal(passage_tally_add(tally, i, str_from(words)), OK);
    }
    return tally;
}

static void a_word_counts_once_a_passage_endings_aside(void **state)
{
    (void)state;
    struct passage_tally *tally = pages();
    assert_int_equal(passage_tally_of(tally, STR("returned")), 5000);
    assert_int_equal(passage_tally_of(tally, STR("box")), 2500);
    assert_int_equal(passage_tally_of(tally, STR("kettle7")), 5);
    assert_int_equal(passage_tally_of(tally, STR("lamp")), 0);
    passage_tally_destroy(tally);
}

static void assert_thinned(const struct passage_tally *tally, const char *question,
                           size_t often_kept, const char *expected)
{
    struct passage_terms terms;
    char joined[256] = "";
    passage_question_words(str_from(question), &terms);
    passage_tally_thin(tally, &terms, 100, often_kept);
    for (size_t i = 0; i < terms.count; i++) {
        size_t len = strlen(joined);
        snprintf(joined + len, sizeof(joined) - len, "%s%.*s", i ? " " : "", (int)terms.lens[i],
                 terms.bytes[i]);
    }
    assert_string_equal(joined, expected);
}

static void rare_words_stay_and_common_ones_only_if_there_are_no_others(void **state)
{
    (void)state;
    struct passage_tally *tally = pages();
    assert_thinned(tally, "return kettle7 box lamp", 1, "kettle7 lamp");
    assert_thinned(tally, "return box kettle7", 2, "kettle7");
    assert_thinned(tally, "return box", 1, "box");
    assert_thinned(tally, "return box", 2, "return box");
    assert_thinned(tally, "return box", 0, "");
    assert_thinned(tally, "", 2, "");
    passage_tally_destroy(tally);
}

static void a_word_that_stands_nowhere_takes_no_other_ones_place(void **state)
{
    (void)state;
    struct passage_tally *tally = pages();
    assert_thinned(tally, "return box lamp", 1, "box lamp");
    assert_thinned(tally, "return lamp candle", 2, "return lamp candle");
    assert_thinned(tally, "return kettle7 lamp", 2, "kettle7 lamp");
    passage_tally_destroy(tally);
}

static void without_memory_nothing_breaks(void **state)
{
    (void)state;
    for (long nth = 1; nth < 20; nth++) {
        mem_fail_nth(nth);
        struct passage_tally *tally = passage_tally_create();
        enum err err = OK;
        char word[16];
        for (uint32_t i = 1; tally && err == OK && i < 2000; i++) {
            snprintf(word, sizeof(word), "w%u", i);
            err = passage_tally_add(tally, i, str_from(word));
        }
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_true(has_failed == (!tally || err == ERR_NOMEM));
        passage_tally_destroy(tally);
        if (!has_failed) {
            return;
        }
    }
    fail_msg("the allocations do not end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_counts_once_a_passage_endings_aside),
        cmocka_unit_test(rare_words_stay_and_common_ones_only_if_there_are_no_others),
        cmocka_unit_test(a_word_that_stands_nowhere_takes_no_other_ones_place),
        cmocka_unit_test(without_memory_nothing_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
