/* screen_language_test.c - facts in the shop's language do not make a reply one in it. */
#include "tests/unit/screening.h"
#include "worker/answer/screen_language.h"

static const struct attribute kettle_attributes[] = { { STR("warranty"), STR("two years") } };

static const struct product kettle = {
    .sku = STR("KTL-17"),
    .name = STR("Gooseneck kettle"),
    .description = STR("One litre, for pour-over coffee. Boils fast."),
    .attributes = kettle_attributes,
    .attributes_count = countof(kettle_attributes),
};

static const struct product tea = { .sku = STR("TEA-01"), .name = STR("西湖龙井茶"),
                                    .description = STR("明前采摘,250克") };

static bool is_language(const char *language, const struct product *product, const char *text)
{
    struct arena arena;
    struct screen_facts facts;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .product = product, .passages = screening_passages,
                                 .passages_count = countof(screening_passages) };
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 0, &facts), OK);
    bool is = screen_is_language(&facts, str_from(text));
    arena_fini(&arena);
    return is;
}

static void a_products_name_in_the_other_language_does_not_count(void **state)
{
    (void)state;
    assert_true(is_language("zh", &kettle, "Gooseneck kettle(货号 KTL-17)的价格是39.90 EUR。"));
    assert_true(is_language("zh", &kettle, "Gooseneck kettle有货。"));
    assert_true(is_language("en", &tea, "西湖龙井茶 (TEA-01) is in stock."));
    assert_false(is_language("zh", NULL, "Gooseneck kettle有货。"));
}

static void what_its_entry_says_does_not_count(void **state)
{
    (void)state;
    assert_true(is_language("zh", &kettle,
                            "Gooseneck kettle(货号 KTL-17):One litre, for pour-over coffee. "
                            "Boils fast.;warranty two years。有货。"));
    assert_true(is_language("en", &tea, "西湖龙井茶 (TEA-01): 明前采摘,250克. It is fine."));
}

static void a_sentence_in_the_other_language_counts_whatever_it_names(void **state)
{
    (void)state;
    assert_false(is_language("zh", &kettle, "The Gooseneck kettle is in stock."));
    assert_false(is_language("en", &tea, "西湖龙井茶现在有货。"));
    assert_true(is_language("fr", &kettle, "The kettle is in stock."));
}

static void a_page_is_told_in_the_customers_language(void **state)
{
    (void)state;
    assert_false(is_language("zh", NULL, "You can return unused items within 30 days."));
    assert_false(is_language("en", NULL, "未使用的商品三十天内可以退货。"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_products_name_in_the_other_language_does_not_count),
        cmocka_unit_test(what_its_entry_says_does_not_count),
        cmocka_unit_test(a_sentence_in_the_other_language_counts_whatever_it_names),
        cmocka_unit_test(a_page_is_told_in_the_customers_language),
    };
    return cmocka_run_group_tests_name("screen_language", tests, NULL, NULL);
}
