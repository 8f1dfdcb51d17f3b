/* screen_extent_test.c - a promise goes no further than the page that makes it. */
#include "worker/answer/screen_extent.h"

#include "tests/unit/payload.h"

static void a_promise_goes_as_far_as_its_page(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        const char *page;
        bool is_wider;
    } cases[] = {
        { "used goods can be returned, too.", "unused goods can be returned.", true },
        { "you can return it even if it is used.", "unused goods can be returned.", true },
        { "used goods can be returned.", "used goods can be returned within 7 days.", false },
        { "if it has not been used you can return it.", "unused goods can be returned.", false },
        { "you can return it at any time.", "returns are possible within 30 days.", true },
        { "ask at any time how to return it.", "returns are possible within 30 days.", false },
        { "return shipping is free worldwide.", "return shipping is free in the eu.", true },
        { "opened goods can be returned.", "goods can be returned.", true },
        { "用过也可以退货。", "未使用的商品可以退货。", true },
        { "未使用过的商品可以退货。", "未使用的商品可以退货。", false },
        { "未拆封的商品可以退货。", "商品可以退货。", false },
        { "随时可以退货。", "七天内可以退货。", true },
        { "支持无理由退货。", "七天内可以退货。", true },
        { "支持七天无理由退货。", "七天无理由退货。", false },
        { "orders can be cancelled after they are shipped.", "until they are shipped.", true },
        { "发货后可以取消。", "发货前可以取消。", true },
        { "returns are possible within 30 days of purchase.", "30 days of delivery.", true },
        { "全国包邮。", "满99元包邮。", true },
        { "退货运费由我们承担。", "退货运费由买家承担。", true },
        { "退货运费由您承担。", "退货运费由买家承担。", false },
        { "退货运费由您承担。", "退货运费由商家承担。", true },
    };
    size_t wrong = 0;
    for (size_t i = 0; i < countof(cases); i++) {
        struct str sentence = str_from(cases[i].sentence);
        struct str page = str_from(cases[i].page);
        if (screen_extent_is_wider(sentence, page) != cases[i].is_wider) {
            print_message("%s\n", cases[i].sentence);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_promise_goes_as_far_as_its_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
