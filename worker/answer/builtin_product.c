/* builtin_product.c - see builtin_product.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin_product.h"

#include "worker/answer/bilingual.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/builtin_sending.h"
#include "worker/answer/builtin_shop.h"
#include "worker/answer/passage_cover.h"
#include "worker/answer/property.h"
#include "worker/answer/quantity.h"

static bool product_is_chinese(const struct brief *brief)
{
    return str_is(brief->language, "zh");
}

static struct str product_name(const struct product *product)
{
    return product->name.len ? product->name : product->sku;
}

/* "A (SKU-1), B (SKU-2)": what the message may mean. */
static enum err product_choice(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    CLEANUP(buf_fini) struct buf buf;
    bool is_zh = product_is_chinese(brief);
    buf_init(&buf, 8192);
    for (size_t i = brief_named_count(brief); i < brief->others_count; i++) {
        const struct product *product = brief->others[i];
        TRY(buf_add(&buf, buf.len == 0 ? STR_NONE : is_zh ? STR("、") : STR(", ")));
        TRY(buf_printf(&buf, is_zh ? "%.*s（货号 %.*s）" : "%.*s (%.*s)",
                       STR_ARG(product_name(product)), STR_ARG(product->sku)));
    }
    return arena_copy(arena, buf_str(&buf), ret_text);
}

static enum err product_ask(struct arena *arena, const struct brief *brief,
                            struct str *ret_text)
{
    static const struct bilingual ask = {
        "请问您想了解哪一款商品？请告诉我商品名称或货号。",
        "Which product do you mean? Please tell me its name or SKU.",
    };
    if (!brief->is_choice) {
        return arena_copy(arena, str_from(bilingual_pick(&ask, brief->language)), ret_text);
    }
    struct str choice;
    TRY(product_choice(arena, brief, &choice));
    return arena_printf(arena, ret_text,
                        product_is_chinese(brief)
                            ? "请问您想了解哪一款商品：%.*s，还是其他商品？请告诉我商品名称或货号。"
                            : "Which product do you mean: %.*s, or something else? Please tell me "
                              "its name or SKU.",
                        STR_ARG(choice));
}

/* "3-5天" and "3 to 5 days"; one number when both are the same, a bound when one is known. */
static enum err product_days(struct arena *arena, const struct brief *brief,
                             const struct product *product, struct str *ret_days)
{
    bool is_zh = product_is_chinese(brief);
    int min = product->ship_min_days;
    int max = product->ship_max_days;
    if (min >= 0 && max >= 0 && min < max) {
        return arena_printf(arena, ret_days, is_zh ? "%d-%d天" : "%d to %d days", min, max);
    }
    int only = max >= 0 ? max : min;
    static const struct bilingual least = { "至少", "at least " };
    static const struct bilingual most = { "最多", "at most " };
    static const struct bilingual exact = { "", "" };
    const struct bilingual *bound = min < 0 ? &most : max < 0 ? &least : &exact;
    const char *unit = only == 1 ? " day" : " days";
    return arena_printf(arena, ret_days, "%s%d%s", bilingual_pick(bound, brief->language), only,
                        is_zh ? "天" : unit);
}

static enum err product_shipping(struct arena *arena, const struct brief *brief,
                                 const struct product *product, struct str *ret_text)
{
    if (product->ship_min_days < 0 && product->ship_max_days < 0) {
        return ERR_NO_FACTS;
    }
    struct str days;
    TRY(product_days(arena, brief, product, &days));
    struct str name = product_name(product);
    bool is_zh = product_is_chinese(brief);
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

/* "How much are three of them?" */
static enum err product_price_of_many(struct arena *arena, const struct brief *brief,
                                      const struct product *product, struct str *ret_text)
{
    struct quantity_total total;
    char amount[ORDER_AMOUNT_BYTES];
    if (brief_named_count(brief) > 0 ||
        !quantity_total(brief_text(brief), product, &total)) {
        *ret_text = STR_NONE;
        return OK;
    }
    struct str sum = order_amount(total.amount, amount);
    bool is_zh = product_is_chinese(brief);
    return arena_printf(arena, ret_text,
                        is_zh ? "%.*s（货号 %.*s）的单价是%.*s %.*s，%lld件合计%.*s %.*s。"
                              : "%.*s (%.*s) costs %.*s %.*s each, %lld cost %.*s %.*s in total.",
                        STR_ARG(product_name(product)), STR_ARG(product->sku),
                        STR_ARG(product->price), STR_ARG(product->currency),
                        (long long)total.quantity, STR_ARG(sum), STR_ARG(product->currency));
}

static enum err product_price(struct arena *arena, const struct brief *brief,
                              const struct product *product, struct str *ret_text)
{
    if (product->price.len == 0) {
        return ERR_NO_FACTS;
    }
    TRY(product_price_of_many(arena, brief, product, ret_text));
    if (ret_text->len > 0) {
        return OK;
    }
    return arena_printf(arena, ret_text,
                        product_is_chinese(brief) ? "%.*s（货号 %.*s）的价格是%.*s%s%.*s。"
                                                  : "%.*s (%.*s) costs %.*s%s%.*s.",
                        STR_ARG(product_name(product)), STR_ARG(product->sku),
                        STR_ARG(product->price), product->currency.len > 0 ? " " : "",
                        STR_ARG(product->currency));
}

static enum err product_stock(struct arena *arena, const struct brief *brief,
                              const struct product *product, struct str *ret_text)
{
    if (product->stock == STOCK_UNKNOWN) {
        return ERR_NO_FACTS;
    }
    static const struct bilingual in = { "现在有货", "is in stock" };
    static const struct bilingual out = { "现在缺货", "is out of stock at the moment" };
    struct str name = product_name(product);
    const char *text = bilingual_pick(product->stock == STOCK_IN ? &in : &out, brief->language);
    if (product_is_chinese(brief)) {
        return arena_printf(arena, ret_text, "%.*s（货号 %.*s）%s。", STR_ARG(name),
                            STR_ARG(product->sku), text);
    }
    return arena_printf(arena, ret_text, "%.*s (%.*s) %s.", STR_ARG(name), STR_ARG(product->sku),
                        text);
}

/* A description that ends its own sentence goes on in ours. */
static struct str product_without_stop(struct str text)
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

static enum err product_describe(struct arena *arena, const struct brief *brief,
                                 const struct product *product, struct str *ret_text)
{
    if (product->description.len == 0 && product->attributes_count == 0) {
        return ERR_NO_FACTS;
    }
    bool is_zh = product_is_chinese(brief);
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 32768);
    TRY(buf_printf(&buf, is_zh ? "%.*s（货号 %.*s）" : "%.*s (%.*s)",
                   STR_ARG(product_name(product)), STR_ARG(product->sku)));
    const char *before = is_zh ? "：" : ": ";
    if (product->description.len > 0) {
        struct str description = product_without_stop(product->description);
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

typedef enum err product_tell_fn(struct arena *arena, const struct brief *brief,
                                 const struct product *product, struct str *ret_text);

/* "How much are A and B?": a line for each, or nothing is told. */
static enum err product_tell_others(struct arena *arena, const struct brief *brief,
                                    product_tell_fn *tell, struct str *text)
{
    for (size_t i = 0; i < brief_named_count(brief); i++) {
        struct str line;
        TRY(tell(arena, brief, brief->others[i], &line));
        const struct str parts[] = { *text, STR("\n"), line };
        TRY(arena_join(arena, parts, countof(parts), text));
    }
    return OK;
}

static enum err product_tell(struct arena *arena, const struct brief *brief,
                             product_tell_fn *tell, struct str *ret_text)
{
    const struct product *product = brief_product(brief);
    if (product) {
        TRY(tell(arena, brief, product, ret_text));
        return product_tell_others(arena, brief, tell, ret_text);
    }
    /* One is named that the catalogue does not have: a person knows more. */
    bool is_named = brief->event->message.sku.len > 0;
    enum err err = is_named ? ERR_NO_FACTS : builtin_shop(arena, brief, ret_text);
    return is_named || err != ERR_NO_FACTS ? err : product_ask(arena, brief, ret_text);
}

/* Whether a number stands right before byte `at`. */
static bool product_is_counted(struct str entry, size_t at)
{
    static const char numbers[] = "一|二|三|四|五|六|七|八|九|十|百|千|万|两";
    bool is_digit = at > 0 && entry.ptr[at - 1] >= '0' && entry.ptr[at - 1] <= '9';
    return is_digit || (at >= 3 && plain_has_any(str_slice(entry, at - 3, 3), numbers));
}

/* 有多少页, 第几版: the entry has a number of just that. */
static bool product_tells_count(struct str question, struct str entry)
{
    static const struct str asks[] = { STR("多少"), STR("几") };
    bool is_told = false;
    for (size_t i = 0; i < countof(asks) && !is_told; i++) {
        size_t at = str_find(question, asks[i]);
        struct str unit = str_slice(question, min_size(at + asks[i].len, question.len), 3);
        for (size_t from = 0; unit.len == 3 && (unsigned char)unit.ptr[0] >= 0xE4 && !is_told;) {
            size_t found = from + str_find(str_slice(entry, from, entry.len), unit);
            if (found >= entry.len) {
                break;
            }
            is_told = product_is_counted(entry, found);
            from = found + unit.len;
        }
    }
    return is_told;
}

/* 精装还是平装: the entry has one of the two. */
static bool product_tells_choice(struct str question, struct str entry)
{
    const struct str joint = STR("还是");
    size_t at = str_find(question, joint);
    struct str one = at >= 6 && at < question.len ? str_slice(question, at - 6, 6) : STR_NONE;
    struct str other = str_slice(question, min_size(at + joint.len, question.len), 6);
    return one.len == 6 && other.len == 6 &&
           (str_find(entry, one) < entry.len || str_find(entry, other) < entry.len);
}

/* "Can I wash the covers of the sofa?": what the catalogue says of the product, where that tells a
 * good part of what is asked. */
static enum err product_is_told(struct arena *arena, const struct brief *brief, bool *ret_is_told)
{
    const struct product *product = brief->names_product ? brief->product : NULL;
    struct passage own = { .title = STR_NONE };
    struct passage_cover cover;
    *ret_is_told = false;
    if (!product || product_describe(arena, brief, product, &own.text) != OK) {
        return OK;
    }
    const struct str things[] = { product->name, STR("\n"), product->sku };
    struct str names;
    TRY(arena_join(arena, things, countof(things), &names));
    passage_cover_init(&cover, NULL, 1, brief_text(brief), names);
    struct plain question;
    struct plain entry;
    plain_of(brief_text(brief), &question);
    plain_of(own.text, &entry);
    *ret_is_told = passage_cover_of(&cover, &own) >= PASSAGE_COVER_MIN ||
                   product_tells_count(plain_str(&question), plain_str(&entry)) ||
                   product_tells_choice(plain_str(&question), plain_str(&entry));
    return OK;
}

enum err builtin_product_open(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    bool is_told;
    TRY(product_is_told(arena, brief, &is_told));
    return is_told ? product_describe(arena, brief, brief->product, ret_text)
                   : builtin_page(arena, brief, ret_text);
}

/* "Is it made of steel?": an entry that does not say what a thing is made of is no answer. */
static enum property_told product_property(struct arena *arena, const struct brief *brief)
{
    const struct product *product = brief_product(brief);
    struct str entry;
    if (!product || product_describe(arena, brief, product, &entry) != OK) {
        return PROPERTY_NOT_ASKED;
    }
    return property_is_told(brief_text(brief), entry);
}

enum err builtin_add_untold(struct arena *arena, const struct brief *brief, struct str *text)
{
    static const struct bilingual untold = {
        "\n其余问题请回复“人工”咨询。",
        "\nFor the rest of your question, ask for a person.",
    };
    const struct str parts[] = { *text, str_from(bilingual_pick(&untold, brief->language)) };
    return arena_join(arena, parts, countof(parts), text);
}

/* A page may tell it, as it may anything that is asked, if it tells that property. */
static enum err product_page(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    struct brief open = *brief;
    open.intent = INTENT_OTHER;
    open.passages_count = 1;
    for (size_t i = 0; i < brief->passages_count; i++) {
        open.passages = &brief->passages[i];
        open.covers = brief->covers ? &brief->covers[i] : NULL;
        enum property_told told = property_is_told(brief_text(brief),
                                                   open.passages->text);
        if (told == PROPERTY_TOLD || told == PROPERTY_PARTLY) {
            TRY(builtin_page(arena, &open, ret_text));
            return told == PROPERTY_PARTLY ? builtin_add_untold(arena, brief, ret_text) : OK;
        }
    }
    return ERR_NO_FACTS;
}

/* "Do you have the Luna in size M?" is not answered by what it is like alone, if there is none. */
static enum err product_add_absence(struct arena *arena, const struct brief *brief,
                                    struct str *text)
{
    static const char wishes[] = "do you have|have you got|do you sell|can i buy|can i get|"
                                 "i want|available|有没有|还有|有吗|能买|想买";
    const struct product *product = brief_product(brief);
    struct plain question;
    struct str line;
    plain_of(brief_text(brief), &question);
    if (!product || product->stock != STOCK_OUT || brief_named_count(brief) > 0 ||
        !plain_has_any(plain_str(&question), wishes)) {
        return OK;
    }
    TRY(product_stock(arena, brief, product, &line));
    const struct str parts[] = { *text, STR("\n"), line };
    return arena_join(arena, parts, countof(parts), text);
}

static enum err product_about(struct arena *arena, const struct brief *brief,
                              struct str *ret_text)
{
    if (builtin_page_is_named(brief)) { /* "is there a warranty on kettles?" */
        return builtin_page(arena, brief, ret_text);
    }
    enum property_told told = product_property(arena, brief);
    if (told == PROPERTY_UNTOLD) {
        return product_page(arena, brief, ret_text);
    }
    TRY(product_tell(arena, brief, product_describe, ret_text));
    TRY(product_add_absence(arena, brief, ret_text));
    return told == PROPERTY_PARTLY ? builtin_add_untold(arena, brief, ret_text) : OK;
}

/* "What does gift wrapping for the sofa cost?" asks for no price of the sofa. */
static bool product_asks_service(const struct brief *brief)
{
    static const char *const services[] = {
        "wrapping for", "wrapping of", "gift wrap for", "assembly for", "assembly of",
        "installation for", "installation of", "engraving for", "engraving of", "engraving on",
        "repair for", "repair of", "repairs of", "包装多少", "包装费", "组装多少", "组装费",
        "安装多少", "安装费", "刻字多少", "刻字费", "维修多少", "维修费", "保养多少", "保养费",
    };
    struct plain text;
    plain_of(brief_text(brief), &text);
    bool asks = false;
    for (size_t i = 0; brief_product(brief) && i < countof(services); i++) {
        asks = asks || plain_has_any(plain_str(&text), services[i]);
    }
    return asks;
}

bool builtin_product_is_unnamed(const struct brief *brief)
{
    bool is_about_one = brief->intent == INTENT_SHIPPING_TIME || brief->intent == INTENT_PRICE ||
                        brief->intent == INTENT_STOCK || brief->intent == INTENT_PRODUCT;
    return is_about_one && !brief_product(brief) && brief->event->message.sku.len == 0;
}

/* An entry without its days is sent as the shop sends. */
static enum err product_sending(struct arena *arena, const struct brief *brief,
                                struct str *ret_text)
{
    enum err err = product_tell(arena, brief, product_shipping, ret_text);
    const struct product *product = brief_product(brief);
    if (err != ERR_NO_FACTS || !product || brief_named_count(brief) > 0) {
        return err;
    }
    const struct str names[] = { product->name, STR("\n"), product->sku };
    struct str things;
    TRY(arena_join(arena, names, countof(names), &things));
    return builtin_sending(arena, brief, things, ret_text);
}

enum err builtin_product(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    if (brief->intent == INTENT_SHIPPING_TIME) {
        return product_sending(arena, brief, ret_text);
    }
    if (brief->intent == INTENT_PRICE && product_asks_service(brief)) {
        return builtin_shop(arena, brief, ret_text);
    }
    if (brief->intent == INTENT_PRICE) {
        return product_tell(arena, brief, product_price, ret_text);
    }
    return brief->intent == INTENT_STOCK ? product_tell(arena, brief, product_stock, ret_text)
                                         : product_about(arena, brief, ret_text);
}
