/* place_test.c - a page that does not name a country tells nothing of it. */
#include "worker/answer/place.h"

#include "tests/unit/cm.h"

static bool untold(const char *question, const char *page)
{
    return place_is_untold(places_in(str_from(question)), str_from(page));
}

static void a_country_that_the_page_does_not_name_is_untold(void **state)
{
    (void)state;
    assert_true(untold("Do you ship to Norway?", "We ship to Germany and France."));
    assert_true(untold("你们发货到美国吗?", "我们发货到中国大陆各省。"));
    assert_false(untold("Do you ship to Germany?", "We ship to Germany and France."));
    assert_false(untold("可以寄到日本吗", "We ship to Japan."));
}

static void a_page_about_the_world_may_tell_of_any(void **state)
{
    (void)state;
    assert_false(untold("Do you ship to Norway?", "We ship worldwide."));
    assert_false(untold("你们发货到美国吗?", "支持全球配送。"));
}

static void other_questions_name_no_country(void **state)
{
    (void)state;
    assert_false(untold("Can you tell us when it ships?", "We ship to Germany."));
    assert_false(untold("How much is shipping?", "We ship to Germany."));
    assert_false(untold("", ""));
}

static void each_country_of_a_question_must_be_told(void **state)
{
    (void)state;
    assert_true(untold("Do you ship to Germany and Norway?", "We ship to Germany and France."));
    assert_true(untold("Do you ship to Norway and Germany?", "We ship to Germany and France."));
    assert_false(untold("Do you ship to France or Germany?", "We ship to Germany and France."));
    assert_false(untold("Do you ship to Germany and Norway?", "Germany: 2 EUR. Worldwide: 9."));
    assert_true(untold("能寄到日本和美国吗?", "可以寄到日本。"));
}

static void names_of_countries_can_be_taken_out(void **state)
{
    (void)state;
    struct plain plain;
    plain_of(STR("to Germany or the UK, 寄到日本"), &plain);
    places_take_out(&plain);
    assert_int_equal(places_in(plain_str(&plain)), 0);
    assert_true(plain_has(plain_str(&plain), STR("or the")));
    assert_true(plain_has(plain_str(&plain), STR("寄到")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_country_that_the_page_does_not_name_is_untold),
        cmocka_unit_test(each_country_of_a_question_must_be_told),
        cmocka_unit_test(a_page_about_the_world_may_tell_of_any),
        cmocka_unit_test(names_of_countries_can_be_taken_out),
        cmocka_unit_test(other_questions_name_no_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
