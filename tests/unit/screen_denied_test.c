/* screen_denied_test.c - what an entry says is not denied; what it excludes may be. */
#include "worker/answer/screen_denied.h"

#include "tests/unit/screening.h"

struct denied_case {
    const char *sentence;
    enum flaw flaw;
    const char *read; /* what is marked as read; empty: nothing is */
};

/* Of a kettle of stainless steel, red. */
static void expect(const struct product *product, const struct denied_case *one)
{
    const struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .product = product };
    struct arena arena;
    struct screen_facts facts;
    static struct screen_sentence sentence;
    memset(&sentence, 0, sizeof(sentence));
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_facts_of(&arena, &brief, 0, &facts), OK);
    plain_of(str_from(one->sentence), &sentence.plain);
    print_message("%s\n", one->sentence);
    const struct screen_pairs pairs = screen_pairs_of(plain_str(&sentence.plain));
    assert_int_equal(screen_denied_flaw(&facts, &pairs, &sentence), one->flaw);
    size_t at = str_find(plain_str(&sentence.plain), str_from(one->read));
    for (size_t i = 0; i < sentence.plain.len; i++) {
        bool is_read = i >= at && i < at + strlen(one->read);
        assert_int_equal(sentence.read[i], is_read);
    }
    arena_fini(&arena);
}

static void what_the_entry_tells_is_not_denied(void **state)
{
    (void)state;
    static const struct denied_case cases[] = {
        { "it is not red", FLAW_ATTRIBUTE, "" },
        { "it is not made of stainless steel", FLAW_ATTRIBUTE, "" },
        { "it is not only red", FLAW_NONE, "" },
        { "it is not in stock.", FLAW_NONE, "" },
        { "it is red", FLAW_NONE, "" },
        { "no, it is red", FLAW_NONE, "" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        expect(&screening_kettle, &cases[i]);
    }
    expect(&screening_pot, &(struct denied_case){ "它不是红色的", FLAW_ATTRIBUTE, "" });
    expect(NULL, &(struct denied_case){ "it is not red", FLAW_NONE, "" });
}

static void what_the_entry_excludes_is_rightly_denied(void **state)
{
    (void)state;
    static const struct denied_case cases[] = {
        { "it is steel, not plastic", FLAW_NONE, "plastic" },
        { "it is red, not green", FLAW_NONE, "green" },
        { "it is plastic, not quiet", FLAW_NONE, "" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        expect(&screening_kettle, &cases[i]);
    }
    expect(&screening_pot, &(struct denied_case){ "不是黑色的", FLAW_NONE, "黑色" });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_entry_tells_is_not_denied),
        cmocka_unit_test(what_the_entry_excludes_is_rightly_denied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
