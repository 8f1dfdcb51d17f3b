/* copy_claim_test.c - hurry, scarcity, a lower price and their like need a fact, though their words
 * are everyday ones. */
#include "worker/answer/copy_claim.h"

#include "tests/unit/payload.h"

static enum flaw flaw_of(const char *description, const char *offer, const char *text)
{
    const struct attribute attribute = { STR("capacity"), STR("1.0 l") };
    const struct product product = { .sku = STR("K1"),
                                     .name = STR("Gooseneck kettle"),
                                     .description = str_from(description),
                                     .attributes = &attribute,
                                     .attributes_count = 1 };
    const struct event event = { .kind = EVENT_COPY_REQUEST,
                                 .copy_request = { .offer = str_from(offer) } };
    const struct brief brief = { .event = &event, .product = &product };
    return copy_claim_flaw(&brief, str_from(text));
}

static void what_no_fact_says_may_not_be_claimed(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "The last pieces are going fast.", "Few pieces left.",
        "Offer ends soon.",                "The price will change soon.",
        "At half the price.",              "Great value for money.",
        "No shipping fee.",                "Shipping costs nothing.",
        "Pay later.",                      "Customers love it.",
        "Everyone wants it.",              "Only in our shop.",
        "Lasts for years.",                "It is safe.",
        "Made by hand.",                   "Designed in Rotterdam.",
        "Cup included.",                   "Our latest kettle.",
        "Fast delivery.",                  "It is not stainless steel.",
        "Weighs less than others.",        "All colours.",
        "Under 800 g.",                    "More than 1 litre.",
        "Yours for less than \xe2\x82\xac" "40.", "A kettle\nStock is low\nSee it now",
        "库存不多了。", "今天结束。", "半价。", "不收运费。", "顾客都喜欢。", "128元起。", "不到128元。",
        "产地不是杭州。", "送到门口。", "新茶上市。",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        if (flaw_of("For pour-over coffee.", "", cases[i]) != FLAW_PROMISE) {
            fail_msg("%s", cases[i]);
        }
    }
}

static void what_invites_or_praises_may_be_said(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "A lovely kettle for people who like coffee.",
        "Hurry home, coffee is waiting.",
        "The perfect companion for your morning.",
        "Just 39.90 EUR.",
        "It arrives in 2 to 4 days.",
        "More than a kettle: 1 litre of calm.",
        "Isn't it beautiful?",
        "给自己一杯好茶。",
        "快来选购，放心下单。",
    };
    for (size_t i = 0; i < countof(cases); i++) {
        if (flaw_of("For pour-over coffee.", "", cases[i]) != FLAW_NONE) {
            fail_msg("%s", cases[i]);
        }
    }
}

static void what_the_product_or_the_offer_says_may_be_claimed(void **state)
{
    (void)state;
    assert_int_equal(flaw_of("Made by hand.", "", "Handmade for you."), FLAW_NONE);
    assert_int_equal(flaw_of("Made by hand.", "", "Customers love it."), FLAW_PROMISE);
    assert_int_equal(flaw_of("", "Half price until June 30", "Now half price."), FLAW_NONE);
    assert_int_equal(flaw_of("Holds more than 1 litre.", "", "More than 1 litre."), FLAW_NONE);
    assert_int_equal(flaw_of("A line.\nMade by hand.", "", "Made by hand."), FLAW_NONE);
}

static void an_attribute_and_a_passage_are_facts_too(void **state)
{
    (void)state;
    const struct attribute attribute = { STR("产地"), STR("杭州") };
    const struct product product = { .attributes = &attribute, .attributes_count = 1 };
    const struct passage passage = { .text = STR("Everyone loves it.") };
    const struct event event = { .kind = EVENT_RECOMMENDATION_REQUEST };
    struct brief brief = { .event = &event, .product = &product };
    assert_int_equal(copy_claim_flaw(&brief, STR("产自杭州。")), FLAW_NONE);
    assert_int_equal(copy_claim_flaw(&brief, STR("Everyone loves it.")), FLAW_PROMISE);
    brief.passages = &passage;
    brief.passages_count = 1;
    assert_int_equal(copy_claim_flaw(&brief, STR("Everyone loves it.")), FLAW_NONE);
    brief.product = NULL;
    assert_int_equal(copy_claim_flaw(&brief, STR("产自杭州。")), FLAW_PROMISE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_fact_says_may_not_be_claimed),
        cmocka_unit_test(what_invites_or_praises_may_be_said),
        cmocka_unit_test(what_the_product_or_the_offer_says_may_be_claimed),
        cmocka_unit_test(an_attribute_and_a_passage_are_facts_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
