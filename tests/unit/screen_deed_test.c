/* screen_deed_test.c - what is told as done, in both languages, and what only says how it goes. */
#include "worker/answer/screen_deed.h"

#include "tests/unit/payload.h"

static struct plain plain;

static struct str plain_text(const char *text)
{
    plain_of(str_from(text), &plain);
    return plain_str(&plain);
}

typedef bool deed_fn(struct str clause, struct screen_place word);

struct deed_case {
    const char *clause;
    const char *word;
    bool is_deed;
};

static void expect(deed_fn *is_deed, const struct deed_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct str clause = plain_text(cases[i].clause);
        struct str word = str_from(cases[i].word);
        size_t at = str_find(clause, word);
        assert_true(at < clause.len);
        if (is_deed(clause, (struct screen_place){ at, at + word.len }) != cases[i].is_deed) {
            print_message("%s: %s\n", cases[i].clause, cases[i].is_deed ? "a deed" : "no deed");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void a_state_is_told_of_an_order_or_of_all(void **state)
{
    (void)state;
    static const struct deed_case cases[] = {
        { "Order 1 has been shipped", "shipped", true },
        { "Your order is now cancelled", "cancelled", true },
        { "We cancelled your order", "cancelled", true },
        { "Both orders have been shipped", "shipped", true },
        { "I can confirm that it was delivered", "delivered", true },
        { "Orders that have been shipped cannot be stopped", "shipped", false },
        { "Goods are shipped within two days", "shipped", false },
        { "items you have returned", "returned", false },
        { "订单已发货", "已发货", true },
        { "您的订单已取消", "已取消", true },
        { "已发货的订单无法取消", "已发货", false },
        { "已发货后无法取消", "已发货", false },
        { "已发货订单无法取消", "已发货", false },
    };
    expect(screen_deed_is_state, cases, countof(cases));
}

static void what_is_promised_is_done_by_the_writer_or_how_the_shop_does_it(void **state)
{
    (void)state;
    static const struct deed_case cases[] = {
        { "I have refunded you", "refunded", true },
        { "I've issued your refund", "refund", true },
        { "I'll cancel it for you", "cancel", true },
        { "I can cancel it for you", "cancel", true },
        { "let me send you a voucher", "voucher", true },
        { "we have already refunded 59 EUR", "refunded", true },
        { "we refunded you", "refunded", true },
        { "We are cancelling your order", "cancelling", true },
        { "Your refund has been processed", "refund", true },
        { "Your refund is on its way", "refund", true },
        { "it is being refunded", "refunded", true },
        { "We've approved your return", "return", true },
        { "Your order will be cancelled shortly", "cancelled", true },
        { "we refund you within 5 days", "refund", false },
        { "it is refunded within 5 days", "refunded", false },
        { "you can get a refund", "refund", false },
        { "I am glad that you can get a refund", "refund", false },
        { "I understand you want a refund", "refund", false },
        { "I can confirm that unused goods can be returned", "returned", false },
        { "I'd be happy to help with your return", "return", false },
        { "We have a 30-day return policy", "return", false },
        { "once your refund has been issued", "refund", false },
        { "goods that have been returned", "returned", false },
        { "已为您取消订单", "取消", true },
        { "我马上为您退款", "退款", true },
        { "我帮您取消了", "取消", true },
        { "退款已提交", "退款", true },
        { "退货已通过", "退货", true },
        { "我们会在收到退货后为您退款", "退款", false },
        { "发货前可以取消", "取消", false },
    };
    expect(screen_deed_is_promised, cases, countof(cases));
}

static void other_deeds_are_claimed_of_oneself_and_as_done(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        bool is_claimed;
    } cases[] = {
        { "I've notified the courier.", true },
        { "We have already changed your address.", true },
        { "I have opened a ticket for you.", true },
        { "Your request has been forwarded to a colleague.", true },
        { "I have not changed your address.", false },
        { "Once it has been changed, we ship it.", false },
        { "The address that was changed last is used.", false },
        { "I have checked your order.", false },
        { "I've looked it up for you.", false },
        { "Have you been contacted?", false },
        { "You can be contacted by e-mail.", false },
        { "已为您登记加急处理。", true },
        { "我已经帮您催了快递。", true },
        { "已通知仓库。", true },
        { "您的退货申请已提交。", true },
        { "已为您查询到订单。", false },
        { "我已为您核实,请放心。", false },
        { "如需修改地址,我们为您登记。", false },
    };
    size_t wrong = 0;
    for (size_t i = 0; i < countof(cases); i++) {
        if (screen_deed_is_claimed(plain_text(cases[i].sentence)) != cases[i].is_claimed) {
            print_message("%s\n", cases[i].sentence);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_is_told_of_an_order_or_of_all),
        cmocka_unit_test(what_is_promised_is_done_by_the_writer_or_how_the_shop_does_it),
        cmocka_unit_test(other_deeds_are_claimed_of_oneself_and_as_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
