/* passage_cover_test.c - a shared noun covers nothing, what is asked does. */
#include "worker/answer/passage_cover.h"

#include "tests/unit/cm.h"

static const struct passage warranty = { STR("p#1"), STR("Warranty"),
                                         STR("Sofas and chairs have a warranty of five years.") };
static const struct passage address = {
    STR("p#2"), STR("Changing an order"), STR("The items of an order can be changed.")
};
static const struct passage saved = { STR("p#3"), STR("茶叶保存"), STR("红茶请密封保存。") };

static struct passage_tally *tally_of(const struct passage *const *passages, size_t count)
{
    struct passage_tally *tally = passage_tally_create();
    assert_non_null(tally);
    for (size_t i = 0; i < count; i++) {
        CLEANUP(buf_fini) struct buf words;
        buf_init(&words, 4096);
        assert_int_equal(passage_index_words(passages[i]->title, &words), OK);
        assert_int_equal(passage_index_words(passages[i]->text, &words), OK);
        assert_int_equal(passage_tally_add(tally, (uint32_t)i + 1, buf_str(&words)), OK);
    }
    return tally;
}

static unsigned covers(const struct passage *passage, const char *text, const char *things)
{
    static const struct passage *const all[] = { &warranty, &address, &saved };
    struct passage_tally *tally = tally_of(all, countof(all));
    struct passage_cover cover;
    passage_cover_init(&cover, tally, countof(all), str_from(text), str_from(things));
    unsigned told = passage_cover_of(&cover, passage);
    passage_tally_destroy(tally);
    return told;
}

static void what_is_asked_covers_and_what_it_is_asked_of_does_not(void **state)
{
    (void)state;
    assert_int_equal(covers(&warranty, "Is there a warranty on sofas?", "sofas"), 100);
    assert_int_equal(covers(&warranty, "Is the sofa vegan?", "sofa"), 0);
    assert_int_equal(covers(&warranty, "What sofas do you have?", "sofas"), 0);
    assert_int_equal(covers(&address, "Is the order form safe?", ""), 0);
    assert_true(covers(&address, "Can I change the items of my order?", "") >= PASSAGE_COVER_MIN);
}

static void a_word_that_no_passage_has_weighs_most(void **state)
{
    (void)state;
    assert_in_range(covers(&warranty, "sofas wobble", ""), 1, PASSAGE_COVER_MIN - 1);
}

/* What a shop is about stands in few of its pages, and says nothing of what is asked. */
static void a_rare_noun_is_not_half_of_a_question_that_no_passage_tells(void **state)
{
    (void)state;
    static const struct passage books = { STR("p#4"), STR("Returns"),
                                          STR("Unopened books can be returned.") };
    static const struct passage *const all[] = { &warranty, &address, &saved, &books };
    const char *const questions[] = { "Are your books genuine?", "Which books are in English?",
                                      "What is your cheapest book?" };
    struct passage_tally *tally = tally_of(all, countof(all));
    for (size_t i = 0; i < countof(questions); i++) {
        struct passage_cover cover;
        passage_cover_init(&cover, tally, 20, str_from(questions[i]), STR_NONE);
        assert_in_range(passage_cover_of(&cover, &books), 1, PASSAGE_COVER_MIN - 1);
    }
    passage_tally_destroy(tally);
}

/* 能退 is what 退货 is, which counts as a topic. */
static void how_a_return_is_asked_for_is_no_word_of_it(void **state)
{
    (void)state;
    static const struct passage opened = { STR("p#5"), STR("退货 / 期限"),
                                           STR("未拆封的图书可以退货。") };
    static const struct passage never = { STR("p#6"), STR("退货 / 不能退的"),
                                          STR("礼品卡不支持退货。") };
    assert_true(covers(&opened, "拆封了还能退吗?", "") > covers(&never, "拆封了还能退吗?", ""));
}

static void of_han_characters_those_in_found_pairs_are_told(void **state)
{
    (void)state;
    assert_int_equal(covers(&saved, "红茶怎么保存?", "红茶"), 100);
    assert_int_equal(covers(&saved, "红茶适合孕妇喝吗", "红茶"), 0);
    assert_in_range(covers(&saved, "红茶保存几年", "红茶"), 1, 99);
}

static void nothing_is_asked_where_there_are_no_words(void **state)
{
    (void)state;
    assert_int_equal(covers(&warranty, "", ""), 0);
    assert_int_equal(covers(&warranty, "???", ""), 0);
    assert_int_equal(covers(&warranty, "my order", ""), 0);
}

static void without_a_tally_all_words_weigh_the_same(void **state)
{
    (void)state;
    struct passage_cover cover;
    passage_cover_init(&cover, NULL, 1, STR("sofas wobble"), STR_NONE);
    assert_int_equal(passage_cover_of(&cover, &warranty), 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_covers_and_what_it_is_asked_of_does_not),
        cmocka_unit_test(a_word_that_no_passage_has_weighs_most),
        cmocka_unit_test(a_rare_noun_is_not_half_of_a_question_that_no_passage_tells),
        cmocka_unit_test(how_a_return_is_asked_for_is_no_word_of_it),
        cmocka_unit_test(of_han_characters_those_in_found_pairs_are_told),
        cmocka_unit_test(nothing_is_asked_where_there_are_no_words),
        cmocka_unit_test(without_a_tally_all_words_weigh_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
