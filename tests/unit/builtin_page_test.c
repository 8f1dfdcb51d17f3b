/* builtin_page_test.c - a passage is quoted as it stands, in the customer's language only. */
#include "worker/answer/builtin_page.h"

#include "tests/unit/cm.h"
#include "worker/answer/builtin.h"

#define ENGLISH { "f#1", 3 }, { "Returns", 7 }, { "Within 30 days.", 15 }
#define CHINESE { "f#2", 3 }, { "退货", 6 }, { "七天内可退。", 18 }

static const struct passage both[] = { { ENGLISH }, { CHINESE } };

static void assert_says(const char *language, const struct passage *passages, size_t count,
                        const char *expected)
{
    struct arena arena;
    struct str text = STR_NONE;
    const struct brief brief = { .language = str_from(language),
                                 .passages = passages,
                                 .passages_count = count };
    arena_init(&arena, 4096);
    enum err err = builtin_page(&arena, &brief, &text);
    assert_int_equal(err, expected ? OK : ERR_NO_FACTS);
    if (expected) {
        assert_string_equal(text.ptr, expected);
    }
    arena_fini(&arena);
}

static void the_best_passage_of_the_language_is_quoted(void **state)
{
    (void)state;
    assert_says("en", both, 2, "Our pages say under \"Returns\": Within 30 days.");
    assert_says("zh", both, 2, "我们的说明“退货”:七天内可退。");
    assert_says("zh", both, 1, NULL);
    assert_says("en", both, 0, NULL);
}

static void a_passage_without_a_title_is_quoted_without_one(void **state)
{
    (void)state;
    const struct passage bare = { STR("f#1"), STR(""), STR("Pay by card.") };
    assert_says("en", &bare, 1, "Our pages say: Pay by card.");
    assert_says("fr", &bare, 1, "Our pages say: Pay by card."); /* no word tells it from French */
}

static void what_no_rule_knows_is_answered_from_the_pages(void **state)
{
    (void)state;
    struct arena arena;
    struct str text;
    const struct event event = { .kind = EVENT_MESSAGE, .message = { .text = STR("Returns?") } };
    struct brief brief = { .event = &event, .language = STR("en"), .passages = both,
                           .passages_count = 2 };
    arena_init(&arena, 4096);
    const enum intent asked[] = { INTENT_OTHER, INTENT_RETURN };
    for (size_t i = 0; i < countof(asked); i++) {
        brief.intent = asked[i];
        assert_int_equal(builtin_answer(&arena, &brief, &text), OK);
        assert_true(str_find(text, STR("Within 30 days.")) < text.len);
    }
    const enum intent a_persons[] = { INTENT_REFUND, INTENT_CANCEL, INTENT_COMPLAINT };
    for (size_t i = 0; i < countof(a_persons); i++) {
        brief.intent = a_persons[i]; /* the customer wants something done */
        assert_int_equal(builtin_answer(&arena, &brief, &text), ERR_NO_FACTS);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_passage_of_the_language_is_quoted),
        cmocka_unit_test(a_passage_without_a_title_is_quoted_without_one),
        cmocka_unit_test(what_no_rule_knows_is_answered_from_the_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
