/* taking_test.c - what becomes of what a model says: published, asked for once more, said
 * otherwise, or given to a person. */
#include "worker/engine/taking.h"

#include "tests/unit/world.h"

#define SAYS(text, action, more)                                                                   \
    "{\"text\":\"" text "\",\"language\":\"en\",\"action\":\"" action "\"" more "}"

static struct world world;

static void open_json(void (*change)(struct engine_options *options), const char *says)
{
    world_open(&world, change);
    world_claim(&world, 0);
    world.is_json = true;
    world.says = says;
}

static void say(const char *text)
{
    world_say(&world, 0, 0, "ann", text);
    world_step(&world, 10);
}

/* The second attempt, when the back-off is over. */
static void again(void)
{
    world.clock.mono_ms += 5000;
    world_step(&world, 20);
}

static void expect(enum outcome_kind kind, const char *words)
{
    assert_int_equal(world.outputs_count, 1);
    print_message("%s\n", world.outputs[0].text);
    assert_int_equal(world.outputs[0].kind, kind);
    assert_non_null(strstr(world.outputs[0].text, words));
}

static void the_text_of_a_reply_is_published_alone(void **state)
{
    (void)state;
    open_json(NULL, SAYS("We do.", "answer", ",\"confidence\":\"high\""));
    say("do you gift wrap?");
    expect(OUTCOME_ANSWER, "\"text\":\"We do.\"");
    assert_null(strstr(world.outputs[0].text, "confidence"));
    world_close(&world);
}

static void a_model_that_wants_a_person_gets_one(void **state)
{
    (void)state;
    open_json(NULL, SAYS("Hm, handoff words.", "handoff", ",\"reason\":\"needs_decision\""));
    say("do you gift wrap?");
    expect(OUTCOME_HANDOFF, "\"reason\":\"model_said\"");
    assert_non_null(strstr(world.outputs[0].text, "needs_decision"));
    assert_null(strstr(world.outputs[0].text, "Hm"));
    assert_null(strstr(world.outputs[0].text, "gift"));
    assert_int_equal(world.asked, 1);
    world_close(&world);
}

static void a_magic_word_in_a_text_is_only_a_word(void **state)
{
    (void)state;
    open_json(NULL, SAYS("handoff", "answer", ""));
    say("do you gift wrap?");
    expect(OUTCOME_ANSWER, "\"text\":\"handoff\"");
    world_close(&world);
}

static void limit_medium(struct engine_options *options)
{
    options->confidence = SAID_LIMIT_MEDIUM;
}

static void limit_none(struct engine_options *options)
{
    options->confidence = SAID_LIMIT_NONE;
}

static void a_reply_the_model_is_not_sure_of_goes_to_a_person(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct engine_options *options);
        const char *says;
        bool is_handed_off;
    } cases[] = {
        { NULL, SAYS("We do.", "answer", ",\"confidence\":\"low\""), true },
        { NULL, SAYS("We do.", "answer", ",\"confidence\":\"medium\""), false },
        { limit_medium, SAYS("We do.", "answer", ",\"confidence\":\"medium\""), true },
        { limit_none, SAYS("We do.", "answer", ",\"confidence\":\"low\""), false },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        open_json(cases[i].change, cases[i].says);
        say("do you gift wrap?");
        expect(cases[i].is_handed_off ? OUTCOME_HANDOFF : OUTCOME_ANSWER,
               cases[i].is_handed_off ? "\"reason\":\"low_confidence\"" : "We do.");
        world_close(&world);
    }
}

static void what_is_not_in_form_is_asked_for_once_more(void **state)
{
    (void)state;
    open_json(NULL, "We do.");
    say("do you gift wrap?");
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.asked_flaw, FLAW_NONE);
    world.says = SAYS("We do wrap.", "answer", "");
    again();
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.asked_flaw, FLAW_FORM);
    expect(OUTCOME_ANSWER, "\"text\":\"We do wrap.\"");
    assert_non_null(strstr(world.outputs[0].text, "\"source\":\"model\""));
    assert_int_equal(metric_get(world.metrics, METRIC_FLAWS, FLAW_FORM, 0), 1);
    world_close(&world);
}

static void plain_text_is_a_reply_where_no_json_was_asked_for(void **state)
{
    (void)state;
    open_json(NULL, "We do.");
    world.is_json = false;
    say("do you gift wrap?");
    expect(OUTCOME_ANSWER, "\"text\":\"We do.\"");
    world_close(&world);
}

static void what_is_bad_twice_is_said_in_builtin_words(void **state)
{
    (void)state;
    open_json(NULL, SAYS("<b>Hi</b>", "answer", ""));
    say("hello");
    again();
    assert_int_equal(world.asked, 2);
    assert_int_equal(world.asked_flaw, FLAW_CHARACTERS);
    expect(OUTCOME_ANSWER, "\"source\":\"fallback\"");
    assert_non_null(strstr(world.outputs[0].text, "\"model\":\"builtin\""));
    world_close(&world);
}

/* The screen takes the days for the age there, and is right to refuse in doubt; of our own words
 * there is none. */
static void what_the_builtin_wording_would_say_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *says;
        bool is_said;
    } cases[] = {
        { "Shipping for Racer (R-1) takes 7 to 12 days.", true },
        { "Shipping for Racer (R-1) takes 8 to 12 days.", false },
    };
    static struct attribute ages[] = { { { "age", 3 }, { "7 to 12", 7 } } };
    const struct event racer = { .kind = EVENT_PRODUCT,
                                 .product = { .sku = STR("R-1"), .name = STR("Racer"),
                                              .ship_min_days = 7, .ship_max_days = 12,
                                              .attributes = ages, .attributes_count = 1 } };
    for (size_t i = 0; i < countof(cases); i++) {
        open_json(NULL, cases[i].says);
        world.is_json = false;
        assert_int_equal(catalog_apply(world.catalog, &racer), OK);
        say("How long does shipping of the racer take?");
        assert_int_equal(world.outputs_count, cases[i].is_said ? 1 : 0);
        world_close(&world);
    }
}

/* What is true of one is not of the other. */
static void of_several_products_the_screen_keeps_its_say(void **state)
{
    (void)state;
    static const struct attribute ages[] = { { { "age", 3 }, { "7 to 12", 7 } } };
    const struct event both[] = {
        { .kind = EVENT_PRODUCT,
          .product = { .sku = STR("R-1"), .name = STR("Racer"), .ship_min_days = 7,
                       .ship_max_days = 12, .attributes = ages, .attributes_count = 1 } },
        { .kind = EVENT_PRODUCT,
          .product = { .sku = STR("M-1"), .name = STR("Mug"), .ship_min_days = 2,
                       .ship_max_days = 3 } },
    };
    open_json(NULL, "Shipping for Racer (R-1) takes 7 to 12 days.\n"
                    "Shipping for Mug (M-1) takes 2 to 3 days.");
    world.is_json = false;
    for (size_t i = 0; i < countof(both); i++) {
        assert_int_equal(catalog_apply(world.catalog, &both[i]), OK);
    }
    say("How long does shipping of the racer and the mug take?");
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void what_is_bad_twice_and_has_no_builtin_words_is_a_persons(void **state)
{
    (void)state;
    open_json(NULL, "no JSON");
    say("do you gift wrap?");
    again();
    assert_int_equal(world.asked, 2);
    expect(OUTCOME_HANDOFF, "\"reason\":\"unusable\"");
    assert_int_equal(metric_get(world.metrics, METRIC_FLAWS, FLAW_FORM, 0), 2);
    world_close(&world);
}

static void one_attempt(struct engine_options *options)
{
    options->retry.attempts_max = 1;
}

static void the_second_try_is_one_of_the_attempts(void **state)
{
    (void)state;
    open_json(one_attempt, "no JSON");
    say("hello");
    assert_int_equal(world.asked, 1);
    expect(OUTCOME_ANSWER, "\"source\":\"fallback\"");
    world_close(&world);
}

static void no_repeats(struct engine_options *options)
{
    options->retry_share = 0;
    options->inflight_max = 1000;
}

static void repeat_whatever(struct engine_options *options)
{
    options->retry_share = 1;
    options->inflight_max = 1000;
}

/* What many conversations whose answers are all of no use cost, beyond one call for each. */
static size_t repairs_of(void (*change)(struct engine_options *options))
{
    open_json(change, "no JSON");
    for (int64_t i = 0; i < 60; i++) {
        char name[16];
        snprintf(name, sizeof(name), "c%d", (int)i);
        world_say(&world, 0, i, name, "hello");
    }
    for (int i = 0; i < 100; i++) {
        world_step(&world, 2);
        world.clock.mono_ms += 50;
    }
    assert_int_equal(world.outputs_count, 60);
    for (size_t i = 0; i < 60; i++) {
        assert_non_null(strstr(world.outputs[i].text, "\"source\":\"fallback\""));
    }
    size_t repairs = world.asked - 60;
    world_close(&world);
    return repairs;
}

static void a_second_try_is_made_as_far_as_repeats_may_be(void **state)
{
    (void)state;
    assert_in_range(repairs_of(no_repeats), RETRY_RESERVE, RETRY_RESERVE + 1);
    assert_int_equal(repairs_of(repeat_whatever), 60); /* the control */
}

static void a_call_that_gave_no_answer_to_read_has_the_same_fate(void **state)
{
    (void)state;
    open_json(NULL, NULL);
    world.model_err = ERR_ANSWER;
    say("hello");
    again();
    assert_int_equal(world.asked, 2);
    expect(OUTCOME_ANSWER, "\"source\":\"fallback\"");
    world_close(&world);
}

static void a_reply_that_says_it_is_of_another_language_is_not_taken(void **state)
{
    (void)state;
    open_json(NULL, "{\"text\":\"Ja.\",\"language\":\"de\",\"action\":\"answer\"}");
    say("do you gift wrap?");
    assert_int_equal(world.outputs_count, 0);
    world.says = "{\"text\":\"Yes.\",\"language\":\"en-GB\",\"action\":\"answer\"}";
    again();
    assert_int_equal(world.asked_flaw, FLAW_LANGUAGE);
    expect(OUTCOME_ANSWER, "\"text\":\"Yes.\"");
    world_close(&world);
}

#define WISH(more)                                                                                 \
    "{\"id\":\"w1\",\"language\":\"en\",\"product\":{\"sku\":\"K1\",\"name\":\"Aurora Kettle\","   \
    "\"price\":\"39.90\",\"currency\":\"EUR\",\"description\":\"Boils one litre.\"}" more "}"
#define COPY(headline, body)                                                                       \
    "{\"headline\":\"" headline "\",\"body\":\"" body "\",\"call_to_action\":\"Take a look\"}"

static struct ban ban;

static void ban_words(struct engine_options *options)
{
    assert_int_equal(ban_read(&world.arena, ban_builtin(), &ban, NULL), OK);
    options->ban = ban;
}

static void wish(void (*change)(struct engine_options *options), const char *value,
                 const char *says)
{
    world_open(&world, change);
    world_claim_copies(&world);
    world.says = says;
    world_wish(&world, 0, value);
    world_step(&world, 10);
}

static void copy_of_a_model_is_published_as_its_channel_shows_it(void **state)
{
    (void)state;
    wish(ban_words, WISH(",\"channel\":\"push\""), COPY("Aurora Kettle", "It boils one litre."));
    expect(OUTCOME_COPY, "\"source\":\"model\"");
    assert_non_null(strstr(world.outputs[0].text, "\"name\":\"title\",\"text\":\"Aurora Kettle\","
                                                  "\"length\":13,\"limit\":50"));
    world_close(&world);
}

static void builtin_copy_is_labelled_with_the_language_of_its_words(void **state)
{
    (void)state;
    wish(ban_words,
         "{\"id\":\"w1\",\"language\":\"fr\",\"product\":{\"sku\":\"K1\",\"name\":\"Kettle\","
         "\"price\":\"39.90\",\"currency\":\"EUR\"}}",
         "no JSON");
    again();
    expect(OUTCOME_COPY, "\"language\":\"en\"");
    world_close(&world);
}

/* What each of these says is not the facts', or may not be said, or does not fit: the model is
 * asked once more and told why, then the builtin words stand in. */
static void copy_that_may_not_be_published_is_repaired_or_builtin(void **state)
{
    (void)state;
    static const struct {
        const char *wish;
        const char *says;
        enum flaw flaw;
    } cases[] = {
        { WISH(""), COPY("Aurora Kettle", "It costs 29.90 EUR."), FLAW_PRICE },
        { WISH(""), COPY("Aurora Kettle", "Now 20% off."), FLAW_ATTRIBUTE },
        { WISH(""), COPY("Aurora Kettle", "It is waterproof."), FLAW_NAME },
        { WISH(""), COPY("Waterproof", "Take a look."), FLAW_NAME },
        { WISH(""), COPY("Aurora Kettle", "Free shipping."), FLAW_PROMISE },
        { WISH(""), COPY("Aurora Kettle", "Few pieces left."), FLAW_PROMISE },
        { WISH(""), COPY("Aurora Kettle", "The best kettle."), FLAW_BANNED },
        { WISH(",\"offer\":\"20% off\""), COPY("Aurora Kettle", "Now 30% off."),
          FLAW_ATTRIBUTE },
        { WISH(",\"max_chars\":60"), COPY("Aurora Kettle", "It boils one litre, and it is here "
                                                         "for you and all of your friends."),
          FLAW_LENGTH },
        { WISH(",\"variants\":2"), COPY("Aurora Kettle", "It boils one litre."), FLAW_FORM },
        { WISH(""), "no object", FLAW_FORM },
        { WISH(""), COPY("极光水壶", "一升。"), FLAW_LANGUAGE },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        print_message("%s\n", cases[i].says);
        wish(ban_words, cases[i].wish, cases[i].says);
        assert_int_equal(world.outputs_count, 0);
        again();
        assert_int_equal(world.asked, 2);
        assert_int_equal(world.asked_flaw, cases[i].flaw);
        expect(OUTCOME_COPY, "\"source\":\"fallback\"");
        assert_non_null(strstr(world.outputs[0].text, "\"model\":\"builtin\""));
        assert_null(strstr(world.outputs[0].text, "29.90"));
        assert_int_equal(metric_get(world.metrics, METRIC_FLAWS, cases[i].flaw, 0), 2);
        world_close(&world);
    }
}

/* The same words when the request or the list says otherwise: nothing but the check held them. */
static void what_the_shop_says_may_be_said(void **state)
{
    (void)state;
    wish(ban_words, WISH(",\"offer\":\"20% off\""), COPY("Aurora Kettle", "Now 20% off."));
    expect(OUTCOME_COPY, "\"source\":\"model\"");
    world_close(&world);
    wish(ban_words, WISH(",\"attributes\":{\"finish\":\"waterproof\"}"),
         COPY("Aurora Kettle", "It is waterproof."));
    expect(OUTCOME_COPY, "\"source\":\"model\"");
    world_close(&world);
    wish(NULL, WISH(""), COPY("Aurora Kettle", "Best time for you."));
    expect(OUTCOME_COPY, "\"source\":\"model\"");
    world_close(&world);
}

static struct tenant_ban tenant_bans[1];

static void ban_of_tenant(struct engine_options *options)
{
    ban_words(options);
    tenant_bans[0].tenant = STR("acme");
    assert_int_equal(ban_read(&world.arena, STR("[other]\nlitre\n"), &tenant_bans[0].ban, NULL),
                     OK);
    options->tenant_bans = tenant_bans;
    options->tenant_bans_count = 1;
}

static void a_tenants_own_list_goes_before_the_shops(void **state)
{
    (void)state;
    static const char says[] = COPY("Aurora Kettle", "Best time.");
    wish(ban_of_tenant, WISH(",\"tenant\":\"acme\""), says);
    expect(OUTCOME_COPY, "\"source\":\"model\"");
    world_close(&world);
    wish(ban_of_tenant, WISH(",\"tenant\":\"acme\""), COPY("Aurora Kettle", "It boils one litre."));
    assert_int_equal(world.outputs_count, 0);
    again();
    assert_int_equal(world.asked_flaw, FLAW_BANNED);
    world_close(&world);
    wish(ban_of_tenant, WISH(",\"tenant\":\"bolt\""), says);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void too_many_sentences_are_left_out_not_cut(void **state)
{
    (void)state;
    wish(ban_words, WISH(",\"max_chars\":45"),
         COPY("Aurora Kettle", "It boils one litre. It is for you and all of your friends."));
    assert_int_equal(world.asked, 1);
    expect(OUTCOME_COPY, "\"body\":\"It boils one litre.\",\"call_to_action\":\"Take a look\"");
    world_close(&world);
}

static void copy_of_a_product_that_nobody_knows_is_not_guessed(void **state)
{
    (void)state;
    wish(ban_words, "{\"id\":\"w1\",\"sku\":\"NONE\"}", COPY("A", "B"));
    assert_int_equal(world.asked, 0);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_DEAD_LETTER);
    assert_int_equal(metric_get(world.metrics, METRIC_DEADLETTERS, ERR_NO_FACTS, 0), 1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_of_a_reply_is_published_alone),
        cmocka_unit_test(a_model_that_wants_a_person_gets_one),
        cmocka_unit_test(a_magic_word_in_a_text_is_only_a_word),
        cmocka_unit_test(a_reply_the_model_is_not_sure_of_goes_to_a_person),
        cmocka_unit_test(what_is_not_in_form_is_asked_for_once_more),
        cmocka_unit_test(plain_text_is_a_reply_where_no_json_was_asked_for),
        cmocka_unit_test(what_is_bad_twice_is_said_in_builtin_words),
        cmocka_unit_test(what_the_builtin_wording_would_say_is_said),
        cmocka_unit_test(of_several_products_the_screen_keeps_its_say),
        cmocka_unit_test(what_is_bad_twice_and_has_no_builtin_words_is_a_persons),
        cmocka_unit_test(the_second_try_is_one_of_the_attempts),
        cmocka_unit_test(a_second_try_is_made_as_far_as_repeats_may_be),
        cmocka_unit_test(a_call_that_gave_no_answer_to_read_has_the_same_fate),
        cmocka_unit_test(a_reply_that_says_it_is_of_another_language_is_not_taken),
        cmocka_unit_test(copy_of_a_model_is_published_as_its_channel_shows_it),
        cmocka_unit_test(builtin_copy_is_labelled_with_the_language_of_its_words),
        cmocka_unit_test(copy_that_may_not_be_published_is_repaired_or_builtin),
        cmocka_unit_test(what_the_shop_says_may_be_said),
        cmocka_unit_test(a_tenants_own_list_goes_before_the_shops),
        cmocka_unit_test(too_many_sentences_are_left_out_not_cut),
        cmocka_unit_test(copy_of_a_product_that_nobody_knows_is_not_guessed),
    };
    return cmocka_run_group_tests_name("taking", tests, NULL, NULL);
}
