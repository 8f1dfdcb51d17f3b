/* shelf_range_test.c - the categories that a shop sells, bounded, and of its own tenant. */
#include "worker/answer/shelf_range.h"

#include "tests/unit/payload.h"

static const uint64_t seed[2] = { 3, 5 };

static void sell(struct catalog *catalog, const char *tenant, const char *sku, const char *category)
{
    const struct event event = {
        .kind = EVENT_PRODUCT,
        .tenant = str_from(tenant),
        .product = { .sku = str_from(sku), .name = str_from(sku), .category = str_from(category),
                     .ship_min_days = -1, .ship_max_days = -1 },
    };
    assert_int_equal(catalog_apply(catalog, &event), OK);
}

static void assert_range(const struct catalog *catalog, const char *tenant, const char *categories,
                         bool is_part)
{
    struct arena arena;
    struct shelf_range range;
    char told[1000] = "";
    arena_init(&arena, 65536);
    assert_int_equal(shelf_range_of(&arena, catalog, str_from(tenant), &range), OK);
    for (size_t i = 0; i < range.count; i++) {
        strncat(told, range.categories[i].ptr, range.categories[i].len);
        strcat(told, ";");
    }
    assert_string_equal(told, categories);
    assert_int_equal(range.is_part, is_part);
    arena_fini(&arena);
}

static void categories_of_most_products_come_first(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(100, seed);
    assert_non_null(catalog);
    assert_range(catalog, "", "", false);
    sell(catalog, "", "1", "mugs");
    sell(catalog, "", "2", "Lamps");
    sell(catalog, "", "3", "lamps");
    sell(catalog, "", "4", "茶具");
    sell(catalog, "lin", "5", "guns");
    assert_range(catalog, "lin", "guns;", false);
    sell(catalog, "", "6", "");
    sell(catalog, "", "7", "\"odd\" ones");
    struct arena arena;
    struct shelf_range range;
    arena_init(&arena, 65536);
    assert_int_equal(shelf_range_of(&arena, catalog, STR_NONE, &range), OK);
    assert_int_equal(range.count, 3);
    assert_true(str_eq_ascii_case(range.categories[0], STR("lamps")));
    assert_str(range.categories[1], "mugs");
    assert_str(range.categories[2], "茶具");
    assert_true(range.is_part); /* an entry without one, and one that is left out */
    arena_fini(&arena);
    catalog_destroy(catalog);
}

static void no_more_than_so_many_are_told(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(1000, seed);
    assert_non_null(catalog);
    for (int i = 0; i < 2 * SHELF_RANGE_LOOKED_MAX; i++) {
        char name[32];
        snprintf(name, sizeof(name), "c%d", i);
        sell(catalog, "", name, name);
    }
    struct arena arena;
    struct shelf_range range;
    arena_init(&arena, 65536);
    assert_int_equal(shelf_range_of(&arena, catalog, STR_NONE, &range), OK);
    assert_int_equal(range.count, BRIEF_CATEGORIES_MAX);
    assert_true(range.is_part);
    arena_fini(&arena);
    catalog_destroy(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(categories_of_most_products_come_first),
        cmocka_unit_test(no_more_than_so_many_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
