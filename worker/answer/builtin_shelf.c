/* builtin_shelf.c - see builtin_shelf.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin_shelf.h"

#include "worker/answer/bilingual.h"
#include "worker/answer/language.h"

static enum err shelf_line(struct buf *buf, const struct product *product, bool is_zh)
{
    static const struct bilingual in = { "现在有货", "is in stock" };
    static const struct bilingual out = { "现在缺货", "is out of stock at the moment" };
    struct str language = is_zh ? STR("zh") : STR("en");
    struct str name = product->name.len > 0 ? product->name : product->sku;
    const char *stock = product->stock == STOCK_UNKNOWN ? ""
                        : bilingual_pick(product->stock == STOCK_IN ? &in : &out, language);
    bool is_priced = product->price.len > 0;
    const char *joint = !is_priced || stock[0] == '\0' ? "" : is_zh ? "，" : " and ";
    const char *costs = !is_priced ? "" : is_zh ? "价格是" : "costs ";
    const char *blank = is_zh || (!is_priced && stock[0] == '\0') ? "" : " ";
    TRY(buf_printf(buf, is_zh ? "\n%.*s（货号 %.*s）%s%s%s%s" : "\n%.*s (%.*s)%s%s%s%s", STR_ARG(name),
                   STR_ARG(product->sku), blank, stock, joint, costs));
    if (is_priced) {
        TRY(buf_printf(buf, "%.*s%s%.*s", STR_ARG(product->price),
                       product->currency.len > 0 ? " " : "", STR_ARG(product->currency)));
    }
    return buf_add(buf, is_zh ? STR("。") : STR("."));
}

/* "We sell: hoses, pots." Those that the asker can read. */
static enum err shelf_range(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    CLEANUP(buf_fini) struct buf buf;
    bool is_zh = str_is(brief->language, "zh");
    size_t told = 0;
    buf_init(&buf, 8192);
    TRY(buf_add(&buf, is_zh ? STR("我们的商品有：") : STR("We sell: ")));
    for (size_t i = 0; i < brief->categories_count; i++) {
        struct str name = brief->categories[i];
        if (!str_eq(language_of(name, brief->language, brief->language), brief->language)) {
            continue;
        }
        TRY(buf_add(&buf, told == 0 ? STR_NONE : is_zh ? STR("、") : STR(", ")));
        TRY(buf_add(&buf, name));
        told++;
    }
    bool is_part = brief->is_shelf_part || told < brief->categories_count;
    TRY(buf_add(&buf, !is_part ? STR_NONE : is_zh ? STR("等") : STR(", among other things")));
    TRY(buf_add(&buf, is_zh ? STR("。") : STR(".")));
    return told > 0 ? arena_copy(arena, buf_str(&buf), ret_text) : ERR_NO_FACTS;
}

enum err builtin_shelf_unsold(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    static const struct bilingual unsold = {
        "商品目录里没有查到这个名称的商品。如需确认，请回复“人工”。",
        "I find nothing of that name in our catalogue. To be sure, ask for a person.",
    };
    return arena_copy(arena, str_from(bilingual_pick(&unsold, brief->language)), ret_text);
}

enum err builtin_shelf(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    static const struct bilingual none = { "没有查到这样的商品。", "We have no such product." };
    static const struct bilingual all = { "符合条件的商品有：", "Here is what we have:" };
    static const struct bilingual some = { "符合条件的部分商品：", "Here is some of what we have:" };
    static const struct bilingual cheapest = { "现货中最便宜的是：",
                                             "This costs the least of those in stock:" };
    static const struct bilingual tied = { "现货中最便宜的是：",
                                         "These cost the least of those in stock:" };
    bool is_zh = str_is(brief->language, "zh");
    if (brief->categories_count > 0) {
        return shelf_range(arena, brief, ret_text);
    }
    const struct bilingual *lead = !brief->product             ? &none
                                   : brief->is_shelf_cheapest && brief->others_count > 0 ? &tied
                                   : brief->is_shelf_cheapest ? &cheapest
                                   : brief->is_shelf_part     ? &some
                                                              : &all;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 8192);
    TRY(buf_add(&buf, str_from(bilingual_pick(lead, brief->language))));
    if (brief->product) {
        TRY(shelf_line(&buf, brief->product, is_zh));
    }
    for (size_t i = 0; i < brief->others_count; i++) {
        TRY(shelf_line(&buf, brief->others[i], is_zh));
    }
    return arena_copy(arena, buf_str(&buf), ret_text);
}
