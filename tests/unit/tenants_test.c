/* tenants_test.c - property: whatever happens in whichever order, nothing of one tenant is in what
 * another one is told.
 *
 * All tenants have the same customers, conversations, orders, products, questions and event ids, on
 * one partition, and may ask the same in the same words. What is a tenant's own (the carrier
 * of its orders, the names of its products, its pages, its instructions, what its customers said
 * before) carries its mark. The made-up model repeats every mark that it is given, so an answer
 * that has a wrong one has come out of a wrong fact, cache entry, memo, history or prompt. */
#include <stdio.h>

#include "tests/unit/leaf.h"
#include "tests/unit/world.h"
#include "worker/engine/knowledge.h"

#define TENANTS 3
#define ROUNDS 300
#define SEEDS 20
#define MARK_BYTES 16

static struct world world;
static struct list searches;
static struct list asked;
static int64_t offset;
static size_t leant; /* searches with a mark in what the question leans on */
static int crossing; /* the pages of how many tenants further on are given; 0 but for the control */

/* The second one's name begins like the third's, and the first one has none. */
static const char *const tenants[TENANTS] = { "", "acme", "acme-b" };
static const char *const marks[TENANTS] = { "zqnone", "zqfirst", "zqother" };

static int tenant_of(struct str name)
{
    int found = 0;
    while (!str_is(name, tenants[found])) {
        found++;
        assert_true(found < TENANTS);
    }
    return found;
}

/* --- pages and a model that hide nothing --- */

static bool pages_has(struct knowledge *port, struct str tenant)
{
    (void)port;
    (void)tenant;
    return true;
}

static void pages_find(struct knowledge *port, struct knowledge_call *call)
{
    (void)port;
    for (int i = 0; i < TENANTS; i++) {
        struct str before = call->question.before;
        bool is_said = str_find(before, str_from(marks[i])) < before.len;
        assert_true(!is_said || i == tenant_of(call->tenant));
        leant += is_said ? 1 : 0;
    }
    list_append(&searches, &call->node);
}

static const struct knowledge_ops pages_ops = { "fake", pages_has, pages_find };
static struct knowledge pages = { &pages_ops };

static void pages_answer(void)
{
    struct list_node *node;
    while ((node = list_pop(&searches)) != NULL) {
        struct knowledge_call *call = container_of(node, struct knowledge_call, node);
        struct passage *passage = arena_new(call->arena, struct passage);
        assert_non_null(passage);
        *passage = (struct passage){ STR("p.md#1"), STR("Page"),
                                     str_from(marks[(tenant_of(call->tenant) + crossing) %
                                                    TENANTS]) };
        call->passages = passage;
        call->passages_count = 1;
        call->on_done(call, OK);
    }
}

/* Every mark that stands anywhere in what the model was sent. */
static void repeat_ask(struct model *model, struct model_call *call)
{
    (void)model;
    char said[MARK_BYTES * (TENANTS + 1)] = "said";
    for (size_t i = 0; i < call->prompt->parts_count; i++) {
        for (size_t mark = 0; mark < TENANTS; mark++) {
            struct str text = call->prompt->parts[i].text;
            size_t len = strlen(said);
            if (str_find(text, str_from(marks[mark])) < text.len && !strstr(said, marks[mark])) {
                snprintf(said + len, sizeof(said) - len, " %s", marks[mark]);
            }
        }
    }
    assert_int_equal(arena_copy(call->arena, str_from(said), &call->text), OK);
    call->model = STR("fake");
    list_append(&asked, &call->node);
}

static void repeat_cancel(struct model *model, struct model_call *call)
{
    (void)model;
    call->err = ERR_CANCELLED;
}

static void repeat_answer(void)
{
    for (size_t left = asked.count; left > 0; left--) {
        struct model_call *call = container_of(list_pop(&asked), struct model_call, node);
        call->on_done(call, call->err);
    }
}

static const struct model_ops repeat_ops = { "fake", repeat_ask, repeat_cancel };
static struct model repeat = { &repeat_ops, { "fake", 4 } };

/* --- the shops --- */

static const struct tenant_instructions prompts[] = {
    { { "acme", 4 }, { { "Answer as zqfirst.", 18 }, { "v1", 2 }, { NULL, 0 } } },
    { { "acme-b", 6 }, /* of the same version */
      { { "Answer as zqother.", 18 }, { "v1", 2 }, { NULL, 0 } } },
};

static void share(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
    options->history_turns = 4;
    options->dedupe_window_ms = 1000000;
    options->cache_ttl_ms = 1000000;
    options->history_ttl_ms = 1000000;
    options->order_ttl_ms = 1000000;
    options->tenants = prompts;
    options->tenants_count = countof(prompts);
}

static void wire(struct world *at, struct engine_ports *ports)
{
    (void)at;
    ports->knowledge = &pages;
    ports->chain.backends[0].model = &repeat;
}

static void stock(int tenant)
{
    static const char *const skus[] = { "K1", "T2" };
    char name[64];
    for (size_t i = 0; i < countof(skus); i++) {
        snprintf(name, sizeof(name), "%s %s", i ? "teapot" : "kettle", marks[tenant]);
        const struct event event = { .kind = EVENT_PRODUCT,
                                     .tenant = str_from(tenants[tenant]),
                                     .product = { .sku = str_from(skus[i]),
                                                  .name = str_from(name),
                                                  .ship_min_days = -1,
                                                  .ship_max_days = -1 } };
        assert_int_equal(catalog_apply(world.catalog, &event), OK);
    }
}

static void deliver(enum topic topic, const char *id, const char *key, const char *value)
{
    const struct header headers[] = { WORLD_ENVELOPE(str_from(id)) };
    world_hear(&world, (struct record){ .topic = topic,
                                        .partition = topic == TOPIC_ORDERS ? 1 : 0,
                                        .offset = offset++,
                                        .key = str_from(key),
                                        .has_key = true,
                                        .value = str_from(value),
                                        .has_value = true,
                                        .headers = headers,
                                        .headers_count = countof(headers) });
}

static void send_order(struct luck *luck, int tenant)
{
    char value[512];
    char id[32];
    snprintf(id, sizeof(id), "e%llu", (unsigned long long)luck_next(luck, 30));
    snprintf(value, sizeof(value),
             "{\"id\":\"%s\",\"order_id\":\"10023%llu\",\"customer_id\":\"u%llu\","
             "\"tenant\":\"%s\",\"type\":\"shipped\","
             "\"at\":\"2025-11-2%lluT10:00:00Z\",\"carrier\":\"%s\"}",
             id, (unsigned long long)luck_next(luck, 3), (unsigned long long)luck_next(luck, 2),
             tenants[tenant], (unsigned long long)luck_next(luck, 9), marks[tenant]);
    deliver(TOPIC_ORDERS, id, "u", value);
}

static void send_question(struct luck *luck, int tenant)
{
    static const char *const questions[] = {
        "What is your policy on gifts?",
        "where is my order 100231?",
        "how much is the kettle K1?",
        "and the other one?",
        "is the teapot in stock",
        "hello",
        "my order is late",
    };
    char text[160];
    char value[512];
    char id[32];
    bool is_telling = luck_next(luck, 4) == 0; /* goes into the history with its mark */
    snprintf(text, sizeof(text), "%s%s", questions[luck_next(luck, countof(questions))],
             is_telling ? " I mean " : "");
    snprintf(id, sizeof(id), "e%llu", (unsigned long long)luck_next(luck, 30));
    unsigned long long conversation = (unsigned long long)luck_next(luck, 2);
    snprintf(value, sizeof(value),
             "{\"id\":\"%s\",\"conversation_id\":\"c%llu\",\"customer_id\":\"u%llu\","
             "\"tenant\":\"%s\",\"text\":\"%s%s\"%s}",
             id, conversation, conversation, tenants[tenant], text,
             is_telling ? marks[tenant] : "",
             luck_next(luck, 3) ? "" : ",\"context\":{\"sku\":\"T2\"}");
    deliver(TOPIC_MESSAGES, id, "same", value);
}

static void settle(int steps)
{
    for (int i = 0; i < steps; i++) {
        pages_answer();
        repeat_answer();
        world_step(&world, 1);
        world.clock.mono_ms += 50;
    }
}

/* The offset of a record says whose it was. */
static int owners[ROUNDS + 1];

struct found {
    size_t own;   /* marks of the tenant that asked */
    size_t wrong; /* of others */
};

static void look_for_marks(struct found *found)
{
    for (size_t i = 0; i < world.outputs_count; i++) {
        const struct world_output *output = &world.outputs[i];
        for (int mark = 0; mark < TENANTS; mark++) {
            bool has = strstr(output->text, marks[mark]) != NULL;
            bool is_own = mark == owners[output->offset];
            found->own += has && is_own ? 1 : 0;
            found->wrong += has && !is_own ? 1 : 0;
            if (has && !is_own && crossing == 0) {
                print_error("offset %lld of \"%s\" was told: %s\n", (long long)output->offset,
                            tenants[owners[output->offset]], output->text);
            }
        }
    }
}

static void open_shops(void)
{
    offset = 0;
    list_init(&searches);
    list_init(&asked);
    world_open_wired(&world, share, wire);
    world.keeps_fields = true;
    for (int tenant = 0; tenant < TENANTS; tenant++) {
        stock(tenant);
    }
    world_claim(&world, 0);
    world_claim_of(&world, TOPIC_ORDERS, 1);
    world_step(&world, 1);
}

static int64_t play(uint64_t seed, struct found *found)
{
    struct luck luck = luck_of(seed);
    open_shops();
    for (int round = 0; round < ROUNDS; round++) {
        int tenant = (int)luck_next(&luck, TENANTS);
        owners[offset] = tenant;
        if (luck_next(&luck, 4) == 0) {
            send_order(&luck, tenant);
        } else {
            send_question(&luck, tenant);
        }
        settle((int)luck_next(&luck, 12));
    }
    settle(400);
    look_for_marks(found);
    assert_true(world.outputs_count > ROUNDS / 4);
    int64_t hits = metric_get(world.metrics, METRIC_CACHE, METRIC_LOOKUP_HIT, 0);
    world_close(&world);
    return hits;
}

static void nothing_of_one_tenant_is_told_to_another(void **state)
{
    (void)state;
    struct found found = { 0 };
    int64_t hits = 0;
    crossing = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hits += play(seed, &found);
    }
    assert_int_equal(found.wrong, 0);
    /* The property is about something: answers had facts, the cache was used, and
     * questions leant on what was said before. */
    assert_true(found.own > SEEDS * ROUNDS / 4);
    assert_true(hits > SEEDS);
    assert_true(leant > SEEDS);
}

static void a_page_that_crosses_is_noticed(void **state)
{
    (void)state;
    struct found found = { 0 };
    crossing = 1;
    (void)play(1, &found);
    assert_true(found.wrong > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_one_tenant_is_told_to_another),
        cmocka_unit_test(a_page_that_crosses_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
