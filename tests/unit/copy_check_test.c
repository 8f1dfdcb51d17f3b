/* copy_check_test.c - what of a model's copy may be published: as many variants as were asked for,
 * within their limits, without banned words. */
#include "worker/answer/copy_check.h"

#include "tests/unit/payload.h"

#define ONE "{\"headline\":\"Tea\",\"body\":\"Boils fast. Steel.\",\"call_to_action\":\"Buy\"}"
#define GET "{\"headline\":\"Tea\",\"body\":\"Boils fast. Steel.\",\"call_to_action\":\"Get it\"}"
#define TWO "{\"headline\":\"Leaf\",\"body\":\"Green.\",\"call_to_action\":\"\"}"

struct checking {
    struct arena arena;
    struct event event;
    struct brief brief;
    struct product product;
    struct ban ban;
    struct copy copy;
    enum flaw flaw;
    enum err err;
};

static void checking_init(struct checking *checking, const char *language)
{
    *checking = (struct checking){ .err = OK };
    json_setup(1);
    arena_init(&checking->arena, (size_t)2 << 20);
    assert_int_equal(ban_read(&checking->arena, ban_builtin(), &checking->ban, NULL), OK);
    checking->product = (struct product){ .sku = STR("K1"), .name = STR("Best Tea") };
    checking->event.kind = EVENT_COPY_REQUEST;
    checking->event.copy_request = (struct copy_request){ .sku = STR("K1"), .variants = 1 };
    checking->brief = (struct brief){ .event = &checking->event,
                                      .language = str_from(language),
                                      .product = &checking->product,
                                      .ban = &checking->ban };
}

static void check(struct checking *checking, const char *said)
{
    checking->flaw = FLAW_NONE;
    checking->copy = (struct copy){ .variants_count = 0 };
    checking->err = copy_check(&checking->arena, &checking->brief, str_from(said),
                               &checking->copy, &checking->flaw);
    assert_true((checking->err == ERR_ANSWER) == (checking->flaw != FLAW_NONE));
    assert_true((checking->err == OK) == (checking->copy.variants_count > 0));
}

static void it_is_fitted_to_its_channel(void **state)
{
    (void)state;
    struct checking checking;
    checking_init(&checking, "en");
    checking.event.copy_request.channel = STR("push");
    check(&checking, ONE);
    assert_int_equal(checking.err, OK);
    assert_str(checking.copy.sku, "K1");
    assert_str(checking.copy.channel, "push");
    assert_str(checking.copy.market, "other");
    assert_int_equal(checking.copy.variants[0].parts_count, 2);
    assert_str(checking.copy.variants[0].parts[1].text, "Boils fast. Steel. Buy");
    checking.event.copy_request.max_chars = 18; /* 3, and 11 + 1 + 3 as sent */
    check(&checking, ONE);
    assert_str(checking.copy.variants[0].body, "Boils fast.");
    checking.event.copy_request.max_chars = 17;
    check(&checking, ONE);
    assert_str(checking.copy.variants[0].body, "Steel.");
    checking.event.copy_request.max_chars = 8;
    check(&checking, ONE);
    assert_int_equal(checking.flaw, FLAW_LENGTH);
    arena_fini(&checking.arena);
}

static void no_more_variants_than_wished_for_and_none_twice(void **state)
{
    (void)state;
    struct checking checking;
    checking_init(&checking, "en");
    check(&checking, "{\"variants\":[" ONE "," TWO "]}");
    assert_int_equal(checking.copy.variants_count, 1);
    checking.event.copy_request.variants = 3;
    check(&checking, "{\"variants\":[" ONE "," TWO "]}");
    assert_int_equal(checking.copy.variants_count, 2);
    check(&checking, "{\"variants\":[" ONE "," ONE "]}");
    assert_int_equal(checking.flaw, FLAW_FORM);
    check(&checking, "{\"variants\":[" ONE "," GET "]}");
    assert_int_equal(checking.copy.variants_count, 2);
    const char *const shown[] = { "sms", "email", "push", "social" };
    for (size_t i = 0; i < countof(shown); i++) {
        checking.event.copy_request.channel = str_from(shown[i]);
        check(&checking, "{\"variants\":[" ONE "," GET "]}");
        assert_int_equal(checking.copy.variants_count, 2);
    }
    checking.event.copy_request.channel = STR("listing"); /* it shows no call to action */
    check(&checking, "{\"variants\":[" ONE "," GET "]}");
    assert_int_equal(checking.flaw, FLAW_FORM);
    arena_fini(&checking.arena);
}

static void banned_words_are_refused_by_market(void **state)
{
    (void)state;
    struct checking checking;
    checking_init(&checking, "zh");
    static const char said[] =
        "{\"headline\":\"Best Tea\",\"body\":\"最好的茶。\",\"call_to_action\":\"\"}";
    check(&checking, said);
    assert_int_equal(checking.flaw, FLAW_BANNED);
    checking.event.copy_request.market = STR("other");
    check(&checking, said); /* "Best Tea" is its name */
    assert_int_equal(checking.err, OK);
    assert_str(checking.copy.market, "other");
    checking.product.name = STR("Tea");
    check(&checking, said);
    assert_int_equal(checking.flaw, FLAW_BANNED);
    checking.brief.ban = NULL; /* with the list away nothing holds it back */
    check(&checking, said);
    assert_int_equal(checking.err, OK);
    arena_fini(&checking.arena);
}

static void each_text_is_looked_at(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{\"headline\":\"The best\",\"body\":\"B\",\"call_to_action\":\"C\"}",
        "{\"headline\":\"H\",\"body\":\"The best\",\"call_to_action\":\"C\"}",
        "{\"headline\":\"H\",\"body\":\"B\",\"call_to_action\":\"The best\"}",
        "{\"variants\":[" ONE
        ",{\"headline\":\"The best\",\"body\":\"B\",\"call_to_action\":\"\"}]}",
    };
    struct checking checking;
    checking_init(&checking, "en");
    checking.event.copy_request.variants = 2;
    for (size_t i = 0; i < countof(cases); i++) {
        check(&checking, cases[i]);
        assert_int_equal(checking.flaw, FLAW_BANNED);
    }
    check(&checking, "no copy");
    assert_int_equal(checking.flaw, FLAW_FORM);
    arena_fini(&checking.arena);
}

static void a_variant_is_shown_to_the_screen_as_three_lines(void **state)
{
    (void)state;
    struct checking checking;
    struct str text;
    checking_init(&checking, "en");
    check(&checking, ONE);
    assert_int_equal(copy_check_text(&checking.arena, &checking.copy.variants[0], &text), OK);
    assert_str(text, "Tea\nBoils fast. Steel.\nBuy");
    arena_fini(&checking.arena);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    struct checking checking;
    checking_init(&checking, "en");
    checking.event.copy_request.channel = STR("sms");
    enum err err = ERR_NOMEM;
    long nth = 0;
    while (err != OK) {
        struct arena arena;
        struct copy copy = { .variants_count = 77 };
        enum flaw flaw = FLAW_NONE;
        arena_init(&arena, (size_t)1 << 20);
        mem_fail_nth(++nth);
        err = copy_check(&arena, &checking.brief, STR(ONE), &copy, &flaw);
        mem_fail_nth(0);
        arena_fini(&arena);
        assert_true(err == OK || (err == ERR_NOMEM && copy.variants_count == 77));
    }
    assert_true(nth > 3);
    arena_fini(&checking.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_fitted_to_its_channel),
        cmocka_unit_test(no_more_variants_than_wished_for_and_none_twice),
        cmocka_unit_test(banned_words_are_refused_by_market),
        cmocka_unit_test(each_text_is_looked_at),
        cmocka_unit_test(a_variant_is_shown_to_the_screen_as_three_lines),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
