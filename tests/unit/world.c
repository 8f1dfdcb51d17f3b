/* world.c - see world.h. */
#include "tests/unit/world.h"

#include "common/conversation.h"
#include "common/json.h"

static struct world *world_now;

static void world_pause(struct source *source, struct partition_id id)
{
    (void)source;
    (void)id;
    world_now->paused++;
}

static void world_resume(struct source *source, struct partition_id id)
{
    (void)source;
    (void)id;
    world_now->paused--;
}

static void world_release(struct source *source, const struct partition_id *ids, size_t count)
{
    (void)source;
    (void)ids;
    world_now->released += count;
}

static void world_stop(struct source *source)
{
    (void)source;
}

static void world_commit(struct sink *sink, struct batch *batch)
{
    (void)sink;
    assert_null(world_now->batch);
    world_now->batch = batch;
}

static void world_store(struct store *store, struct store_call *call)
{
    (void)store;
    /* What is borrowed until start returns has to be kept. */
    struct str *kept[] = { &call->key, &call->field, &call->value };
    for (size_t i = 0; i < countof(kept); i++) {
        assert_int_equal(arena_copy(&world_now->arena, *kept[i], kept[i]), OK);
    }
    for (size_t i = 0; i < call->drops_count; i++) {
        assert_int_equal(arena_copy(&world_now->arena, call->drops[i], &call->drops[i]), OK);
    }
    list_append(&world_now->store_calls, &call->node);
}

static bool world_store_is_up(const struct store *store)
{
    (void)store;
    return true;
}

static void world_store_cancel(struct store *store, struct store_call *call)
{
    (void)store;
    (void)call;
}

static void world_ask(struct model *model, struct model_call *call)
{
    (void)model;
    world_now->asked++;
    bool is_message = call->brief->event->kind == EVENT_MESSAGE;
    struct str asked = is_message ? call->brief->event->message.text : STR_NONE;
    call->err = arena_printf(call->arena, &call->text, "re: %.*s", STR_ARG(asked));
    if (world_now->says) {
        call->text = str_from(world_now->says);
    }
    call->is_json = world_now->is_json;
    world_now->asked_flaw = call->brief->flaw;
    call->model = str_from(world_now->calls_itself ? world_now->calls_itself : "fake");
    call->tokens_in = world_now->tokens_in;
    call->tokens_out = world_now->tokens_out;
    list_append(&world_now->model_calls, &call->node);
    if (world_now->model_calls.count > world_now->asking_max) {
        world_now->asking_max = world_now->model_calls.count;
    }
}

static void world_model_cancel(struct model *model, struct model_call *call)
{
    (void)model;
    assert_int_equal(call->err, OK);
    call->err = ERR_CANCELLED;
}

static const struct source_ops source_ops = { "fake", world_pause, world_resume, world_release,
                                              world_stop };
static const struct sink_ops sink_ops = { "fake", world_commit };
static const struct store_ops store_ops = { "fake", world_store, world_store_cancel,
                                            world_store_is_up, NULL };
static const struct model_ops model_ops = { "fake", world_ask, world_model_cancel };

static void world_on_fatal(void *owner, enum err err, const struct note *note)
{
    struct world *world = owner;
    (void)note;
    world->fatal = err;
    engine_drain(world->engine, world->clock.mono_ms); /* as the worker does */
}

static void world_on_drained(void *owner)
{
    ((struct world *)owner)->is_drained = true;
}

static struct engine_options world_options(void)
{
    struct engine_options options = {
        .inflight_max = 64,
        .backlog_records_max = 1000,
        .backlog_bytes_max = 1 << 20,
        .event_limits = { .value_bytes_max = 1 << 16 },
        .dead_letter_value_bytes_max = 1 << 15,
        .stored_version = 1,
        .is_custody_on = true,
        .history_turns = 0,
        .retry_share = 1,
        .retry = { .attempts_max = 3, .backoff_ms = 100, .backoff_max_ms = 1000 },
        .dedupe_window_ms = 1000,
        .cache_ttl_ms = 1000,
        .history_ttl_ms = 1000,
        .order_ttl_ms = 1000,
        .release_timeout_ms = 1000,
        .instructions = { .text = STR("Answer."), .version = STR("v1") },
        .language = STR("en"),
        .worker = STR("deskhand/test"),
        .seed = { 1, 2 },
    };
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        options.topic_names[topic] = str_from(topic_info(topic)->default_name);
    }
    options.topic_names[TOPIC_AUDIT] = STR_NONE;
    return options;
}

static void world_keep_options(struct engine_options *options)
{
    (void)options;
}

static void world_keep_ports(struct world *world, struct engine_ports *ports)
{
    (void)world;
    (void)ports;
}

void world_open(struct world *world, void (*change)(struct engine_options *options))
{
    world_open_wired(world, change ? change : world_keep_options, world_keep_ports);
}

void world_open_wired(struct world *world, void (*change)(struct engine_options *options),
                      void (*wire)(struct world *world, struct engine_ports *ports))
{
    memset(world, 0, sizeof(*world));
    world_now = world;
    world->clock = (struct clock){ 1000, 1764324000000 };
    world->source.ops = &source_ops;
    world->sink.ops = &sink_ops;
    world->store.ops = &store_ops;
    world->model = (struct model){ &model_ops, STR("fake") };
    world->poison = -1;
    list_init(&world->store_calls);
    list_init(&world->model_calls);
    arena_init(&world->arena, (size_t)64 << 20);
    json_setup(1);
    struct engine_options options = world_options();
    change(&options);
    world->seal = seal_create(STR("0123456789abcdef"));
    world->catalog = catalog_create(100, options.seed);
    world->custody = custody_create(100, options.seed);
    world->metrics = metrics_create();
    struct engine_ports ports = {
        .source = &world->source,
        .sink = &world->sink,
        .store = &world->store,
        .chain = { .backends = { { .model = &world->model,
                                   .inflight_max = 64,
                                   .inflight_start = 16,
                                   .timeout_ms = 1000,
                                   .kinds = ASK_KINDS_ALL } },
                   .count = 1 },
        .clock = &world->clock,
        .seal = world->seal,
        .catalog = world->catalog,
        .custody = world->custody,
        .metrics = world->metrics,
    };
    wire(world, &ports);
    const struct engine_events events = { .owner = world,
                                          .on_fatal = world_on_fatal,
                                          .on_drained = world_on_drained };
    world->engine = engine_create(&options, &ports, &events);
    assert_non_null(world->engine);
    for (size_t i = 0; i < countof(world->committed); i++) {
        world->committed[i] = -1;
    }
}

void world_close(struct world *world)
{
    world->holds_batches = false;
    world->holds_model = false;
    world->holds_store = false;
    engine_drain(world->engine, world->clock.mono_ms);
    world_step(world, 50);
    world->clock.mono_ms += 60000;
    world_step(world, 50);
    assert_true(world->is_drained);
    engine_destroy(world->engine);
    seal_destroy(world->seal);
    catalog_destroy(world->catalog);
    custody_destroy(world->custody);
    metrics_destroy(world->metrics);
    arena_fini(&world->arena);
}

void world_claim_of(struct world *world, enum topic topic, int32_t partition)
{
    struct claim claim = { .id = { topic, partition },
                           .committed = world->committed[partition],
                           .leader_epoch = -1,
                           .low = 0,
                           .high = -1,
                           .metadata = str_from(world->metadata[partition]) };
    world->source.events->on_claim(world->engine, &claim, 1);
}

void world_claim(struct world *world, int32_t partition)
{
    world_claim_of(world, TOPIC_MESSAGES, partition);
}

void world_hear(struct world *world, struct record record)
{
    bool has_time = record.timestamp_wall_ms != 0;
    record.timestamp_wall_ms = has_time ? record.timestamp_wall_ms : world->clock.wall_ms;
    record.leader_epoch = -1;
    world->source.events->on_record(world->engine, &record);
}

void world_claim_handbacks(struct world *world)
{
    world_claim_of(world, TOPIC_HANDBACKS, WORLD_HANDBACKS);
}

void world_give_back(struct world *world, int64_t offset, const char *conversation)
{
    char value[256];
    snprintf(value, sizeof(value), "{\"id\":\"b-%lld\",\"conversation_id\":\"%s\"}",
             (long long)offset, conversation);
    world_hear(world, (struct record){ .topic = TOPIC_HANDBACKS,
                                       .partition = WORLD_HANDBACKS,
                                       .offset = offset,
                                       .key = str_from(conversation),
                                       .has_key = true,
                                       .value = str_from(value),
                                       .has_value = true });
}

void world_claim_copies(struct world *world)
{
    world_claim_of(world, TOPIC_COPY_REQUESTS, WORLD_COPIES);
}

void world_wish(struct world *world, int64_t offset, const char *value)
{
    world_hear(world, (struct record){ .topic = TOPIC_COPY_REQUESTS,
                                       .partition = WORLD_COPIES,
                                       .offset = offset,
                                       .value = str_from(value),
                                       .has_value = true });
}

void world_learn(struct world *world)
{
    for (; world->learnt_count < world->outputs_count; world->learnt_count++) {
        const struct world_output *output = &world->outputs[world->learnt_count];
        if (output->held[0] == '\0') {
            continue;
        }
        struct str key = str_from(output->held);
        if (output->token[0] == '\0') {
            custody_return(world->custody, key);
            continue;
        }
        uint64_t token = conversation_token(str_from(output->token));
        assert_true(token != 0);
        assert_int_equal(custody_learn(world->custody, key, token), OK);
    }
}

void world_deliver(struct world *world, int32_t partition, int64_t offset, const char *key,
                   const char *value)
{
    world_hear(world, (struct record){ .topic = TOPIC_MESSAGES,
                                       .partition = partition,
                                       .offset = offset,
                                       .key = str_from(key),
                                       .has_key = key != NULL,
                                       .value = str_from(value),
                                       .has_value = value != NULL });
}

void world_say(struct world *world, int32_t partition, int64_t offset, const char *conversation,
               const char *text)
{
    char value[1024];
    snprintf(value, sizeof(value),
             "{\"id\":\"m-%d-%lld\",\"conversation_id\":\"%s\",\"customer_id\":\"c\","
             "\"text\":\"%s\"}",
             (int)partition, (long long)offset, conversation, text);
    world_deliver(world, partition, offset, conversation, value);
}

void world_say_from_many(struct world *world, int count, const char *text)
{
    for (int i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof(name), "c%d", i);
        world_say(world, 0, i, name, text);
    }
}

size_t world_count(const struct world *world, enum outcome_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < world->outputs_count; i++) {
        count += world->outputs[i].kind == kind ? 1 : 0;
    }
    return count;
}

void world_reply(struct world *world)
{
    for (size_t left = world->model_calls.count; left > 0; left--) {
        struct model_call *call =
            container_of(list_pop(&world->model_calls), struct model_call, node);
        if (call->err == OK && world->holds_model) {
            list_append(&world->model_calls, &call->node);
        } else {
            call->on_done(call, call->err == OK ? world->model_err : call->err);
        }
    }
}

static void world_keep(struct world_output *output, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->outputs_count; i++) {
        const struct output *record = &outcome->outputs[i];
        if (record->topic == TOPIC_CONVERSATIONS) {
            snprintf(output->held, sizeof(output->held), "%.*s", STR_ARG(record->key));
            snprintf(output->token, sizeof(output->token), "%.*s", STR_ARG(record->value));
        } else if (record->topic == TOPIC_AUDIT) {
            snprintf(output->audit, sizeof(output->audit), "%.*s", STR_ARG(record->value));
        } else {
            snprintf(output->text, sizeof(output->text), "%.*s", STR_ARG(record->value));
        }
    }
}

static void world_publish(struct world *world, const struct batch *batch)
{
    struct list_node *node = list_first(&batch->deliveries);
    while (node) {
        const struct delivery *delivery = container_of(node, struct delivery, node);
        assert_true(world->outputs_count < WORLD_OUTPUTS_MAX);
        struct world_output *output = &world->outputs[world->outputs_count++];
        output->kind = delivery->outcome.kind;
        output->offset = delivery->record->offset;
        world_keep(output, &delivery->outcome);
        node = list_next(&batch->deliveries, node);
    }
    for (size_t i = 0; i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        assert_int_equal(epoch_now(progress->epoch), progress->epoch_expected);
        world->committed[progress->id.number] = progress->position;
        snprintf(world->metadata[progress->id.number], 4096, "%.*s", STR_ARG(progress->metadata));
    }
}

static bool world_batch_holds(const struct batch *batch)
{
    for (size_t i = 0; i < batch->progress_count; i++) {
        if (epoch_now(batch->progress[i].epoch) != batch->progress[i].epoch_expected) {
            return false;
        }
    }
    return true;
}

static bool world_is_poisoned(const struct world *world, const struct batch *batch)
{
    struct list_node *node = list_first(&batch->deliveries);
    while (node) {
        const struct delivery *delivery = container_of(node, struct delivery, node);
        if (delivery->record->offset == world->poison &&
            delivery->outcome.kind != OUTCOME_DEAD_LETTER) {
            return true;
        }
        node = list_next(&batch->deliveries, node);
    }
    return false;
}

static void world_batch_done(struct world *world)
{
    struct batch *batch = world->batch;
    if (!batch || world->holds_batches) {
        return;
    }
    world->batch = NULL;
    enum batch_result result = world_batch_holds(batch) ? world->result : BATCH_LOST;
    batch->why = OK;
    if (world_is_poisoned(world, batch)) {
        result = BATCH_ABORTED;
        batch->why = ERR_POISON;
    }
    if (result == BATCH_COMMITTED) {
        world_publish(world, batch);
    }
    batch->on_done(batch, result);
}

/* Whoever waits at a gate is counted with a tenant, and nobody else is. */
static void world_check_waiting(const struct world *world)
{
    const struct engine *engine = world->engine;
    int64_t counted = 0;
    size_t waiting = 0;
    for (unsigned label = 0; label <= METRIC_TENANTS_MAX; label++) {
        counted += metric_get(world->metrics, METRIC_TENANT_WAITING, label, 0);
    }
    for (size_t i = 0; i < engine->chain.count; i++) {
        waiting += engine->chain.backends[i].gate.waiting.count;
    }
    assert_int_equal(counted, waiting);
}

void world_step(struct world *world, int steps)
{
    world_now = world;
    for (int i = 0; i < steps; i++) {
        engine_tick(world->engine);
        world_load(world);
        world_reply(world);
        world_batch_done(world);
        world->clock.mono_ms++;
        world->clock.wall_ms++;
    }
    engine_tick(world->engine);
    world_check_waiting(world);
}

void world_leave_room(struct arena *arena, size_t bytes)
{
    arena->max_bytes = arena->total_bytes;
    while (arena_alloc(arena, 1)) {
    }
    arena->max_bytes = arena->total_bytes + bytes;
}
