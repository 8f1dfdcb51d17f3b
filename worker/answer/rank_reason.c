/* rank_reason.c - see rank_reason.h. */
#include "worker/answer/rank_reason.h"

static enum err rank_reason_chinese(struct arena *arena, const struct rank_pick *pick,
                                    struct str with, struct str *ret_text)
{
    unsigned orders = pick->orders;
    switch (pick->reason) {
    case RANK_AGAIN:
        return arena_printf(arena, ret_text, "您在 %u 个订单中买过它。", orders);
    case RANK_WITH:
    case RANK_CONTEXT:
        if (pick->tie == RANK_TOGETHER) {
            return arena_printf(arena, ret_text, "它与「%.*s」在 %u 个订单中一起被购买。",
                                STR_ARG(with), orders);
        }
        return arena_printf(arena, ret_text, "有顾客买过「%.*s」后又买了它，共 %u 次。",
                            STR_ARG(with), orders);
    case RANK_CATEGORY:
        return arena_printf(arena, ret_text, "您在 %u 个订单中买过「%.*s」类商品。", orders,
                            STR_ARG(pick->item->category->name));
    case RANK_POPULAR:
        return arena_printf(arena, ret_text, "本店有 %u 个订单买了它。", orders);
    }
    BUG("no such reason");
}

static enum err rank_reason_english(struct arena *arena, const struct rank_pick *pick,
                                    struct str with, struct str *ret_text)
{
    unsigned orders = pick->orders;
    const char *plural = orders == 1 ? "" : "s";
    switch (pick->reason) {
    case RANK_AGAIN:
        return arena_printf(arena, ret_text, "You bought it in %u order%s.", orders, plural);
    case RANK_WITH:
    case RANK_CONTEXT:
        if (pick->tie == RANK_TOGETHER) {
            return arena_printf(arena, ret_text, "Bought together with %.*s in %u order%s.",
                                STR_ARG(with), orders, plural);
        }
        return arena_printf(arena, ret_text, "Bought later than %.*s, %u time%s.", STR_ARG(with),
                            orders, plural);
    case RANK_CATEGORY:
        return arena_printf(arena, ret_text, "You bought from %.*s in %u order%s.",
                            STR_ARG(pick->item->category->name), orders, plural);
    case RANK_POPULAR:
        return arena_printf(arena, ret_text, "In %u order%s of this shop.", orders, plural);
    }
    BUG("no such reason");
}

enum err rank_reason_write(struct arena *arena, const struct rank_pick *pick, struct str with_name,
                           struct str language, struct str *ret_text)
{
    return str_is(language, "zh") ? rank_reason_chinese(arena, pick, with_name, ret_text)
                                  : rank_reason_english(arena, pick, with_name, ret_text);
}
