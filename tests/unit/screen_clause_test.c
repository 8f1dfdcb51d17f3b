/* screen_clause_test.c - where a clause begins and ends. */
#include "worker/answer/screen_clause.h"

#include "tests/unit/payload.h"

static void a_clause_ends_at_commas_but_and_because(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *at;
        const char *clause;
    } cases[] = {
        { "it came, and it broke", "broke", " and it broke" },
        { "it cannot go because it was sent", "sent", "ecause it was sent" },
        { "it cannot go because it was sent", "go", "it cannot go " },
        { "it is small but good", "small", "it is small " },
        { "订单已发货,不能取消", "取消", "不能取消" },
        { "butter is good", "good", "butter is good" },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        struct str text = str_from(cases[i].text);
        size_t at = str_find(text, str_from(cases[i].at));
        assert_str(screen_clause_around(text, at), cases[i].clause);
    }
}

static void what_stands_before_a_word_begins_with_its_clause(void **state)
{
    (void)state;
    struct str text = STR("no, it was shipped today");
    size_t at = str_find(text, STR("shipped"));
    assert_str(screen_clause_before(text, at, at), " it was ");
    assert_str(screen_clause_before(text, at, at + 7), " it was shipped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clause_ends_at_commas_but_and_because),
        cmocka_unit_test(what_stands_before_a_word_begins_with_its_clause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
