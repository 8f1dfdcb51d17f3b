/* builtin_product_test.c - what an entry tells is told, what it does not is said to be untold. */
#include "worker/answer/builtin_product.h"

#include "tests/unit/inquiring.h"

static void so_many_cost_the_price_times_as_many(void **state)
{
    (void)state;
    says("en", "How much are three of the Aurora kettle?", 0,
         (const char *const[3]){ "costs 39.90 EUR each, 3 cost 119.70 EUR in total." }, NULL);
    says("zh", "买三个多少钱?", 0, (const char *const[3]){ "3件合计119.70 EUR。" }, NULL);
}

static void a_property_that_is_not_told_beside_one_that_is_is_said_to_be_untold(void **state)
{
    (void)state;
    says("en", "Is the kettle red and dishwasher safe?", 0,
         (const char *const[3]){ "colour red", "For the rest of your question, ask for a person." },
         NULL);
    says("en", "Is the kettle red?", 0, (const char *const[3]){ "colour red" }, "For the rest");
}

static void when_it_arrives_is_told_of_the_orders_under_way(void **state)
{
    (void)state;
    says("zh", "什么时候到", 3, (const char *const[3]){ "订单 100234", "2025-12-01" }, "哪一款");
    says("en", "When will it arrive?", 3, (const char *const[3]){ "2025-12-01" }, "Which product");
    /* How long shipping takes is asked of a product, and there may be no order at all. */
    says("en", "How long does shipping take?", 3, (const char *const[3]){ "Which product" }, NULL);
}

static void a_price_without_a_currency_stands_alone(void **state)
{
    (void)state;
    static const struct product lamp = { .sku = STR("LMP"), .name = STR("Lamp"),
                                         .price = STR("39.90"), .ship_min_days = -1,
                                         .ship_max_days = -1 };
    static const char *const cases[][3] = {
        { "en", "How much is the lamp?", "Lamp (LMP) costs 39.90." },
        { "zh", "多少钱?", "Lamp（货号 LMP）的价格是39.90。" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        const struct event event = { .kind = EVENT_MESSAGE,
                                     .message = { .text = str_from(cases[i][1]) } };
        const struct brief brief = { .event = &event, .language = str_from(cases[i][0]),
                                     .intent = INTENT_PRICE, .product = &lamp };
        struct arena arena;
        struct str text;
        arena_init(&arena, (size_t)1 << 20);
        assert_int_equal(builtin_answer(&arena, &brief, &text), OK);
        assert_string_equal(text.ptr, cases[i][2]);
        arena_fini(&arena);
    }
}

static enum err price_of(const char *language, const char *text, const char *name,
                         struct arena *arena, struct str *ret_text)
{
    static const struct passage page = { STR("w#1"), STR("Services"),
                                         STR("Gift wrapping costs 4.50 EUR.") };
    static const unsigned covers[] = { 80 };
    const struct product sofa = { .sku = STR("SOF"), .name = str_from(name),
                                  .price = STR("890.00"), .currency = STR("EUR"),
                                  .ship_min_days = -1, .ship_max_days = -1 };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .intent = INTENT_PRICE, .product = &sofa,
                                 .names_product = true, .passages = &page, .covers = covers,
                                 .passages_count = 1 };
    return builtin_product(arena, &brief, ret_text);
}

static void a_service_for_a_product_does_not_cost_what_the_product_does(void **state)
{
    (void)state;
    struct arena arena;
    struct str text = STR_NONE;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(price_of("en", "What does gift wrapping for the Oslo sofa cost?", "Oslo sofa",
                              &arena, &text), OK);
    assert_true(str_find(text, STR("4.50 EUR")) < text.len);
    assert_true(str_find(text, STR("890")) == text.len);
    assert_int_equal(price_of("en", "How much is assembly of the Oslo sofa?", "Oslo sofa", &arena,
                              &text), ERR_NO_FACTS);
    assert_int_equal(price_of("zh", "Oslo沙发的组装多少钱？", "Oslo沙发", &arena, &text),
                     ERR_NO_FACTS);
    assert_int_equal(price_of("en", "How much is the repair kit?", "Repair kit", &arena, &text),
                     OK);
    assert_true(str_find(text, STR("890.00")) < text.len);
    arena_fini(&arena);
}

static void assert_tells_absence(const char *language, const char *text, enum stock stock,
                                 bool is_told)
{
    static const struct attribute size = { STR("size"), STR("M") };
    const struct product bike = { .sku = STR("L-M"), .name = STR("Luna M"), .stock = stock,
                                  .description = STR("Comfortable"), .ship_min_days = -1,
                                  .ship_max_days = -1, .attributes = &size,
                                  .attributes_count = 1 };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .intent = INTENT_PRODUCT, .product = &bike,
                                 .names_product = true };
    struct arena arena;
    struct str said;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(builtin_product(&arena, &brief, &said), OK);
    print_message("%s\n", said.ptr);
    assert_true(str_find(said, STR("Comfortable")) < said.len);
    bool has = str_find(said, STR("out of stock")) < said.len ||
               str_find(said, STR("缺货")) < said.len;
    assert_int_equal(has, is_told);
    arena_fini(&arena);
}

static void what_is_sold_out_is_said_to_be_so_to_who_wants_it(void **state)
{
    (void)state;
    assert_tells_absence("en", "Do you have the Luna in size M?", STOCK_OUT, true);
    assert_tells_absence("zh", "有没有M码的Luna?", STOCK_OUT, true);
    assert_tells_absence("en", "Do you have the Luna in size M?", STOCK_IN, false);
    assert_tells_absence("en", "Do you have the Luna in size M?", STOCK_UNKNOWN, false);
    assert_tells_absence("en", "What size is the Luna M?", STOCK_OUT, false);
}

static void assert_told_of_book(const char *text, bool is_told)
{
    static const struct attribute attributes[] = { { STR("页数"), STR("1606页") },
                                                   { STR("装帧"), STR("平装") } };
    const struct product book = { .sku = STR("B-1"), .name = STR("红楼梦"),
                                  .description = STR("上下两册，第7版，页边有批注"),
                                  .ship_min_days = -1, .ship_max_days = -1,
                                  .attributes = attributes, .attributes_count = 2 };
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct brief brief = { .event = &event, .language = STR("zh"), .product = &book,
                                 .names_product = true };
    struct arena arena;
    struct str said = STR_NONE;
    arena_init(&arena, (size_t)1 << 20);
    print_message("%s\n", text);
    assert_int_equal(builtin_product_open(&arena, &brief, &said), is_told ? OK : ERR_NO_FACTS);
    assert_int_equal(str_find(said, STR("1606页")) < said.len, is_told);
    arena_fini(&arena);
}

static void a_number_that_is_asked_for_is_told_where_the_entry_counts_that(void **state)
{
    (void)state;
    assert_told_of_book("红楼梦有多少页?", true);
    assert_told_of_book("红楼梦有几册?", true);
    assert_told_of_book("红楼梦是第几版?", true);
    assert_told_of_book("红楼梦有多少字?", false);
    assert_told_of_book("红楼梦有几边?", false); /* named there, and not counted */
    assert_told_of_book("红楼梦有几", false);
}

static void of_two_that_are_asked_for_the_entry_has_one(void **state)
{
    (void)state;
    assert_told_of_book("红楼梦是精装还是平装?", true);
    assert_told_of_book("红楼梦是横排还是竖排?", false);
    assert_told_of_book("还是红楼梦", false);
}

static const struct product pots[] = {
    { .sku = STR("GRD-13"), .name = STR("Clay pot 20 cm"), .price = STR("6.50"),
      .currency = STR("EUR"), .ship_min_days = -1, .ship_max_days = -1 },
    { .sku = STR("GRD-14"), .name = STR("Clay pot 30 cm"), .price = STR("11.50"),
      .currency = STR("EUR"), .ship_min_days = -1, .ship_max_days = -1 },
};

/* Names of the catalogue, which the screen accepts. */
static void assert_asked_back(const char *language, const char *question, const char *expected)
{
    const struct product *const choice[] = { &pots[0], &pots[1] };
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = str_from(question) } };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .intent = INTENT_PRICE, .others = choice, .others_count = 2,
                                 .asides_count = 2, .is_choice = true };
    struct arena arena;
    struct str text;
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(builtin_answer(&arena, &brief, &text), OK);
    assert_string_equal(text.ptr, expected);
    assert_int_equal(screen_reply(&arena, &brief, text, SCREENING_NOW_MS, &flaw), OK);
    assert_string_equal(flaw_label(flaw), "none");
    arena_fini(&arena);
}

static void what_is_meant_is_asked_with_what_may_be(void **state)
{
    (void)state;
    assert_asked_back("zh", "多少钱?", "请问您想了解哪一款商品：Clay pot 20 cm（货号 GRD-13）、"
                                       "Clay pot 30 cm（货号 GRD-14），还是其他商品？"
                                       "请告诉我商品名称或货号。");
    assert_asked_back("en", "How much is the pot?",
                      "Which product do you mean: Clay pot 20 cm (GRD-13), Clay pot 30 cm "
                      "(GRD-14), or something else? Please tell me its name or SKU.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_meant_is_asked_with_what_may_be),
        cmocka_unit_test(what_is_sold_out_is_said_to_be_so_to_who_wants_it),
        cmocka_unit_test(a_number_that_is_asked_for_is_told_where_the_entry_counts_that),
        cmocka_unit_test(of_two_that_are_asked_for_the_entry_has_one),
        cmocka_unit_test(so_many_cost_the_price_times_as_many),
        cmocka_unit_test(a_price_without_a_currency_stands_alone),
        cmocka_unit_test(a_service_for_a_product_does_not_cost_what_the_product_does),
        cmocka_unit_test(a_property_that_is_not_told_beside_one_that_is_is_said_to_be_untold),
        cmocka_unit_test(when_it_arrives_is_told_of_the_orders_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
