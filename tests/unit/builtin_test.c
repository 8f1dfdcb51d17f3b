/* builtin_test.c - messages and copy requests each get their kind of answer. */
#include "worker/answer/builtin.h"

#include "tests/unit/inquiring.h"

static void a_message_is_answered_in_words(void **state)
{
    (void)state;
    says("en", "Is the kettle in stock?", 0, (const char *const[3]){ "is in stock." }, NULL);
}

static void a_copy_request_is_answered_as_an_object(void **state)
{
    (void)state;
    struct inquiry inquiry;
    assert_int_equal(inquire(&inquiry, "en", "", 0), OK);
    inquiry.event = (struct event){ .kind = EVENT_COPY_REQUEST };
    assert_int_equal(builtin_answer(&inquiry.arena, &inquiry.brief, &inquiry.text), OK);
    assert_true(str_starts(inquiry.text, STR("{")));
    arena_fini(&inquiry.arena);
}

static void its_words_are_chinese_or_english(void **state)
{
    (void)state;
    assert_str(builtin_language(STR("zh")), "zh");
    assert_str(builtin_language(STR("en")), "en");
    assert_str(builtin_language(STR("fr")), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_answered_in_words),
        cmocka_unit_test(a_copy_request_is_answered_as_an_object),
        cmocka_unit_test(its_words_are_chinese_or_english),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
