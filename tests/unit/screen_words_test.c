/* screen_words_test.c - which words state nothing by themselves. */
#include "worker/answer/screen_words.h"

#include "tests/unit/payload.h"

static void common_words_are_known_with_their_endings(void **state)
{
    (void)state;
    static const char *const known[] = { "order", "orders", "checking", "the", "warehouse's" };
    static const char *const unknown[] = { "kettle", "lamp", "waterproof", "berlin", "", "s's" };
    for (size_t i = 0; i < countof(known); i++) {
        assert_true(screen_word_is_plain(str_from(known[i])));
    }
    for (size_t i = 0; i < countof(unknown); i++) {
        assert_false(screen_word_is_plain(str_from(unknown[i])));
    }
}

static void the_longest_chinese_word_counts(void **state)
{
    (void)state;
    assert_int_equal(screen_word_at(STR("快递单号是")), 12);
    assert_int_equal(screen_word_at(STR("的水壶")), 3);
    assert_int_equal(screen_word_at(STR("灯")), 0);
    assert_int_equal(screen_word_at(STR("")), 0);
}

static void praise_is_kept_apart_from_plain_words(void **state)
{
    (void)state;
    assert_true(screen_word_is_praise(STR("elegant")));
    assert_true(screen_word_is_praise(STR("brightens")));
    assert_false(screen_word_is_praise(STR("waterproof")));
    assert_false(screen_word_is_plain(STR("elegant")));
    assert_int_equal(screen_praise_at(STR("品味生活")), 6);
    assert_int_equal(screen_praise_at(STR("防水")), 0);
    assert_int_equal(screen_word_at(STR("优雅")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_words_are_known_with_their_endings),
        cmocka_unit_test(the_longest_chinese_word_counts),
        cmocka_unit_test(praise_is_kept_apart_from_plain_words),
    };
    return cmocka_run_group_tests_name("screen_words", tests, NULL, NULL);
}
