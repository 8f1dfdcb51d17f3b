/* turn_shelf_test.c - what the catalogue has for a message that names no product. */
#include "worker/engine/turn_shelf.h"

#include "tests/unit/runnable.h"
#include "worker/engine/turn_brief.h"

static const struct brief *asked(const char *text)
{
    struct turn *turn = runnable(text);
    turn->work = arena_zero(&turn->scratch, 1, sizeof(*turn->work));
    assert_non_null(turn->work);
    assert_int_equal(turn_brief_make(turn), OK);
    return &turn->work->brief;
}

static void apply_cup(const char *sku, const char *name, const char *price)
{
    const struct event event = {
        .kind = EVENT_PRODUCT,
        .product = { .sku = str_from(sku), .name = str_from(name), .price = str_from(price),
                     .currency = STR("EUR"), .stock = STOCK_IN, .ship_min_days = -1,
                     .ship_max_days = -1 },
    };
    assert_int_equal(catalog_apply(world.engine->ports.catalog, &event), OK);
}

static const struct brief *asked_of_cups(const char *text)
{
    open_with(NULL);
    apply_cup("C1", "Zorb cup", "9.00");
    apply_cup("C2", "Quirl cup", "7.00");
    apply_cup("C3", "Mimp cup", "70.00");
    return asked(text);
}

static void a_wish_that_names_no_product_takes_those_that_fit(void **state)
{
    (void)state;
    const struct brief *brief = asked_of_cups("any cups under 30 euros?");
    assert_true(brief->is_shelf);
    assert_true(str_is(brief->product->sku, "C2"));
    assert_int_equal(brief->others_count, 1);
    assert_true(str_is(brief->others[0]->sku, "C1"));
    assert_false(brief->names_product);
    world_close(&world);
    assert_false(asked_of_cups("any plates under 30 euros?")->is_shelf); /* what are plates? */
    world_close(&world);
    assert_false(asked_of_cups("any zorb cup under 30 euros?")->is_shelf); /* it is named */
    world_close(&world);
}

/* Also where there is one such thing only, whose name it would be. */
static void the_cheapest_of_a_kind_names_no_product(void **state)
{
    (void)state;
    open_with(NULL);
    apply_cup("C1", "Zorb cup", "9.00");
    const struct brief *brief = asked("the cheapest cup");
    assert_true(brief->is_shelf_cheapest);
    assert_true(str_is(brief->product->sku, "C1"));
    assert_false(brief->names_product);
    world_close(&world);
}

static void a_wish_among_other_questions_is_kept_for_its_question(void **state)
{
    (void)state;
    const struct brief *brief =
        asked_of_cups("Where is my order 17? And which cups do you have?");
    assert_false(brief->is_shelf);
    assert_true(str_is(brief->aside, "which cups do you have"));
    assert_int_equal(brief->asides_count, 3);
    assert_int_equal(brief_named_count(brief), 0);
    assert_null(brief->product);
    world_close(&world);
    brief = asked_of_cups("Where is my order 17? And which plates do you have?");
    assert_int_equal(brief->aside.len, 0);
    world_close(&world);
}

static void words_that_fit_several_products_leave_a_choice(void **state)
{
    (void)state;
    const struct brief *brief = asked_of_cups("how much is the cup?");
    assert_true(brief->is_choice);
    assert_int_equal(brief->asides_count, 3);
    assert_true(str_is(brief->others[0]->sku, "C1"));
    world_close(&world);
    assert_false(asked_of_cups("how much is the zorb cup?")->is_choice);
    world_close(&world);
    assert_false(asked_of_cups("how much is the plate?")->is_choice);
    world_close(&world);
    assert_false(asked_of_cups("where is my cup?")->is_choice);
    world_close(&world);
}

static void what_no_product_has_the_name_of_is_not_sold(void **state)
{
    (void)state;
    assert_true(asked_of_cups("do you sell plates?")->is_unsold);
    world_close(&world);
    assert_false(asked_of_cups("do you sell cups?")->is_unsold);
    world_close(&world);
    const struct brief *brief = asked_of_cups("do you have parking?");
    assert_true(brief->is_wish && !brief->is_unsold);
    world_close(&world);
}

static void what_is_sold_at_all_is_told_by_categories_or_products(void **state)
{
    (void)state;
    const struct brief *brief = asked_of_cups("what do you sell?");
    assert_true(brief->is_shelf);
    assert_int_equal(brief->categories_count, 0); /* no entry has one */
    assert_int_equal(brief->others_count, 2);
    world_close(&world);
    open_with(NULL);
    const struct event event = {
        .kind = EVENT_PRODUCT,
        .product = { .sku = STR("P1"), .name = STR("Plate"), .category = STR("crockery"),
                     .ship_min_days = -1, .ship_max_days = -1 },
    };
    assert_int_equal(catalog_apply(world.engine->ports.catalog, &event), OK);
    brief = asked("what do you sell?");
    assert_true(brief->is_shelf);
    assert_int_equal(brief->categories_count, 1);
    assert_null(brief->product);
    world_close(&world);
}

static void one_that_a_list_word_names_is_not_all_of_them(void **state)
{
    (void)state;
    open_with(NULL);
    apply_cup("T1", "祁门红茶", "9.00");
    apply_cup("T2", "正山红茶", "7.00");
    apply_cup("T3", "红茶", "5.00");
    const struct brief *brief = asked("红茶有哪些");
    assert_true(brief->is_shelf);
    assert_int_equal(brief->others_count, 2);
    world_close(&world);
    assert_false(asked_of_cups("do you have the zorb cup?")->is_shelf);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wish_that_names_no_product_takes_those_that_fit),
        cmocka_unit_test(the_cheapest_of_a_kind_names_no_product),
        cmocka_unit_test(a_wish_among_other_questions_is_kept_for_its_question),
        cmocka_unit_test(words_that_fit_several_products_leave_a_choice),
        cmocka_unit_test(what_no_product_has_the_name_of_is_not_sold),
        cmocka_unit_test(what_is_sold_at_all_is_told_by_categories_or_products),
        cmocka_unit_test(one_that_a_list_word_names_is_not_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
