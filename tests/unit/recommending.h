/* recommending.h - a made-up shop whose orders are known, and requests for recommendations. */
#ifndef TESTS_UNIT_RECOMMENDING_H
#define TESTS_UNIT_RECOMMENDING_H

#include "tests/unit/world.h"
#include "worker/answer/rank.h"

static struct world world;
static struct recommender recommender;

static inline void recommending_wire(struct world *self, struct engine_ports *ports)
{
    static const struct rank_limits limits = { 4, 64, 64, 16, 1024, 1024 };
    static const uint64_t seed[2] = { 1, 2 };
    (void)self;
    recommender = (struct recommender){ .rank = rank_create(&limits, seed), .is_whole = true };
    ports->recommender = &recommender;
}

/* `change` may be NULL. */
static inline void shop_opens_with(void (*change)(struct engine_options *options))
{
    static const enum topic topics[] = { TOPIC_ORDERS, TOPIC_RECOMMENDATION_REQUESTS,
                                         TOPIC_FEEDBACK };
    world_open_wired(&world, change, recommending_wire);
    for (size_t i = 0; i < countof(topics); i++) {
        struct claim claim = {
            .id = { topics[i], 0 }, .committed = -1, .leader_epoch = -1, .high = -1
        };
        world.source.events->on_claim(world.engine, &claim, 1);
    }
}

static inline void recommending_keep(struct engine_options *options)
{
    (void)options;
}

static inline void shop_opens(void)
{
    shop_opens_with(recommending_keep);
}

static inline void shop_closes(void)
{
    world_close(&world);
    rank_destroy(recommender.rank);
}

static inline void deliver(enum topic topic, int64_t offset, const char *value)
{
    const struct record record = { .topic = topic,
                                   .offset = offset,
                                   .leader_epoch = -1,
                                   .timestamp_wall_ms = world.clock.wall_ms,
                                   .value = str_from(value),
                                   .has_value = true };
    world.source.events->on_record(world.engine, &record);
    world_step(&world, 10);
}

static inline void bought(const char *customer, const char *order_id, const char *sku)
{
    const struct order_item item = { .sku = str_from(sku), .quantity = 1 };
    const struct order order = { .order_id = str_from(order_id),
                                 .customer_id = str_from(customer),
                                 .items = &item,
                                 .items_count = 1 };
    assert_int_equal(rank_learn(recommender.rank, STR(""), &order, 1000), OK);
}

#define REQUEST "{\"id\":\"r-1\",\"customer_id\":\"ann\"}"

#endif
