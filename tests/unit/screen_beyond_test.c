/* screen_beyond_test.c - what is said of all, or is still to come, needs a fact that says so. */
#include "worker/answer/screen_beyond.h"

#include "tests/unit/screening.h"

static enum flaw judged(const char *page, const char *text)
{
    const struct event event = { .kind = EVENT_MESSAGE };
    const struct passage passage = { STR("p#1"), STR("Page"), str_from(page) };
    const struct brief brief = { .event = &event, .product = &screening_kettle,
                                 .passages = &passage, .passages_count = 1 };
    struct arena arena;
    struct screen_facts facts;
    struct str sentence = str_from(text);
    const struct screen_pairs pairs = screen_pairs_of(sentence);
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 0, &facts), OK);
    enum flaw flaw = screen_beyond_flaw(&facts, &pairs, sentence);
    arena_fini(&arena);
    print_message("%s\n", text);
    return flaw;
}

static void what_no_fact_says_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "it fits all sizes.", "one size fits all.", "适合所有尺码。", "it is our cheapest kettle.",
        "这是最便宜的一款。", "we'll notify you when it is back.",
        "you will be notified when it is available.", "a colleague will get back to you.",
        "到货后我们会通知您。", "we pay for the way back.", "运费由我们承担。",
        "your order is about to be shipped.", "今天会发货。", "we ship worldwide.",
        "here is your return label.", "发货后也可以修改收货地址。",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(judged("Returns take 30 days.", texts[i]), FLAW_PROMISE);
    }
}

static void what_a_fact_says_is_accepted(void **state)
{
    (void)state;
    assert_int_equal(judged("One size fits all.", "it fits all sizes."), FLAW_NONE);
    assert_int_equal(judged("We will email you.", "we'll notify you."), FLAW_NONE);
    assert_int_equal(judged("We will e-mail you.", "we will e-mail you."), FLAW_NONE);
    assert_int_equal(judged("到货后短信通知。", "到货后我们会通知您。"), FLAW_NONE);
    assert_int_equal(judged("We pay for returns.", "we pay for the way back."), FLAW_NONE);
}

static void what_says_nothing_of_the_kind_is_accepted(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "i am happy to let you know that it has been shipped.",
        "i cannot say whether we will notify you.", "shall we notify you?",
        "i do not know if it fits all sizes.", "the kettle is red.",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        assert_int_equal(judged("Returns take 30 days.", texts[i]), FLAW_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_fact_says_is_refused),
        cmocka_unit_test(what_a_fact_says_is_accepted),
        cmocka_unit_test(what_says_nothing_of_the_kind_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
