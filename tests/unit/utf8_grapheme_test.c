/* utf8_grapheme_test.c - grapheme clusters, by Unicode TR 29. */
#include "common/utf8.h"

#include "tests/unit/payload.h"

/* Each row is clusters that stand side by side. */
static void expect(const char *const *clusters, size_t count)
{
    char text[256] = "";
    for (size_t i = 0; i < count; i++) {
        strcat(text, clusters[i]);
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t end = utf8_grapheme_end(str_from(text), at);
        print_message("%s\n", clusters[i]);
        assert_int_equal(end - at, strlen(clusters[i]));
        at = end;
    }
    assert_int_equal(at, strlen(text));
}

#define EXPECT(...)                                                                                \
    expect((const char *const[]){ __VA_ARGS__ },                                                   \
           sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void marks_belong_to_the_letter_before_them(void **state)
{
    (void)state;
    EXPECT("a", "e\u0301", "b", "!\ufe0f", "n\u0303\u0323", "价");
}

static void pictures_stay_whole(void **state)
{
    (void)state;
    EXPECT("👩‍🍳", "👍🏽", "🇨🇳", "🇩🇪", "1️⃣", "🫖", "❗️");
}

static void a_line_end_of_two_characters_is_one(void **state)
{
    (void)state;
    EXPECT("a", "\r\n", "\n", "\n", "b");
}

static void bytes_that_are_no_text_stand_alone(void **state)
{
    (void)state;
    EXPECT("\xff", "a\u0301", "\xe4", "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_belong_to_the_letter_before_them),
        cmocka_unit_test(pictures_stay_whole),
        cmocka_unit_test(a_line_end_of_two_characters_is_one),
        cmocka_unit_test(bytes_that_are_no_text_stand_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
