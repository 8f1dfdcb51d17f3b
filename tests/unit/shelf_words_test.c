/* shelf_words_test.c - in which form a word of a wish may stand in a product. */
#include "worker/answer/shelf_words.h"

#include "tests/unit/cm.h"

static size_t met_in(const char *word, const char *text)
{
    struct shelf_wish wish = { .words = { .count = 0 } };
    struct shelf_words words;
    bool stand[SHELF_WORDS_MAX];
    passage_terms_add(&wish.words, str_from(word));
    shelf_words_of(&wish, &words);
    return shelf_words_met(&words, str_from(text), stand);
}

static void a_word_is_met_in_either_number_and_a_long_one_behind_its_stem(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *text;
        size_t met;
    } cases[] = {
        { "cups", "Tin Cup", 1 },      { "cup", "tin cups", 1 },    { "cup", "cupboard", 0 },
        { "cups", "cupboard", 0 },     { "cup", "Tin CUP", 1 },     { "lamps", "desk lamp", 1 },
        { "lamp", "lampshade", 1 },    { "lamp", "headlamp", 0 },   { "wooden", "wood", 0 },
        { "painted", "paint box", 1 }, { "bass", "basses", 1 },     { "bass", "bassoon", 1 },
        { "gas", "gas stove", 1 },     { "gas", "ga", 0 },          { "7", "model 7", 1 },
        { "7", "model 70", 0 },        { "杯子", "陶瓷杯子", 1 },   { "杯子", "cups", 0 },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s: %s\n", cases[i].word, cases[i].text);
        assert_int_equal(met_in(cases[i].word, cases[i].text), cases[i].met);
    }
}

static void which_words_are_met_is_told(void **state)
{
    (void)state;
    static const char *const terms[SHELF_WORDS_MAX] = { "red", "cups", "tin", "lids", "a", "bowl" };
    struct shelf_wish wish = { .words = { .count = 0 } };
    struct shelf_words words;
    bool stand[SHELF_WORDS_MAX];
    for (size_t i = 0; i < countof(terms); i++) {
        passage_terms_add(&wish.words, str_from(terms[i]));
    }
    shelf_words_of(&wish, &words);
    assert_int_equal(words.count, SHELF_WORDS_MAX);
    assert_int_equal(shelf_words_met(&words, STR("Tin cup, lid"), stand), 3);
    static const bool expected[SHELF_WORDS_MAX] = { false, true, true, true, false, false };
    assert_memory_equal(stand, expected, sizeof(stand));
}

/* A word of the most bytes that a term may have. */
static void the_longest_word_has_room_for_its_ending(void **state)
{
    (void)state;
    char word[PASSAGE_TERM_BYTES_MAX + 1] = { 0 };
    char many[PASSAGE_TERM_BYTES_MAX + 2] = { 0 };
    memset(word, 'o', PASSAGE_TERM_BYTES_MAX);
    memset(many, 'o', PASSAGE_TERM_BYTES_MAX);
    many[PASSAGE_TERM_BYTES_MAX] = 's';
    assert_int_equal(met_in(word, many), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_met_in_either_number_and_a_long_one_behind_its_stem),
        cmocka_unit_test(which_words_are_met_is_told),
        cmocka_unit_test(the_longest_word_has_room_for_its_ending),
    };
    return cmocka_run_group_tests_name("shelf_words", tests, NULL, NULL);
}
