/* naming.c - see naming.h. Each word must be the name's or one that says nothing: a word that is
 * not known may be a wish that no rule knows. */
#include "worker/answer/naming.h"

#include "worker/answer/brief_order.h"
#include "worker/answer/listed.h"
#include "worker/answer/plural.h"

/* A wish can hide in a long text, whatever it names. */
#define NAMING_BYTES_MAX 120

static const char naming_fillers[] =
    "the|a|an|and|or|of|for|it|it's|its|is|this|that|one|i|mean|meant|my|number|no|order|sku|what|"
    "about|what's|please|product|item|first|second|third|last|1st|2nd|3rd|then|ok|okay|any|"
    "some|other|sorry|actually";

/* How one asks whether the shop has what is named then. */
static const struct str naming_openers[] = {
    STR("do you have "), STR("do you sell "), STR("have you got "), STR("do you guys have "),
    STR("do you still sell "), STR("你们有没有"), STR("你们有"), STR("你们卖"), STR("有没有"),
    STR("有"), STR("卖"),
};

static const struct str naming_fillers_zh[] = {
    { "订单号", 9 }, { "订单", 6 }, { "单号", 6 }, { "货号", 6 }, { "商品", 6 }, { "还有", 6 },
    { "那么", 6 },   { "就是", 6 }, { "什么", 6 }, { "我", 3 },   { "的", 3 },   { "呢", 3 },
    { "第一", 6 },   { "第二", 6 },   { "第三", 6 },   { "最后一", 9 }, { "单", 3 },   { "笔", 3 },
    { "那", 3 },     { "这", 3 },   { "个", 3 },   { "款", 3 },   { "是", 3 },   { "和", 3 },
    { "吧", 3 },     { "说", 3 },     { "吗", 3 },  { "另一", 6 }, { "另外", 6 }, { "一", 3 },
    { "不对", 6 },   { "不是", 6 },   { "错了", 6 },  { "应该", 6 },
};

/* Bytes of the word or the Han character at `at`; 0: a mark or a space. */
static size_t word_len(struct str text, size_t at)
{
    size_t len = 0;
    unsigned char first = (unsigned char)text.ptr[at];
    if (first >= 0xE3 && first <= 0xE9 && at + 3 <= text.len &&
        !str_starts(str_slice(text, at, 3), STR("。")) &&
        !str_starts(str_slice(text, at, 3), STR("、"))) {
        return 3;
    }
    while (at + len < text.len && (plain_is_letter(text.ptr[at + len]) ||
                                   (len > 0 && text.ptr[at + len] == '\''))) {
        len++;
    }
    return len;
}

static size_t filler_len(struct str text, size_t at, size_t len)
{
    if (plain_is_letter(text.ptr[at])) {
        return plain_has_any(str_slice(text, at, len), naming_fillers) ? len : 0;
    }
    for (size_t i = 0; i < countof(naming_fillers_zh); i++) {
        if (str_starts(str_slice(text, at, text.len), naming_fillers_zh[i])) {
            return naming_fillers_zh[i].len;
        }
    }
    return 0;
}

static bool is_word_of(struct str name, struct str word)
{
    struct plain plain;
    plain_of(name, &plain);
    return plain_has(plain_str(&plain), word);
}

/* "Kettles" is of the name "Iron kettle". */
static bool is_of_product(const struct brief *brief, struct str word)
{
    const struct product *product = brief_product(brief);
    return product && (is_word_of(product->name, word) || is_word_of(product->sku, word) ||
                       is_word_of(product->name, plural_without_s(word)));
}

static bool is_of_order(const struct brief *brief, struct str word)
{
    bool is_of = false;
    for (size_t i = 0; i < brief->orders_count; i++) {
        is_of = is_of || is_word_of(brief->orders[i].order_id, word) ||
                is_word_of(brief->orders[i].tracking, word);
    }
    return is_of;
}

/* NAMED_NOTHING: there is more than names. */
enum named { NAMED_NOTHING, NAMED_NONE, NAMED_PRODUCT, NAMED_ORDER };

/* `text` is plain. */
static enum named naming_in(const struct brief *brief, struct str text)
{
    enum named named = NAMED_NONE;
    size_t len;
    if (text.len > NAMING_BYTES_MAX) {
        return NAMED_NOTHING;
    }
    for (size_t at = 0; at < text.len; at += max_size(len, 1)) {
        len = word_len(text, at);
        struct str word = str_slice(text, at, len);
        if (len > 0 && is_of_product(brief, word)) {
            named = NAMED_PRODUCT;
        } else if (len > 0 && is_of_order(brief, word)) {
            named = named == NAMED_PRODUCT ? NAMED_PRODUCT : NAMED_ORDER;
        } else if (len > 0) {
            len = filler_len(text, at, len);
            if (len == 0) {
                return NAMED_NOTHING;
            }
        }
    }
    return named;
}

static enum named naming_of(const struct brief *brief)
{
    struct plain plain;
    plain_of(brief_text(brief), &plain);
    return naming_in(brief, plain_str(&plain));
}

/* "Do you have kettles?", 有龙井茶吗: nothing but whether there is one. */
static bool naming_asks_if_sold(const struct brief *brief)
{
    struct plain plain;
    plain_of(brief->names_product ? brief_text(brief) : STR_NONE, &plain);
    struct str text = plain_str(&plain);
    bool is_asked = false;
    for (size_t i = 0; i < countof(naming_openers) && !is_asked; i++) {
        struct str opener = naming_openers[i];
        is_asked = str_starts(text, opener) &&
                   naming_in(brief, str_slice(text, opener.len, text.len)) == NAMED_PRODUCT;
    }
    return is_asked;
}

static bool is_intent_of(enum named named, enum intent intent)
{
    bool is_of_order_only = intent == INTENT_ORDER_STATUS || intent == INTENT_CANCEL ||
                            intent == INTENT_ADDRESS || intent == INTENT_REFUND;
    bool is_of_product_only = intent == INTENT_PRICE || intent == INTENT_STOCK ||
                              intent == INTENT_PRODUCT || intent == INTENT_SHIPPING_TIME;
    return intent == INTENT_RETURN || (named == NAMED_ORDER ? is_of_order_only
                                                            : is_of_product_only);
}

static enum intent naming_before(const struct brief *brief, enum named named)
{
    size_t looked = 0;
    for (size_t i = brief->history_count; i > 0 && looked < BRIEF_LEANING_MAX; i--) {
        const struct exchange *exchange = &brief->history[i - 1];
        if (exchange->author == AUTHOR_CUSTOMER) {
            enum intent intent = intent_of(exchange->text);
            if (is_intent_of(named, intent)) {
                return intent;
            }
            looked++;
        }
    }
    return named == NAMED_PRODUCT ? INTENT_PRODUCT : INTENT_ORDER_STATUS;
}

/* "Where is my stoneware mug?": of the order that has one, or of none if the catalogue knows what
 * it is and no order has it. */
static bool naming_asks_for_item(const struct brief *brief, concept_set about)
{
    bool is_asked = intent_asks_for_state(about) || (about & CONCEPT_BIT(DEADLINE)) != 0;
    return (about & CONCEPT_BIT(MY)) != 0 && is_asked &&
           (brief->names_product || brief_order_by_items(brief) != NULL);
}

/* "How much was it in total?", of the order that was spoken of right before. A product that was
 * spoken of with it is what "it" means unless all of it is asked for. */
static bool naming_goes_on_order(const struct brief *brief, concept_set about)
{
    const struct exchange *last =
        brief->history_count > 0 ? &brief->history[brief->history_count - 1] : NULL;
    return brief->intent == INTENT_PRICE && !(about & CONCEPT_BIT(FREIGHT)) &&
           brief->event->message.sku.len == 0 && !brief->names_product &&
           brief_order_before(brief) != NULL &&
           (last->sku.len == 0 || (about & CONCEPT_BIT(TOTAL)) != 0);
}

/* "Is F-0900 delivered?", "T-2001多少钱?": what is asked of the order that is named. */
static bool naming_asks_for_order(const struct brief *brief, concept_set about)
{
    bool may_be = brief->intent == INTENT_OTHER || brief->intent == INTENT_PRICE ||
                  brief->intent == INTENT_SHIPPING_TIME;
    bool is_asked = intent_asks_for_state(about) || (about & CONCEPT_BIT(PRICE)) != 0;
    return may_be && is_asked && !(about & CONCEPT_BIT(FREIGHT)) && brief_names_order(brief);
}

static bool naming_is_of_order(const struct brief *brief)
{
    concept_set about = brief_about(brief);
    bool is_item = brief->intent == INTENT_OTHER && naming_asks_for_item(brief, about);
    return brief->orders_count > 0 && (is_item || naming_goes_on_order(brief, about) ||
                                       naming_asks_for_order(brief, about));
}

/* "Is the sofa leather?", "Do you have it in blue?" */
static bool naming_asks_for_kind(const struct brief *brief)
{
    const concept_set kinds = CONCEPT_BIT(MATERIAL) | CONCEPT_BIT(VARIANT);
    return brief->names_product && (brief_about(brief) & kinds) != 0;
}

/* "And my order?" */
static bool naming_is_of_my_order(const struct brief *brief)
{
    return (brief_about(brief) & CONCEPT_BIT(MINE)) != 0;
}

/* "Which is cheaper, A or B?" */
static enum intent naming_compares(const struct brief *brief)
{
    concept_set about = brief_named_count(brief) > 0 ? brief_about(brief) : 0;
    return (about & CONCEPT_BIT(CHEAPER)) != 0  ? INTENT_PRICE
           : (about & CONCEPT_BIT(FASTER)) != 0 ? INTENT_SHIPPING_TIME
                                                : INTENT_OTHER;
}

/* "And the second one?", of what the exchange before listed. */
static enum intent naming_listed(const struct brief *brief)
{
    if (listed_order(brief)) {
        return naming_before(brief, NAMED_ORDER);
    }
    return brief->product ? naming_before(brief, NAMED_PRODUCT) : brief->intent;
}

static enum intent naming_open(const struct brief *brief)
{
    enum intent compared = naming_compares(brief);
    if (compared != INTENT_OTHER) {
        return compared;
    }
    if (naming_asks_for_kind(brief)) {
        return INTENT_PRODUCT;
    }
    if (naming_asks_if_sold(brief)) {
        return INTENT_STOCK;
    }
    enum named named = naming_of(brief);
    if (named == NAMED_NONE && (brief_about(brief) & CONCEPT_BIT(LISTED))) {
        return naming_listed(brief);
    }
    if (named == NAMED_NONE && naming_is_of_my_order(brief)) {
        return INTENT_ORDER_STATUS;
    }
    return named == NAMED_NOTHING || named == NAMED_NONE ? brief->intent
                                                         : naming_before(brief, named);
}

enum intent naming_intent(const struct brief *brief)
{
    if (brief->event->kind != EVENT_MESSAGE || brief->event->message.author != AUTHOR_CUSTOMER) {
        return brief->intent;
    }
    if (brief->is_shelf) {
        return INTENT_PRODUCT;
    }
    if (naming_is_of_order(brief)) {
        return INTENT_ORDER_STATUS;
    }
    return brief->intent == INTENT_OTHER ? naming_open(brief) : brief->intent;
}
