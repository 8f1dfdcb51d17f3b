/* screening.h - a small shop's facts, and a reply held against them. */
#ifndef TESTS_UNIT_SCREENING_H
#define TESTS_UNIT_SCREENING_H

#include "tests/unit/payload.h"
#include "worker/answer/screen.h"

#define SCREENING_NOW_MS INT64_C(1764324000000) /* 2025-11-28, a Friday */

struct screening_case {
    const char *text;
    enum flaw flaw;
};

static const struct attribute screening_attributes[] = {
    { { "capacity", 8 }, { "1.7 l", 5 } },   { { "weight", 6 }, { "1.2 kg", 6 } },
    { { "colour", 6 }, { "red", 3 } },       { { "material", 8 }, { "stainless steel", 15 } },
    { { "power", 5 }, { "2200 W", 6 } },
};

static const struct product screening_kettle = {
    .sku = STR("KTL-17"),
    .name = STR("Aurora Kettle"),
    .category = STR("kitchen"),
    .price = STR("39.90"),
    .currency = STR("EUR"),
    .stock = STOCK_IN,
    .description = STR("Boils fast and switches off by itself."),
    .attributes = screening_attributes,
    .attributes_count = countof(screening_attributes),
    .ship_min_days = 3,
    .ship_max_days = 5,
    .ship_from = STR("Berlin"),
};

static const struct attribute screening_zh_attributes[] = {
    { { "容量", 6 }, { "1.7升", 6 } },
    { { "颜色", 6 }, { "红色", 6 } },
    { { "材质", 6 }, { "不锈钢", 9 } },
};

static const struct product screening_pot = {
    .sku = STR("SH-9"),
    .name = STR("极光电热水壶"),
    .price = STR("199"),
    .currency = STR("CNY"),
    .stock = STOCK_OUT,
    .attributes = screening_zh_attributes,
    .attributes_count = countof(screening_zh_attributes),
    .ship_min_days = 3,
    .ship_max_days = 5,
    .ship_from = STR("杭州"),
};

static const struct order_item screening_items[] = {
    { .sku = STR("KTL-17"), .name = STR("Aurora Kettle"), .price = STR("39.90"),
      .currency = STR("EUR"), .quantity = 2 },
    { .sku = STR("CUP-3"), .name = STR("Moss Cup"), .price = STR("8.50"),
      .currency = STR("EUR"), .quantity = 4 },
};

static const struct order screening_orders[] = {
    { .order_id = STR("100234"), .type = ORDER_SHIPPED, .carrier = STR("DHL"),
      .tracking = STR("JJD0012345"), .eta = STR("2025-12-01"), .items = screening_items,
      .items_count = countof(screening_items) },
    { .order_id = STR("100235"), .type = ORDER_CANCELLED },
    { .order_id = STR("100236"), .type = ORDER_DELIVERED, .carrier = STR("Hermes"),
      .tracking = STR("HM777123") },
};

static const struct passage screening_passages[] = {
    { STR("returns.md#1"), STR("Returns"),
      STR("You can return unused items within 30 days. Exchanges are possible within 14 days. "
          "Refunds are paid within 5 business days. Sale items cannot be refunded. "
          "Shipping is free for orders over 50 EUR.") },
    { STR("tuihuo.md#1"), STR("退货"),
      STR("未使用的商品三十天内可以退货。十五天内可以换货。退款将在五个工作日内到账。特价商品不支持退款。") },
};

/* On the day that `days` are between it and the usual one. */
static inline struct screen_verdict screening_judge(const char *language, bool is_product,
                                                    bool is_policy, const char *text, int days)
{
    struct arena arena;
    struct event event = { .kind = EVENT_MESSAGE };
    bool is_chinese = strcmp(language, "zh") == 0;
    const struct brief brief = {
        .event = &event,
        .language = str_from(language),
        .product = !is_product ? NULL : is_chinese ? &screening_pot : &screening_kettle,
        .orders = screening_orders,
        .orders_count = is_product ? 0 : countof(screening_orders),
        .orders_known = !is_product,
        .passages = screening_passages,
        .passages_count = is_policy ? countof(screening_passages) : 0,
    };
    struct screen_verdict verdict = { .flaw = FLAW_COUNT };
    int64_t now_ms = SCREENING_NOW_MS + (int64_t)days * 86400000;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_judge(&arena, &brief, str_from(text), now_ms, &verdict), OK);
    arena_fini(&arena);
    return verdict;
}

static inline enum flaw screening_run(const char *language, bool is_product, bool is_policy,
                                      const char *text)
{
    return screening_judge(language, is_product, is_policy, text, 0).flaw;
}

/* What is said to hold for every day does. */
static inline size_t screening_count_changes(const char *language, bool is_product, bool is_policy,
                                             const char *text)
{
    struct screen_verdict today = screening_judge(language, is_product, is_policy, text, 0);
    size_t changes = 0;
    for (int days = 1; days <= 10 && !today.leans_on_day && today.flaw == FLAW_NONE; days++) {
        changes += screening_judge(language, is_product, is_policy, text, days).flaw != FLAW_NONE;
    }
    return changes;
}

static inline void screening_expect(const char *language, bool is_product, bool is_policy,
                                    const struct screening_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        enum flaw flaw = screening_run(language, is_product, is_policy, cases[i].text);
        if (flaw != cases[i].flaw) {
            print_message("%s: %s, not %s\n", cases[i].text, flaw_label(flaw),
                          flaw_label(cases[i].flaw));
            wrong++;
        }
        wrong += screening_count_changes(language, is_product, is_policy, cases[i].text);
    }
    assert_int_equal(wrong, 0);
}

/* The flaw of a reply on one product, whose entry is all that is known. */
static inline const char *screening_entry(const struct product *product,
                                          const char *language, const char *reply)
{
    struct event event = { .kind = EVENT_MESSAGE };
    const struct brief brief = { .event = &event, .language = str_from(language),
                                 .product = product };
    struct arena arena;
    enum flaw flaw = FLAW_COUNT;
    arena_init(&arena, (size_t)2 << 20);
    assert_int_equal(screen_reply(&arena, &brief, str_from(reply), SCREENING_NOW_MS,
                                  &flaw), OK);
    arena_fini(&arena);
    print_message("%s: %s\n", reply, flaw_label(flaw));
    return flaw_label(flaw);
}

#endif
