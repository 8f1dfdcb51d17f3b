/* shelf_test.c - what fits a wish: true, in stock first, bounded; none only where that is sure. */
#include "worker/answer/shelf.h"

#include "tests/unit/payload.h"

static const uint64_t seed[2] = { 3, 5 };

struct shop {
    struct catalog *catalog;
    struct arena arena;
    struct shelf shelf;
};

struct thing {
    const char *tenant;
    const char *sku;
    const char *category;
    const char *price;
    const char *colour;
    enum stock stock;
};

static void sell(struct shop *shop, const struct thing *thing)
{
    const struct attribute colour = { STR("colour"), str_from(thing->colour) };
    const struct event event = {
        .kind = EVENT_PRODUCT,
        .tenant = str_from(thing->tenant),
        .product = { .sku = str_from(thing->sku), .name = str_from(thing->sku),
                     .category = str_from(thing->category), .price = str_from(thing->price),
                     .currency = STR("EUR"), .stock = thing->stock,
                     .description = STR("A gift that is never purple."), .attributes = &colour,
                     .attributes_count = 1, .ship_min_days = -1, .ship_max_days = -1 },
    };
    assert_int_equal(catalog_apply(shop->catalog, &event), OK);
}

static void open_shop(struct shop *shop, size_t max)
{
    static const struct thing things[] = {
        { "", "DRL", "tools", "89.00", "green", STOCK_IN },
        { "", "HAM", "tools", "17.90", "green", STOCK_OUT },
        { "", "TAP", "tools", "8.5", "yellow", STOCK_IN },
        { "", "LMP", "lamps", "30.00", "black", STOCK_IN },
        { "", "OLD", "lamps", "", "black", STOCK_UNKNOWN },
        { "lin", "PEN", "tools", "1.00", "green", STOCK_IN },
    };
    *shop = (struct shop){ .catalog = catalog_create(max, seed) };
    assert_non_null(shop->catalog);
    arena_init(&shop->arena, (size_t)1 << 20);
    for (size_t i = 0; i < countof(things); i++) {
        sell(shop, &things[i]);
    }
}

static void close_shop(struct shop *shop)
{
    catalog_destroy(shop->catalog);
    arena_fini(&shop->arena);
}

/* The skus that are found, a space behind each. */
static const char *found(struct shop *shop, const char *text)
{
    static char skus[200];
    struct shelf_wish wish;
    struct plain plain;
    struct concepts concepts;
    plain_of(str_from(text), &plain);
    concepts_in(&plain, &concepts);
    assert_true(shelf_wish_of(str_from(text), concepts.all, &wish));
    assert_int_equal(shelf_find(&shop->arena, shop->catalog, STR_NONE, &wish, &shop->shelf), OK);
    skus[0] = '\0';
    for (size_t i = 0; i < shop->shelf.count; i++) {
        strncat(skus, shop->shelf.products[i]->sku.ptr, shop->shelf.products[i]->sku.len);
        strcat(skus, " ");
    }
    return skus;
}

static void what_fits_is_found_in_stock_and_cheapest_first(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop, 100);
    assert_string_equal(found(&shop, "which tools are green?"), "DRL HAM ");
    assert_true(shop.shelf.is_known);
    assert_false(shop.shelf.is_part);
    assert_string_equal(found(&shop, "any tools under 20 euros?"), "TAP HAM ");
    assert_string_equal(found(&shop, "what do you have up to 30 euros?"), "TAP LMP HAM ");
    assert_string_equal(found(&shop, "what do you have under 30 euros?"), "TAP HAM ");
    assert_string_equal(found(&shop, "any tools above 17.90 euros?"), "DRL ");
    close_shop(&shop);
}

static void none_is_told_only_where_that_is_sure(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop, 100);
    assert_string_equal(found(&shop, "any lamps under 10 euros?"), "");
    assert_true(shop.shelf.is_known);
    assert_string_equal(found(&shop, "which tools are purple?"), "");
    assert_true(shop.shelf.is_known);
    assert_string_equal(found(&shop, "do you have gifts?"), ""); /* only a description has it */
    assert_false(shop.shelf.is_known);
    assert_string_equal(found(&shop, "do you have lamps?"), "LMP OLD ");
    assert_true(shop.shelf.is_known);
    assert_string_equal(found(&shop, "any dresses under 10 euros?"), ""); /* what is that? */
    assert_false(shop.shelf.is_known);
    assert_string_equal(found(&shop, "any lamps under 40 dollars?"), "");
    assert_false(shop.shelf.is_known);
    close_shop(&shop);
}

static void of_many_a_few_are_told_and_not_all_are_looked_at(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop, SHELF_LOOKED_MAX + 100);
    for (size_t i = 0; i < SHELF_LOOKED_MAX + 50; i++) {
        char sku[32];
        snprintf(sku, sizeof(sku), "CUP-%04zu", i);
        const struct thing cup = { "", sku, "cups", "5.00", "white", STOCK_IN };
        sell(&shop, &cup);
    }
    (void)found(&shop, "any cups under 10 euros?");
    assert_int_equal(shop.shelf.count, SHELF_TOLD_MAX);
    assert_true(shop.shelf.is_part);
    (void)found(&shop, "any cups under 1 euro?");
    assert_int_equal(shop.shelf.count, 0);
    assert_false(shop.shelf.is_known); /* there are more than were looked at */
    close_shop(&shop);
}

static void what_has_the_denied_colour_or_none_that_is_known_is_left_out(void **state)
{
    (void)state;
    static const struct thing grey = { "", "GRY", "tools", "5.00", "gray", STOCK_IN };
    static const struct thing bare = { "", "BAR", "tools", "4.00", "", STOCK_IN };
    static const struct thing green = { "", "ZH1", "tools", "3.00", "绿色", STOCK_IN };
    struct shop shop;
    open_shop(&shop, 100);
    sell(&shop, &grey);
    sell(&shop, &bare);
    sell(&shop, &green);
    assert_string_equal(found(&shop, "which tools are not green?"), "GRY TAP ");
    assert_true(shop.shelf.is_part);
    assert_string_equal(found(&shop, "which tools are not grey?"), "TAP DRL HAM ");
    assert_string_equal(found(&shop, "which tools are not purple?"), ""); /* all descriptions */
    assert_false(shop.shelf.is_known);
    close_shop(&shop);
}

static void the_cheapest_is_of_the_kind_in_stock_and_comparable(void **state)
{
    (void)state;
    static const struct thing others[] = {
        { "", "bike bell", "bike parts", "9.00", "red", STOCK_IN },
        { "", "pump for the bike", "accessories", "15.00", "red", STOCK_IN },
        { "", "City bike", "bikes", "499.00", "blue", STOCK_IN },
        { "", "Road bike", "bikes", "899.00", "red", STOCK_IN },
        { "", "Kids bike", "bikes", "199.00", "red", STOCK_OUT },
        { "", "三体", "图书", "68.00", "书", STOCK_IN },
        { "", "书签", "文具", "3.00", "书", STOCK_IN },
        { "", "汉语词典", "工具书", "109.00", "书", STOCK_IN },
        { "", "面包", "面包", "4.00", "棕色", STOCK_IN },
        { "", "Tin cup", "camping", "6.00", "red", STOCK_IN },
        { "", "cup holder", "camping", "4.00", "red", STOCK_IN },
        { "", "Steel mug", "camping", "6.00", "red", STOCK_IN },
        { "", "Rubber raft", "rafts", "60.00", "red", STOCK_OUT },
    };
    struct shop shop;
    open_shop(&shop, 100);
    for (size_t i = 0; i < countof(others); i++) {
        sell(&shop, &others[i]);
    }
    assert_string_equal(found(&shop, "What's your cheapest bike?"), "City bike ");
    assert_true(shop.shelf.is_cheapest);
    assert_string_equal(found(&shop, "which bike is the cheapest?"), "City bike ");
    assert_string_equal(found(&shop, "the cheapest red bike"), "Road bike ");
    assert_string_equal(found(&shop, "最便宜的书"), "三体 ");
    assert_string_equal(found(&shop, "哪本书最便宜？"), "三体 ");
    assert_string_equal(found(&shop, "最便宜的词典多少钱?"), "汉语词典 ");
    assert_string_equal(found(&shop, "the cheapest mug"), "Steel mug ");
    static const char *const unsure[] = {
        "the cheapest lamp",  /* whether one is in stock is not known */
        "the cheapest cup",   /* by names alone, where a holder of one costs less */
        "the cheapest raft",  /* there is none in stock */
        "the cheapest hammer", "the cheapest dress", "最便宜的包", "the cheapest purple bike",
    };
    for (size_t i = 0; i < countof(unsure); i++) {
        assert_string_equal(found(&shop, unsure[i]), "");
        assert_false(shop.shelf.is_known);
    }
    close_shop(&shop);
}

static void all_that_cost_least_are_told_unless_they_are_many(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop, 100);
    for (size_t i = 0; i < SHELF_READ_MAX + 2; i++) {
        char sku[32];
        snprintf(sku, sizeof(sku), "CUP-%02zu", i);
        const struct thing cup = { "", sku, "cups", i < 2 ? "5.00" : "6.00", "white", STOCK_IN };
        sell(&shop, &cup);
    }
    assert_string_equal(found(&shop, "your cheapest cup?"), "CUP-00 CUP-01 ");
    for (size_t i = 0; i < 2; i++) {
        char sku[32];
        snprintf(sku, sizeof(sku), "MUG-%02zu", i);
        const struct thing mug = { "", sku, "cups", "5.00", "white", STOCK_IN };
        sell(&shop, &mug);
    }
    assert_string_equal(found(&shop, "your cheapest cup?"), "");
    assert_false(shop.shelf.is_known);
    close_shop(&shop);
}

/* Of things that cost the same not all are looked at: another cup may be among the rest. */
static void where_not_all_at_the_least_price_are_looked_at_none_is_told(void **state)
{
    (void)state;
    for (size_t cup = 0; cup < SHELF_READ_MAX + 2; cup++) {
        struct shop shop;
        open_shop(&shop, 100);
        for (size_t i = 0; i < SHELF_READ_MAX + 2; i++) {
            char sku[32];
            snprintf(sku, sizeof(sku), "CUP-%02zu", i);
            const struct thing thing = { "", sku, i == cup ? "cups" : "cup holders", "5.00",
                                         "white", STOCK_IN };
            sell(&shop, &thing);
        }
        assert_string_equal(found(&shop, "your cheapest cup?"), "");
        close_shop(&shop);
    }
}

static void prices_of_two_currencies_are_not_compared(void **state)
{
    (void)state;
    const struct event event = {
        .kind = EVENT_PRODUCT,
        .product = { .sku = STR("YEN"), .name = STR("Saw"), .category = STR("tools"),
                     .price = STR("500"), .currency = STR("JPY"), .stock = STOCK_IN,
                     .ship_min_days = -1, .ship_max_days = -1 },
    };
    struct shop shop;
    open_shop(&shop, 100);
    assert_string_equal(found(&shop, "the cheapest tool"), "TAP ");
    assert_int_equal(catalog_apply(shop.catalog, &event), OK);
    assert_string_equal(found(&shop, "the cheapest tool"), "");
    assert_false(shop.shelf.is_known);
    close_shop(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_found_in_stock_and_cheapest_first),
        cmocka_unit_test(none_is_told_only_where_that_is_sure),
        cmocka_unit_test(of_many_a_few_are_told_and_not_all_are_looked_at),
        cmocka_unit_test(the_cheapest_is_of_the_kind_in_stock_and_comparable),
        cmocka_unit_test(all_that_cost_least_are_told_unless_they_are_many),
        cmocka_unit_test(where_not_all_at_the_least_price_are_looked_at_none_is_told),
        cmocka_unit_test(prices_of_two_currencies_are_not_compared),
        cmocka_unit_test(what_has_the_denied_colour_or_none_that_is_known_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
