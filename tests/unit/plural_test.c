/* plural_test.c - a name in its other number, and what a reply makes of it. */
#include "worker/answer/plural.h"

#include "tests/unit/screening.h"

static void a_word_is_told_in_its_other_number(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *others[PLURAL_MAX];
    } cases[] = {
        { "ceramic pour-over kettle", { "ceramic pour-over kettles" } },
        { "moss cups", { "moss cup" } },
        { "tea box", { "tea boxes" } },
        { "boxes", { "box", "boxe" } },
        { "torch", { "torches" } },
        { "battery", { "batteries" } },
        { "batteries", { "battery", "batterie" } },
        { "tray", { "trays" } },
        { "glass", { "glasses" } },
        { "cases", { "cas", "case" } },
        { "cm", { NULL } },
        { "model 7", { NULL } },
        { "水壶", { NULL } },
        { "", { NULL } },
    };
    struct arena arena;
    arena_init(&arena, (size_t)1 << 16);
    for (size_t i = 0; i < countof(cases); i++) {
        struct str others[PLURAL_MAX];
        size_t count = 9;
        assert_int_equal(plural_others(&arena, str_from(cases[i].text), others, &count), OK);
        for (size_t k = 0; k < PLURAL_MAX; k++) {
            assert_int_equal(k < count, cases[i].others[k] != NULL);
            if (k < count) {
                assert_str(others[k], cases[i].others[k]);
            }
        }
    }
    arena_fini(&arena);
}

static void a_word_and_its_plural_are_one(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *without_s;
        const char *stem;
    } cases[] = {
        { "kettles", "kettle", "kettle" },
        { "kettle", "kettle", "kettle" },
        { "batteries", "batterie", "batter" },
        { "battery", "battery", "batter" },
        { "brushes", "brushe", "brush" },
        { "benches", "benche", "bench" },
        { "duplexes", "duplexe", "duplex" },
        { "boxes", "boxe", "boxe" },
        { "daisies", "daisie", "dais" },
        { "daisy", "daisy", "dais" },
        { "chess", "chess", "chess" },
        { "cases", "case", "case" },
        { "glasses", "glasse", "glasse" },
        { "glass", "glass", "glass" },
        { "cups", "cup", "cups" },
        { "ties", "tie", "ties" },
        { "bus", "bus", "bus" },
        { "s", "s", "s" },
        { "", "", "" },
        { "水壶", "水壶", "水壶" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].word);
        assert_str(plural_without_s(str_from(cases[i].word)), cases[i].without_s);
        assert_str(plural_stem(str_from(cases[i].word)), cases[i].stem);
    }
}

static void what_stands_behind_a_stem_is_bounded(void **state)
{
    (void)state;
    static const char *const words[] = { "battery", "brush", "bench", "duplex", "kettle", "glass" };
    struct arena arena;
    arena_init(&arena, (size_t)1 << 16);
    for (size_t i = 0; i < countof(words); i++) {
        struct str many[PLURAL_MAX];
        size_t count;
        struct str stem = plural_stem(str_from(words[i]));
        assert_int_equal(plural_others(&arena, str_from(words[i]), many, &count), OK);
        assert_int_equal(count, 1);
        assert_true(str_starts(many[0], stem));
        assert_in_range(many[0].len - stem.len, 1, PLURAL_ENDING_MAX);
    }
    arena_fini(&arena);
}

static void a_reply_may_tell_of_several_of_a_thing(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "Our Aurora Kettles cost 39.90 EUR each.", FLAW_NONE },
        { "All Aurora kettles ship within 5 days.", FLAW_NONE },
        { "Our kettles weigh 1.2 kg.", FLAW_NONE },
        { "Exchanges of an unused item are possible within 14 days.", FLAW_NONE },
        { "Our Aurora Kettles cost 39.95 EUR each.", FLAW_PRICE },
        { "Our Aurora Lamps cost 39.90 EUR each.", FLAW_NAME },
        { "Our Nimbus Kettles cost 39.90 EUR each.", FLAW_NAME },
        { "Our mosses weigh 1.2 kg.", FLAW_NAME },
    };
    screening_expect("en", true, true, cases, countof(cases));
}

static void the_things_of_an_order_are_told_by_their_own_facts(void **state)
{
    (void)state;
    static const struct screening_case cases[] = {
        { "The Moss Cups are 8.50 EUR each.", FLAW_NONE },
        { "Your Moss Cups have been shipped.", FLAW_NONE },
        { "The Moss Cups are 39.90 EUR each.", FLAW_PRICE },
        { "Your Moss Cups have been delivered.", FLAW_STATE },
    };
    screening_expect("en", false, false, cases, countof(cases));
}

/* "Our kitchen costs": what a category is told of says nothing about the category. */
static void a_category_may_stand_for_its_product(void **state)
{
    (void)state;
    static const struct product press = {
        .sku = STR("P-1"), .name = STR("咖啡大师"), .category = STR("咖啡机"), .price = STR("899"),
        .currency = STR("CNY"), .ship_min_days = -1, .ship_max_days = -1,
    };
    static const struct {
        const char *text;
        enum flaw flaw;
    } cases[] = {
        { "这款咖啡机价格是899元。", FLAW_NONE },
        { "这款咖啡机价格是799元。", FLAW_PRICE },
        { "材质是咖啡机。", FLAW_ATTRIBUTE },
    };
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = STR("zh"), .product = &press };
    for (size_t i = 0; i < countof(cases); i++) {
        struct arena arena;
        enum flaw flaw = FLAW_COUNT;
        arena_init(&arena, (size_t)2 << 20);
        assert_int_equal(screen_reply(&arena, &brief, str_from(cases[i].text), SCREENING_NOW_MS,
                                      &flaw),
                         OK);
        print_message("%s\n", cases[i].text);
        assert_int_equal(flaw, cases[i].flaw);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_told_in_its_other_number),
        cmocka_unit_test(a_word_and_its_plural_are_one),
        cmocka_unit_test(what_stands_behind_a_stem_is_bounded),
        cmocka_unit_test(a_reply_may_tell_of_several_of_a_thing),
        cmocka_unit_test(the_things_of_an_order_are_told_by_their_own_facts),
        cmocka_unit_test(a_category_may_stand_for_its_product),
    };
    return cmocka_run_group_tests_name("plural", tests, NULL, NULL);
}
