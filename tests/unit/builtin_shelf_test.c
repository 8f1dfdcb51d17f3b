/* builtin_shelf_test.c - a line for each product that fits, which the screen accepts. */
#include "worker/answer/builtin_shelf.h"

#include "tests/unit/payload.h"
#include "worker/answer/builtin.h"
#include "worker/answer/screen.h"

static const struct product drill = { .sku = STR("DRL"), .name = STR("Drill"),
                                      .price = STR("89.00"), .currency = STR("EUR"),
                                      .stock = STOCK_IN, .ship_min_days = -1,
                                      .ship_max_days = -1 };
static const struct product hammer = { .sku = STR("HAM"), .name = STR("Hammer"),
                                       .price = STR("17.90"), .currency = STR("EUR"),
                                       .stock = STOCK_OUT, .ship_min_days = -1,
                                       .ship_max_days = -1 };
static const struct product bare = { .sku = STR("BARE"), .ship_min_days = -1,
                                     .ship_max_days = -1 };

static void assert_says(const struct brief *like, const char *expected)
{
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = STR("which tools are green?") } };
    struct brief brief = *like;
    struct arena arena;
    struct str text;
    enum flaw flaw = FLAW_COUNT;
    brief.event = &event;
    brief.intent = INTENT_PRODUCT;
    brief.is_shelf = true;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(builtin_answer(&arena, &brief, &text), OK);
    assert_string_equal(text.ptr, expected);
    assert_int_equal(screen_reply(&arena, &brief, text, INT64_C(1764324000000), &flaw), OK);
    assert_string_equal(flaw_label(flaw), "none");
    arena_fini(&arena);
}

static void each_is_told_with_its_stock_and_its_price(void **state)
{
    (void)state;
    const struct product *const others[] = { &hammer };
    struct brief brief = { .language = STR("en"), .product = &drill, .others = others,
                           .others_count = 1 };
    assert_says(&brief, "Here is what we have:\nDrill (DRL) is in stock and costs 89.00 EUR.\n"
                        "Hammer (HAM) is out of stock at the moment and costs 17.90 EUR.");
    brief.language = STR("zh");
    brief.is_shelf_part = true;
    assert_says(&brief, "符合条件的部分商品：\nDrill（货号 DRL）现在有货，价格是89.00 EUR。\n"
                        "Hammer（货号 HAM）现在缺货，价格是17.90 EUR。");
}

static void that_none_fits_is_told(void **state)
{
    (void)state;
    struct brief brief = { .language = STR("en") };
    assert_says(&brief, "We have no such product.");
    brief.language = STR("zh");
    assert_says(&brief, "没有查到这样的商品。");
}

static void what_an_entry_does_not_tell_is_left_out(void **state)
{
    (void)state;
    const struct brief brief = { .language = STR("en"), .product = &bare };
    assert_says(&brief, "Here is what we have:\nBARE (BARE).");
}

static void those_that_cost_least_are_told_as_such(void **state)
{
    (void)state;
    static const struct product other = { .sku = STR("HAM"), .name = STR("Hammer"),
                                          .price = STR("89.00"), .currency = STR("EUR"),
                                          .stock = STOCK_IN, .ship_min_days = -1,
                                          .ship_max_days = -1 };
    const struct product *const others[] = { &other };
    struct brief brief = { .language = STR("en"), .product = &drill, .is_shelf_cheapest = true };
    assert_says(&brief, "This costs the least of those in stock:\n"
                        "Drill (DRL) is in stock and costs 89.00 EUR.");
    brief.others = others;
    brief.others_count = 1;
    assert_says(&brief, "These cost the least of those in stock:\n"
                        "Drill (DRL) is in stock and costs 89.00 EUR.\n"
                        "Hammer (HAM) is in stock and costs 89.00 EUR.");
    brief.language = STR("zh");
    assert_says(&brief, "现货中最便宜的是：\nDrill（货号 DRL）现在有货，价格是89.00 EUR。\n"
                        "Hammer（货号 HAM）现在有货，价格是89.00 EUR。");
}

/* A word that only the cheapest may be told of; "our best" is none of them. */
static void that_it_is_the_cheapest_is_accepted_of_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_cheapest;
        const char *flaw;
    } cases[] = {
        { "The cheapest is the Drill (DRL).", true, "none" },
        { "The cheapest is the Drill (DRL).", false, "promise" },
        { "Our best is the Drill (DRL).", true, "promise" },
    };
    const struct event event = { .kind = EVENT_MESSAGE };
    for (size_t i = 0; i < countof(cases); i++) {
        const struct brief brief = { .event = &event, .language = STR("en"), .product = &drill,
                                     .is_shelf = true, .is_shelf_cheapest = cases[i].is_cheapest };
        struct arena arena;
        enum flaw flaw = FLAW_COUNT;
        arena_init(&arena, (size_t)1 << 20);
        assert_int_equal(screen_reply(&arena, &brief, str_from(cases[i].text),
                                      INT64_C(1764324000000), &flaw), OK);
        assert_string_equal(flaw_label(flaw), cases[i].flaw);
        arena_fini(&arena);
    }
}

static void what_is_sold_at_all_is_told_by_its_categories(void **state)
{
    (void)state;
    const struct str categories[] = { STR("hoses"), STR("茶具"), STR("watering cans") };
    struct brief brief = { .language = STR("en"), .categories = categories,
                           .categories_count = countof(categories) };
    assert_says(&brief, "We sell: hoses, watering cans, among other things.");
    brief.language = STR("zh");
    assert_says(&brief, "我们的商品有：茶具等。");
    brief.categories = categories + 1;
    brief.categories_count = 1;
    assert_says(&brief, "我们的商品有：茶具。");
}

static void categories_that_nobody_can_read_tell_nothing(void **state)
{
    (void)state;
    const struct str categories[] = { STR("茶具") };
    const struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = STR("en"), .is_shelf = true,
                                 .categories = categories, .categories_count = 1 };
    struct arena arena;
    struct str text;
    arena_init(&arena, 65536);
    assert_int_equal(builtin_shelf(&arena, &brief, &text), ERR_NO_FACTS);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_with_its_stock_and_its_price),
        cmocka_unit_test(those_that_cost_least_are_told_as_such),
        cmocka_unit_test(that_it_is_the_cheapest_is_accepted_of_nothing_else),
        cmocka_unit_test(what_is_sold_at_all_is_told_by_its_categories),
        cmocka_unit_test(categories_that_nobody_can_read_tell_nothing),
        cmocka_unit_test(that_none_fits_is_told),
        cmocka_unit_test(what_an_entry_does_not_tell_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
