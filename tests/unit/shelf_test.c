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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_found_in_stock_and_cheapest_first),
        cmocka_unit_test(none_is_told_only_where_that_is_sure),
        cmocka_unit_test(of_many_a_few_are_told_and_not_all_are_looked_at),
        cmocka_unit_test(what_has_the_denied_colour_or_none_that_is_known_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
