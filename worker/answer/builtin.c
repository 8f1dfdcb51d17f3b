/* builtin.c - see builtin.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin.h"

#include "worker/answer/brief_order.h"
#include "worker/answer/builtin_copy.h"
#include "worker/answer/builtin_order.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/passage_cover.h"
#include "worker/answer/property.h"

#define BUILTIN_ORDERS_MAX 5 /* more would be a list, not an answer */

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

static struct str builtin_product_name(const struct product *product)
{
    return product->name.len ? product->name : product->sku;
}

static enum err builtin_say(struct arena *arena, const struct brief *brief,
                            const struct wording *wording, struct str *ret_text)
{
    return arena_copy(arena, str_from(builtin_pick(brief, wording)), ret_text);
}

static enum err builtin_which_product(struct arena *arena, const struct brief *brief,
                                      struct str *ret_text)
{
    static const struct wording ask = {
        "请问您想了解哪一款商品？请告诉我商品名称或货号。",
        "Which product do you mean? Please tell me its name or SKU.",
    };
    return builtin_say(arena, brief, &ask, ret_text);
}

/* "3-5天" and "3 to 5 days"; one number when both are the same, a bound when one is known. */
static enum err builtin_days(struct arena *arena, const struct brief *brief,
                             const struct product *product, struct str *ret_days)
{
    bool is_zh = builtin_is_chinese(brief);
    int min = product->ship_min_days;
    int max = product->ship_max_days;
    if (min >= 0 && max >= 0 && min < max) {
        return arena_printf(arena, ret_days, is_zh ? "%d-%d天" : "%d to %d days", min, max);
    }
    int only = max >= 0 ? max : min;
    static const struct wording least = { "至少", "at least " };
    static const struct wording most = { "最多", "at most " };
    static const struct wording exact = { "", "" };
    const struct wording *bound = min < 0 ? &most : max < 0 ? &least : &exact;
    const char *unit = only == 1 ? " day" : " days";
    return arena_printf(arena, ret_days, "%s%d%s", builtin_pick(brief, bound), only,
                        is_zh ? "天" : unit);
}

static enum err builtin_shipping(struct arena *arena, const struct brief *brief,
                                 const struct product *product, struct str *ret_text)
{
    if (product->ship_min_days < 0 && product->ship_max_days < 0) {
        return ERR_NO_FACTS;
    }
    struct str days;
    TRY(builtin_days(arena, brief, product, &days));
    struct str name = builtin_product_name(product);
    bool is_zh = builtin_is_chinese(brief);
    if (product->ship_from.len > 0) {
        return arena_printf(arena, ret_text,
                            is_zh ? "%.*s（货号 %.*s）的运输时间是%.*s，从%.*s发货。"
                                  : "Shipping for %.*s (%.*s) takes %.*s, sent from %.*s.",
                            STR_ARG(name), STR_ARG(product->sku), STR_ARG(days),
                            STR_ARG(product->ship_from));
    }
    return arena_printf(arena, ret_text,
                        is_zh ? "%.*s（货号 %.*s）的运输时间是%.*s。"
                              : "Shipping for %.*s (%.*s) takes %.*s.",
                        STR_ARG(name), STR_ARG(product->sku), STR_ARG(days));
}

static enum err builtin_price(struct arena *arena, const struct brief *brief,
                              const struct product *product, struct str *ret_text)
{
    if (product->price.len == 0) {
        return ERR_NO_FACTS;
    }
    struct str name = builtin_product_name(product);
    if (builtin_is_chinese(brief)) {
        return arena_printf(arena, ret_text, "%.*s（货号 %.*s）的价格是%.*s %.*s。", STR_ARG(name),
                            STR_ARG(product->sku), STR_ARG(product->price),
                            STR_ARG(product->currency));
    }
    return arena_printf(arena, ret_text, "%.*s (%.*s) costs %.*s %.*s.", STR_ARG(name),
                        STR_ARG(product->sku), STR_ARG(product->price),
                        STR_ARG(product->currency));
}

static enum err builtin_stock(struct arena *arena, const struct brief *brief,
                              const struct product *product, struct str *ret_text)
{
    if (product->stock == STOCK_UNKNOWN) {
        return ERR_NO_FACTS;
    }
    static const struct wording in = { "现在有货", "is in stock" };
    static const struct wording out = { "现在缺货", "is out of stock at the moment" };
    struct str name = builtin_product_name(product);
    const char *text = builtin_pick(brief, product->stock == STOCK_IN ? &in : &out);
    if (builtin_is_chinese(brief)) {
        return arena_printf(arena, ret_text, "%.*s（货号 %.*s）%s。", STR_ARG(name),
                            STR_ARG(product->sku), text);
    }
    return arena_printf(arena, ret_text, "%.*s (%.*s) %s.", STR_ARG(name), STR_ARG(product->sku),
                        text);
}

/* A description that ends its own sentence goes on in ours. */
static struct str builtin_without_stop(struct str text)
{
    static const struct str stops[] = { STR("."), STR("。") };
    struct str trimmed = str_trim(text);
    for (size_t i = 0; i < countof(stops); i++) {
        size_t len = trimmed.len - min_size(stops[i].len, trimmed.len);
        if (str_eq(str_slice(trimmed, len, stops[i].len), stops[i])) {
            return str_slice(trimmed, 0, len);
        }
    }
    return trimmed;
}

static enum err builtin_describe(struct arena *arena, const struct brief *brief,
                                 const struct product *product, struct str *ret_text)
{
    if (product->description.len == 0 && product->attributes_count == 0) {
        return ERR_NO_FACTS;
    }
    bool is_zh = builtin_is_chinese(brief);
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 32768);
    TRY(buf_printf(&buf, is_zh ? "%.*s（货号 %.*s）" : "%.*s (%.*s)",
                   STR_ARG(builtin_product_name(product)), STR_ARG(product->sku)));
    const char *before = is_zh ? "：" : ": ";
    if (product->description.len > 0) {
        struct str description = builtin_without_stop(product->description);
        TRY(buf_printf(&buf, "%s%.*s", before, STR_ARG(description)));
        before = is_zh ? "；" : "; ";
    }
    for (size_t i = 0; i < product->attributes_count && i < 12; i++) {
        TRY(buf_printf(&buf, "%s%.*s %.*s", before, STR_ARG(product->attributes[i].name),
                       STR_ARG(product->attributes[i].value)));
        before = is_zh ? "，" : ", ";
    }
    TRY(buf_add(&buf, is_zh ? STR("。") : STR(".")));
    return arena_copy(arena, buf_str(&buf), ret_text);
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

typedef enum err builtin_product_fn(struct arena *arena, const struct brief *brief,
                                    const struct product *product, struct str *ret_text);

/* "How much are A and B?": a line for each, or nothing is told. */
static enum err builtin_about_others(struct arena *arena, const struct brief *brief,
                                     builtin_product_fn *tell, struct str *text)
{
    for (size_t i = 0; i < brief->others_count; i++) {
        struct str line;
        TRY(tell(arena, brief, brief->others[i], &line));
        const struct str parts[] = { *text, STR("\n"), line };
        TRY(arena_join(arena, parts, countof(parts), text));
    }
    return OK;
}

static enum err builtin_about_product(struct arena *arena, const struct brief *brief,
                                      builtin_product_fn *tell, struct str *ret_text)
{
    const struct product *product = brief_product(brief);
    if (product) {
        TRY(tell(arena, brief, product, ret_text));
        return builtin_about_others(arena, brief, tell, ret_text);
    }
    /* One is named that the catalogue does not have: a person knows more. */
    bool is_named = brief->event->message.sku.len > 0;
    return is_named ? ERR_NO_FACTS : builtin_which_product(arena, brief, ret_text);
}

/* "Can I wash the covers of the sofa?": what the catalogue says of the product, where that tells a
 * good part of what is asked. */
static enum err builtin_is_told(struct arena *arena, const struct brief *brief, bool *ret_is_told)
{
    const struct product *product = brief->names_product ? brief->product : NULL;
    struct passage own = { .title = STR_NONE };
    struct passage_cover cover;
    *ret_is_told = false;
    if (!product || builtin_describe(arena, brief, product, &own.text) != OK) {
        return OK;
    }
    const struct str things[] = { product->name, STR("\n"), product->sku };
    struct str names;
    TRY(arena_join(arena, things, countof(things), &names));
    passage_cover_init(&cover, NULL, 1, brief->event->message.text, names);
    *ret_is_told = passage_cover_of(&cover, &own) >= PASSAGE_COVER_MIN;
    return OK;
}

static enum err builtin_other(struct arena *arena, const struct brief *brief,
                              struct str *ret_text)
{
    bool is_told;
    TRY(builtin_is_told(arena, brief, &is_told));
    return is_told ? builtin_describe(arena, brief, brief->product, ret_text)
                   : builtin_page(arena, brief, ret_text);
}

/* "Is it made of steel?": an entry that does not say what a thing is made of is no answer. */
static enum property_told builtin_property(struct arena *arena, const struct brief *brief)
{
    const struct product *product = brief_product(brief);
    struct str entry;
    if (!product || builtin_describe(arena, brief, product, &entry) != OK) {
        return PROPERTY_NOT_ASKED;
    }
    return property_is_told(brief->event->message.text, entry);
}

/* A page may tell it, as it may anything that is asked, if it tells that property. */
static enum err builtin_page_property(struct arena *arena, const struct brief *brief,
                                      struct str *ret_text)
{
    struct brief open = *brief;
    open.intent = INTENT_OTHER;
    open.passages_count = 1;
    for (size_t i = 0; i < brief->passages_count; i++) {
        open.passages = &brief->passages[i];
        open.covers = brief->covers ? &brief->covers[i] : NULL;
        struct str text = open.passages->text;
        if (property_is_told(brief->event->message.text, text) == PROPERTY_TOLD) {
            return builtin_page(arena, &open, ret_text);
        }
    }
    return ERR_NO_FACTS;
}

static enum err builtin_product(struct arena *arena, const struct brief *brief,
                                struct str *ret_text)
{
    if (builtin_page_is_named(brief)) { /* "is there a warranty on kettles?" */
        return builtin_page(arena, brief, ret_text);
    }
    if (builtin_property(arena, brief) != PROPERTY_UNTOLD) {
        return builtin_about_product(arena, brief, builtin_describe, ret_text);
    }
    return builtin_page_property(arena, brief, ret_text);
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
        if (!brief_product(brief) && brief_order_named(brief)) { /* "when will it arrive?" */
            return builtin_order(arena, brief, ret_text);
        }
        return builtin_about_product(arena, brief, builtin_shipping, ret_text);
    case INTENT_PRICE:
        return builtin_about_product(arena, brief, builtin_price, ret_text);
    case INTENT_STOCK:
        return builtin_about_product(arena, brief, builtin_stock, ret_text);
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
        return builtin_other(arena, brief, ret_text);
    case INTENT_COMPLAINT:
    case INTENT_PERSON:
    case INTENT_ANGRY:
        break;
    }
    return ERR_NO_FACTS;
}

enum err builtin_answer(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    return brief->event->kind == EVENT_COPY_REQUEST ? builtin_copy(arena, brief, ret_text)
                                                    : builtin_reply(arena, brief, ret_text);
}

struct str builtin_language(struct str wanted)
{
    return str_is(wanted, "zh") ? STR("zh") : STR("en");
}
