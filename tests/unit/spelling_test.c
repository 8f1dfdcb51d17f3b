/* spelling_test.c - what may be meant by a word that is not known, and what may not. */
#include "worker/answer/spelling.h"

#include "tests/unit/cm.h"

static struct spelling_word room[8];
static struct spelling spelling;

static void know(const char *const *words, size_t count)
{
    spelling = (struct spelling){ .words = room, .room = countof(room) };
    for (size_t i = 0; i < count; i++) {
        spelling_add(&spelling, str_from(words[i]), false);
    }
}

static bool is_near(const char *typed, const char *word)
{
    return spelling_is_near(str_from(typed), str_from(word), spelling_distance(str_from(typed)));
}

static void a_letter_left_out_added_or_swapped_is_near(void **state)
{
    (void)state;
    assert_true(is_near("ketle", "kettle"));
    assert_true(is_near("kettlle", "kettle"));
    assert_true(is_near("kettel", "kettle"));
    assert_true(is_near("retrun", "return"));
    assert_true(is_near("bakcpack", "backpack"));
}

static void a_changed_letter_is_near_in_longer_words_only(void **state)
{
    (void)state;
    assert_true(is_near("seperate", "separate"));
    assert_false(is_near("skirt", "shirt"));
    assert_false(is_near("steal", "steel"));
}

static void two_letters_off_are_near_in_long_words_only(void **state)
{
    (void)state;
    assert_true(is_near("gosenneck", "gooseneck"));
    assert_true(is_near("recomandation", "recommendation"));
    assert_false(is_near("bakcpck", "backpack"));
    assert_false(is_near("gsnneck", "gooseneck"));
}

static void another_beginning_or_ending_makes_another_word(void **state)
{
    (void)state;
    assert_false(is_near("table", "cable"));
    assert_false(is_near("plates", "lates"));
    assert_false(is_near("cleaner", "cleaned"));
    assert_false(is_near("kettle", "kettle"));
}

static void all_that_are_as_near_are_found(void **state)
{
    (void)state;
    static const char *const words[] = { "kettle", "mettle", "kettles", "ab", "Kettle", "ke7tle" };
    struct spelling_near near = { .count = 0 };
    know(words, countof(words));
    assert_int_equal(spelling.count, 3);
    assert_true(spelling_has(&spelling, STR("mettle")));
    assert_false(spelling_has(&spelling, STR("settle")));
    const struct spelling_search search = { .typed = STR("ketle"), .distance = 1 };
    spelling_find(&spelling, &search, &near);
    spelling_find(&spelling, &search, &near);
    assert_int_equal(near.count, 1);
    assert_true(str_is(near.words[0], "kettle"));
}

static void what_is_only_known_is_not_meant_and_there_is_an_end_of_room(void **state)
{
    (void)state;
    struct spelling_near near = { .count = 0 };
    char word[] = "stacka";
    know(NULL, 0);
    for (size_t i = 0; i < countof(room) + 3; i++) {
        word[5] = (char)('a' + i);
        spelling_add(&spelling, str_from(word), true);
    }
    assert_int_equal(spelling.count, countof(room));
    const struct spelling_search search = { .typed = STR("stcaka"), .distance = 1 };
    spelling_find(&spelling, &search, &near);
    assert_int_equal(near.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_left_out_added_or_swapped_is_near),
        cmocka_unit_test(a_changed_letter_is_near_in_longer_words_only),
        cmocka_unit_test(two_letters_off_are_near_in_long_words_only),
        cmocka_unit_test(another_beginning_or_ending_makes_another_word),
        cmocka_unit_test(all_that_are_as_near_are_found),
        cmocka_unit_test(what_is_only_known_is_not_meant_and_there_is_an_end_of_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
