/* shelf_cheapest_test.c - the cheapest of which kind is asked for, and what is of that kind. */
#include "worker/answer/shelf_cheapest.h"

#include "tests/unit/payload.h"
#include "worker/answer/plain.h"

static bool asked(const char *text, struct passage_terms *words)
{
    struct plain plain;
    plain_of(str_from(text), &plain);
    print_message("%s\n", text);
    return cheapest_kind(plain_str(&plain), words);
}

static void the_cheapest_of_a_kind_is_asked_for_and_nothing_else(void **state)
{
    (void)state;
    static const char *const yes[] = {
        "What's your cheapest bike?", "the cheapest kettle", "which bike is the cheapest?",
        "最便宜的书", "你们最便宜的书是哪本？", "哪本书最便宜",
    };
    static const char *const no[] = {
        "what's your best bike?", "the most expensive bike", "最贵的书", "最好的书", "the cheapest",
        "what is the cheapest way to ship?", "the cheapest one", "cheapest bike for my son",
        "the cheapest bike under 300 euros", "最便宜的", "最便宜的红色的书", "哪个最便宜",
        "is the kettle the cheapest?", "which of my orders is the cheapest?", "最便宜的书和笔",
        "not the cheapest bike", "when will my cheapest bike arrive?", "the cheapest dresses",
        "cheapest a b c d e bike", "the cheapest big light red city bike",
    };
    struct passage_terms words;
    for (size_t i = 0; i < countof(yes); i++) {
        assert_true(asked(yes[i], &words));
    }
    for (size_t i = 0; i < countof(no); i++) {
        assert_false(asked(no[i], &words));
    }
    assert_true(asked("the cheapest green kettles", &words));
    assert_int_equal(words.count, 2);
    assert_str(passage_term(&words, 1), "kettles");
    assert_true(asked("最便宜的词典多少钱？", &words));
    assert_str(passage_term(&words, 0), "词典");
}

static void a_thing_is_of_a_kind_by_the_head_of_its_category_or_name(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        const char *name;
        const char *category;
        enum cheapest_fit fit;
    } cases[] = {
        { "bike", "Trek 5", "Bikes", CHEAPEST_OF_KIND },
        { "bikes", "Trek 5", "City bike", CHEAPEST_OF_KIND },
        { "bike", "City bike", "", CHEAPEST_NAMED },
        { "bike", "Bike bell", "bike parts", CHEAPEST_LOOSE },
        { "bike", "Bell for a bike", "", CHEAPEST_LOOSE },
        { "teapot", "Iron", "kettles & teapots", CHEAPEST_LOOSE },
        { "bike", "E", "motorbike", CHEAPEST_LOOSE },
        { "词典", "现代汉语词典", "", CHEAPEST_NAMED },
        { "水壶", "W", "不锈钢水壶", CHEAPEST_OF_KIND },
        { "水壶", "水壶盖", "配件", CHEAPEST_LOOSE },
        { "书", "三体", "图书", CHEAPEST_OF_KIND },
        { "包", "吐司", "面包", CHEAPEST_LOOSE },
        { "包", "W", "包", CHEAPEST_OF_KIND },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        const struct product product = { .name = str_from(cases[i].name),
                                         .category = str_from(cases[i].category) };
        struct passage_terms words = { .count = 0 };
        passage_terms_add(&words, str_from(cases[i].head));
        print_message("%s of %s\n", cases[i].head, cases[i].name);
        assert_int_equal(cheapest_fit_of(&product, &words), cases[i].fit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cheapest_of_a_kind_is_asked_for_and_nothing_else),
        cmocka_unit_test(a_thing_is_of_a_kind_by_the_head_of_its_category_or_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
