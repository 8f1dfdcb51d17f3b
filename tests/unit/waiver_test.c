/* waiver_test.c - a wish that is taken back, and nothing else. */
#include "worker/answer/waiver.h"

#include "tests/unit/cm.h"
#include "worker/answer/intent.h"

static bool is_waiver(const char *text)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(str_from(text), &plain);
    concepts_in(&plain, &concepts);
    return waiver_is(plain_str(&plain), &concepts);
}

static void a_wish_that_is_taken_back_is_one(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Never mind the refund",     "Forget about the return, thanks.",
        "I no longer need a refund", "No refund needed",
        "Please ignore my return request", "I don't want to return it anymore",
        "不用退款了",                "算了,不退了",
        "先不退款了,谢谢",           "无需退货",
        "退款就不用了",              "不退货了。",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        print_message("%s\n", texts[i]);
        assert_true(is_waiver(texts[i]));
        assert_int_equal(intent_of(str_from(texts[i])), INTENT_NOD);
    }
}

static void what_wishes_asks_or_complains_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "I want a refund",
        "I don't need it, refund it",
        "I don't need a refund, I need a replacement",
        "No refund yet",
        "No refund needed, I want to return it",
        "Never mind the refund, where is my parcel?",
        "Please don't ignore my refund request",
        "Can I return it?",
        "Please don't cancel my order",
        "为什么不退款了",
        "怎么还不退款",
        "我要退货不要了",
        "退货算了",
        "不退款我就投诉",
        "不用退款了,什么时候到",
        "不能退吗",
        "别取消我的订单",
        "",
    };
    for (size_t i = 0; i < countof(texts); i++) {
        print_message("%s\n", texts[i]);
        assert_false(is_waiver(texts[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wish_that_is_taken_back_is_one),
        cmocka_unit_test(what_wishes_asks_or_complains_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
