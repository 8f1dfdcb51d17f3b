/* catalog_test.c - the shop's products: kept current, apart by tenant, bounded. */
#include "worker/answer/catalog.h"

#include "common/mem.h"
#include "tests/unit/payload.h"

static const uint64_t seed[2] = { 1, 2 };

static struct event offering(const char *tenant, const char *sku, const char *name)
{
    return (struct event){ .kind = EVENT_PRODUCT,
                           .tenant = str_from(tenant),
                           .product = { .sku = str_from(sku), .name = str_from(name),
                                        .ship_min_days = -1, .ship_max_days = -1 } };
}

static void put(struct catalog *catalog, const char *tenant, const char *sku, const char *name)
{
    struct event event = offering(tenant, sku, name);
    assert_int_equal(catalog_apply(catalog, &event), OK);
}

static const char *name_of(const struct catalog *catalog, const char *tenant, const char *sku)
{
    struct arena arena;
    const struct product *product = NULL;
    arena_init(&arena, 1 << 16);
    assert_int_equal(catalog_find(catalog, &arena, str_from(tenant), str_from(sku), &product), OK);
    const char *name = product ? payload_text(product->name) : NULL;
    arena_fini(&arena);
    return name;
}

static void every_field_comes_back_as_it_was(void **state)
{
    (void)state;
    struct arena arena;
    const struct attribute attributes[] = { { STR("colour"), STR("red") },
                                            { STR("材质"), STR("钢") } };
    struct event event = offering("t", "K1", "Kettle");
    const struct product *found = NULL;
    event.product.category = STR("kitchen");
    event.product.price = STR("39.90");
    event.product.currency = STR("EUR");
    event.product.description = STR("Boils. \"Fast\"\n水壶");
    event.product.stock = STOCK_OUT;
    event.product.ship_min_days = 0;
    event.product.ship_max_days = 4;
    event.product.ship_from = STR("Ulm");
    event.product.attributes = attributes;
    event.product.attributes_count = countof(attributes);
    struct catalog *catalog = catalog_create(10, seed);
    arena_init(&arena, 1 << 16);
    assert_int_equal(catalog_apply(catalog, &event), OK);
    assert_int_equal(catalog_find(catalog, &arena, STR("t"), STR("K1"), &found), OK);
    assert_str(found->sku, "K1");
    assert_str(found->category, "kitchen");
    assert_str(found->price, "39.90");
    assert_str(found->currency, "EUR");
    assert_str(found->description, "Boils. \"Fast\"\n水壶");
    assert_int_equal(found->stock, STOCK_OUT);
    assert_int_equal(found->ship_min_days, 0);
    assert_int_equal(found->ship_max_days, 4);
    assert_str(found->ship_from, "Ulm");
    assert_int_equal(found->attributes_count, 2);
    assert_str(found->attributes[1].name, "材质");
    assert_str(found->attributes[1].value, "钢");
    arena_fini(&arena);
    catalog_destroy(catalog);
}

static void what_was_never_said_stays_unknown(void **state)
{
    (void)state;
    struct arena arena;
    const struct product *found = NULL;
    struct catalog *catalog = catalog_create(10, seed);
    put(catalog, "", "K1", "Kettle");
    arena_init(&arena, 1 << 16);
    assert_int_equal(catalog_find(catalog, &arena, STR_NONE, STR("K1"), &found), OK);
    assert_int_equal(found->stock, STOCK_UNKNOWN);
    assert_int_equal(found->ship_min_days, -1);
    assert_int_equal(found->ship_max_days, -1);
    assert_int_equal(found->price.len, 0);
    assert_int_equal(found->attributes_count, 0);
    arena_fini(&arena);
    catalog_destroy(catalog);
}

static void a_later_entry_replaces_and_a_tombstone_removes(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    put(catalog, "", "K1", "Kettle");
    put(catalog, "", "K1", "Kettle 2");
    assert_int_equal(catalog_count(catalog), 1);
    assert_string_equal(name_of(catalog, "", "K1"), "Kettle 2");
    struct event gone = offering("", "K1", "");
    gone.product.removed = true;
    assert_int_equal(catalog_apply(catalog, &gone), OK);
    assert_int_equal(catalog_apply(catalog, &gone), OK);
    assert_int_equal(catalog_count(catalog), 0);
    assert_null(name_of(catalog, "", "K1"));
    catalog_destroy(catalog);
}

/* Whether another tenant's product has the key, too. */
static bool take(struct catalog *catalog, const char *key, const char *tenant, const char *sku,
                 const char *name)
{
    bool is_shared = true;
    struct event event = offering(tenant, sku, name);
    event.product.removed = name[0] == '\0';
    assert_int_equal(catalog_take(catalog, &event, str_from(key), &is_shared), OK);
    return is_shared;
}

static void a_tombstone_takes_back_what_its_key_named(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    assert_false(take(catalog, "K1", "", "K1", "Kettle"));
    assert_false(take(catalog, "lin/K1", "lin", "K1", "Lin's kettle"));
    assert_false(take(catalog, "mei/K1", "mei", "K1", "Mei's kettle"));
    assert_false(take(catalog, "7", "", "P7", "Pot"));
    take(catalog, "lin/K1", "", "lin/K1", "");
    assert_null(name_of(catalog, "lin", "K1"));
    assert_string_equal(name_of(catalog, "mei", "K1"), "Mei's kettle");
    assert_string_equal(name_of(catalog, "", "K1"), "Kettle");
    take(catalog, "7", "", "7", "");
    assert_null(name_of(catalog, "", "P7"));
    take(catalog, "K1", "", "K1", "");
    assert_null(name_of(catalog, "", "K1"));
    assert_string_equal(name_of(catalog, "mei", "K1"), "Mei's kettle");
    assert_int_equal(catalog_count(catalog), 1);
    catalog_destroy(catalog);
}

static void the_next_record_of_a_key_stands_in_the_place_of_the_one_before(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    take(catalog, "1", "lin", "K1", "Kettle");
    take(catalog, "1", "lin", "K1", "Kettle 2");
    assert_string_equal(name_of(catalog, "lin", "K1"), "Kettle 2");
    assert_false(take(catalog, "1", "lin", "K2", "Pot"));
    assert_null(name_of(catalog, "lin", "K1"));
    assert_false(take(catalog, "K3", "", "K9", "Our cup"));
    assert_false(take(catalog, "K3", "", "K3", "Our pan"));
    assert_null(name_of(catalog, "", "K9"));
    assert_int_equal(catalog_count(catalog), 2);
    catalog_destroy(catalog);
}

static void no_tenants_record_takes_back_anothers_product(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    assert_false(take(catalog, "K1", "lin", "K1", "Lin's kettle"));
    assert_true(take(catalog, "K1", "mei", "K1", "Mei's kettle"));
    assert_true(take(catalog, "K1", "", "K1", "Kettle"));
    assert_true(take(catalog, "K1", "lin", "K2", "Lin's pot"));
    assert_null(name_of(catalog, "lin", "K1"));
    assert_string_equal(name_of(catalog, "lin", "K2"), "Lin's pot");
    assert_string_equal(name_of(catalog, "mei", "K1"), "Mei's kettle");
    assert_string_equal(name_of(catalog, "", "K1"), "Kettle");
    take(catalog, "K1", "", "K1", "");
    assert_int_equal(catalog_count(catalog), 0);
    catalog_destroy(catalog);
}

static void of_a_shared_key_each_product_can_have_a_key_of_its_own_later(void **state)
{
    (void)state;
    static const char *const tenants[] = { "lin", "mei", "wu" };
    for (size_t moved = 0; moved < countof(tenants); moved++) {
        struct catalog *catalog = catalog_create(10, seed);
        for (size_t i = 0; i < countof(tenants); i++) {
            take(catalog, "K1", tenants[i], "K1", tenants[i]);
        }
        assert_false(take(catalog, "own", tenants[moved], "K1", "moved"));
        take(catalog, "K1", "", "K1", "");
        for (size_t i = 0; i < countof(tenants); i++) {
            assert_int_equal(name_of(catalog, tenants[i], "K1") != NULL, i == moved);
        }
        take(catalog, "own", "", "own", "");
        assert_int_equal(catalog_count(catalog), 0);
        catalog_destroy(catalog);
    }
}

static void a_product_that_came_anew_under_another_key_outlives_the_end_of_the_old_one(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    take(catalog, "old", "lin", "K1", "Kettle");
    take(catalog, "new", "lin", "K1", "Kettle 2");
    take(catalog, "old", "", "old", "");
    assert_string_equal(name_of(catalog, "lin", "K1"), "Kettle 2");
    take(catalog, "new", "", "new", "");
    assert_int_equal(catalog_count(catalog), 0);
    catalog_destroy(catalog);
}

static void a_product_of_a_file_is_not_another_tenants_to_take(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    put(catalog, "", "K1", "Kettle");
    assert_false(take(catalog, "K1", "lin", "K1", "Lin's kettle"));
    assert_string_equal(name_of(catalog, "", "K1"), "Kettle");
    catalog_destroy(catalog);
}

static void tenants_with_the_same_skus_never_meet(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    put(catalog, "a", "bK1", "of a");
    put(catalog, "ab", "K1", "of ab");
    put(catalog, "", "abK1", "of nobody");
    assert_int_equal(catalog_count(catalog), 3);
    assert_string_equal(name_of(catalog, "a", "bK1"), "of a");
    assert_string_equal(name_of(catalog, "ab", "K1"), "of ab");
    assert_string_equal(name_of(catalog, "", "abK1"), "of nobody");
    assert_null(name_of(catalog, "b", "K1"));
    catalog_destroy(catalog);
}

static void a_full_catalogue_takes_no_new_product_and_keeps_its_old_ones_current(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(2, seed);
    struct event more = offering("", "K3", "Third");
    put(catalog, "", "K1", "First");
    put(catalog, "", "K2", "Second");
    assert_int_equal(catalog_apply(catalog, &more), ERR_FULL);
    assert_null(name_of(catalog, "", "K3"));
    put(catalog, "", "K2", "Second, new");
    assert_string_equal(name_of(catalog, "", "K1"), "First");
    assert_string_equal(name_of(catalog, "", "K2"), "Second, new");
    catalog_destroy(catalog);
}

static void an_entry_that_finds_no_memory_leaves_the_old_one(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(2, seed);
    struct event newer = offering("", "K1", "Kettle 2");
    put(catalog, "", "K1", "Kettle");
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        mem_fail_nth(++nth);
        err = catalog_apply(catalog, &newer);
        mem_fail_nth(0);
        assert_true(err == OK || err == ERR_NOMEM);
        assert_string_equal(name_of(catalog, "", "K1"), err == OK ? "Kettle 2" : "Kettle");
    }
    assert_true(nth > 2);
    catalog_destroy(catalog);
}

static void a_record_that_finds_no_memory_changes_nothing(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(2, seed);
    struct event newer = offering("lin", "K2", "Pot");
    take(catalog, "1", "lin", "K1", "Kettle");
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        bool is_shared = true;
        mem_fail_nth(++nth);
        err = catalog_take(catalog, &newer, STR("1"), &is_shared);
        mem_fail_nth(0);
        assert_true(err == OK || err == ERR_NOMEM);
        assert_false(is_shared);
        assert_int_equal(catalog_count(catalog), 1);
        assert_int_equal(name_of(catalog, "lin", "K1") != NULL, err != OK);
    }
    assert_true(nth > 2);
    catalog_destroy(catalog);
}

static void looking_up_without_memory_finds_nothing_and_says_so(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(2, seed);
    put(catalog, "", "K1", "Kettle");
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        struct arena arena;
        const struct product *found = NULL;
        arena_init(&arena, 1 << 16);
        mem_fail_nth(++nth);
        err = catalog_find(catalog, &arena, STR_NONE, STR("K1"), &found);
        mem_fail_nth(0);
        assert_int_equal(err, found ? OK : ERR_NOMEM);
        arena_fini(&arena);
    }
    assert_true(nth > 2);
    catalog_destroy(catalog);
}

static void without_memory_there_is_no_catalogue(void **state)
{
    (void)state;
    struct catalog *catalog = NULL;
    long nth = 0;
    while (!catalog) {
        mem_fail_nth(++nth);
        catalog = catalog_create(100, seed);
        mem_fail_nth(0);
    }
    assert_int_equal(nth, 6);
    catalog_destroy(catalog);
    catalog_destroy(NULL);
}

static void assert_named(const struct catalog *catalog, const char *tenant, const char *text,
                         const char *sku)
{
    struct str named = catalog_named(catalog, str_from(tenant), str_from(text));
    if (!str_is(named, sku)) {
        fail_msg("%s: \"%.*s\" is not \"%s\"", text, STR_ARG(named), sku);
    }
}

static void a_text_names_a_product_by_sku_or_by_words(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(10, seed);
    assert_named(catalog, "t", "how much is K-17?", "");
    put(catalog, "t", "K-17", "Gooseneck kettle");
    put(catalog, "t", "tea88", "龙井茶");
    put(catalog, "u", "K-17", "Reading lamp");
    assert_named(catalog, "t", "how much is K-17?", "K-17");
    assert_named(catalog, "t", "k-17 多少钱", "K-17");
    assert_named(catalog, "t", "TEA88还有货吗", "");
    assert_named(catalog, "t", "tea88还有货吗", "tea88");
    assert_named(catalog, "t", "K-170 or AK-17", "");
    assert_named(catalog, "t", "is the gooseneck kettle any good?", "K-17");
    assert_named(catalog, "t", "龙井茶多少钱", "tea88");
    assert_named(catalog, "t", "a reading lamp", "");
    assert_named(catalog, "u", "a reading lamp", "K-17");
    assert_named(catalog, "", "a reading lamp", "");
    put(catalog, "t", "K-17", "Copper pot"); /* another name: the words are the new one's */
    assert_named(catalog, "t", "is the gooseneck kettle any good?", "");
    assert_named(catalog, "t", "the copper pot", "K-17");
    catalog_destroy(catalog);
}

static void words_of_a_text_that_are_names_are_told_for_each_tenant(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(8, seed);
    struct arena arena;
    struct str things;
    arena_init(&arena, 4096);
    put(catalog, "t", "K-17", "Gooseneck kettle");
    assert_int_equal(catalog_things(catalog, &arena, STR("t"), STR("do kettles boil milk?"),
                                    &things), OK);
    assert_string_equal(things.ptr, "kettles\n");
    assert_int_equal(catalog_things(catalog, &arena, STR("u"), STR("do kettles boil?"), &things),
                     OK);
    assert_int_equal(things.len, 0);
    arena_fini(&arena);
    catalog_destroy(catalog);
}

static void a_text_may_name_several_products(void **state)
{
    (void)state;
    struct catalog *catalog = catalog_create(8, seed);
    struct str skus[2];
    put(catalog, "t", "O-1", "Oslo sofa");
    put(catalog, "t", "B-1", "Bergen sofa");
    put(catalog, "t", "R-1", "正山小种红茶");
    put(catalog, "t", "W-1", "白毫银针");
    const struct str both = STR("Which is cheaper, the Oslo sofa or the Bergen sofa?");
    assert_int_equal(catalog_named_each(catalog, STR("t"), both, skus, 2), 2);
    assert_true(str_is(skus[0], "O-1") && str_is(skus[1], "B-1"));
    assert_int_equal(catalog_named_each(catalog, STR("t"), both, skus, 1), 1);
    assert_int_equal(catalog_named_each(catalog, STR("u"), both, skus, 2), 0);
    assert_int_equal(catalog_named_each(catalog, STR("t"), STR("红茶和白毫银针哪个便宜"), skus, 2),
                     2);
    assert_true(str_is(skus[0], "R-1") && str_is(skus[1], "W-1"));
    assert_int_equal(catalog_named_each(catalog, STR("t"), STR("O-1 or o-1"), skus, 2), 1);
    assert_int_equal(catalog_named_each(catalog, STR("t"), STR(" or , and "), skus, 2), 0);
    assert_int_equal(catalog_named_each(catalog, STR("t"), STR(""), skus, 2), 0);
    catalog_destroy(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_names_a_product_by_sku_or_by_words),
        cmocka_unit_test(every_field_comes_back_as_it_was),
        cmocka_unit_test(what_was_never_said_stays_unknown),
        cmocka_unit_test(a_later_entry_replaces_and_a_tombstone_removes),
        cmocka_unit_test(a_tombstone_takes_back_what_its_key_named),
        cmocka_unit_test(the_next_record_of_a_key_stands_in_the_place_of_the_one_before),
        cmocka_unit_test(no_tenants_record_takes_back_anothers_product),
        cmocka_unit_test(of_a_shared_key_each_product_can_have_a_key_of_its_own_later),
        cmocka_unit_test(
            a_product_that_came_anew_under_another_key_outlives_the_end_of_the_old_one),
        cmocka_unit_test(a_product_of_a_file_is_not_another_tenants_to_take),
        cmocka_unit_test(tenants_with_the_same_skus_never_meet),
        cmocka_unit_test(a_full_catalogue_takes_no_new_product_and_keeps_its_old_ones_current),
        cmocka_unit_test(an_entry_that_finds_no_memory_leaves_the_old_one),
        cmocka_unit_test(a_record_that_finds_no_memory_changes_nothing),
        cmocka_unit_test(looking_up_without_memory_finds_nothing_and_says_so),
        cmocka_unit_test(without_memory_there_is_no_catalogue),
        cmocka_unit_test(words_of_a_text_that_are_names_are_told_for_each_tenant),
        cmocka_unit_test(a_text_may_name_several_products),
    };
    json_setup(1);
    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
