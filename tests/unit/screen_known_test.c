/* screen_known_test.c - words that no fact and no list has are found. */
#include "tests/unit/screening.h"
#include "worker/answer/screen_known.h"

static struct arena arena;
static struct screen_facts facts;
static struct screen_sentence sentence;

static int set_up(void **state)
{
    (void)state;
    static struct event event = { .kind = EVENT_MESSAGE };
    static const struct brief brief = { .event = &event, .product = &screening_kettle,
                                        .passages = screening_passages,
                                        .passages_count = countof(screening_passages) };
    arena_init(&arena, (size_t)2 << 20);
    return screen_facts_of(&arena, &brief, 20420, &facts) == OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static bool words_are_known(const char *text)
{
    memset(&sentence, 0, sizeof(sentence));
    plain_of(str_from(text), &sentence.plain);
    return screen_words_are_known(&facts, &sentence);
}

static bool names_are_known(const char *text)
{
    return screen_names_are_known(&facts, str_from(text));
}

static void plain_words_and_words_of_facts_are_known(void **state)
{
    (void)state;
    assert_true(words_are_known("The kettle boils fast."));
    assert_true(words_are_known("Its colour is red."));
    assert_true(words_are_known("退货"));
    assert_true(words_are_known(""));
}

static void a_word_of_nobody_is_found_in_both_scripts(void **state)
{
    (void)state;
    assert_false(words_are_known("The kettle is waterproof."));
    assert_false(words_are_known("鲸鱼"));
}

static void what_is_read_already_is_not_looked_at(void **state)
{
    (void)state;
    assert_false(words_are_known("zzyzx"));
    memset(sentence.read, 1, sentence.plain.len);
    assert_true(screen_words_are_known(&facts, &sentence));
}

static void a_name_in_capitals_must_be_a_facts(void **state)
{
    (void)state;
    assert_true(names_are_known("It comes from Berlin."));
    assert_false(names_are_known("It comes from Madrid."));
    assert_false(names_are_known("It comes from the US.")); /* which is no "us" */
    assert_true(names_are_known("It comes from us."));
    assert_true(names_are_known("Madrid")); /* the first word has a capital anyway */
}

static void letters_of_an_identifier_are_no_name(void **state)
{
    (void)state;
    assert_true(names_are_known("It is ZQ77."));
    assert_false(names_are_known("It is ZQ."));
}

static void a_name_that_goes_on_and_on_is_cut(void **state)
{
    (void)state;
    char text[3 + 4096];
    memcpy(text, "it ", 3);
    memset(text + 3, 'Z', sizeof(text) - 3);
    assert_false(screen_names_are_known(&facts, (struct str){ text, sizeof(text) }));
}

static void a_sku_of_one_letter_is_known_where_it_is_the_products(void **state)
{
    (void)state;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct product cup = { .sku = STR("Q"), .name = STR("Cup"), .ship_min_days = -1,
                                 .ship_max_days = -1 };
    const struct product pot = { .sku = STR("Z"), .name = STR("Pot"), .ship_min_days = -1,
                                 .ship_max_days = -1 };
    const struct product *const others[] = { &pot };
    const struct brief brief = { .event = &event, .product = &cup, .others = others,
                                 .others_count = 1 };
    const struct screen_facts usual = facts;
    struct arena own;
    arena_init(&own, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&own, &brief, 20420, &facts), OK);
    assert_true(names_are_known("Cup (Q) and Pot (Z) are there."));
    assert_true(words_are_known("Cup (Q) and Pot (Z) are there."));
    assert_false(names_are_known("Cup (X) is there."));
    facts = usual;
    arena_fini(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words_and_words_of_facts_are_known),
        cmocka_unit_test(a_word_of_nobody_is_found_in_both_scripts),
        cmocka_unit_test(what_is_read_already_is_not_looked_at),
        cmocka_unit_test(a_name_in_capitals_must_be_a_facts),
        cmocka_unit_test(letters_of_an_identifier_are_no_name),
        cmocka_unit_test(a_name_that_goes_on_and_on_is_cut),
        cmocka_unit_test(a_sku_of_one_letter_is_known_where_it_is_the_products),
    };
    return cmocka_run_group_tests_name("screen_known", tests, set_up, tear_down);
}
