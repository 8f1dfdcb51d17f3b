/* builtin_shop.c - see builtin_shop.h. */
#include "worker/answer/builtin_shop.h"

#include "worker/answer/builtin_page.h"
#include "worker/answer/passage_terms.h"

/* What asks for a price or a time, and names nothing that has one. */
static const char shop_askers[] =
    "cost|costs|price|prices|priced|pay|take|takes|soon|fast|quickly|time|times|days|arrive|ship|"
    "shipping|deliver|delivery|价格|多少|什么|时候|时间|费用|几天|发货|到货";

/* Whether a page has a word of the question besides. */
static bool shop_has_subject(const struct brief *brief, const struct passage *passage)
{
    struct passage_terms words;
    bool stands[PASSAGE_TERMS_MAX];
    bool has = false;
    passage_question_words(brief_text(brief), &words);
    passage_words_stand(&words, passage, stands);
    for (size_t i = 0; i < words.count; i++) {
        has = has || (stands[i] && !plain_has_any(passage_term(&words, i), shop_askers));
    }
    return has;
}

/* 预售的书什么时候发货？ is answered there for books that are pre-ordered, which nobody asked for. */
static bool shop_is_of_other(const struct brief *brief, const struct passage *passage)
{
    const struct passage question = { .text = brief_text(brief) };
    struct passage_terms words;
    struct plain title;
    plain_of(passage->title, &title);
    bool is_question = title.len > 0 && title.bytes[title.len - 1] == '?';
    passage_question_words(is_question ? passage->title : STR_NONE, &words);
    return passage_words_found(&words, &question) < words.count;
}

/* "How much is the small service?" has its price in a page, "when do you ship?" its time. */
static bool shop_may_tell(const struct brief *brief, const struct passage *passage)
{
    static const char times[] = "day|days|hour|hours|week|weeks|天|日|小时|周";
    static const char money[] = "eur|euro|euros|usd|gbp|cny|$|£|€|¥|元|fee|费";
    struct plain text;
    plain_of(passage->text, &text);
    concept_set about = brief_concepts(passage->title) | brief_concepts(passage->text);
    concept_set heading = brief_concepts(passage->title);
    const concept_set changes = CONCEPT_BIT(RETURN) | CONCEPT_BIT(GIVE_BACK) |
                                CONCEPT_BIT(EXCHANGE) | CONCEPT_BIT(REFUND) | CONCEPT_BIT(CANCEL);
    if ((heading & changes) || shop_is_of_other(brief, passage)) {
        return false;
    }
    return brief->intent == INTENT_SHIPPING_TIME
               ? (about & CONCEPT_BIT(SHIP)) != 0 && plain_has_any(plain_str(&text), times)
               : plain_has_any(plain_str(&text), money) &&
                     shop_has_subject(brief, passage);
}

enum err builtin_shop(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    struct brief open = *brief;
    bool is_of_shop = brief->intent == INTENT_SHIPPING_TIME || brief->intent == INTENT_PRICE;
    open.intent = INTENT_OTHER;
    open.passages_count = 1;
    for (size_t i = 0; is_of_shop && brief->covers && i < brief->passages_count; i++) {
        open.passages = &brief->passages[i];
        /* 礼品包装多少钱 has all of the heading, whatever pairs its other characters make. */
        open.covers = builtin_page_is_named(&open) ? NULL : &brief->covers[i];
        enum err err = shop_may_tell(brief, open.passages)
                           ? builtin_page(arena, &open, ret_text)
                           : ERR_NO_FACTS;
        if (err != ERR_NO_FACTS) {
            return err;
        }
    }
    return ERR_NO_FACTS;
}
