/* unnamed_test.c - a product's name that reads like a wish is none. */
#include "worker/answer/unnamed.h"

#include "tests/unit/payload.h"

static const uint64_t seed[2] = { 3, 5 };

static struct catalog *shop_with(const char *const things[][2], size_t count)
{
    struct catalog *catalog = catalog_create(count, seed);
    assert_non_null(catalog);
    for (size_t i = 0; i < count; i++) {
        const struct event event = {
            .kind = EVENT_PRODUCT,
            .product = { .sku = str_from(things[i][0]), .name = str_from(things[i][1]),
                         .ship_min_days = -1, .ship_max_days = -1 },
        };
        assert_int_equal(catalog_apply(catalog, &event), OK);
    }
    return catalog;
}

static void place(const char *text, const char *name, const char *expected)
{
    size_t from;
    size_t to;
    print_message("%s\n", text);
    bool is_there = unnamed_place(str_from(text), str_from(name), &from, &to);
    assert_true(is_there == (expected != NULL));
    if (expected) {
        assert_str(str_slice(str_from(text), from, to - from), expected);
    }
}

static void a_name_is_found_whole_or_as_the_longest_run_of_its_words(void **state)
{
    (void)state;
    place("how much is the exchange adapter?", "Exchange Adapter", "exchange adapter");
    place("can i return the return label?", "Return Label Holder", "return label");
    place("the usb-c exchange adapter, please", "Exchange Adapter USB-C 2 m",
          "usb-c exchange adapter");
    place("is the adapter there?", "Exchange Adapter", NULL);
    place("exchange it for an adapter", "Exchange Adapter", NULL);
    place("what is a refund?", "Refund", "refund");
    place("免运费贴纸多少钱", "免运费贴纸", "免运费贴纸");
    place("运费多少钱", "免运费贴纸", NULL);
    place("how much?", "", NULL);
    place("", "Refund", NULL);
}

static void a_sku_stands_where_the_name_would_be_taken_for_a_wish(void **state)
{
    (void)state;
    static const char *const things[][2] = { { "EX-1", "Exchange adapter" }, { "KTL", "Kettle" },
                                             { "TZ-9", "免运费贴纸" }, { "4711", "Refund form" } };
    static const char *const cases[][2] = {
        { "How much is the exchange adapter?", "How much is the EX-1?" },
        { "免运费贴纸多少钱", "TZ-9多少钱" },
        { "I want to return the exchange adapter", "" }, /* asks for the same */
        { "How much is the kettle?", "" },
        { "How much is the refund form?", "" }, /* 4711 could be an order */
        { "How much is it?", "" },
        { "", "" },
    };
    struct catalog *catalog = shop_with(things, countof(things));
    for (size_t i = 0; i < countof(cases); i++) {
        struct arena arena;
        struct str text;
        arena_init(&arena, (size_t)1 << 20);
        print_message("%s\n", cases[i][0]);
        assert_int_equal(unnamed_text(&arena, catalog, STR_NONE, str_from(cases[i][0]), &text), OK);
        assert_str(text, cases[i][1]);
        arena_fini(&arena);
    }
    catalog_destroy(catalog);
}

static void without_memory_nothing_is_replaced(void **state)
{
    (void)state;
    static const char *const things[][2] = { { "EX-1", "Exchange adapter" } };
    struct catalog *catalog = shop_with(things, countof(things));
    struct arena arena;
    struct str text;
    arena_init(&arena, 64);
    const struct str asked = STR("How much is the exchange adapter?");
    assert_int_equal(unnamed_text(&arena, catalog, STR_NONE, asked, &text), ERR_NOMEM);
    assert_int_equal(text.len, 0);
    arena_fini(&arena);
    catalog_destroy(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_whole_or_as_the_longest_run_of_its_words),
        cmocka_unit_test(a_sku_stands_where_the_name_would_be_taken_for_a_wish),
        cmocka_unit_test(without_memory_nothing_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
