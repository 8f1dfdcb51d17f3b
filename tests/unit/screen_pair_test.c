/* screen_pair_test.c - what is ruled out by its first bytes is not there. */
#include "worker/answer/screen_pair.h"

#include "tests/unit/leaf.h"

static struct str draw(struct luck *luck, char *bytes, size_t len)
{
    static const char letters[] = "abc \xe9\x80\x81";
    for (size_t i = 0; i < len; i++) {
        bytes[i] = letters[luck_next(luck, sizeof(letters) - 1)];
    }
    return (struct str){ bytes, len };
}

static void a_word_that_stands_in_a_text_is_never_ruled_out(void **state)
{
    (void)state;
    struct luck luck = luck_of(5);
    for (int i = 0; i < 20000; i++) {
        char bytes[2][24];
        struct str text = draw(&luck, bytes[0], luck_next(&luck, sizeof(bytes[0])));
        struct str word = draw(&luck, bytes[1], 1 + luck_next(&luck, 4));
        struct screen_pairs pairs = screen_pairs_of(text);
        struct screen_firsts firsts = { .alone = { false } };
        screen_firsts_add(&firsts, word);
        size_t at = plain_find(text, 0, word);
        if (at < text.len) {
            assert_true(word.len == 1 ||
                        screen_pairs_may_have(&pairs, screen_pair_word(word).pair));
            assert_true(screen_firsts_may_be(&firsts, text, at));
        }
    }
}

static void a_word_with_another_beginning_is_ruled_out(void **state)
{
    (void)state;
    struct screen_pairs pairs = screen_pairs_of(STR("thank you"));
    struct screen_firsts firsts = { .alone = { false } };
    screen_firsts_add(&firsts, STR("thirty"));
    assert_true(screen_pairs_may_have(&pairs, screen_pair_word(STR("thirty")).pair));
    assert_false(screen_pairs_may_have(&pairs, screen_pair_word(STR("twenty")).pair));
    assert_false(screen_pairs_may_have(&pairs, screen_pair_word(STR("\xe4\xb8\x83")).pair));
    assert_true(screen_firsts_may_be(&firsts, STR("thank you"), 0));
    assert_false(screen_firsts_may_be(&firsts, STR("thank you"), 1));
    assert_false(screen_firsts_may_be(&firsts, STR("tank"), 0));
    assert_false(screen_firsts_may_be(&firsts, STR("t"), 0));
    assert_false(screen_firsts_may_be(&firsts, STR("t"), 1));
    screen_firsts_add(&firsts, STR("t"));
    assert_true(screen_firsts_may_be(&firsts, STR("t"), 0));
    assert_true(screen_firsts_may_be(&firsts, STR("tank"), 0));
}

static void a_text_without_pairs_has_no_word(void **state)
{
    (void)state;
    struct screen_pairs empty = screen_pairs_of(STR(""));
    struct screen_pairs one = screen_pairs_of(STR("a"));
    for (unsigned pair = 0; pair < SCREEN_PAIRS; pair++) {
        assert_false(screen_pairs_may_have(&empty, pair));
        assert_false(screen_pairs_may_have(&one, pair));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_stands_in_a_text_is_never_ruled_out),
        cmocka_unit_test(a_word_with_another_beginning_is_ruled_out),
        cmocka_unit_test(a_text_without_pairs_has_no_word),
    };
    return cmocka_run_group_tests_name("screen_pair", tests, NULL, NULL);
}
