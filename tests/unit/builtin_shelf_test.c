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
    assert_says(&brief, "符合条件的商品：\nDrill（货号 DRL）现在有货，价格是89.00 EUR。\n"
                        "Hammer（货号 HAM）现在有货，价格是89.00 EUR。");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_with_its_stock_and_its_price),
        cmocka_unit_test(those_that_cost_least_are_told_as_such),
        cmocka_unit_test(that_none_fits_is_told),
        cmocka_unit_test(what_an_entry_does_not_tell_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
