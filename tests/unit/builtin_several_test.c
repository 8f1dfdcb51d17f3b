/* builtin_several_test.c - of several questions each gets its answer, three at most. */
#include "worker/answer/builtin_several.h"

#include "tests/unit/inquiring.h"
#include "worker/answer/brief_order.h"

static void each_of_several_questions_is_answered(void **state)
{
    (void)state;
    says("en", "How much is the kettle and is it in stock?", 0,
         (const char *const[3]){ "costs 39.90 EUR.", "is in stock." }, "For the rest");
    says("en", "When does order 100234 arrive and can I return it?", 3,
         (const char *const[3]){ "expected on 2025-12-01", "within 30 days" }, "For the rest");
    says("en", "Where is order 100236? How can I pay?", 3,
         (const char *const[3]){ "Order 100236", "We take cards" }, "30 days");
}

static void what_is_not_told_of_several_is_said(void **state)
{
    (void)state;
    says("en", "How much is the kettle and do you repair shoes?", 0,
         (const char *const[3]){ "costs 39.90 EUR.", "For the rest of your question" }, NULL);
    says("zh", "多少钱?你们修鞋吗?", 0,
         (const char *const[3]){ "39.90 EUR", "其余问题请回复“人工”咨询。" }, NULL);
    says("en", "Can you tell me, how much is the kettle?", 0,
         (const char *const[3]){ "costs 39.90 EUR." }, "For the rest");
}

static void no_more_than_three_of_several_are_answered(void **state)
{
    (void)state;
    says("en",
         "How much is the kettle? Is it in stock? How long does shipping take? Can I return it?", 0,
         (const char *const[3]){ "costs 39.90 EUR.", "is in stock.",
                                 "For the rest of your question" },
         "Shipping for");
}

/* The kettle is in the order 100234. */
static void each_question_is_asked_of_the_product_that_it_names(void **state)
{
    (void)state;
    static const struct product cup = { .sku = STR("CUP-3"), .name = STR("Moss Cup"),
                                        .price = STR("8.50"), .currency = STR("EUR"),
                                        .stock = STOCK_OUT, .ship_min_days = -1,
                                        .ship_max_days = -1 };
    static const struct {
        const char *text;
        enum intent intent;
        const char *answer;
    } cases[] = {
        { "How much is the Moss Cup and is the Aurora Kettle in stock?", INTENT_STOCK,
          "Aurora Kettle (KTL-17) is in stock.\nMoss Cup (CUP-3) costs 8.50 EUR." },
        { "Where is my Aurora Kettle and how much is the Moss Cup?", INTENT_PRICE,
          "Moss Cup (CUP-3) costs 8.50 EUR.\nOrder 100234 has been shipped with DHL, tracking "
          "number JJD0012345, expected on 2025-12-01." },
    };
    const struct product *const others[] = { &cup };
    for (size_t i = 0; i < countof(cases); i++) {
        const struct event event = { .kind = EVENT_MESSAGE,
                                     .message = { .text = str_from(cases[i].text) } };
        struct brief brief = { .event = &event, .language = STR("en"),
                               .intent = cases[i].intent, .product = &screening_kettle,
                               .names_product = true, .others = others, .others_count = 1,
                               .orders = screening_orders, .orders_count = 1,
                               .orders_known = true };
        struct arena arena;
        struct str text;
        arena_init(&arena, (size_t)1 << 20);
        brief_find_named(&brief);
        assert_int_equal(builtin_several(&arena, &brief, &text), OK);
        assert_string_equal(payload_text(text), cases[i].answer);
        arena_fini(&arena);
    }
}

static void there_may_be_no_memory(void **state)
{
    (void)state;
    struct inquiry inquiry;
    assert_int_equal(inquire(&inquiry, "en", "How much is the kettle and is it in stock?", 0), OK);
    for (size_t room = 0; room < 4000; room += 40) {
        arena_fini(&inquiry.arena);
        arena_init(&inquiry.arena, room);
        enum err err = builtin_answer(&inquiry.arena, &inquiry.brief, &inquiry.text);
        assert_true(err == OK || err == ERR_NOMEM);
    }
    arena_fini(&inquiry.arena);
}

/* What fits it stands behind the others, which it is no part of. */
static void a_wish_among_other_questions_is_answered_by_what_fits_it(void **state)
{
    (void)state;
    static const struct product cup = { .sku = STR("CUP-3"), .name = STR("Moss Cup"),
                                        .price = STR("8.50"), .currency = STR("EUR"),
                                        .stock = STOCK_OUT, .ship_min_days = -1,
                                        .ship_max_days = -1 };
    const struct product *const asides[] = { &cup, &screening_kettle };
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = STR("Where is order 100236? And which cups "
                                                          "do you have?") } };
    const struct brief brief = { .event = &event, .language = STR("en"),
                                 .intent = INTENT_ORDER_STATUS, .others = asides,
                                 .others_count = 2, .asides_count = 2,
                                 .aside = STR("which cups do you have"),
                                 .orders = screening_orders, .orders_count = 3,
                                 .orders_known = true };
    struct arena arena;
    struct str text;
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(builtin_answer(&arena, &brief, &text), OK);
    assert_string_equal(text.ptr,
                        "Order 100236 has been delivered.\n"
                        "Here is what we have:\n"
                        "Moss Cup (CUP-3) is out of stock at the moment and costs 8.50 EUR.\n"
                        "Aurora Kettle (KTL-17) is in stock and costs 39.90 EUR.");
    assert_int_equal(screen_reply(&arena, &brief, text, SCREENING_NOW_MS, &flaw), OK);
    assert_string_equal(flaw_label(flaw), "none");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_several_questions_is_answered),
        cmocka_unit_test(what_is_not_told_of_several_is_said),
        cmocka_unit_test(no_more_than_three_of_several_are_answered),
        cmocka_unit_test(each_question_is_asked_of_the_product_that_it_names),
        cmocka_unit_test(a_wish_among_other_questions_is_answered_by_what_fits_it),
        cmocka_unit_test(there_may_be_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
