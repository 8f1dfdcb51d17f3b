/* pressure_sim.c - one conversation is stuck, and a flood of others follows on its partition.
 *
 * 100,000 records a partition, or what shows the same; DESKHAND_PRESSURE=1000000 makes it a million
 * (`make test-long`), but for the controls, in which a defence is lowered.
 * Everything around the engine is made up and answers at once, but for the stuck conversation's
 * model. A kill takes all memory and leaves what is committed, the memos, and the bill. */
#include <stdlib.h>

#include "tests/unit/world.h"

#define PARTITIONS 2
#define STUCK 0 /* the partition of the stuck conversation; nothing is wrong with the other */
#define MEMO_BYTES 192
#define BACKLOG 20000
#define FEED 500       /* records between two looks at the engine */
#define TICKS_MAX 1000 /* behind one another, while the engine has more to do */

struct memo_slot {
    uint8_t key[32];
    uint8_t bytes[MEMO_BYTES];
    uint8_t len; /* 0: free */
};

struct flood {
    int64_t total[PARTITIONS]; /* records */
    int64_t fed[PARTITIONS];
    bool paused[PARTITIONS];
    uint8_t *asked[PARTITIONS];   /* calls that ended well, by offset: the bill */
    uint8_t *settled[PARTITIONS]; /* outcomes that were committed, by offset */
    int64_t outcomes[PARTITIONS];
    size_t longest_map;
    bool is_stuck; /* the model does not answer the stuck conversation */
    int64_t stuck_every; /* that many of the stuck partition's records are its own; 0: the first */
    struct memo_slot *memos;
    size_t memos_max;
    struct list stores;
    struct list calls;
    struct list hung;
    struct batch *batch;
};

static struct world world;
static struct flood flood;

/* Drawn from the offset, so that holes lie where no run length can say them together. */
static bool is_of_the_stuck_one(int32_t partition, int64_t offset)
{
    uint64_t drawn = (uint64_t)offset * 0x9e3779b97f4a7c15u >> 33;
    if (partition != STUCK) {
        return false;
    }
    return offset == 0 || (flood.stuck_every > 0 && drawn % (uint64_t)flood.stuck_every == 0);
}

/* --- ports ---------------------------------------------------------------------------------- */

static void flood_pause(struct source *source, struct partition_id id)
{
    (void)source;
    flood.paused[id.number] = true;
}

static void flood_resume(struct source *source, struct partition_id id)
{
    (void)source;
    flood.paused[id.number] = false;
}

static void flood_release(struct source *source, const struct partition_id *ids, size_t count)
{
    (void)source;
    (void)ids;
    (void)count;
}

static void flood_stop(struct source *source)
{
    (void)source;
}

static void flood_commit(struct sink *sink, struct batch *batch)
{
    (void)sink;
    flood.batch = batch;
}

static void flood_store(struct store *store, struct store_call *call)
{
    (void)store;
    list_append(&flood.stores, &call->node);
}

static bool flood_is_up(const struct store *store)
{
    (void)store;
    return true;
}

static void flood_forget(struct store *store, struct store_call *call)
{
    (void)store;
    (void)call;
}

static void flood_ask(struct model *model, struct model_call *call)
{
    (void)model;
    bool is_stuck = str_is(call->brief->event->message.conversation_id, "stuck");
    long long offset = 0;
    int32_t partition = 0;
    char id[64];
    snprintf(id, sizeof(id), "%.*s", STR_ARG(call->brief->event->id));
    assert_int_equal(sscanf(id, "%*[^/]/%d/%lld", &partition, &offset), 2);
    call->took_us = offset * PARTITIONS + partition; /* whose it is */
    call->text = STR("yes");
    call->model = STR("fake");
    list_append(is_stuck && flood.is_stuck ? &flood.hung : &flood.calls, &call->node);
}

static void flood_cancel(struct model *model, struct model_call *call)
{
    (void)model;
    if (call->err == OK) {
        call->err = ERR_CANCELLED;
        list_remove(&flood.hung, &call->node);
        list_append(&flood.calls, &call->node);
    }
}

static const struct source_ops source_ops = { "flood", flood_pause, flood_resume, flood_release,
                                              flood_stop };
static const struct sink_ops sink_ops = { "flood", flood_commit };
static const struct store_ops store_ops = { "flood", flood_store, flood_forget, flood_is_up,
                                            NULL };
static const struct model_ops model_ops = { "flood", flood_ask, flood_cancel };
static struct model flood_model = { &model_ops, { "flood", 5 } };

/* --- what is around ------------------------------------------------------------------------- */

static struct memo_slot *memo_find(struct str key)
{
    uint64_t at;
    assert_int_equal(key.len, 32);
    memcpy(&at, key.ptr, sizeof(at));
    for (;; at++) {
        struct memo_slot *slot = &flood.memos[at % flood.memos_max];
        if (slot->len == 0 || memcmp(slot->key, key.ptr, 32) == 0) {
            return slot;
        }
    }
}

static void stores_done(void)
{
    struct list_node *node;
    while ((node = list_pop(&flood.stores)) != NULL) {
        struct store_call *call = container_of(node, struct store_call, node);
        struct memo_slot *slot = memo_find(call->key);
        if (call->op == STORE_SET) {
            assert_true(call->value.len <= MEMO_BYTES);
            memcpy(slot->key, call->key.ptr, 32);
            memcpy(slot->bytes, call->value.ptr, call->value.len);
            slot->len = (uint8_t)call->value.len;
        }
        call->found = call->op == STORE_GET && slot->len > 0;
        call->found_value = (struct str){ (const char *)slot->bytes, slot->len };
        call->on_done(call, OK);
    }
}

static void calls_done(void)
{
    struct list_node *node;
    while ((node = list_pop(&flood.calls)) != NULL) {
        struct model_call *call = container_of(node, struct model_call, node);
        if (call->err == OK) {
            flood.asked[call->took_us % PARTITIONS][call->took_us / PARTITIONS]++;
        }
        call->on_done(call, call->err);
    }
}

static void batch_done(void)
{
    struct batch *batch = flood.batch;
    if (!batch) {
        return;
    }
    flood.batch = NULL;
    struct list_node *node = list_first(&batch->deliveries);
    for (; node; node = list_next(&batch->deliveries, node)) {
        const struct record *record = container_of(node, struct delivery, node)->record;
        flood.settled[record->partition][record->offset]++;
        flood.outcomes[record->partition]++;
    }
    for (size_t i = 0; i < batch->progress_count; i++) {
        const struct progress *progress = &batch->progress[i];
        world.committed[progress->id.number] = progress->position;
        flood.longest_map = max_size(flood.longest_map, progress->metadata.len);
        snprintf(world.metadata[progress->id.number], sizeof(world.metadata[0]), "%.*s",
                 STR_ARG(progress->metadata));
    }
    batch->on_done(batch, BATCH_COMMITTED);
}

static void feed(int32_t partition)
{
    for (int i = 0; i < FEED && !flood.paused[partition]; i++) {
        int64_t offset = flood.fed[partition];
        if (offset >= flood.total[partition]) {
            return;
        }
        char name[32];
        snprintf(name, sizeof(name), "c-%lld", (long long)(offset % 997));
        flood.fed[partition]++;
        world_say(&world, partition, offset,
                  is_of_the_stuck_one(partition, offset) ? "stuck" : name, "do you gift wrap?");
    }
}

/* As the loop does while nothing comes in: a tick does a part of what there is to do. */
static void tick_all(void)
{
    for (int left = TICKS_MAX; left > 0 && engine_tick(world.engine) <= world.clock.mono_ms;) {
        left--;
    }
}

static void go_on(void)
{
    tick_all();
    stores_done();
    calls_done();
    batch_done();
    world.clock.mono_ms++;
}

/* Until nothing is settled any more. */
static void run_dry(void)
{
    int64_t last = -1;
    for (int idle = 0; idle < 50; idle++) {
        for (int32_t partition = 0; partition < PARTITIONS; partition++) {
            feed(partition);
        }
        go_on();
        int64_t now = flood.outcomes[0] + flood.outcomes[1] + flood.fed[0] + flood.fed[1];
        idle = now == last ? idle : 0;
        last = now;
    }
    assert_int_equal(world.fatal, OK);
}

/* --- a worker ------------------------------------------------------------------------------- */

static void options_of(struct engine_options *options)
{
    options->inflight_max = 1024;
    options->backlog_records_max = BACKLOG;
    options->backlog_bytes_max = (size_t)64 << 20;
}

static void with_a_small_map(struct engine_options *options)
{
    options_of(options);
    options->donemap_body_max = 300;
}

static void lower_map(struct engine_options *options)
{
    options_of(options);
    options->lowered = ENGINE_LOWER_DONE_MAP;
}

static void forget_what_does_not_fit(struct engine_options *options)
{
    with_a_small_map(options);
    options->lowered = ENGINE_LOWER_HOLD_BACK;
}

static void wire(struct world *made, struct engine_ports *ports)
{
    made->source.ops = &source_ops;
    made->sink.ops = &sink_ops;
    made->store.ops = &store_ops;
    ports->chain.backends[0].model = &flood_model;
    ports->chain.backends[0].inflight_max = 512;
}

/* From what is committed; `change` are the options. */
static void worker_start(void (*change)(struct engine_options *options))
{
    int64_t committed[PARTITIONS];
    static char metadata[PARTITIONS][sizeof(world.metadata[0])];
    for (int i = 0; i < PARTITIONS; i++) {
        committed[i] = world.committed[i];
        memcpy(metadata[i], world.metadata[i], sizeof(metadata[i]));
    }
    world_open_wired(&world, change, wire);
    for (int32_t i = 0; i < PARTITIONS; i++) {
        world.committed[i] = committed[i];
        memcpy(world.metadata[i], metadata[i], sizeof(metadata[i]));
        flood.fed[i] = max_i64(committed[i], 0);
        flood.paused[i] = false;
        world_claim(&world, i);
    }
}

/* Nothing more is committed or memoised. */
static void worker_kill(void)
{
    const struct partition_id ids[PARTITIONS] = { { TOPIC_MESSAGES, 0 }, { TOPIC_MESSAGES, 1 } };
    world.source.events->on_lost(world.engine, ids, PARTITIONS);
    engine_drain(world.engine, world.clock.mono_ms);
    for (int i = 0; i < 10 && !world.is_drained; i++) {
        tick_all();
        calls_done();
        if (flood.batch) {
            flood.batch->on_done(TAKE(flood.batch), BATCH_LOST);
        }
        struct list_node *node;
        while ((node = list_pop(&flood.stores)) != NULL) {
            struct store_call *call = container_of(node, struct store_call, node);
            call->on_done(call, ERR_CANCELLED);
        }
    }
    world_close(&world);
}

static int64_t flood_wanted(int64_t usual)
{
    const char *wanted = getenv("DESKHAND_PRESSURE");
    return wanted ? atoll(wanted) : usual;
}

static void flood_open(int64_t total, int64_t stuck_every)
{
    flood = (struct flood){ .is_stuck = true };
    flood.total[STUCK] = total;
    flood.total[1] = flood.total[STUCK] / 10;
    flood.stuck_every = stuck_every;
    flood.memos_max = (size_t)flood.total[STUCK] * 4;
    flood.memos = calloc(flood.memos_max, sizeof(*flood.memos));
    assert_non_null(flood.memos);
    for (int i = 0; i < PARTITIONS; i++) {
        flood.asked[i] = calloc((size_t)flood.total[i], 1);
        flood.settled[i] = calloc((size_t)flood.total[i], 1);
        assert_true(flood.asked[i] && flood.settled[i]);
        world.committed[i] = -1;
        world.metadata[i][0] = '\0';
    }
    list_init(&flood.stores);
    list_init(&flood.calls);
    list_init(&flood.hung);
}

static void flood_close(void)
{
    worker_kill();
    for (int i = 0; i < PARTITIONS; i++) {
        free(flood.asked[i]);
        free(flood.settled[i]);
    }
    free(flood.memos);
}

static int64_t twice(uint8_t *const counts[PARTITIONS])
{
    int64_t count = 0;
    for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int64_t i = 0; i < flood.total[partition]; i++) {
            count += counts[partition][i] > 1 ? 1 : 0;
        }
    }
    return count;
}

static void is_whole(void)
{
    for (int partition = 0; partition < PARTITIONS; partition++) {
        assert_int_equal(flood.outcomes[partition], flood.total[partition]);
        assert_int_equal(world.committed[partition], flood.total[partition]);
    }
    assert_int_equal(twice(flood.settled), 0);
    assert_true(flood.longest_map <= DONEMAP_CHARS_MAX);
}

/* --- what must hold ------------------------------------------------------------------------- */

static void behind_one_stuck_event_all_others_are_settled_and_skipped_after_a_kill(void **state)
{
    (void)state;
    flood_open(flood_wanted(100000), 0);
    worker_start(options_of);
    run_dry();
    assert_int_equal(flood.outcomes[STUCK], flood.total[STUCK] - 1);
    assert_int_equal(world.committed[STUCK], 0);
    assert_int_equal(flood.outcomes[1], flood.total[1]);
    worker_kill();
    flood.is_stuck = false;
    worker_start(options_of);
    run_dry();
    is_whole();
    assert_int_equal(twice(flood.asked), 0);
    flood_close();
}

/* Its own later events are holes between what is settled: the map fills, and then nothing more is
 * read of that partition. Nothing is approximated: what was settled is settled once. */
static void a_full_map_holds_its_partition_back_and_no_other(void **state)
{
    (void)state;
    flood_open(flood_wanted(40000), 8);
    worker_start(options_of);
    run_dry();
    assert_true(flood.outcomes[STUCK] < flood.total[STUCK] * 3 / 4);
    assert_true(flood.paused[STUCK]);
    assert_true(flood.fed[STUCK] <= flood.outcomes[STUCK] + BACKLOG + FEED);
    assert_true(flood.longest_map > DONEMAP_CHARS_MAX * 3 / 4);
    assert_true(flood.longest_map <= DONEMAP_CHARS_MAX);
    assert_int_equal(flood.outcomes[1], flood.total[1]);
    assert_int_equal(world.committed[1], flood.total[1]);
    worker_kill();
    flood.is_stuck = false;
    worker_start(options_of);
    run_dry();
    is_whole();
    assert_int_equal(twice(flood.asked), 0);
    flood_close();
}

static void who_does_not_read_the_map_settles_twice(void **state)
{
    (void)state;
    flood_open(8000, 8);
    worker_start(with_a_small_map);
    run_dry();
    worker_kill();
    flood.is_stuck = false;
    worker_start(lower_map);
    run_dry();
    assert_true(twice(flood.settled) > 0);
    flood_close();
}

static void who_commits_what_has_no_room_settles_twice(void **state)
{
    (void)state;
    flood_open(8000, 8);
    worker_start(forget_what_does_not_fit);
    run_dry();
    worker_kill();
    flood.is_stuck = false;
    worker_start(options_of);
    run_dry();
    assert_true(twice(flood.settled) > 0);
    flood_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behind_one_stuck_event_all_others_are_settled_and_skipped_after_a_kill),
        cmocka_unit_test(a_full_map_holds_its_partition_back_and_no_other),
        cmocka_unit_test(who_does_not_read_the_map_settles_twice),
        cmocka_unit_test(who_commits_what_has_no_room_settles_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
