/* Lists: order, count, and nodes that know whether they are linked. */
#include "tests/unit/leaf.h"

#include "common/list.h"

struct item {
    int number;
    struct list_node node;
};

static void assert_order(const struct list *list, const char *expected)
{
    char order[64] = "";
    size_t len = 0;
    for (struct list_node *node = list_first(list); node; node = list_next(list, node)) {
        order[len++] = (char)('0' + list_entry(node, struct item, node)->number);
    }
    assert_string_equal(order, expected);
    assert_int_equal(list->count, strlen(expected));
}

static void members_come_in_the_order_they_were_put(void **state)
{
    (void)state;
    struct item items[4] = { { .number = 0 }, { .number = 1 }, { .number = 2 }, { .number = 3 } };
    struct list list;
    list_init(&list);
    assert_true(list_is_empty(&list));
    list_append(&list, &items[1].node);
    list_append(&list, &items[2].node);
    list_prepend(&list, &items[0].node);
    list_insert_before(&list, &items[2].node, &items[3].node);
    assert_order(&list, "0132");
    list_remove(&list, &items[1].node);
    assert_order(&list, "032");
    list_append(&list, &items[1].node);
    assert_order(&list, "0321");
}

static void all_members_move_at_once_and_keep_their_order(void **state)
{
    (void)state;
    struct item items[4] = { { .number = 0 }, { .number = 1 }, { .number = 2 }, { .number = 3 } };
    struct list list;
    struct list from;
    list_init(&list);
    list_init(&from);
    list_move_all(&list, &from);
    assert_true(list_is_empty(&list));
    list_append(&from, &items[1].node);
    list_append(&from, &items[2].node);
    list_append(&list, &items[0].node);
    list_move_all(&list, &from);
    assert_order(&list, "012");
    assert_true(list_is_empty(&from));
    list_append(&from, &items[3].node);
    list_move_all(&list, &from);
    assert_order(&list, "0123");
    list_remove(&list, &items[3].node);
    list_move_all(&from, &list);
    assert_order(&from, "012");
    assert_true(list_is_empty(&list));
}

static void popping_an_empty_list_gives_nothing(void **state)
{
    (void)state;
    struct item item = { .number = 5 };
    struct list list;
    list_init(&list);
    assert_null(list_pop(&list));
    assert_null(list_first(&list));
    list_append(&list, &item.node);
    assert_ptr_equal(list_entry(list_pop(&list), struct item, node), &item);
    assert_null(list_entry(list_pop(&list), struct item, node));
    assert_null(item.node.next);
    assert_null(item.node.prev);
}

static void it_agrees_with_an_array_under_random_moves(void **state)
{
    (void)state;
    struct luck luck = luck_of(20250403);
    struct item items[10] = { { .number = 0 } };
    char model[11] = "";
    struct list list;
    list_init(&list);
    for (int i = 0; i < 10; i++) {
        items[i].number = i;
    }
    for (int step = 0; step < 5000; step++) {
        struct item *item = &items[luck_next(&luck, 10)];
        size_t len = strlen(model);
        char *place = strchr(model, '0' + item->number);
        if (place) {
            memmove(place, place + 1, strlen(place));
            list_remove(&list, &item->node);
        } else if (luck_next(&luck, 2)) {
            model[len] = (char)('0' + item->number);
            model[len + 1] = '\0';
            list_append(&list, &item->node);
        } else {
            memmove(model + 1, model, len + 1);
            model[0] = (char)('0' + item->number);
            list_prepend(&list, &item->node);
        }
        assert_order(&list, model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_in_the_order_they_were_put),
        cmocka_unit_test(all_members_move_at_once_and_keep_their_order),
        cmocka_unit_test(popping_an_empty_list_gives_nothing),
        cmocka_unit_test(it_agrees_with_an_array_under_random_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
