/* ranking.h - what the tests of the ranking share: a shop with few products, and asking it. */
#ifndef TESTS_UNIT_RANKING_H
#define TESTS_UNIT_RANKING_H

#include "tests/unit/leaf.h"
#include "worker/answer/rank_pick.h"

static const struct rank_limits ranking_limits = {
    .shops_max = 4,
    .customers_max = 64,
    .items_max = 256,
    .categories_max = 16,
    .lines_max = 4096,
    .near_max = 8192,
};

static inline struct rank *ranking_create(void)
{
    static const uint64_t seed[2] = { 1, 2 };
    struct rank *rank = rank_create(&ranking_limits, seed);
    assert_non_null(rank);
    return rank;
}

/* An order of skus with a blank between them; "sku/category" names a category. */
struct bought {
    const char *tenant;
    const char *customer;
    const char *order;
    int64_t at_ms;
    enum order_type type;
    const char *skus;
};

static inline enum err try_learn(struct rank *rank, const struct bought *bought)
{
    struct order_item items[64] = { { .quantity = 1 } };
    size_t count = 0;
    struct str rest = str_from(bought->skus);
    struct str word;
    while (rest.len > 0 && str_split(&rest, ' ', &word)) {
        struct str sku;
        (void)str_split(&word, '/', &sku);
        items[count++] = (struct order_item){ .sku = sku, .category = word, .quantity = 1 };
    }
    const struct order order = {
        .order_id = str_from(bought->order),
        .customer_id = str_from(bought->customer),
        .type = bought->type,
        .at_wall_ms = bought->at_ms,
        .items = items,
        .items_count = count,
    };
    return rank_learn(rank, str_from(bought->tenant), &order, INT64_MAX);
}

static inline void learn(struct rank *rank, const struct bought *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(try_learn(rank, &all[i]), OK);
    }
}

#define LEARN(rank, ...)                                                                           \
    do {                                                                                           \
        const struct bought all_[] = { __VA_ARGS__ };                                              \
        learn(rank, all_, countof(all_));                                                          \
    } while (0)

/* The skus in their order, with a blank between them; valid until the next call. */
static inline const char *offered_for(struct rank *rank, const struct rank_wish *wish)
{
    static char text[4096];
    struct arena arena;
    struct rank_pick *picks;
    size_t count;
    size_t len = 0;
    arena_init(&arena, 8 << 20);
    assert_int_equal(rank_pick(rank, &arena, wish, &picks, &count), OK);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%.*s", i > 0 ? " " : "",
                                STR_ARG(picks[i].item->sku));
    }
    arena_fini(&arena);
    return text;
}

static inline const char *offered(struct rank *rank, const char *customer, size_t count)
{
    const struct rank_wish wish = { .customer_id = str_from(customer), .count = count };
    return offered_for(rank, &wish);
}

#endif
