/* shelf_wish.c - see shelf_wish.h. */
#include "worker/answer/shelf_wish.h"

#include "worker/answer/property.h"
#include "worker/answer/screen_read.h"
#include "worker/answer/shelf_cheapest.h"

static const char wish_openers[] =
    "what do you have|what have you got|what else do you have|what do you sell|do you have any|"
    "do you have anything|have you got any|have you got anything|do you sell any|"
    "do you sell anything|which|show me|anything|what can i get|what can i buy|is there any|"
    "is there anything|are there any|any|do you have|do you sell|have you got|what products|"
    "what kind of|what kinds of|what sort of|what sorts of|what are you selling|what does your|"
    "what does this|do you guys sell|do you also sell|有|哪些|哪个|哪款|哪种|推荐|卖";

/* These alone ask whether there is such a thing. */
static const char wish_open_openers[] =
    "do you have|do you sell|do you guys sell|do you also sell|have you got|what kind of|"
    "what kinds of|what sort of|what sorts of|有没有|你们有|有什么|有哪些|有啥|哪些|卖";

static const char wish_list_openers[] =
    "which|what|what kind of|what kinds of|什么|哪些|有啥|哪几";

/* These ask what there is at all, if nothing else does. */
static const char wish_range_openers[] =
    "what do you sell|what do you guys sell|what do you have|what have you got|what can i buy|"
    "what can i get|what kind of|what kinds of|what sort of|what sorts of|what products|"
    "what are you selling|what does your|what does this|which products|卖什么|卖些什么|卖哪些|"
    "卖啥|有什么|有哪些|有啥|有些什么";

/* These ask what the shop sells; with the others in it to whom, or where. */
static const char wish_sale_openers[] =
    "do you sell|do you guys sell|do you also sell|你们卖|你们家卖|你家卖|你们店卖|店里卖|卖不卖|"
    "有卖|还卖|也卖";
static const char wish_sale_others[] = "to|in|on|at|by|through|via|online|wholesale|卖到|卖给|在|批发";

/* What denies, and what is about a thing that was spoken of. */
static const char wish_denials[] = "not|no|without|except|isn't|aren't|don't|other than|but|不是|非|"
                                   "除了|不要|不带|不含|除外|it|them|that|one|ones|size|sizes|尺码|尺寸|大小|它";

/* What one asks with, and what says nothing of the thing. */
static const char wish_fillers[] =
    "have|sell|under|below|less|than|over|above|more|cheaper|cheap|up|between|euro|euros|eur|usd|"
    "dollar|dollars|pound|pounds|gbp|yuan|cny|rmb|bucks|price|prices|priced|cost|costs|costing|got|"
    "anything|something|product|products|item|items|thing|things|show|list|available|stock|most|"
    "cheapest|best|least|max|maximum|minimum|buy|offer|looking|maybe|also|find|see|made|"
    "color|colour|colored|"
    "coloured|else|each|or|spend|within|budget|sold|come|comes|hello|hi|kind|kinds|sort|sorts|"
    "type|types|store|here|guys|stuff|goods|sell|selling|does|company|catalog|catalogue|range|"
    "category|categories|assortment|carry|generally|exactly|actually|请问";

static const struct str wish_fillers_zh[] = {
    STR("你们店里"), STR("你们店"), STR("店铺"), STR("都卖"), STR("都有"), STR("卖些"), STR("有些"),
    STR("什么"), STR("卖"), STR("种类"), STR("类别"), STR("可以"), STR("还有"),
    STR("还卖"),     STR("还"),     STR("些"),   STR("呀"),   STR("啊"),   STR("都"),   STR("现货"),
    STR("目前"),     STR("现在"),
    STR("卖不卖"), STR("有没有"), STR("有什么"), STR("有哪些"), STR("哪些"), STR("哪个"), STR("哪款"), STR("哪种"),
    STR("推荐"),   STR("有啥"),   STR("你们家"), STR("你们"), STR("你家"), STR("店里"), STR("请问"),
    STR("以下"),   STR("以内"),   STR("以上"),   STR("之内"), STR("不到"), STR("不超过"),
    STR("低于"),   STR("高于"),   STR("超过"),   STR("少于"), STR("多于"), STR("价格"), STR("价位"),
    STR("商品"),   STR("产品"),   STR("东西"),   STR("一下"), STR("一些"), STR("最便宜"), STR("便宜"), STR("元"),
    STR("块钱"),   STR("块"),     STR("欧元"),   STR("美元"), STR("人民币"), STR("欧"), STR("的"),
    STR("是"),     STR("在"),     STR("吗"),     STR("呢"),   STR("么"),   STR("我"),  STR("想"),
    STR("买"),     STR("要"),     STR("有"),     STR("到"),   STR("和"),   STR("之间"),
    STR("做"),     STR("左右"),   STR("款"),     STR("个"),
};

static const concept_set wish_kinds = CONCEPT_BIT(VARIANT) | CONCEPT_BIT(MATERIAL);

bool shelf_wish_is_kind(struct str word)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(word, &plain);
    concepts_in(&plain, &concepts);
    return (concepts.all & wish_kinds) != 0;
}

struct wish_bound {
    const char *words;
    bool is_max;
    bool excludes;
};

static const struct wish_bound wish_bounds[] = {
    { "under|below|less than|cheaper than|低于|不到|少于", true, true },
    { "up to|at most|max|maximum|no more than|within|以下|以内|之内|不超过", true, false },
    { "over|above|more than|高于|超过|多于", false, true },
    { "at least|minimum|以上", false, false },
};

/* The text without what was read as a value, and without words that say nothing. */
static void wish_words(const struct screen_sentence *sentence, struct passage_terms *ret_words)
{
    char bytes[SHELF_BYTES_MAX + 2];
    struct str text = plain_str(&sentence->plain);
    size_t len = 0;
    for (size_t at = 0; at < text.len && len < SHELF_BYTES_MAX;) {
        size_t skip = sentence->read[at] ? 1 : 0;
        for (size_t i = 0; i < countof(wish_fillers_zh); i++) {
            size_t fits = str_starts(str_slice(text, at, text.len), wish_fillers_zh[i]);
            skip = fits ? max_size(skip, wish_fillers_zh[i].len) : skip;
        }
        bool is_colour = at >= 3 && str_eq(str_slice(text, at - 3, 3), STR("色"));
        if (is_colour && len < SHELF_BYTES_MAX) {
            bytes[len++] = ','; /* 绿色杯子: what it is stands behind the colour */
        }
        bytes[len++] = skip > 0 ? ',' : text.ptr[at];
        at += max_size(skip, 1);
    }
    struct passage_terms all;
    passage_question_words((struct str){ bytes, len }, &all);
    ret_words->count = 0;
    for (size_t i = 0; i < all.count; i++) {
        if (!plain_has_any(passage_term(&all, i), wish_fillers)) {
            passage_terms_add(ret_words, passage_term(&all, i));
        }
    }
}

static bool wish_is_price(const struct screen_value *value)
{
    return value->kind == SCREEN_MONEY || value->kind == SCREEN_NUMBER;
}

/* False: there is a value that is no price, or one without a bound. */
static bool wish_take_bounds(struct str text, const struct screen_value *values, size_t count,
                             struct shelf_wish *wish)
{
    if (count == 2 && wish_is_price(&values[0]) && wish_is_price(&values[1]) &&
        plain_has_any(text, "between|from|到|至|-")) {
        wish->min_amount = min_i64(values[0].amount, values[1].amount);
        wish->max_amount = max_i64(values[0].amount, values[1].amount);
        wish->currency = values[1].kind == SCREEN_MONEY ? values[1].unit : 0;
        return true;
    }
    if (count != 1 || !wish_is_price(&values[0])) {
        return count == 0;
    }
    wish->currency = values[0].kind == SCREEN_MONEY ? values[0].unit : 0;
    for (size_t i = 0; i < countof(wish_bounds); i++) {
        if (plain_has_any(text, wish_bounds[i].words)) {
            bool is_max = wish_bounds[i].is_max;
            *(is_max ? &wish->max_amount : &wish->min_amount) = values[0].amount;
            *(is_max ? &wish->excludes_max : &wish->excludes_min) = wish_bounds[i].excludes;
            return true;
        }
    }
    return false;
}

/* What stands in front of what is denied, the longest first. */
static const struct str wish_nots[] = {
    STR("that are not"), STR("which are not"), STR("that aren't"), STR("which aren't"),
    STR("that is not"),  STR("other than"),    STR("are not"),     STR("aren't"),
    STR("isn't"),        STR("is not"),        STR("except"),      STR("without"),
    STR("non"),          STR("not"),           STR("不是"),        STR("不要"),
    STR("除了"),         STR("非"),
};

/* Where what is denied begins; the text's length: nothing is. `*ret_from` is where its "not" is. */
static size_t wish_denied_at(struct str text, size_t *ret_from)
{
    for (size_t i = 0; i < countof(wish_nots); i++) {
        size_t from = plain_find(text, 0, wish_nots[i]);
        if (from == text.len) {
            continue;
        }
        size_t at = from + wish_nots[i].len;
        while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '-')) {
            at++;
        }
        at += plain_is_at(text, at, STR("in ")) ? STR("in ").len : 0;
        *ret_from = from;
        return at;
    }
    return text.len;
}

#define WISH_KIND_BYTES 16 /* of the longest colour or material behind "not" */

bool shelf_wish_denies(struct str text)
{
    struct plain plain;
    size_t from = 0;
    plain_of(text, &plain);
    struct str all = plain_str(&plain);
    size_t at = wish_denied_at(all, &from);
    struct str behind = str_slice(all, at, WISH_KIND_BYTES);
    behind = plain_is_letter(behind.len > 0 ? behind.ptr[0] : ' ')
                 ? str_slice(behind, 0, str_find(behind, STR(" ")))
                 : behind;
    return behind.len > 0 && plain_has_any(all, wish_openers) && shelf_wish_is_kind(behind);
}

/* Takes the one colour that is denied out of the text: the rest is a wish as any. False: there is
 * another colour, which may be denied as well. */
static bool wish_take_denied(struct plain *plain, struct str *ret_denied)
{
    struct str text = plain_str(plain);
    size_t from = 0;
    size_t at = wish_denied_at(text, &from);
    struct str denied = property_colour_at(text, at);
    if (denied.len == 0) {
        return true;
    }
    memset(plain->bytes + from, ' ', at + denied.len - from);
    for (size_t i = 0; i < plain->len; i++) {
        if (property_colour_at(text, i).len > 0) { /* "not green or red" */
            return false;
        }
    }
    *ret_denied = denied;
    return true;
}

bool shelf_wish_of(struct str text, concept_set about, struct shelf_wish *ret_wish)
{
    const concept_set others =
        CONCEPT_BIT(ORDER) | CONCEPT_BIT(MINE) | CONCEPT_BIT(MY) | CONCEPT_BIT(SHIP) |
        CONCEPT_BIT(ARRIVE) | CONCEPT_BIT(FREIGHT) | CONCEPT_BIT(PAY) | CONCEPT_BIT(THIS) |
        CONCEPT_BIT(WHEN) | ((about & CONCEPT_BIT(CHEAPER)) ? 0 : CONCEPT_BIT(DISCOUNT));
    struct screen_sentence sentence;
    struct screen_value values[SCREEN_VALUES_MAX];
    struct shelf_wish wish = { .min_amount = -1, .max_amount = -1 };
    size_t count = 0;
    if (text.len > SHELF_BYTES_MAX || (about & others) != 0) {
        return false;
    }
    plain_of(text, &sentence.plain);
    struct str plain = plain_str(&sentence.plain);
    if (cheapest_kind(plain, &wish.words)) {
        wish.is_cheapest = true;
        *ret_wish = wish;
        return true;
    }
    if (!plain_has_any(plain, wish_openers) || !wish_take_denied(&sentence.plain, &wish.denied)) {
        return false;
    }
    memset(sentence.read, 0, sizeof(sentence.read));
    if (plain_has_any(plain, wish_denials) ||
        !screen_read(&sentence, 0, values, &count) ||
        !wish_take_bounds(plain, values, count, &wish)) {
        return false;
    }
    wish_words(&sentence, &wish.words);
    size_t words = wish.words.count;
    bool is_cheaper = (about & CONCEPT_BIT(CHEAPER)) != 0;
    bool is_kind = (about & wish_kinds) != 0;
    bool is_denied = wish.denied.len > 0 && words > 0;
    bool is_told = wish.min_amount >= 0 || wish.max_amount >= 0 || is_denied ||
                   (is_kind && !is_cheaper && wish.denied.len == 0 && words > 1) || /* of what */
                   (is_cheaper && !is_kind && words > 0);
    bool is_bare = !is_told && count == 0;
    wish.is_open = is_bare && words > 0 && plain_has_any(plain, wish_open_openers);
    wish.is_list = wish.is_open && plain_has_any(plain, wish_list_openers);
    wish.is_sale = wish.is_open && !plain_has_any(plain, wish_sale_others) &&
                   (plain_has_any(plain, wish_sale_openers) || str_starts(plain, STR("卖")));
    wish.is_range = is_bare && words == 0 && !is_kind && !is_cheaper && wish.denied.len == 0 &&
                    plain_has_any(plain, wish_range_openers);
    *ret_wish = wish;
    return (is_told || wish.is_open || wish.is_range) && words <= SHELF_WORDS_MAX;
}
