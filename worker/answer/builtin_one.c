/* builtin_one.c - see builtin_one.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin_one.h"

#include "worker/answer/bilingual.h"
#include "worker/answer/brief_order.h"
#include "worker/answer/builtin_order.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/builtin_product.h"
#include "worker/answer/builtin_sending.h"
#include "worker/answer/builtin_shelf.h"
#include "worker/answer/shelf_wish.h"

#define ONE_ORDERS_MAX 5 /* more would be a list, not an answer */

static enum err one_say(struct arena *arena, const struct brief *brief,
                        const struct bilingual *pair, struct str *ret_text)
{
    return arena_copy(arena, str_from(bilingual_pick(pair, brief->language)), ret_text);
}

/* "It never came", where the carrier says that it did: only a person can find out. */
static bool one_is_delivered(const struct order *const *orders, size_t count)
{
    bool is_delivered = false;
    for (size_t i = 0; i < count; i++) {
        is_delivered = is_delivered || orders[i]->type == ORDER_DELIVERED;
    }
    return is_delivered;
}

/* "Did you get my return?": those that came back; whether another one did only a person knows. */
static size_t one_undone(const struct brief *brief, const struct order **ret_orders)
{
    size_t count = 0;
    for (size_t i = 0; i < brief->orders_count && count < ONE_ORDERS_MAX; i++) {
        if (order_is_undone(&brief->orders[i])) {
            ret_orders[count++] = &brief->orders[i];
        }
    }
    return count;
}

static enum err one_came_back(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    const struct order *orders[ONE_ORDERS_MAX];
    size_t count = one_undone(brief, orders);
    return count > 0 ? builtin_order_states(arena, brief, orders, count, ret_text) : ERR_NO_FACTS;
}

static enum err one_order(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    static const struct bilingual ask = {
        "请告诉我您的订单号，我来为您查询。",
        "Please tell me your order number, so that I can look it up.",
    };
    static const struct bilingual unknown = {
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
        return one_say(arena, brief, &unknown, ret_text);
    }
    if (brief_about(brief) & CONCEPT_BIT(GOT_RETURN)) {
        return one_came_back(arena, brief, ret_text);
    }
    enum order_asked what = order_asked_in(brief_about(brief));
    bool is_sum = what != ORDER_ASKED_STATE && what != ORDER_ASKED_MISSING;
    if (is_sum && (what == ORDER_ASKED_COUNT || !brief_names_other_product(brief))) {
        return builtin_order_sums(arena, brief, what, ret_text);
    }
    const struct order *meant[ONE_ORDERS_MAX + 1];
    size_t count = brief_orders_meant(brief, meant, countof(meant));
    if (what == ORDER_ASKED_MISSING && one_is_delivered(meant, count)) {
        return ERR_NO_FACTS;
    }
    if (count == 0 || count > ONE_ORDERS_MAX) {
        return one_say(arena, brief, &ask, ret_text);
    }
    return builtin_order_states(arena, brief, meant, count, ret_text);
}

/* "Where is my refund?", where it was made: that much is known without a page. */
static enum err one_refund(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    const concept_set asks = CONCEPT_BIT(WHERE) | CONCEPT_BIT(WHEN) | CONCEPT_BIT(STATUS) |
                             CONCEPT_BIT(HOW_LONG) | CONCEPT_BIT(NOT_YET) | CONCEPT_BIT(ARRIVE);
    enum err err = builtin_page(arena, brief, ret_text);
    bool is_told = err != ERR_NO_FACTS || !brief->orders_known || !(brief_about(brief) & asks);
    const struct order *order = is_told ? NULL : brief_order(brief);
    return order && order->type == ORDER_REFUNDED
               ? builtin_order_states(arena, brief, &order, 1, ret_text)
               : err;
}

/* "When will it arrive?", 什么时候到: the order that is named, else those under way. */
static bool one_is_of_orders(const struct brief *brief)
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

/* "Which are not wooden?": a wooden one is no answer, nor a page on wooden ones. */
static bool one_is_denied(const struct brief *brief)
{
    bool is_open = brief->intent == INTENT_OTHER || brief->intent == INTENT_PRODUCT ||
                   brief->intent == INTENT_PRICE || brief->intent == INTENT_STOCK;
    return is_open && brief->event->kind == EVENT_MESSAGE && shelf_wish_denies(brief_text(brief));
}

/* What sending costs, whatever is sent, and how long it takes where no product tells it. */
static bool one_is_of_sending(const struct brief *brief)
{
    bool is_of_one = brief->names_product || brief->event->message.sku.len > 0 ||
                     one_is_of_orders(brief);
    bool is_time = brief->intent == INTENT_SHIPPING_TIME;
    return brief->event->kind == EVENT_MESSAGE && builtin_sending_is_asked(brief) &&
           !(is_time ? is_of_one || brief_product(brief) : brief->names_product);
}

static const struct bilingual anything_else = {
    "好的。如果还有其他问题，请告诉我。",
    "All right. If there is anything else, please tell me.",
};
static const struct bilingual help = {
    "当然可以。请问您想了解什么？需要人工服务请回复“人工”。",
    "Of course. What would you like to know? To talk to a person, ask for a person.",
};
static const struct bilingual robot = {
    "我是本店的自动助手。需要人工服务请回复“人工”。",
    "I am the shop's automatic assistant. To talk to a person, ask for a person.",
};

static const struct bilingual hello = { "您好！请问有什么可以帮您？",
                                      "Hello! How can I help you?" };
static const struct bilingual welcome = { "不客气，祝您生活愉快！",
                                        "You are welcome. Have a nice day!" };
static const struct bilingual shop_only = {
    "抱歉，我只能回答本店商品、订单和售后方面的问题。请问有什么可以帮您？",
    "I am sorry, I can only answer questions about our products and your orders. How can I help?",
};

static enum err one_by_intent(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    switch (brief->intent) {
    case INTENT_NOD:
        return one_say(arena, brief, &anything_else, ret_text);
    case INTENT_HELP:
        return one_say(arena, brief, &help, ret_text);
    case INTENT_ROBOT:
        return one_say(arena, brief, &robot, ret_text);
    case INTENT_SHIPPING_TIME:
        if (one_is_of_orders(brief)) {
            return one_order(arena, brief, ret_text);
        }
        return builtin_product(arena, brief, ret_text);
    case INTENT_PRICE:
    case INTENT_STOCK:
    case INTENT_PRODUCT:
        return builtin_product(arena, brief, ret_text);
    case INTENT_ORDER_STATUS:
        return one_order(arena, brief, ret_text);
    case INTENT_GREETING:
        return one_say(arena, brief, &hello, ret_text);
    case INTENT_THANKS:
        return one_say(arena, brief, &welcome, ret_text);
    case INTENT_SCOPE:
        return one_say(arena, brief, &shop_only, ret_text);
    case INTENT_REFUND:
        return one_refund(arena, brief, ret_text);
    case INTENT_RETURN:
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

/* What no product has the name of may be in a page: gift cards. */
static enum err one_unsold(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    struct brief open = *brief;
    open.intent = INTENT_OTHER;
    enum err err = builtin_page(arena, &open, ret_text);
    return err == ERR_NO_FACTS ? builtin_shelf_unsold(arena, brief, ret_text) : err;
}

enum err builtin_one(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    if (brief->is_shelf) {
        return builtin_shelf(arena, brief, ret_text);
    }
    if (one_is_denied(brief)) {
        return ERR_NO_FACTS;
    }
    if (brief->is_unsold) {
        return one_unsold(arena, brief, ret_text);
    }
    if (one_is_of_sending(brief)) {
        enum err err = builtin_sending(arena, brief, STR_NONE, ret_text);
        bool is_price = brief->intent == INTENT_PRICE; /* of no product */
        if (err != ERR_NO_FACTS || is_price) {
            return err;
        }
    }
    return one_by_intent(arena, brief, ret_text);
}

bool builtin_one_asks_back(const struct brief *brief)
{
    return builtin_product_is_unnamed(brief) && !one_is_of_orders(brief);
}
