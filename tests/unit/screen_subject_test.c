/* screen_subject_test.c - what a page says of one thing is told of that thing. */
#include "worker/answer/screen_subject.h"

#include "tests/unit/screening.h"

static const struct product machine = { .sku = STR("EM-2"), .name = STR("Barista Pro"),
    .category = STR("machines"), .price = STR("464.00"), .currency = STR("EUR"),
    .ship_min_days = -1, .ship_max_days = -1 };
static const struct product towel = { .sku = STR("T-2"), .name = STR("Linen tea towel"),
    .category = STR("textiles"), .price = STR("12.00"), .currency = STR("EUR"),
    .ship_min_days = -1, .ship_max_days = -1 };
static const struct product sofa = { .sku = STR("X-2"), .name = STR("Oslo sofa"),
    .category = STR("furniture"), .price = STR("812.00"), .currency = STR("EUR"),
    .ship_min_days = -1, .ship_max_days = -1 };
static const struct product zh_towel = { .sku = STR("K"), .name = STR("亚麻毛巾"),
    .category = STR("纺织品"), .price = STR("64"), .currency = STR("CNY"),
    .ship_min_days = -1, .ship_max_days = -1 };
static const struct product zh_machine = { .sku = STR("K"), .name = STR("意式咖啡机器"),
    .category = STR("机器"), .price = STR("64"), .currency = STR("CNY"),
    .ship_min_days = -1, .ship_max_days = -1 };

static const char warranty_list[] =
    "# Warranty\n"
    "Machines: 2 years\n"
    "Textiles: 1 year\n"
    "Everything else: 6 months";
static const char warranty[] =
    "All machines have a two-year warranty."
    " Textiles have a warranty of 1 year.";
static const char warranty_of_all[] =
    "The warranty is 2 years."
    " Textiles have a warranty of 1 year.";
static const char warranty_in_one[] =
    "Machines have a warranty of 2 years, textiles of 1 year.";
static const char shipping[] =
    "Shipping to Germany costs 4."
    "90 EUR and takes 2 to 3 days."
    " Shipping to France costs 9."
    "90 EUR and takes 5 to 7 days."
    " Shipping is free from 50 EUR.";
static const char express[] =
    "Standard shipping takes 3 to 5 days and costs 4."
    "90 EUR."
    " Express shipping takes 1 to 2 days and costs 12 EUR.";
static const char returns[] =
    "You can return unused items within 30 days."
    " Sofas and beds can be returned within 14 days."
    " The refund is paid within 5 business days of receipt."
    " Refunds to gift cards take 1 day.";
static const char zh_terms[] =
    "机器保修两年。"
    "纺织品保修一年。"
    "其他商品保修六个月。"
    "普通商品三十天内可以退货，家具十四天内可以退货。";

static const char hours[] = "Orders from 9:00 to 17:00 by phone. "
                            "The workshop is open from 10:00 to 14:00.";

struct subject_case {
    const struct product *product;
    const char *page;
    const char *question;
    const char *reply;
    enum flaw flaw;
};

static enum flaw flaw_of_case(const struct subject_case *one)
{
    struct arena arena;
    struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(one->question) } };
    const struct passage passage = { STR("terms.md#1"), STR_NONE, str_from(one->page) };
    bool is_chinese = (unsigned char)one->reply[0] >= 0x80;
    const struct brief brief = { .event = &event, .language = is_chinese ? STR("zh") : STR("en"),
                                 .product = one->product, .passages = &passage,
                                 .passages_count = 1 };
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(one->reply), SCREENING_NOW_MS, &flaw),
                     OK);
    arena_fini(&arena);
    return flaw;
}

static void expect(const struct subject_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        enum flaw flaw = flaw_of_case(&cases[i]);
        if (flaw != cases[i].flaw) {
            print_message("%s (%s): %s\n", cases[i].reply, cases[i].page, flaw_label(flaw));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void what_a_page_says_of_the_thing_itself_may_be_told(void **state)
{
    (void)state;
    static const struct subject_case cases[] = {
        { &machine, warranty_list, "", "The Barista Pro has a warranty of 2 years.", FLAW_NONE },
        { &towel, warranty_list, "", "The Linen tea towel has a warranty of 1 year.", FLAW_NONE },
        { &sofa, warranty_list, "", "It has a warranty of 6 months.", FLAW_NONE },
        { &sofa, warranty_list, "",
          "The warranty is 2 years for machines, 1 year for textiles and 6 months for everything "
          "else.",
          FLAW_NONE },
        { &machine, warranty, "", "It has a 2-year warranty.", FLAW_NONE },
        { &sofa, warranty_of_all, "", "It has a 2-year warranty.", FLAW_NONE },
        { &towel, warranty_of_all, "", "It has a 1-year warranty.", FLAW_NONE },
        { &towel, warranty_in_one, "", "It has a 1-year warranty.", FLAW_NONE },
        { &machine, warranty_in_one, "", "Machines have a warranty of 2 years.", FLAW_NONE },
        { &sofa, shipping, "", "Shipping to France costs 9.90 EUR.", FLAW_NONE },
        { &sofa, shipping, "",
          "Shipping to Germany takes 2 to 3 days and costs 4.90 EUR.", FLAW_NONE },
        { &sofa, shipping, "", "Shipping is free from 50 EUR.", FLAW_NONE },
        { &sofa, shipping, "",
          "Shipping to Germany costs 4.90 EUR, and orders from 50 EUR ship free.", FLAW_NONE },
        { &sofa, express, "", "Standard shipping takes 3 to 5 days.", FLAW_NONE },
        { &sofa, express, "", "Shipping takes 3 to 5 days and costs 4.90 EUR.", FLAW_NONE },
        { &sofa, express, "",
          "With express shipping, it takes 1 to 2 days and costs 12 EUR.", FLAW_NONE },
        { &machine, returns, "", "You can return it within 30 days.", FLAW_NONE },
        { &sofa, returns, "", "You can return the Oslo sofa within 14 days.", FLAW_NONE },
        { &machine, returns, "", "Your refund is paid within 5 business days.", FLAW_NONE },
        { NULL, shipping, "How much is shipping to France?", "Shipping costs 9.90 EUR.",
          FLAW_NONE },
        { NULL, hours, "",
          "We are open from 10:00 to 14:00.", FLAW_NONE },
    };
    expect(cases, countof(cases));
}

static void what_it_says_of_another_thing_may_not(void **state)
{
    (void)state;
    static const struct subject_case cases[] = {
        { &machine, warranty_list, "", "The Barista Pro has a warranty of 1 year.", FLAW_PERIOD },
        { &machine, warranty_list, "", "The Barista Pro has a warranty of 6 months.", FLAW_PERIOD },
        { &towel, warranty_list, "",
          "The Linen tea towel has a warranty of 2 years.", FLAW_PERIOD },
        { &towel, warranty_list, "", "It has a 2-year warranty.", FLAW_PERIOD },
        { &sofa, warranty_list, "", "It has a 2-year warranty.", FLAW_PERIOD },
        { &machine, warranty, "", "It has a warranty of 1 year.", FLAW_PERIOD },
        { &sofa, warranty_of_all, "", "It has a 1-year warranty.", FLAW_PERIOD },
        { &towel, warranty_of_all, "", "It has a 2-year warranty.", FLAW_PERIOD },
        { &towel, warranty_in_one, "", "It has a 2-year warranty.", FLAW_PERIOD },
        { &sofa, shipping, "", "Shipping to France costs 4.90 EUR.", FLAW_PRICE },
        { &sofa, shipping, "", "Shipping to Germany takes 5 to 7 days.", FLAW_PERIOD },
        { &sofa, express, "", "Express shipping takes 3 to 5 days.", FLAW_PERIOD },
        { &sofa, express, "", "Standard shipping takes 1 to 2 days.", FLAW_PERIOD },
        { &sofa, returns, "", "You can return the sofa within 30 days.", FLAW_PERIOD },
        { &machine, returns, "", "You can return the Barista Pro within 14 days.", FLAW_PERIOD },
        { &machine, returns, "", "Your refund is paid within 1 day.", FLAW_PERIOD },
        { NULL, shipping, "How much is shipping to France?", "Shipping costs 4.90 EUR.",
          FLAW_PRICE },
        { NULL, hours, "",
          "The workshop is open from 9:00 to 17:00.", FLAW_DATE },
    };
    expect(cases, countof(cases));
}

static void chinese_pages_are_parted_as_well(void **state)
{
    (void)state;
    static const struct subject_case cases[] = {
        { &zh_towel, zh_terms, "", "这款毛巾保修一年。", FLAW_NONE },
        { &zh_towel, zh_terms, "", "这款毛巾保修两年。", FLAW_PERIOD },
        { &zh_machine, zh_terms, "", "机器保修两年。", FLAW_NONE },
        { &zh_machine, zh_terms, "", "它的保修期是一年。", FLAW_PERIOD },
        { &zh_machine, zh_terms, "", "商品三十天内可以退货。", FLAW_NONE },
        { &zh_machine, zh_terms, "", "商品十四天内可以退货。", FLAW_PERIOD },
        { &zh_machine, zh_terms, "", "家具十四天内可以退货。", FLAW_NONE },
    };
    expect(cases, countof(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_page_says_of_the_thing_itself_may_be_told),
        cmocka_unit_test(what_it_says_of_another_thing_may_not),
        cmocka_unit_test(chinese_pages_are_parted_as_well),
    };
    return cmocka_run_group_tests_name("screen_subject", tests, NULL, NULL);
}
