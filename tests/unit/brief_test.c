/* brief_test.c - what has to be fetched for an event, and what a brief is about. */
#include "worker/answer/brief.h"

#include "tests/unit/cm.h"

static struct event saying(const char *text)
{
    return (struct event){ .kind = EVENT_MESSAGE,
                           .message = { .conversation_id = STR("c-1"), .text = str_from(text) } };
}

static void small_talk_and_other_peoples_words_need_nothing(void **state)
{
    (void)state;
    static const enum intent intents[] = { INTENT_GREETING, INTENT_THANKS, INTENT_PERSON,
                                           INTENT_ANGRY };
    struct event event = saying("and my order 100234?");
    event.message.sku = STR("A1");
    for (size_t i = 0; i < countof(intents); i++) {
        struct needs needs = brief_needs(&event, intents[i]);
        assert_false(needs.history || needs.orders || needs.sku.len > 0);
    }
    event.message.author = AUTHOR_AGENT;
    struct needs needs = brief_needs(&event, INTENT_ORDER_STATUS);
    assert_false(needs.history || needs.orders || needs.sku.len > 0);
    event.kind = EVENT_ORDER;
    event.order = (struct order){ .order_id = STR("100234") };
    needs = brief_needs(&event, INTENT_OTHER);
    assert_false(needs.history || needs.orders || needs.sku.len > 0);
}

static void a_copy_request_needs_its_product_only(void **state)
{
    (void)state;
    struct event event = { .kind = EVENT_COPY_REQUEST, .copy_request = { .sku = STR("A1") } };
    struct needs needs = brief_needs(&event, INTENT_OTHER);
    assert_true(str_is(needs.sku, "A1"));
    assert_false(needs.history || needs.orders);
}

static void needs_follow_the_words_and_the_context(void **state)
{
    (void)state;
    static const struct {
        enum intent intent;
        const char *text;
        const char *sku;
        const char *order_id;
        bool history;
        bool orders;
    } cases[] = {
        { INTENT_PRICE, "how much does the lamp cost?", "A1", "", false, false },
        { INTENT_PRICE, "how much does the lamp cost?", "", "", true, true },
        { INTENT_PRICE, "how much is this?", "A1", "", false, false },
        { INTENT_PRICE, "how much is it?", "A1", "", true, false },
        { INTENT_PRICE, "那个多少钱?", "A1", "", true, false },
        { INTENT_PRICE, "what about the price?", "A1", "", true, false },
        { INTENT_ORDER_STATUS, "where is the parcel?", "", "", true, true },
        { INTENT_ORDER_STATUS, "where is the parcel?", "", "100234", false, true },
        { INTENT_ORDER_STATUS, "where is order 100234?", "", "", false, true },
        { INTENT_REFUND, "refund order 100234 please", "", "", false, true },
        { INTENT_STOCK, "is the lamp of my order in stock?", "A1", "", false, true },
        { INTENT_OTHER, "do you have gift cards?", "A1", "", true, false },
        { INTENT_OTHER, "B-2", "", "", true, true },
        { INTENT_OTHER, "100234", "", "", true, true },
        { INTENT_OTHER, "order 100234", "", "", true, true },
        { INTENT_OTHER, "do you ship to 3 islands?", "", "", true, false },
        { INTENT_OTHER, "KTL-17", "KTL-17", "", true, false },
        { INTENT_OTHER, "is F-0900 with the neighbours now?", "", "", true, true },
        { INTENT_OTHER, "is F-0900 with the neighbours now?", "F-0900", "", true, false },
        { INTENT_COMPLAINT, "bad service", "A1", "", true, false },
        { INTENT_OTHER, "and the second one?", "A1", "", true, false },
        { INTENT_OTHER, "那第二个呢", "A1", "", true, false },
        { INTENT_PRICE, "and the price of the second one?", "A1", "", true, false },
        { INTENT_SHIPPING_TIME, "那第二个多久到?", "A1", "", true, false },
        { INTENT_ADDRESS, "change my address please", "", "100234", false, true },
        { INTENT_SCOPE, "what is the weather?", "", "", false, false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct event event = saying(cases[i].text);
        event.message.sku = str_from(cases[i].sku);
        event.message.order_id = str_from(cases[i].order_id);
        struct needs needs = brief_needs(&event, cases[i].intent);
        print_message("%s\n", cases[i].text);
        assert_int_equal(needs.history, cases[i].history);
        assert_int_equal(needs.orders, cases[i].orders);
        assert_true(str_is(needs.sku, cases[i].sku));
    }
}

static void a_product_that_the_text_names_is_as_good_as_the_context(void **state)
{
    (void)state;
    struct event event = saying("how much is the kettle?");
    assert_true(brief_needs(&event, INTENT_PRICE).history);
    struct needs needs = brief_needs_named(&event, INTENT_PRICE, STR("K1"), NULL);
    assert_false(needs.history);
    assert_true(str_is(needs.sku, "K1"));
    event.message.sku = STR("L2");
    assert_true(str_is(brief_needs_named(&event, INTENT_PRICE, STR("K1"), NULL).sku, "L2"));
    event = saying("and the kettle?");
    assert_true(brief_needs_named(&event, INTENT_OTHER, STR("K1"), NULL).history);
}

/* What the text is about is not looked for again where it is known. */
static void what_is_known_of_the_text_is_believed(void **state)
{
    (void)state;
    const struct concepts mine = { .count = 1, .all = CONCEPT_BIT(MINE) };
    const struct concepts nothing = { .count = 1 };
    struct event event = saying("where is my parcel?");
    assert_true(brief_needs_named(&event, INTENT_PRICE, STR("K1"), NULL).orders);
    assert_false(brief_needs_named(&event, INTENT_PRICE, STR("K1"), &nothing).orders);
    event = saying("how much?");
    assert_false(brief_needs_named(&event, INTENT_PRICE, STR("K1"), NULL).orders);
    assert_true(brief_needs_named(&event, INTENT_PRICE, STR("K1"), &mine).orders);
}

static void a_copy_requests_own_product_is_used_when_none_was_found(void **state)
{
    (void)state;
    struct event event = { .kind = EVENT_COPY_REQUEST, .copy_request = { .sku = STR("A1") } };
    struct brief brief = { .event = &event };
    assert_null(brief_product(&brief));
    event.copy_request.has_product = true;
    assert_ptr_equal(brief_product(&brief), &event.copy_request.product);
    const struct product found = { .sku = STR("A1") };
    brief.product = &found;
    assert_ptr_equal(brief_product(&brief), &found);
}

static void the_last_product_of_the_conversation_is_the_newest_known(void **state)
{
    (void)state;
    const struct exchange history[] = { { .sku = STR("A1") },
                                        { .sku = STR("B2") },
                                        { .offset = 3 } };
    assert_true(str_is(brief_history_sku(history, 3), "B2"));
    assert_true(str_is(brief_history_sku(history, 1), "A1"));
    assert_int_equal(brief_history_sku(history, 0).len, 0);
}

static void texts_that_lean_on_others_are_told_from_those_that_do_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool leans;
    } cases[] = {
        { "and returns?", true },
        { "那退货呢?", true },
        { "what about Norway?", true },
        { "它保修多久?", true },
        { "how is this cleaned?", true },
        { "do you have gift cards?", false },
        { "怎么开发票?", false },
        { "where is the parcel?", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct event event = saying(cases[i].text);
        print_message("%s\n", cases[i].text);
        assert_int_equal(brief_needs(&event, INTENT_OTHER).leans, cases[i].leans);
        assert_true(brief_needs(&event, INTENT_OTHER).history);
        assert_false(brief_needs(&event, INTENT_THANKS).leans);
    }
    struct event event = saying("how is this cleaned?");
    event.message.sku = STR("A1");
    assert_false(brief_needs(&event, INTENT_OTHER).leans);
}

static void what_a_text_leans_on_is_the_customers_and_goes_back_while_that_leans(void **state)
{
    (void)state;
    const struct exchange history[] = {
        { .text = STR("Where is my order?") },
        { .text = STR("How long is the cable?") },
        { .text = STR("and returns?") },
        { .text = STR("We do not."), .author = AUTHOR_AGENT },
        { .text = STR("and the lamp?") },
        { .text = STR("那台灯呢") },
    };
    static const struct {
        size_t count;
        const char *said;
    } cases[] = {
        { 0, "" },
        { 1, "Where is my order?\n" },
        { 3, "and returns?\nHow long is the cable?\n" },
        { 4, "and returns?\nHow long is the cable?\n" },
        { 5, "and the lamp?\nand returns?\nHow long is the cable?\n" },
        { 6, "那台灯呢\nand the lamp?\nand returns?\n" },
    };
    struct arena arena;
    struct str said;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < countof(cases); i++) {
        assert_int_equal(brief_said_before(&arena, history, cases[i].count, &said), OK);
        assert_string_equal(said.ptr, cases[i].said);
    }
    arena_fini(&arena);
    arena_init(&arena, 0);
    assert_int_equal(brief_said_before(&arena, history, 1, &said), ERR_NOMEM);
    arena_fini(&arena);
}

static const struct order three_orders[] = { { .order_id = { "100300", 6 } },
                                             { .order_id = { "100200", 6 } },
                                             { .order_id = { "100100", 6 } } };

static void facts_name_what_the_brief_relies_on(void **state)
{
    (void)state;
    struct event event = saying("hi");
    const struct product product = { .sku = STR("A1") };
    const struct exchange exchange = { .offset = 1 };
    const struct passage passage = { .id = STR("returns.md#1"), .text = STR("Within 30 days.") };
    struct brief brief = { .event = &event };
    struct fact facts[FACTS_MAX];
    assert_int_equal(brief_facts(&brief, facts), 0);
    brief.product = &product;
    brief.orders = three_orders;
    brief.orders_count = 3;
    brief.history = &exchange;
    brief.history_count = 1;
    brief.passages = &passage;
    brief.passages_count = 1;
    assert_int_equal(brief_facts(&brief, facts), 6);
    assert_int_equal(facts[0].kind, FACT_PRODUCT);
    assert_true(str_is(facts[0].id, "A1"));
    assert_int_equal(facts[3].kind, FACT_ORDER);
    assert_true(str_is(facts[3].id, "100100"));
    assert_int_equal(facts[4].kind, FACT_PASSAGE);
    assert_true(str_is(facts[4].id, "returns.md#1"));
    assert_int_equal(facts[5].kind, FACT_HISTORY);
    assert_true(str_is(facts[5].id, "c-1"));
}

static void history_orders_and_their_known_absence_are_personal(void **state)
{
    (void)state;
    struct event event = saying("hi");
    const struct brief none = { .event = &event };
    const struct brief history = { .event = &event, .history_count = 1 };
    const struct brief orders = { .event = &event, .orders_count = 1 };
    const struct brief absence = { .event = &event, .orders_known = true };
    assert_false(brief_is_personal(&none));
    assert_true(brief_is_personal(&history));
    assert_true(brief_is_personal(&orders));
    assert_true(brief_is_personal(&absence));
}

static void attributes_of_a_request_go_before_the_products_own(void **state)
{
    (void)state;
    const struct attribute own[] = { { STR("colour"), STR("red") }, { STR("lid"), STR("glass") } };
    const struct attribute more[] = { { STR("colour"), STR("blue") } };
    const struct product product = { .sku = STR("A1"), .attributes = own, .attributes_count = 2 };
    const struct copy_request request = { .attributes = more, .attributes_count = 1 };
    const struct copy_request none = { .attributes_count = 0 };
    const struct product *found = &product;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    assert_int_equal(brief_add_attributes(&arena, &none, &found), OK);
    assert_ptr_equal(found, &product);
    assert_int_equal(brief_add_attributes(&arena, &request, &found), OK);
    assert_int_equal(found->attributes_count, 2);
    assert_true(str_is(found->attributes[0].value, "blue"));
    assert_true(str_is(found->attributes[1].value, "glass"));
    assert_true(str_is(found->sku, "A1"));
    found = &product;
    struct arena small;
    arena_init(&small, 16);
    assert_int_equal(brief_add_attributes(&small, &request, &found), ERR_NOMEM);
    assert_ptr_equal(found, &product);
    arena_fini(&small);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_talk_and_other_peoples_words_need_nothing),
        cmocka_unit_test(a_copy_request_needs_its_product_only),
        cmocka_unit_test(needs_follow_the_words_and_the_context),
        cmocka_unit_test(a_product_that_the_text_names_is_as_good_as_the_context),
        cmocka_unit_test(what_is_known_of_the_text_is_believed),
        cmocka_unit_test(a_copy_requests_own_product_is_used_when_none_was_found),
        cmocka_unit_test(attributes_of_a_request_go_before_the_products_own),
        cmocka_unit_test(the_last_product_of_the_conversation_is_the_newest_known),
        cmocka_unit_test(texts_that_lean_on_others_are_told_from_those_that_do_not),
        cmocka_unit_test(what_a_text_leans_on_is_the_customers_and_goes_back_while_that_leans),
        cmocka_unit_test(facts_name_what_the_brief_relies_on),
        cmocka_unit_test(history_orders_and_their_known_absence_are_personal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
