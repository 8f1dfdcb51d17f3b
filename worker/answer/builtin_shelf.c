/* builtin_shelf.c - see builtin_shelf.h. Sentences come in pairs, Chinese and English. */
#include "worker/answer/builtin_shelf.h"

#include "worker/answer/bilingual.h"

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

enum err builtin_shelf(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    static const struct bilingual none = { "没有查到这样的商品。", "We have no such product." };
    static const struct bilingual all = { "符合条件的商品有：", "Here is what we have:" };
    static const struct bilingual some = { "符合条件的部分商品：", "Here is some of what we have:" };
    static const struct bilingual cheapest = { "符合条件的商品：",
                                             "This costs the least of those in stock:" };
    static const struct bilingual tied = { "符合条件的商品：",
                                         "These cost the least of those in stock:" };
    bool is_zh = str_is(brief->language, "zh");
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
