/* builtin.c - see builtin.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin.h"

#include "worker/answer/brief_order.h"
#include "worker/answer/builtin_copy.h"
#include "worker/answer/builtin_order.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/builtin_product.h"
#include "worker/answer/passage_cover.h"
#include "worker/answer/question.h"

#define BUILTIN_ORDERS_MAX 5 /* more would be a list, not an answer */
#define BUILTIN_MORE_MAX 2   /* questions besides the first */

/* "Can you tell me" asks for nothing. */
static const char builtin_fillers[] =
    "tell|know|help|say|check|look|question|questions|ask|something|anything|wonder|wondering";

struct wording {
    const char *zh;
    const char *en;
};

static bool builtin_is_chinese(const struct brief *brief)
{
    return str_is(brief->language, "zh");
}

static const char *builtin_pick(const struct brief *brief, const struct wording *wording)
{
    return builtin_is_chinese(brief) ? wording->zh : wording->en;
}

static enum err builtin_say(struct arena *arena, const struct brief *brief,
                            const struct wording *wording, struct str *ret_text)
{
    return arena_copy(arena, str_from(builtin_pick(brief, wording)), ret_text);
}

/* "It never came", where the carrier says that it did: only a person can find out. */
static bool builtin_is_delivered(const struct order *const *orders, size_t count)
{
    bool is_delivered = false;
    for (size_t i = 0; i < count; i++) {
        is_delivered = is_delivered || orders[i]->type == ORDER_DELIVERED;
    }
    return is_delivered;
}

/* "Did you get my return?": those that came back; whether another one did only a person knows. */
static size_t builtin_undone(const struct brief *brief, const struct order **ret_orders)
{
    size_t count = 0;
    for (size_t i = 0; i < brief->orders_count && count < BUILTIN_ORDERS_MAX; i++) {
        if (order_is_undone(&brief->orders[i])) {
            ret_orders[count++] = &brief->orders[i];
        }
    }
    return count;
}

static enum err builtin_came_back(struct arena *arena, const struct brief *brief,
                                  struct str *ret_text)
{
    const struct order *orders[BUILTIN_ORDERS_MAX];
    size_t count = builtin_undone(brief, orders);
    return count > 0 ? builtin_order_states(arena, brief, orders, count, ret_text)
                     : ERR_NO_FACTS;
}

static enum err builtin_order(struct arena *arena, const struct brief *brief,
                              struct str *ret_text)
{
    static const struct wording ask = {
        "请告诉我您的订单号，我来为您查询。",
        "Please tell me your order number, so that I can look it up.",
    };
    static const struct wording unknown = {
        "没有查到您有这个订单号的订单，请核对一下订单号。",
        "I cannot find an order with that number for you. Please check the number.",
    };
    if (!brief->orders_known) {
        return ERR_NO_FACTS;
    }
    if (brief_names_unknown_order(brief)) {
        if (brief->orders_count == 0) { /* they may have been lost with the store, all of them */
            return ERR_NO_FACTS;
        }
        return builtin_say(arena, brief, &unknown, ret_text);
    }
    if (brief_about(brief) & CONCEPT_BIT(GOT_RETURN)) {
        return builtin_came_back(arena, brief, ret_text);
    }
    enum order_asked what = order_asked_in(brief_about(brief));
    bool is_sum = what != ORDER_ASKED_STATE && what != ORDER_ASKED_MISSING;
    if (is_sum && (what == ORDER_ASKED_COUNT || !brief_names_other_product(brief))) {
        return builtin_order_sums(arena, brief, what, ret_text);
    }
    const struct order *meant[BUILTIN_ORDERS_MAX + 1];
    size_t count = brief_orders_meant(brief, meant, countof(meant));
    if (what == ORDER_ASKED_MISSING && builtin_is_delivered(meant, count)) {
        return ERR_NO_FACTS;
    }
    if (count == 0 || count > BUILTIN_ORDERS_MAX) {
        return builtin_say(arena, brief, &ask, ret_text);
    }
    return builtin_order_states(arena, brief, meant, count, ret_text);
}

/* "When will it arrive?", 什么时候到: the order that is named, else those under way. */
static bool builtin_is_of_orders(const struct brief *brief)
{
    concept_set about = brief_about(brief);
    bool is_when = (about & CONCEPT_BIT(WHEN)) && !(about & CONCEPT_BIT(IF_ORDER)) &&
                   (about & (CONCEPT_BIT(ARRIVE) | CONCEPT_BIT(SHIP)));
    bool is_under_way = false;
    for (size_t i = 0; i < brief->orders_count; i++) {
        is_under_way = is_under_way || brief->orders[i].type <= ORDER_SHIPPED;
    }
    return !brief_product(brief) &&
           (brief_order_named(brief) || (is_when && is_under_way && brief_order(brief)));
}

static const struct wording anything_else = {
    "好的。如果还有其他问题，请告诉我。",
    "All right. If there is anything else, please tell me.",
};
static const struct wording help = {
    "当然可以。请问您想了解什么？需要人工服务请回复“人工”。",
    "Of course. What would you like to know? To talk to a person, ask for a person.",
};
static const struct wording robot = {
    "我是本店的自动助手。需要人工服务请回复“人工”。",
    "I am the shop's automatic assistant. To talk to a person, ask for a person.",
};

static enum err builtin_reply(struct arena *arena, const struct brief *brief,
                              struct str *ret_text)
{
    static const struct wording hello = { "您好！请问有什么可以帮您？",
                                          "Hello! How can I help you?" };
    static const struct wording welcome = { "不客气，祝您生活愉快！",
                                            "You are welcome. Have a nice day!" };
    static const struct wording shop_only = {
        "抱歉，我只能回答本店商品、订单和售后方面的问题。请问有什么可以帮您？",
        "I am sorry, I can only answer questions about our products and your orders. How can I "
        "help?",
    };
    switch (brief->intent) {
    case INTENT_NOD:
        return builtin_say(arena, brief, &anything_else, ret_text);
    case INTENT_HELP:
        return builtin_say(arena, brief, &help, ret_text);
    case INTENT_ROBOT:
        return builtin_say(arena, brief, &robot, ret_text);
    case INTENT_SHIPPING_TIME:
        if (builtin_is_of_orders(brief)) {
            return builtin_order(arena, brief, ret_text);
        }
        return builtin_product(arena, brief, ret_text);
    case INTENT_PRICE:
    case INTENT_STOCK:
    case INTENT_PRODUCT:
        return builtin_product(arena, brief, ret_text);
    case INTENT_ORDER_STATUS:
        return builtin_order(arena, brief, ret_text);
    case INTENT_GREETING:
        return builtin_say(arena, brief, &hello, ret_text);
    case INTENT_THANKS:
        return builtin_say(arena, brief, &welcome, ret_text);
    case INTENT_SCOPE:
        return builtin_say(arena, brief, &shop_only, ret_text);
    case INTENT_RETURN:
    case INTENT_REFUND:
    case INTENT_CANCEL:
    case INTENT_ADDRESS:
        return builtin_page(arena, brief, ret_text);
    case INTENT_OTHER:
        return builtin_product_open(arena, brief, ret_text);
    case INTENT_COMPLAINT:
    case INTENT_PERSON:
    case INTENT_ANGRY:
        break;
    }
    return ERR_NO_FACTS;
}

/* ---- several questions at once ---- */

/* What may be told beside another question; only a person answers the others. */
static bool builtin_is_open(enum intent intent)
{
    return intent == INTENT_SHIPPING_TIME || intent == INTENT_ORDER_STATUS ||
           intent == INTENT_RETURN || intent == INTENT_REFUND || intent == INTENT_CANCEL ||
           intent == INTENT_PRICE || intent == INTENT_STOCK || intent == INTENT_PRODUCT ||
           intent == INTENT_ADDRESS || intent == INTENT_OTHER;
}

struct several {
    struct question all[QUESTIONS_MAX];
    size_t count;
    size_t first; /* the one that the message's intent is of */
};

/* False: it asks one, or its intent is of no part alone. */
static bool builtin_is_several(const struct brief *brief, struct plain *plain,
                               struct several *ret_several)
{
    struct several several = { .count = 0 };
    if (brief->event->kind != EVENT_MESSAGE || !builtin_is_open(brief->intent)) {
        return false;
    }
    struct str text = brief->event->message.text;
    plain_of(text, plain);
    several.count = questions_in(plain, several.all);
    for (size_t i = 1; i < several.count; i++) {
        if (several.all[i].weight > several.all[several.first].weight) {
            several.first = i;
        }
    }
    *ret_several = several;
    return several.count > 1 && several.all[several.first].intent ==
                                    intent_of(brief->canonical.ptr ? brief->canonical : text);
}

/* Whether it was asked already, by the message's intent or by a question before it. */
static bool builtin_is_asked_before(const struct brief *brief, const struct several *several,
                                    size_t number)
{
    const struct question *question = &several->all[number];
    bool is_before = question->intent == brief->intent && question->intent != INTENT_OTHER;
    for (size_t i = 0; i < several->count; i++) {
        const struct question *other = &several->all[i];
        bool is_same = other->intent == question->intent &&
                       (question->intent != INTENT_OTHER ||
                        (other->weight == question->weight && question->weight > 0));
        is_before = is_before || (is_same && i != number && (i < number || i == several->first));
    }
    return is_before;
}

struct part {
    struct brief brief;
    bool asks;
};

/* Words of a question that no rule knows, without those that name the product or tell nothing. */
static size_t builtin_words(const struct passage_cover *cover)
{
    size_t count = 0;
    for (size_t i = 0; i < cover->asked.count; i++) {
        bool is_filler = plain_has_any(passage_term(&cover->asked, i), builtin_fillers);
        count += cover->is_thing[i] || is_filler ? 0 : 1;
    }
    return count;
}

/* The brief of one question. What it names goes before what the whole message names. */
static enum err builtin_part(struct arena *arena, const struct brief *brief,
                             const struct question *question, struct part *ret_part)
{
    struct event *event = arena_new(arena, struct event);
    unsigned *covers = arena_zero(arena, brief->passages_count + 1, sizeof(*covers));
    const struct product *product = brief_product(brief);
    struct str names = product ? product->name : STR_NONE;
    struct passage_cover cover;
    if (!event || !covers) {
        return ERR_NOMEM;
    }
    *event = *brief->event;
    event->message.text = question->text;
    passage_cover_init(&cover, NULL, brief->passages_count, question->text, names);
    for (size_t i = 0; i < brief->passages_count; i++) {
        covers[i] = passage_cover_of(&cover, &brief->passages[i]);
    }
    struct brief part = *brief;
    part.event = event;
    part.covers = covers;
    part.intent = question->intent;
    part.is_named_found = false;
    brief_find_named(&part);
    if (!part.named && !part.names_number) {
        part.named = brief_order_named(brief);
    }
    bool is_of_order = part.intent == INTENT_PRICE && !product && brief_order(&part);
    part.intent = is_of_order ? INTENT_ORDER_STATUS : part.intent;
    *ret_part = (struct part){ part, question->weight > 0 || builtin_words(&cover) > 0 };
    return OK;
}

/* What was said so far; what is not told, and what has to be asked back, stand behind it. */
struct saying {
    struct str told;
    struct str back;
    bool is_short;
};

/* What the answer begins with may have been said already: the state of an order. */
static enum err builtin_join(struct arena *arena, struct str answer, struct str *text)
{
    struct str rest = answer;
    struct str line = STR_NONE;
    bool is_said = true;
    while (is_said && rest.len > 0) {
        answer = rest;
        (void)str_split(&rest, '\n', &line);
        is_said = str_find(*text, line) < text->len;
    }
    const struct str parts[] = { *text, text->len > 0 ? STR("\n") : STR_NONE, answer };
    return is_said ? OK : arena_join(arena, parts, countof(parts), text);
}

static enum err builtin_say_part(struct arena *arena, const struct part *part,
                                 struct saying *saying)
{
    struct str line = STR_NONE;
    const struct brief *brief = &part->brief;
    if (!part->asks) {
        return OK;
    }
    enum err err = builtin_reply(arena, brief, &line);
    bool is_back = builtin_product_is_unnamed(brief) && !builtin_is_of_orders(brief);
    if (err == ERR_NO_FACTS) {
        saying->is_short = true;
        return OK;
    }
    TRY(err);
    return builtin_join(arena, line, is_back ? &saying->back : &saying->told);
}

/* Of more than BUILTIN_MORE_MAX others the rest is not told. */
static enum err builtin_say_more(struct arena *arena, const struct brief *brief,
                                 const struct several *several, struct saying *saying)
{
    size_t more = 0;
    for (size_t i = 0; i < several->count; i++) {
        const struct question *question = &several->all[i];
        struct part part;
        if (!question->is_asked || i == several->first ||
            builtin_is_asked_before(brief, several, i)) {
            continue;
        }
        if (!builtin_is_open(question->intent) || more == BUILTIN_MORE_MAX) {
            saying->is_short = true;
            continue;
        }
        more++;
        TRY(builtin_part(arena, brief, question, &part));
        TRY(builtin_say_part(arena, &part, saying));
    }
    return OK;
}

/* What only a person can answer of the first question hands all of it over. */
static enum err builtin_message(struct arena *arena, const struct brief *brief,
                                struct str *ret_text)
{
    struct plain plain;
    struct several several;
    struct saying saying = { .is_short = false };
    if (!builtin_is_several(brief, &plain, &several)) {
        return builtin_reply(arena, brief, ret_text);
    }
    struct part first = { *brief, true };
    if (brief->intent == INTENT_OTHER) {
        TRY(builtin_part(arena, brief, &several.all[several.first], &first));
    }
    TRY(builtin_say_part(arena, &first, &saying));
    if (saying.told.len + saying.back.len == 0) {
        return ERR_NO_FACTS;
    }
    TRY(builtin_say_more(arena, brief, &several, &saying));
    TRY(builtin_join(arena, saying.back, &saying.told));
    if (saying.is_short) {
        TRY(builtin_add_untold(arena, brief, &saying.told));
    }
    *ret_text = saying.told;
    return OK;
}

enum err builtin_answer(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    return brief->event->kind == EVENT_COPY_REQUEST ? builtin_copy(arena, brief, ret_text)
                                                    : builtin_message(arena, brief, ret_text);
}

struct str builtin_language(struct str wanted)
{
    return str_is(wanted, "zh") ? STR("zh") : STR("en");
}
