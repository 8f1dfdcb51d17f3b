/* catalog_words_test.c - names by their words, in both languages; never another tenant's. */
#include "worker/answer/catalog_words.h"

#include <stdio.h>

#include "common/mem.h"
#include "tests/unit/cm.h"

static const uint64_t seed[2] = { 7, 9 };

static const char *const names[] = {
    "Gooseneck kettle", "Electric kettle 1.7 l", "Reading lamp",     "Desk lamp, black",
    "龙井茶",           "铁观音茶叶礼盒",        "不锈钢保温杯 500ml", "Coffee grinder",
};

struct stand {
    struct catalog_words *words;
    struct catalog_name all[countof(names)];
};

static void open_stand(struct stand *stand)
{
    stand->words = catalog_words_create(seed);
    assert_non_null(stand->words);
    for (size_t i = 0; i < countof(names); i++) {
        assert_int_equal(catalog_words_add(stand->words, &stand->all[i], STR("acme"),
                                           str_from(names[i])),
                         OK);
    }
}

static void assert_named(const struct stand *stand, const char *text, int expected)
{
    const struct catalog_name *name =
        catalog_words_find(stand->words, STR("acme"), str_from(text));
    assert_int_equal(name ? name - stand->all : -1, expected);
}

static void a_question_names_a_product_by_its_words(void **state)
{
    (void)state;
    struct stand stand;
    open_stand(&stand);
    assert_named(&stand, "How much is the gooseneck kettle?", 0);
    assert_named(&stand, "is the ELECTRIC kettle in stock", 1);
    assert_named(&stand, "Do you have reading lamps?", 2);
    assert_named(&stand, "do you sell a grinder", 7); /* only one name has it */
    assert_named(&stand, "龙井茶多少钱?", 4);
    assert_named(&stand, "铁观音礼盒还有货吗", 5);
    assert_named(&stand, "保温杯能装多少水", 6);
    catalog_words_destroy(stand.words);
}

struct sizes {
    struct catalog_words *words;
    struct catalog_name all[6];
};

static void assert_size(const char *text, int expected)
{
    static const char *const bikes[] = { "City Bike Luna S", "City Bike Luna M",
                                         "City Bike Luna L", "Kids Bike Pip 20 inch",
                                         "Kids Helmet Bloop", "Pannier Bag Haul 20 l" };
    struct sizes sizes;
    sizes.words = catalog_words_create(seed);
    assert_non_null(sizes.words);
    for (size_t i = 0; i < countof(bikes); i++) {
        assert_int_equal(catalog_words_add(sizes.words, &sizes.all[i], STR("acme"),
                                           str_from(bikes[i])),
                         OK);
    }
    const struct catalog_name *name = catalog_words_find(sizes.words, STR("acme"), str_from(text));
    print_message("%s\n", text);
    assert_int_equal(name ? name - sizes.all : -1, expected);
    catalog_words_destroy(sizes.words);
}

static void a_letter_that_stands_alone_is_a_size(void **state)
{
    (void)state;
    assert_size("Is the Luna M in stock?", 1);
    assert_size("Do you have the Luna in size L.", 2);
    assert_size("Luna S还有货吗?", 0);
    assert_size("What's the price of the Luna?", -1);
    assert_size("I'm looking for a Luna", -1);
    assert_size("How much is the Luna, 20 l?", -1);
    assert_size("a Luna that is 2 m long", -1);
    assert_size("the s-class Luna", -1);
}

static void words_that_only_one_name_has_together_name_it(void **state)
{
    (void)state;
    assert_size("Is the kids bike available?", 3);
    assert_size("is there anything for kids", -1);
    assert_size("a helmet to the city bike", -1);
}

static void several_names_or_none_are_no_name(void **state)
{
    (void)state;
    struct stand stand;
    open_stand(&stand);
    assert_named(&stand, "how much is the kettle?", -1);
    assert_named(&stand, "which lamp is better", -1);
    assert_named(&stand, "where is my order", -1);
    assert_named(&stand, "", -1);
    catalog_words_destroy(stand.words);
}

static void a_name_that_is_removed_is_not_found(void **state)
{
    (void)state;
    struct stand stand;
    open_stand(&stand);
    catalog_words_remove(stand.words, &stand.all[0]);
    assert_named(&stand, "how much is the gooseneck kettle?", 1); /* the only kettle now */
    catalog_words_remove(stand.words, &stand.all[1]);
    assert_named(&stand, "how much is the kettle?", -1);
    catalog_words_destroy(stand.words);
}

static void names_do_not_cross_tenants(void **state)
{
    (void)state;
    struct stand stand;
    open_stand(&stand);
    assert_null(catalog_words_find(stand.words, STR("bolt"), STR("gooseneck kettle")));
    assert_null(catalog_words_find(stand.words, STR_NONE, STR("gooseneck kettle")));
    catalog_words_destroy(stand.words);
}

static void a_word_of_very_many_names_is_given_up(void **state)
{
    (void)state;
    static struct catalog_name many[CATALOG_NAMES_MAX + 10];
    struct catalog_words *words = catalog_words_create(seed);
    char text[32];
    for (size_t i = 0; i < countof(many); i++) {
        snprintf(text, sizeof(text), "mug w%zu", i);
        assert_int_equal(catalog_words_add(words, &many[i], STR("t"), str_from(text)), OK);
    }
    assert_ptr_equal(catalog_words_find(words, STR("t"), STR("the mug w77 please")), &many[77]);
    assert_null(catalog_words_find(words, STR("t"), STR("a mug")));
    for (size_t i = 0; i < countof(many); i++) {
        catalog_words_remove(words, &many[i]);
    }
    assert_null(catalog_words_find(words, STR("t"), STR("the mug w77 please")));
    catalog_words_destroy(words);
}

static void names_that_come_and_go_leave_nothing_behind(void **state)
{
    (void)state;
    struct catalog_words *words = catalog_words_create(seed);
    struct catalog_name name;
    char text[32];
    for (size_t i = 0; i < 100000; i++) {
        snprintf(text, sizeof(text), "thing n%zu", i);
        assert_int_equal(catalog_words_add(words, &name, STR("t"), str_from(text)), OK);
        assert_ptr_equal(catalog_words_find(words, STR("t"), str_from(text)), &name);
        catalog_words_remove(words, &name);
    }
    assert_null(catalog_words_find(words, STR("t"), STR("thing n99999")));
    catalog_words_destroy(words);
}

static void without_memory_a_name_can_be_taken_back(void **state)
{
    (void)state;
    for (long nth = 1; nth < 50; nth++) {
        struct catalog_name name;
        mem_fail_nth(nth);
        struct catalog_words *words = catalog_words_create(seed);
        enum err err = words ? catalog_words_add(words, &name, STR("t"), STR("one two three"))
                             : ERR_NOMEM;
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_int_equal(err, has_failed ? ERR_NOMEM : OK);
        if (words) {
            catalog_words_remove(words, &name);
            assert_null(catalog_words_find(words, STR("t"), STR("one two three")));
        }
        catalog_words_destroy(words);
        if (!has_failed) {
            return;
        }
    }
    fail_msg("the allocations do not end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_names_a_product_by_its_words),
        cmocka_unit_test(a_letter_that_stands_alone_is_a_size),
        cmocka_unit_test(words_that_only_one_name_has_together_name_it),
        cmocka_unit_test(several_names_or_none_are_no_name),
        cmocka_unit_test(a_name_that_is_removed_is_not_found),
        cmocka_unit_test(names_do_not_cross_tenants),
        cmocka_unit_test(a_word_of_very_many_names_is_given_up),
        cmocka_unit_test(names_that_come_and_go_leave_nothing_behind),
        cmocka_unit_test(without_memory_a_name_can_be_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
