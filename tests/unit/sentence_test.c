/* sentence_test.c - where a text may be parted. */
#include "worker/answer/sentence.h"

#include "tests/unit/payload.h"

/* The sentences with a bar between them. */
static void expect(const char *text, const char *wanted)
{
    char found[512] = "";
    struct str rest = str_from(text);
    struct str sentence;
    while (sentence_next(&rest, &sentence)) {
        size_t len = strlen(found);
        snprintf(found + len, sizeof(found) - len, "%s%.*s", len ? "|" : "", STR_ARG(sentence));
    }
    assert_string_equal(found, wanted);
    assert_null(rest.ptr);
}

static void sentences_end_at_their_marks(void **state)
{
    (void)state;
    expect("", "");
    expect(" \n ", "");
    expect("One. Two! Three? Four", "One.|Two!|Three?|Four");
    expect("One\nTwo\r\nThree", "One|Two|Three");
    expect("手工制作。容量300毫升！好吗？看", "手工制作。|容量300毫升！|好吗？|看");
    expect("He said \"Go.\" She went.", "He said \"Go.\"|She went.");
    expect("他说“好。”然后走了。", "他说“好。”|然后走了。");
    expect("Wait... What?! Yes.", "Wait...|What?!|Yes.");
    expect("真的！！好。", "真的！！|好。");
}

static void numbers_and_short_forms_end_nothing(void **state)
{
    (void)state;
    expect("It costs 39.90 EUR. Now.", "It costs 39.90 EUR.|Now.");
    expect("Kettle No. 1 by J. Doe, approx. 5 cups, e.g. Tea. Good.",
           "Kettle No. 1 by J. Doe, approx. 5 cups, e.g. Tea.|Good.");
    expect("See shop.example today. it goes on.", "See shop.example today. it goes on.");
    expect("Go!Now.", "Go!Now.");
}

/* A mark that carries another one is part of a picture. */
static void a_cluster_is_never_divided(void **state)
{
    (void)state;
    expect("Hot \xe2\x9d\x97\xef\xb8\x8f tea. Now", "Hot \xe2\x9d\x97\xef\xb8\x8f tea.|Now");
    expect("A!\xef\xb8\x8f B", "A!\xef\xb8\x8f B");
    expect("One. \xcc\x81Two", "One. \xcc\x81Two");
}

static void a_text_that_ends_as_a_sentence_is_closed(void **state)
{
    (void)state;
    static const char *const closed[] = { "a.", "a!", "好。", "“好。”", "(a.) ", "a…" };
    static const char *const open[] = { "", "a", "好", "(a)", "\"a\"", "a!\xef\xb8\x8f" };
    for (size_t i = 0; i < countof(closed); i++) {
        assert_true(sentence_is_closed(str_from(closed[i])));
    }
    for (size_t i = 0; i < countof(open); i++) {
        assert_false(sentence_is_closed(str_from(open[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_end_at_their_marks),
        cmocka_unit_test(numbers_and_short_forms_end_nothing),
        cmocka_unit_test(a_cluster_is_never_divided),
        cmocka_unit_test(a_text_that_ends_as_a_sentence_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
