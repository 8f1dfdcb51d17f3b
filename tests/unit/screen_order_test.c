/* screen_order_test.c - which order a sentence speaks of, by its number and by what is in it. */
#include "worker/answer/screen_order.h"

#include "tests/unit/payload.h"

static const struct order_item lamp[] = { { .sku = STR("L-1"), .name = STR("Lamp") } };
static const struct order_item cups[] = { { .sku = STR("C-1"), .name = STR("Cup") },
                                          { .sku = STR("C-2"), .name = STR("Cup holder") },
                                          { .sku = STR("S-1"), .name = STR("Spoon") } };
static const struct order_item spoon[] = { { .sku = STR("S-1"), .name = STR("Spoon") },
                                           { .sku = STR("L-2"), .name = STR("Lamp shade") } };
static const struct order orders[] = {
    { .order_id = STR("100001"), .items = lamp, .items_count = countof(lamp) },
    { .order_id = STR("100002"), .items = cups, .items_count = countof(cups) },
    { .order_id = STR("100003"), .items = spoon, .items_count = countof(spoon) },
};

struct rig {
    struct arena arena;
    struct event event;
    struct brief brief;
    struct screen_facts facts;
};

static int set_up(void **state)
{
    static struct rig rig;
    arena_init(&rig.arena, (size_t)2 << 20);
    rig.event = (struct event){ .kind = EVENT_MESSAGE };
    rig.brief = (struct brief){ .event = &rig.event, .orders = orders,
                                .orders_count = countof(orders), .orders_known = true };
    assert_int_equal(screen_facts_of(&rig.arena, &rig.brief, 20420, &rig.facts), OK);
    *state = &rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    arena_fini(&rig->arena);
    return 0;
}

static void the_number_before_a_place_or_the_thing_tells_the_order(void **state)
{
    const struct rig *rig = *state;
    static const struct {
        const char *sentence;
        int order;
    } cases[] = {
        { "order 100001 has been shipped", 0 },
        { "order 100002 is placed and 100001 has been shipped", 0 },
        { "order 100002 has been shipped and 100001 is placed", 1 },
        { "your lamp has been shipped", 0 },
        { "your lamp shade has been shipped", 2 },
        { "your cup has been shipped", 1 },
        { "your spoon has been shipped", SCREEN_ANY }, /* two orders have one */
        { "it has been shipped", SCREEN_ANY },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct str sentence = str_from(cases[i].sentence);
        size_t at = str_find(sentence, STR("shipped"));
        print_message("%s\n", cases[i].sentence);
        assert_int_equal(screen_order_at(&rig->facts, sentence, at, SCREEN_ANY), cases[i].order);
    }
    assert_int_equal(screen_order_at(&rig->facts, STR("it was sent"), 7, 1), 1);
}

static void what_another_order_has_is_mixed_up(void **state)
{
    const struct rig *rig = *state;
    static const struct {
        const char *sentence;
        bool is_mixed_up;
    } cases[] = {
        { "order 100001 has the lamp", false },
        { "order 100001 has the cup", true },
        { "your cup (order 100001) is placed", true },
        { "order 100003 has the lamp shade and a spoon", false },
        { "order 100001 has the lamp, 100002 the cup and the spoon", false },
        { "order 100001 is placed, your cup is sent", false }, /* another clause */
        { "order 100001 and 100002 have the lamp and the cup", false },
        { "the cup is in order 100002", false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].sentence);
        assert_int_equal(screen_order_is_mixed_up(&rig->facts, str_from(cases[i].sentence)),
                         cases[i].is_mixed_up);
    }
}

static void some_words_speak_of_each_order(void **state)
{
    (void)state;
    assert_true(screen_order_is_each(STR("both orders have been sent")));
    assert_true(screen_order_is_each(STR("两个订单都已发货")));
    assert_false(screen_order_is_each(STR("your order has been sent")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_number_before_a_place_or_the_thing_tells_the_order,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_another_order_has_is_mixed_up, set_up, tear_down),
        cmocka_unit_test(some_words_speak_of_each_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
