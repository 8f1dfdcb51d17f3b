/* rank_reason_test.c - each reason in words, in both languages. */
#include "tests/unit/ranking.h"
#include "worker/answer/rank_reason.h"

static void each_reason_has_words_in_chinese_and_english(void **state)
{
    (void)state;
    static const struct rank_category drinks = { .name = { "drinks", 6 } };
    static const struct rank_item cup = { .category = (struct rank_category *)(uintptr_t)&drinks };
    static const struct {
        struct rank_pick pick;
        const char *english;
        const char *chinese;
    } cases[] = {
        { { .reason = RANK_AGAIN, .orders = 1 },
          "You bought it in 1 order.",
          "您在 1 个订单中买过它。" },
        { { .reason = RANK_WITH, .tie = RANK_TOGETHER, .orders = 3 },
          "Bought together with Tea in 3 orders.",
          "它与「Tea」在 3 个订单中一起被购买。" },
        { { .reason = RANK_CONTEXT, .tie = RANK_AFTER, .orders = 2 },
          "Bought later than Tea, 2 times.",
          "有顾客买过「Tea」后又买了它，共 2 次。" },
        { { .reason = RANK_CATEGORY, .orders = 2, .item = &cup },
          "You bought from drinks in 2 orders.",
          "您在 2 个订单中买过「drinks」类商品。" },
        { { .reason = RANK_POPULAR, .orders = 9 },
          "In 9 orders of this shop.",
          "本店有 9 个订单买了它。" },
    };
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < countof(cases); i++) {
        struct str text;
        const struct rank_pick *pick = &cases[i].pick;
        assert_int_equal(rank_reason_write(&arena, pick, STR("Tea"), STR("en"), &text), OK);
        assert_text(text, cases[i].english);
        assert_int_equal(rank_reason_write(&arena, pick, STR("Tea"), STR("zh"), &text), OK);
        assert_text(text, cases[i].chinese);
    }
    arena_fini(&arena);
}

static void without_room_there_are_no_words(void **state)
{
    (void)state;
    const struct rank_pick pick = { .reason = RANK_AGAIN, .orders = 1 };
    struct str text = STR("as before");
    struct arena arena;
    arena_init(&arena, 8);
    assert_int_equal(rank_reason_write(&arena, &pick, STR_NONE, STR("en"), &text), ERR_NOMEM);
    assert_text(text, "as before");
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_has_words_in_chinese_and_english),
        cmocka_unit_test(without_room_there_are_no_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
