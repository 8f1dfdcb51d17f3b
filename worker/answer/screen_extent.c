/* screen_extent.c - see screen_extent.h. */
#include "worker/answer/screen_extent.h"

#define EXTENT_NEAR_BYTES 6 /* of what denies a word, right in front of it */

struct extent {
    const char *said; /* words, parted by '|' */
    const char *told; /* one of these must be the page's */
};

static const struct extent extents[] = {
    { "used goods|used items|used products|used ones|even if|is used|are used|been used|if used|"
      "用过|使用过|已使用|已经使用|穿过|洗过",
      "used|even if|用过|使用过|已使用|已经使用|穿过|洗过" },
    { "opened|worn|washed|拆封|开封|拆过", "opened|worn|washed|拆封|开封|拆过" },
    { "damaged|损坏|破损", "damaged|broken|defective|损坏|破损|质量问题|瑕疵" },
    { "return at any time|return it at any time|return them at any time|returned at any time|"
      "cancel at any time|cancel it at any time|cancelled at any time|no time limit|随时可以退|"
      "随时都可以退|随时可退|随时退|随时换|随时可以换|随时可以取消|随时取消",
      "any time|anytime|time limit|随时" },
    { "no questions asked|for any reason|无理由|任何理由|任何原因",
      "no questions|any reason|without reason|无理由|任何" },
    { "of ordering|of purchase|of the purchase|after ordering|after purchase|购买之日|下单之日|购买后",
      "of ordering|purchase|ordering|购买|下单" },
    { "全国包邮|全国免邮|全国都包邮", "全国" },
    { "always free|always ships free|always ship free|all orders ship free|free for all|"
      "free on all|全场包邮|一律包邮|全部包邮|都包邮|无条件",
      "always|all orders|free for all|全场|一律|全部|都包邮|无条件" },
    { "after they are shipped|after they have shipped|after it is shipped|after it has shipped|"
      "after it has been shipped|after it was shipped|after shipping|after dispatch|"
      "once it has shipped|once they are shipped|once shipped|发货后可以|发货后也|发货后仍|发货后还",
      "after|once|发货后" },
    { "worldwide|everywhere|all countries|全球|全世界",
      "worldwide|everywhere|all countries|全球|全世界" },
    { "我们承担|我方承担|卖家承担|商家承担|本店承担|店家承担|at our expense|we pay for|we cover",
      "我们承担|我方承担|卖家承担|商家承担|本店承担|店家承担|包邮|免运费|免费|our expense|we pay|"
      "we cover|free" },
    { "您承担|买家承担|顾客承担|客户承担|自理|at your expense|at your own expense|you pay for",
      "您承担|买家承担|顾客承担|客户承担|消费者承担|自理|自行承担|expense|you pay|customer|buyer" },
};

/* 未使用过, "not worn" */
static bool extent_is_denied(struct str sentence, size_t at)
{
    size_t from = at > EXTENT_NEAR_BYTES ? at - EXTENT_NEAR_BYTES : 0;
    struct str near = str_slice(sentence, from, at - from);
    return plain_has_any(near, "未|没|不|非|not|never|n't") ||
           plain_has_any(str_slice(sentence, 0, at), "not|never|haven't|hasn't");
}

static bool extent_is_said(struct str sentence, const char *words)
{
    struct str rest = str_from(words);
    struct str word;
    while (str_split(&rest, '|', &word)) {
        size_t at = plain_find(sentence, 0, word);
        if (at < sentence.len && !extent_is_denied(sentence, at)) {
            return true;
        }
    }
    return false;
}

bool screen_extent_is_wider(struct str sentence, struct str page)
{
    bool is_wider = false;
    for (size_t i = 0; i < countof(extents) && !is_wider; i++) {
        is_wider = extent_is_said(sentence, extents[i].said) &&
                   !extent_is_said(page, extents[i].told);
    }
    return is_wider;
}
