/* builtin_sending_test.c - what sending costs and takes is told by a page that tells just that. */
#include "worker/answer/builtin_sending.h"

#include "tests/unit/cm.h"

#define TABLE_ROWS "Country: Price, Days\nNetherlands: 19 EUR, 1-2\nGermany: 29 EUR, 3-5\n"

static const struct passage table = { STR("d#1"), STR("Delivery"), STR(TABLE_ROWS) };
static const struct passage times = { STR("d#2"), STR("Shipping"),
                                      STR("Germany: 2 to 3 days. France: 4 to 6 days.") };
static const struct passage rates = { STR("d#3"), STR("Shipping costs"),
                                      STR("Destination: Cost\nGermany: 4.90 EUR\n") };
static const struct passage today = { STR("d#4"), STR("Shipping"),
                                      STR("Orders placed before 14:00 leave the same day.") };
static const struct passage express = { STR("d#5"), STR("Shipping / Express"),
                                        STR("Express takes 1 day and costs 15 EUR.") };
static const struct passage back = { STR("r#1"), STR("Returns / Shipping"),
                                     STR("Sending it back to Germany takes 3 days, costs 5 EUR.") };
static const struct passage table_zh = { STR("z#1"), STR("配送"),
                                         STR("国家: 价格, 天数\n荷兰: 19欧元, 1-2\n德国: 29欧元, 3-5\n") };
static const struct passage days_zh = { STR("z#2"), STR("配送"), STR("一般2-4天送达。") };

/* Returns which of the passages is told; `count`: none. */
static size_t told(const char *text, enum intent intent, const struct passage *passages,
                   size_t count)
{
    struct arena arena;
    struct str said = STR_NONE;
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = str_from(text) } };
    const struct brief brief = { .event = &event,
                                 .language = (unsigned char)text[0] < 0x80 ? STR("en") : STR("zh"),
                                 .intent = intent,
                                 .passages = passages,
                                 .passages_count = count };
    arena_init(&arena, 8192);
    print_message("%s\n", text);
    enum err err = builtin_sending_is_asked(&brief)
                       ? builtin_sending(&arena, &brief, STR_NONE, &said)
                       : ERR_NO_FACTS;
    assert_true(err == OK || err == ERR_NO_FACTS);
    size_t place = 0;
    while (place < count && str_find(said, passages[place].text) >= said.len) {
        place++;
    }
    arena_fini(&arena);
    return place;
}

#define TOLD(text, intent, passage) told(text, intent, &(passage), 1)

static void a_table_tells_the_cost_of_a_country_that_it_has(void **state)
{
    (void)state;
    assert_int_equal(TOLD("How much is shipping to Germany?", INTENT_OTHER, table), 0);
    assert_int_equal(TOLD("What do you charge for delivery to Germany?", INTENT_PRICE, table), 0);
    assert_int_equal(TOLD("How much is shipping to Austria?", INTENT_OTHER, table), 1);
    assert_int_equal(TOLD("寄到德国运费多少", INTENT_OTHER, table_zh), 0);
    assert_int_equal(TOLD("德国邮费", INTENT_OTHER, table_zh), 0);
    assert_int_equal(TOLD("发到荷兰要多少钱", INTENT_PRICE, table_zh), 0);
    assert_int_equal(TOLD("到法国运费多少", INTENT_OTHER, table_zh), 1);
    assert_int_equal(TOLD("到北京运费多少", INTENT_OTHER, table_zh), 1);
}

static void a_page_of_times_tells_no_cost(void **state)
{
    (void)state;
    const struct passage both[] = { times, rates };
    assert_int_equal(told("How much is shipping to Germany?", INTENT_OTHER, both, 2), 1);
    assert_int_equal(told("How long does shipping to Germany take?", INTENT_SHIPPING_TIME, both, 2),
                     0);
    assert_int_equal(TOLD("How long does shipping take?", INTENT_SHIPPING_TIME, rates), 1);
    assert_int_equal(TOLD("How much is shipping?", INTENT_OTHER, times), 1);
}

static void a_page_tells_how_long_it_takes(void **state)
{
    (void)state;
    const struct passage both[] = { today, times };
    assert_int_equal(TOLD("How long does shipping take?", INTENT_SHIPPING_TIME, table), 0);
    assert_int_equal(TOLD("how long will delivery take?", INTENT_SHIPPING_TIME, times), 0);
    assert_int_equal(told("How long does shipping take?", INTENT_SHIPPING_TIME, both, 2), 1);
    assert_int_equal(TOLD("快递几天到", INTENT_SHIPPING_TIME, days_zh), 0);
    assert_int_equal(TOLD("寄到上海几天到", INTENT_SHIPPING_TIME, days_zh), 1);
}

static void what_is_asked_besides_must_stand_there(void **state)
{
    (void)state;
    const struct passage both[] = { express, table };
    assert_int_equal(TOLD("How much is express shipping to Germany?", INTENT_OTHER, table), 1);
    assert_int_equal(TOLD("How long does express shipping take?", INTENT_SHIPPING_TIME, express),
                     0);
    assert_int_equal(TOLD("How long does shipping take?", INTENT_SHIPPING_TIME, express), 1);
    assert_int_equal(told("How long does shipping take?", INTENT_SHIPPING_TIME, both, 2), 1);
    assert_int_equal(TOLD("How long does shipping of a sofa take?", INTENT_SHIPPING_TIME, table),
                     1);
}

static void a_page_in_another_language_is_left_aside(void **state)
{
    (void)state;
    const struct passage both[] = { table_zh, table };
    assert_int_equal(told("How long does shipping take?", INTENT_SHIPPING_TIME, both, 2), 1);
    assert_int_equal(told("寄到德国运费多少", INTENT_OTHER, both, 2), 0);
}

static void a_page_on_what_comes_back_tells_neither(void **state)
{
    (void)state;
    assert_int_equal(TOLD("How much is shipping to Germany?", INTENT_OTHER, back), 1);
    assert_int_equal(TOLD("How long does shipping to Germany take?", INTENT_SHIPPING_TIME, back),
                     1);
}

static void another_question_is_not_its_own(void **state)
{
    (void)state;
    assert_int_equal(TOLD("How much is return shipping to Germany?", INTENT_RETURN, table), 1);
    assert_int_equal(TOLD("How much is the lamp?", INTENT_PRICE, rates), 1);
    assert_int_equal(TOLD("Is there a discount on shipping to Germany?", INTENT_OTHER, rates), 1);
}

static void words_of_the_thing_need_not_stand_there(void **state)
{
    (void)state;
    struct arena arena;
    struct str said;
    const struct event event = { .kind = EVENT_MESSAGE,
                                 .message = { .text = STR("How long does the moss lamp take?") } };
    const struct brief brief = { .event = &event, .language = STR("en"),
                                 .intent = INTENT_SHIPPING_TIME, .passages = &times,
                                 .passages_count = 1 };
    arena_init(&arena, 8192);
    assert_int_equal(builtin_sending(&arena, &brief, STR("Moss lamp"), &said), OK);
    assert_int_equal(builtin_sending(&arena, &brief, STR("Kettle"), &said), ERR_NO_FACTS);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_tells_the_cost_of_a_country_that_it_has),
        cmocka_unit_test(a_page_of_times_tells_no_cost),
        cmocka_unit_test(a_page_tells_how_long_it_takes),
        cmocka_unit_test(what_is_asked_besides_must_stand_there),
        cmocka_unit_test(a_page_in_another_language_is_left_aside),
        cmocka_unit_test(a_page_on_what_comes_back_tells_neither),
        cmocka_unit_test(another_question_is_not_its_own),
        cmocka_unit_test(words_of_the_thing_need_not_stand_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
