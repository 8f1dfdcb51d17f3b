/* screen_facts_test.c - what of a brief a reply is held against. */
#include "common/mem.h"
#include "tests/unit/screening.h"
#include "worker/answer/screen_facts.h"

static void sentences_end_where_people_end_them(void **state)
{
    (void)state;
    static const char *const parts[] = { "It is 3.5 kg.", " Yes!", "好。", "行" };
    struct str rest = STR("It is 3.5 kg. Yes!好。行");
    struct str sentence;
    for (size_t i = 0; i < countof(parts); i++) {
        assert_true(screen_sentence_next(&rest, &sentence));
        assert_str(sentence, parts[i]);
    }
    assert_false(screen_sentence_next(&rest, &sentence));
}

static size_t count_of(const struct screen_facts *facts, enum screen_kind kind, topic_set topics)
{
    size_t count = 0;
    for (size_t i = 0; i < facts->count; i++) {
        count += facts->items[i].value.kind == kind && facts->items[i].topics == topics;
    }
    return count;
}

static void a_product_and_its_policies_become_values_with_topics(void **state)
{
    (void)state;
    struct arena arena;
    struct screen_facts facts;
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .product = &screening_kettle,
                                 .passages = screening_passages, .passages_count = 1 };
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 20420, &facts), OK);
    assert_int_equal(count_of(&facts, SCREEN_MONEY, TOPIC_BIT(PRICE)), 1);
    assert_int_equal(count_of(&facts, SCREEN_PERIOD, TOPIC_BIT(SHIP) | TOPIC_BIT(ARRIVE)), 2);
    assert_int_equal(count_of(&facts, SCREEN_PERIOD, TOPIC_BIT(RETURN)), 1);
    assert_int_equal(count_of(&facts, SCREEN_PERIOD, TOPIC_BIT(EXCHANGE)), 1);
    assert_true(screen_topics_in(&facts, STR("it weighs")) & TOPIC_BIT(WEIGHT));
    arena_fini(&arena);
}

static void an_order_tells_what_its_lines_add_up_to_and_when_it_was_placed(void **state)
{
    (void)state;
    struct arena arena;
    struct screen_facts facts;
    struct event event = { .kind = EVENT_MESSAGE };
    struct order orders[] = { screening_orders[0], screening_orders[0] };
    orders[1].order_id = STR("100299");
    orders[1].type = ORDER_PLACED;
    const struct brief brief = { .event = &event, .orders = orders, .orders_count = 2 };
    const topic_set total = TOPIC_BIT(TOTAL) | TOPIC_BIT(PRICE) | TOPIC_BIT(ORDER);
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 20420, &facts), OK);
    assert_int_equal(count_of(&facts, SCREEN_MONEY, total), 2);
    assert_int_equal(count_of(&facts, SCREEN_MONEY, TOPIC_BIT(TOTAL)), 1); /* of both */
    assert_int_equal(count_of(&facts, SCREEN_DATE, TOPIC_BIT(PLACED)), 1);
    arena_fini(&arena);
}

static void more_facts_than_there_is_room_for_are_not_known(void **state)
{
    (void)state;
    static struct order_item items[SCREEN_FACTS_MAX];
    struct arena arena;
    struct screen_facts facts;
    struct event event = { .kind = EVENT_MESSAGE };
    for (size_t i = 0; i < countof(items); i++) {
        items[i] = (struct order_item){ .sku = STR("S-1"), .name = STR("Cup"), .quantity = 1 };
    }
    const struct order order = { .order_id = STR("100234"), .items = items,
                                 .items_count = countof(items) };
    const struct brief brief = { .event = &event, .orders = &order, .orders_count = 1 };
    arena_init(&arena, (size_t)4 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 20420, &facts), OK);
    assert_int_equal(facts.count, SCREEN_FACTS_MAX);
    arena_fini(&arena);
}

static void facts_are_all_there_or_memory_was_short(void **state)
{
    (void)state;
    struct order_item items[100];
    struct event event = { .kind = EVENT_MESSAGE };
    for (size_t i = 0; i < countof(items); i++) {
        items[i] = (struct order_item){ .sku = STR("S-1"), .name = STR("Cup"), .quantity = 1 };
    }
    const struct order order = { .order_id = STR("100234"), .items = items,
                                 .items_count = countof(items) };
    const struct brief brief = { .event = &event, .orders = &order, .orders_count = 1 };
    size_t count = 0;
    long nth = 0;
    for (enum err err = ERR_NOMEM; err != OK;) {
        struct arena arena;
        struct screen_facts facts;
        arena_init(&arena, (size_t)4 << 20);
        mem_fail_nth(++nth);
        err = screen_facts_of(&arena, &brief, 20420, &facts);
        mem_fail_nth(0);
        assert_true(err == OK || err == ERR_NOMEM);
        count = err == OK ? facts.count : 0;
        arena_fini(&arena);
    }
    assert_true(nth > 4);
    assert_int_equal(count, 2 + 4 * countof(items)); /* its number, the sum; and "cups" */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_end_where_people_end_them),
        cmocka_unit_test(a_product_and_its_policies_become_values_with_topics),
        cmocka_unit_test(an_order_tells_what_its_lines_add_up_to_and_when_it_was_placed),
        cmocka_unit_test(more_facts_than_there_is_room_for_are_not_known),
        cmocka_unit_test(facts_are_all_there_or_memory_was_short),
    };
    return cmocka_run_group_tests_name("screen_facts", tests, NULL, NULL);
}
