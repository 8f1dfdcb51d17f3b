/* offer_check_test.c - a sentence about a recommended product says what is known of that one alone.
 * */
#include "worker/answer/offer_check.h"

#include "tests/unit/screening.h"

static enum flaw flaw_of(const char *language, const struct offer *offer)
{
    const struct event event = { .kind = EVENT_RECOMMENDATION_REQUEST };
    const struct brief brief = { .event = &event, .language = str_from(language) };
    struct arena arena;
    enum flaw flaw = FLAW_FORM;
    arena_init(&arena, (size_t)8 << 20);
    assert_int_equal(offer_check(&arena, &brief, offer, SCREENING_NOW_MS, &flaw), OK);
    arena_fini(&arena);
    return flaw;
}

static enum flaw kettle(const char *sentence)
{
    const struct offer offer = { .sku = STR("KTL-17"),
                                 .name = STR("Aurora Kettle"),
                                 .reason = STR("Bought together with Longjing Tea in 3 orders."),
                                 .product = &screening_kettle,
                                 .sentence = str_from(sentence) };
    return flaw_of("en", &offer);
}

static void what_the_reason_and_the_catalogue_say_may_be_said(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "The Aurora Kettle was bought together with Longjing Tea in 3 orders.",
        "Bought together with Longjing Tea in 3 orders.",
        "The Aurora Kettle costs 39.90 EUR.",
        "The Aurora Kettle is red.",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(kettle(cases[i]), FLAW_NONE);
    }
}

static void what_they_do_not_say_may_not(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "The Aurora Kettle was bought together with Longjing Tea in 4 orders.",
        "The Aurora Kettle was bought together with Oolong Tea in 3 orders.",
        "The Aurora Kettle costs 29.90 EUR.",
        "The Aurora Kettle is blue.",
        "The Aurora Kettle is waterproof.",
        "The Aurora Kettle is free today.",
        "Customers love the Aurora Kettle.",
        "Take the Borealis Kettle.",
        "极光电热水壶很好。",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_not_equal(kettle(cases[i]), FLAW_NONE);
    }
}

static void chinese_is_held_against_its_facts_too(void **state)
{
    (void)state;
    struct offer offer = { .sku = STR("SH-9"),
                           .name = STR("极光电热水壶"),
                           .reason = STR("您在 2 个订单中买过它。"),
                           .product = &screening_pot,
                           .sentence = STR("您在 2 个订单中买过极光电热水壶。") };
    assert_int_equal(flaw_of("zh", &offer), FLAW_NONE);
    offer.sentence = STR("您在 5 个订单中买过极光电热水壶。");
    assert_int_not_equal(flaw_of("zh", &offer), FLAW_NONE);
}

static void a_product_without_an_entry_has_its_name_and_reason(void **state)
{
    (void)state;
    struct offer offer = { .sku = STR("X-1"),
                           .name = STR("Blue Mug"),
                           .reason = STR("You bought it in 2 orders."),
                           .sentence = STR("You bought the Blue Mug in 2 orders.") };
    assert_int_equal(flaw_of("en", &offer), FLAW_NONE);
    offer.sentence = STR("You bought the Blue Mug for 5 EUR.");
    assert_int_not_equal(flaw_of("en", &offer), FLAW_NONE);
}

static void without_memory_nothing_is_known(void **state)
{
    (void)state;
    const struct event event = { .kind = EVENT_RECOMMENDATION_REQUEST };
    const struct brief brief = { .event = &event, .language = STR("en") };
    const struct offer offer = { .name = STR("Mug"), .reason = STR("x"), .sentence = STR("Mug.") };
    struct arena arena;
    enum flaw flaw = FLAW_FORM;
    arena_init(&arena, 16);
    assert_int_equal(offer_check(&arena, &brief, &offer, 0, &flaw), ERR_NOMEM);
    assert_int_equal(flaw, FLAW_FORM);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_reason_and_the_catalogue_say_may_be_said),
        cmocka_unit_test(what_they_do_not_say_may_not),
        cmocka_unit_test(chinese_is_held_against_its_facts_too),
        cmocka_unit_test(a_product_without_an_entry_has_its_name_and_reason),
        cmocka_unit_test(without_memory_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
