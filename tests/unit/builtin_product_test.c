/* builtin_product_test.c - what an entry tells is told, what it does not is said to be untold; of
 * several questions each gets its answer. */
#include "worker/answer/builtin_product.h"

#include "tests/unit/screening.h"
#include "worker/answer/builtin.h"

static const struct passage pages[] = {
    { STR("p#1"), STR("Returns"), STR("Unused goods can be returned within 30 days.") },
    { STR("p#2"), STR("Payment"), STR("We take cards and PayPal.") },
};

struct asked {
    struct arena arena;
    struct event event;
    struct brief brief;
    struct str text;
};

static enum err ask(struct asked *asked, const char *language, const char *text, size_t orders)
{
    *asked = (struct asked){ .event = { .kind = EVENT_MESSAGE } };
    asked->event.message.text = str_from(text);
    asked->brief = (struct brief){ .event = &asked->event,
                                   .language = str_from(language),
                                   .intent = intent_of(str_from(text)),
                                   .product = orders == 0 ? &screening_kettle : NULL,
                                   .names_product = orders == 0,
                                   .orders = screening_orders,
                                   .orders_count = orders,
                                   .orders_known = true,
                                   .passages = pages,
                                   .passages_count = countof(pages) };
    arena_init(&asked->arena, (size_t)2 << 20);
    return builtin_answer(&asked->arena, &asked->brief, &asked->text);
}

/* All of the wanted lines, in any order, none of the other, and the screen lets it pass. */
static void says(const char *language, const char *text, size_t orders, const char *const wanted[3],
                 const char *never)
{
    struct asked asked;
    enum flaw flaw = FLAW_COUNT;
    assert_int_equal(ask(&asked, language, text, orders), OK);
    print_message("%s\n%.*s\n", text, STR_ARG(asked.text));
    for (size_t i = 0; i < 3 && wanted[i]; i++) {
        assert_true(str_find(asked.text, str_from(wanted[i])) < asked.text.len);
    }
    assert_true(!never || str_find(asked.text, str_from(never)) == asked.text.len);
    assert_int_equal(screen_reply(&asked.arena, &asked.brief, asked.text, SCREENING_NOW_MS, &flaw),
                     OK);
    assert_string_equal(flaw_label(flaw), "none");
    arena_fini(&asked.arena);
}

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

static void when_it_arrives_is_told_of_the_orders_under_way(void **state)
{
    (void)state;
    says("zh", "什么时候到", 3, (const char *const[3]){ "订单 100234", "2025-12-01" }, "哪一款");
    says("en", "When will it arrive?", 3, (const char *const[3]){ "2025-12-01" }, "Which product");
    /* How long shipping takes is asked of a product, and there may be no order at all. */
    says("en", "How long does shipping take?", 3, (const char *const[3]){ "Which product" }, NULL);
}

static void there_may_be_no_memory(void **state)
{
    (void)state;
    struct asked asked;
    assert_int_equal(ask(&asked, "en", "How much is the kettle and is it in stock?", 0), OK);
    for (size_t room = 0; room < 4000; room += 40) {
        arena_fini(&asked.arena);
        arena_init(&asked.arena, room);
        enum err err = builtin_answer(&asked.arena, &asked.brief, &asked.text);
        assert_true(err == OK || err == ERR_NOMEM);
    }
    arena_fini(&asked.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_cost_the_price_times_as_many),
        cmocka_unit_test(a_property_that_is_not_told_beside_one_that_is_is_said_to_be_untold),
        cmocka_unit_test(each_of_several_questions_is_answered),
        cmocka_unit_test(what_is_not_told_of_several_is_said),
        cmocka_unit_test(when_it_arrives_is_told_of_the_orders_under_way),
        cmocka_unit_test(there_may_be_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
