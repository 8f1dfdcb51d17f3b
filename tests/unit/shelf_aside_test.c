/* shelf_aside_test.c - one question of several can be a wish. */
#include "worker/answer/shelf_aside.h"

#include "tests/unit/payload.h"

static void assert_aside(const char *text, const char *question)
{
    struct shelf_wish wish;
    struct shelf_aside aside = { .question = STR_NONE };
    print_message("%s\n", text);
    assert_int_equal(shelf_aside_in(str_from(text), &wish, &aside), question[0] != '\0');
    assert_str(aside.question, question);
}

static void a_wish_among_other_questions_is_found(void **state)
{
    (void)state;
    assert_aside("Where is my order 17? And which mugs do you have?", "which mugs do you have");
    assert_aside("我的订单88001到哪了？你们有哪些绿茶？", "你们有哪些绿茶");
    assert_aside("What do you sell, and where is your shop?", "what do you sell");
}

static void a_question_alone_is_none_of_several(void **state)
{
    (void)state;
    assert_aside("Which mugs do you have?", "");
    assert_aside("Where is my order 17? When does it arrive?", "");
    assert_aside("我的订单到哪了？什么时候送到？", "");
    assert_aside("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wish_among_other_questions_is_found),
        cmocka_unit_test(a_question_alone_is_none_of_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
