/* flaw_test.c - every flaw can be told to people, and to the model in words that are ours. */
#include "common/flaw.h"

#include "tests/unit/leaf.h"

static void every_flaw_has_a_label_of_its_own_and_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < FLAW_COUNT; i++) {
        const char *label = flaw_label((enum flaw)i);
        assert_int_equal(strspn(label, "abcdefghijklmnopqrstuvwxyz_"), strlen(label));
        assert_true((strlen(flaw_words((enum flaw)i)) > 10) == (i != FLAW_NONE));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(label, flaw_label((enum flaw)j));
        }
    }
}

static void what_contradicts_the_facts_is_told_from_what_is_of_no_use(void **state)
{
    (void)state;
    assert_true(flaw_is_of_facts(FLAW_PRICE));
    assert_true(flaw_is_of_facts(FLAW_PROMISE));
    assert_false(flaw_is_of_facts(FLAW_FORM));
    assert_false(flaw_is_of_facts(FLAW_LANGUAGE));
    assert_false(flaw_is_of_facts(FLAW_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flaw_has_a_label_of_its_own_and_words),
        cmocka_unit_test(what_contradicts_the_facts_is_told_from_what_is_of_no_use),
    };
    return cmocka_run_group_tests_name("flaw", tests, NULL, NULL);
}
