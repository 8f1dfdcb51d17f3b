/* mend_test.c - misspelt words are mended, real ones, numbers and names of things are not. */
#include "worker/answer/mend.h"

#include "tests/unit/payload.h"
#include "worker/answer/intent.h"

static const uint64_t seed[2] = { 7, 9 };

struct shop {
    struct catalog *catalog;
    struct arena arena;
};

static void sell(struct shop *shop, const char *tenant, const char *sku, const char *name)
{
    struct event event = { .kind = EVENT_PRODUCT, .tenant = str_from(tenant) };
    event.product = (struct product){
        .sku = str_from(sku), .name = str_from(name), .ship_min_days = -1, .ship_max_days = -1
    };
    assert_int_equal(catalog_apply(shop->catalog, &event), OK);
}

static void open_shop(struct shop *shop)
{
    arena_init(&shop->arena, (size_t)1 << 20);
    shop->catalog = catalog_create(100, seed);
    assert_non_null(shop->catalog);
    sell(shop, "", "KTL-17", "Gooseneck kettle");
    sell(shop, "", "BAG-1", "Blue backpack");
    sell(shop, "", "CBL-1", "Copper cable");
    sell(shop, "", "TBL-1", "Garden table");
    sell(shop, "", "PLT-1", "Dinner plate");
    sell(shop, "", "TWL-1", "Bath towel");
    sell(shop, "lin", "LNT-1", "Paper lantern");
}

static void close_shop(struct shop *shop)
{
    catalog_destroy(shop->catalog);
    arena_fini(&shop->arena);
}

/* NULL: it stays as it is. */
static void mends(struct shop *shop, const char *text, const char *wanted)
{
    struct str mended = STR("untouched");
    assert_int_equal(mend_text(&shop->arena, shop->catalog, STR_NONE, str_from(text), &mended), OK);
    print_message("%s\n", text);
    if (wanted) {
        assert_str(mended, wanted);
    } else {
        assert_int_equal(mended.len, 0);
    }
}

static void words_of_rules_and_of_names_are_mended(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop);
    mends(&shop, "how much is the ketle", "how much is the kettle");
    mends(&shop, "How much are your Ketles?", "How much are your kettle?");
    mends(&shop, "wheres my pakage", "wheres my package");
    mends(&shop, "Ketle's price and shiping?", "kettle's price and shipping?");
    mends(&shop, "ketle多少钱", "kettle多少钱");
    mends(&shop, "can i retrun the bakcpack", "can i return the backpack");
    close_shop(&shop);
}

static void a_mended_text_has_the_intent_that_was_meant(void **state)
{
    (void)state;
    struct shop shop;
    struct str mended;
    open_shop(&shop);
    assert_int_equal(intent_of(STR("wheres my pakage")), INTENT_OTHER);
    assert_int_equal(
        mend_text(&shop.arena, shop.catalog, STR_NONE, STR("wheres my pakage"), &mended), OK);
    assert_int_equal(intent_of(mended), INTENT_ORDER_STATUS);
    close_shop(&shop);
}

static void a_real_word_is_not_another_one_misspelt(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop);
    mends(&shop, "is the table late", NULL);
    mends(&shop, "how much are the plates and the cable", NULL);
    mends(&shop, "do you sell towers", NULL);
    mends(&shop, "i was charged for shopping", NULL);
    mends(&shop, "a fable about a gable", NULL); /* other first letters */
    mends(&shop, "thanks for reminding me of the recurring order", NULL); /* refunding, returning */
    mends(&shop, "timers, decals, powder, monkeys, a slipping mat", NULL); /* times, deals, money */
    mends(&shop, "weatherproof, whereas the leading one is not", NULL); /* waterproof, wheres */
    mends(&shop, "to Rostock and Chongqing, says Pearson", NULL); /* restock, changing, person */
    mends(&shop, "crackled, rippled, stretched, scattered", NULL); /* cracked, ripped, scratched */
    close_shop(&shop);
}

/* Each is one step away from the name behind it. */
static void a_usual_word_is_never_a_name_that_is_spelt_nearly_alike(void **state)
{
    (void)state;
    static const char *const names[] = { "Planer", "Candle", "Bracket", "Stainer", "Slipper" };
    struct shop shop;
    open_shop(&shop);
    for (size_t i = 0; i < countof(names); i++) {
        char sku[8];
        snprintf(sku, sizeof(sku), "N-%zu", i);
        sell(&shop, "", sku, names[i]);
    }
    mends(&shop, "do you have a planner", NULL);
    mends(&shop, "is the trainer a stripper", NULL);
    mends(&shop, "do you have planners", NULL);
    mends(&shop, "do you have a planr", "do you have a planer");
    mends(&shop, "how much is the brackt", "how much is the bracket");
    mends(&shop, "how much is the candel", "how much is the candle");
    close_shop(&shop);
}

static void nobody_is_taken_for_angry_or_off_topic_by_a_misspelling(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop);
    mends(&shop, "I created and treated it, cheeted, chetaed", NULL);
    mends(&shop, "what is the horoscpe", NULL);
    close_shop(&shop);
}

static void numbers_skus_ids_and_addresses_stay(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop);
    mends(&shop, "ketle-17 KTL-18 ketle1 100235 ketle@example.com ketle.example.com", NULL);
    mends(&shop, "F-0900 B_ketle #ketle /ketle", NULL);
    close_shop(&shop);
}

static void of_two_that_are_as_near_none_is_taken(void **state)
{
    (void)state;
    struct shop shop;
    open_shop(&shop);
    sell(&shop, "", "LMP-1", "Plasttic lamps"); /* as far from "plasttc" as "plastic" is */
    mends(&shop, "is it of plasttc", NULL);
    close_shop(&shop);
}

static void the_words_of_another_tenant_are_not_known(void **state)
{
    (void)state;
    struct shop shop;
    struct str mended;
    open_shop(&shop);
    mends(&shop, "how much is the lantren", NULL);
    assert_int_equal(mend_text(&shop.arena, shop.catalog, STR("lin"), STR("the lantren"), &mended),
                     OK);
    assert_str(mended, "the lantern");
    assert_int_equal(mend_text(&shop.arena, shop.catalog, STR("lin"), STR("the ketle"), &mended),
                     OK);
    assert_int_equal(mended.len, 0);
    close_shop(&shop);
}

static void a_product_that_is_gone_is_not_meant(void **state)
{
    (void)state;
    struct shop shop;
    struct event event = { .kind = EVENT_PRODUCT };
    open_shop(&shop);
    event.product = (struct product){ .sku = STR("KTL-17"), .removed = true };
    assert_int_equal(catalog_apply(shop.catalog, &event), OK);
    mends(&shop, "how much is the ketle", NULL);
    close_shop(&shop);
}

static void long_texts_and_many_unknown_words_are_left_alone(void **state)
{
    (void)state;
    struct shop shop;
    char text[MEND_BYTES_MAX + 64] = "";
    open_shop(&shop);
    for (size_t i = 0; i < MEND_WORDS_MAX; i++) {
        strcat(text, "zzqqzz ");
    }
    strcat(text, "ketle");
    mends(&shop, text, NULL);
    memset(text, ' ', MEND_BYTES_MAX + 1);
    memcpy(text, "the ketle", strlen("the ketle"));
    text[MEND_BYTES_MAX + 1] = '\0';
    mends(&shop, text, NULL);
    mends(&shop, "", NULL);
    close_shop(&shop);
}

static void full_width_letters_and_digits_become_their_usual_forms(void **state)
{
    struct shop shop;
    (void)state;
    open_shop(&shop);
    mends(&shop, "ＫＴＬ－１７多少钱", "KTL-17多少钱");
    mends(&shop, "where is order １００２３４?", "where is order 100234?");
    mends(&shop, "how much is the ｋｅｔｔｌｅ", "how much is the kettle");
    mends(&shop, "wheres my ｐａｋａｇｅ", "wheres my package");
    mends(&shop, "多少钱？（元）", NULL);
    mends(&shop, "\xEF\xBC", NULL); /* a character that is cut off */
    close_shop(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_rules_and_of_names_are_mended),
        cmocka_unit_test(a_mended_text_has_the_intent_that_was_meant),
        cmocka_unit_test(a_real_word_is_not_another_one_misspelt),
        cmocka_unit_test(a_usual_word_is_never_a_name_that_is_spelt_nearly_alike),
        cmocka_unit_test(nobody_is_taken_for_angry_or_off_topic_by_a_misspelling),
        cmocka_unit_test(numbers_skus_ids_and_addresses_stay),
        cmocka_unit_test(of_two_that_are_as_near_none_is_taken),
        cmocka_unit_test(the_words_of_another_tenant_are_not_known),
        cmocka_unit_test(a_product_that_is_gone_is_not_meant),
        cmocka_unit_test(long_texts_and_many_unknown_words_are_left_alone),
        cmocka_unit_test(full_width_letters_and_digits_become_their_usual_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
