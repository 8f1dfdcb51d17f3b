/* turn_brief_test.c - what a turn needs to know, and under which name that is stored. */
#include "worker/engine/turn_brief.h"

#include "tests/unit/runnable.h"

static void histories_of_two_conversations_or_tenants_never_meet(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = runnable(greeting);
    struct str same;
    struct str again;
    struct str other;
    struct str foreign;
    assert_int_equal(turn_brief_history_key(turn, &same), OK);
    assert_int_equal(turn_brief_history_key(turn, &again), OK);
    turn->event->message.conversation_id = STR("bob");
    assert_int_equal(turn_brief_history_key(turn, &other), OK);
    turn->event->message.conversation_id = STR("ann");
    turn->event->tenant = STR("acme");
    assert_int_equal(turn_brief_history_key(turn, &foreign), OK);
    assert_true(str_eq(same, again));
    assert_false(str_eq(same, other));
    assert_false(str_eq(same, foreign));
    assert_false(str_eq(other, foreign));
    turn->event->tenant = STR_NONE;
    world_close(&world);
}

static struct turn *asked(const char *text, const char *order_id)
{
    struct turn *turn = runnable(text);
    turn->event->message.order_id = str_from(order_id);
    turn->work = arena_zero(&turn->scratch, 1, sizeof(*turn->work));
    assert_non_null(turn->work);
    assert_int_equal(turn_brief_make(turn), OK);
    return turn;
}

static void the_page_of_an_order_tells_what_a_bare_question_is_about(void **state)
{
    (void)state;
    open_with(tell_history);
    struct turn *turn = asked("where is it?", "100234");
    assert_int_equal(turn->work->brief.intent, INTENT_ORDER_STATUS);
    assert_true(turn->work->needs.orders);
    world_close(&world);
    open_with(tell_history);
    turn = asked("where is it?", "");
    assert_int_equal(turn->work->brief.intent, INTENT_OTHER);
    assert_true(turn->work->needs.history);
    world_close(&world);
}

static void without_turns_of_history_none_is_needed(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = asked("and the second one?", "");
    assert_false(turn->work->needs.history);
    assert_int_equal(turn_brief_take_history(turn), OK);
    world_close(&world);
}

static void what_is_for_a_person_is_known_before_anything_is_fetched(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err person;
    } cases[] = { { "talk to a human", ERR_PERSON }, { "转人工", ERR_PERSON }, { "hello", OK } };
    for (size_t i = 0; i < countof(cases); i++) {
        open_with(tell_history);
        assert_int_equal(asked(cases[i].text, "")->work->person, cases[i].person);
        world_close(&world);
    }
}

static void a_misspelt_message_is_read_mended_and_told_as_it_is(void **state)
{
    (void)state;
    open_with(tell_history);
    struct turn *turn = asked("wheres my pakage", "");
    const struct brief *brief = &turn->work->brief;
    assert_int_equal(brief->intent, INTENT_ORDER_STATUS);
    assert_true(turn->work->needs.orders);
    assert_true(str_is(brief_text(brief), "wheres my package"));
    assert_true(str_is(brief->event->message.text, "wheres my pakage"));
    assert_true(str_is(brief->canonical, "wheres my pakage"));
    world_close(&world);
    open_with(tell_history);
    turn = asked("wo ist das pakage, bitte, ich habe es noch nicht", ""); /* another language */
    assert_int_equal(turn->work->brief.mended.len, 0);
    world_close(&world);
}

/* The brief of a second turn of the same conversation that has this text. */
static const struct work *asked_again(const char *text, const char *order_id)
{
    struct turn *turn = first_in(TURN_RUNNABLE);
    turn->event->message.text = str_from(text);
    turn->event->message.order_id = str_from(order_id);
    memset(turn->work, 0, sizeof(*turn->work));
    assert_int_equal(turn_brief_make(turn), OK);
    return turn->work;
}

static void a_text_that_was_read_before_is_about_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = { "Hello", "talk to a human", "wo bleibt mein Paket?",
                                         "where is my order?", "wheres my pakage", "多少钱", "?" };
    for (size_t i = 0; i < countof(texts); i++) {
        open_with(tell_history);
        struct work first = *asked(texts[i], "")->work;
        const struct work *again = asked_again(texts[i], "");
        assert_true(str_eq(again->brief.language, first.brief.language));
        assert_true(str_eq(again->brief.canonical, first.brief.canonical));
        assert_true(str_eq(again->brief.mended, first.brief.mended));
        assert_int_equal(again->brief.intent, first.brief.intent);
        assert_int_equal(again->person, first.person);
        assert_int_equal(again->needs.history, first.needs.history);
        assert_int_equal(again->needs.orders, first.needs.orders);
        assert_int_equal(again->needs.leans, first.needs.leans);
        world_close(&world);
    }
}

static void a_text_that_was_read_before_is_looked_at_on_its_own_page(void **state)
{
    (void)state;
    open_with(tell_history);
    assert_int_equal(asked("where is it?", "")->work->brief.intent, INTENT_OTHER);
    assert_int_equal(asked_again("where is it?", "100234")->brief.intent, INTENT_ORDER_STATUS);
    assert_int_equal(asked_again("where is it?", "")->brief.intent, INTENT_OTHER);
    assert_int_equal(asked_again("WHERE IS IT?", "100234")->brief.intent, INTENT_ORDER_STATUS);
    world_close(&world);
}

static void a_text_is_in_the_language_that_its_own_event_claims(void **state)
{
    (void)state;
    open_with(NULL);
    struct turn *turn = asked("100234?", "");
    turn->event->message.language = STR("fr");
    assert_true(str_is(asked_again("100234?", "")->brief.language, "fr"));
    turn->event->message.language = STR("de");
    assert_true(str_is(asked_again("100234?", "")->brief.language, "de"));
    turn->event->message.language = STR("fr");
    assert_true(str_is(asked_again("100234?", "")->brief.language, "fr"));
    world_close(&world);
}

static void apply_product(const char *sku, const char *name, bool is_removed)
{
    const struct event event = {
        .kind = EVENT_PRODUCT,
        .product = { .sku = str_from(sku), .name = str_from(name), .removed = is_removed,
                     .ship_min_days = -1, .ship_max_days = -1 },
    };
    assert_int_equal(catalog_apply(world.engine->ports.catalog, &event), OK);
}

static void a_text_that_was_read_before_is_read_anew_when_the_catalogue_changes(void **state)
{
    (void)state;
    open_with(NULL);
    assert_int_equal(asked("have you got a zorblat", "")->work->brief.mended.len, 0);
    apply_product("Z1", "Zorblatt", false);
    struct str mended = asked_again("have you got a zorblat", "")->brief.mended;
    assert_true(str_is(mended, "have you got a zorblatt"));
    apply_product("Z1", "", true);
    assert_int_equal(asked_again("have you got a zorblat", "")->brief.mended.len, 0);
    world_close(&world);
}

/* Orders or history that the store cannot give are not taken for none. */
static void facts_that_could_not_be_fetched_are_missing_and_not_empty(void **state)
{
    (void)state;
    open_with(tell_history);
    struct turn *turn = asked("where is my order?", "");
    turn->work->results[CALL_ORDERS] = ERR_UNAVAILABLE;
    assert_int_equal(turn_brief_take(turn), ERR_NO_FACTS);
    assert_false(turn->work->brief.orders_known);
    turn->work->results[CALL_HISTORY] = ERR_UNAVAILABLE;
    assert_int_equal(turn_brief_take_history(turn), ERR_NO_FACTS);
    turn->work->results[CALL_HISTORY] = ERR_TIMEOUT; /* for a moment, perhaps */
    assert_int_equal(turn_brief_take_history(turn), ERR_TIMEOUT);
    turn->work->results[CALL_ORDERS] = ERR_TIMEOUT;
    assert_int_equal(turn_brief_take(turn), ERR_TIMEOUT);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_of_two_conversations_or_tenants_never_meet),
        cmocka_unit_test(the_page_of_an_order_tells_what_a_bare_question_is_about),
        cmocka_unit_test(without_turns_of_history_none_is_needed),
        cmocka_unit_test(what_is_for_a_person_is_known_before_anything_is_fetched),
        cmocka_unit_test(a_misspelt_message_is_read_mended_and_told_as_it_is),
        cmocka_unit_test(a_text_that_was_read_before_is_about_the_same),
        cmocka_unit_test(a_text_that_was_read_before_is_looked_at_on_its_own_page),
        cmocka_unit_test(a_text_is_in_the_language_that_its_own_event_claims),
        cmocka_unit_test(a_text_that_was_read_before_is_read_anew_when_the_catalogue_changes),
        cmocka_unit_test(facts_that_could_not_be_fetched_are_missing_and_not_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
