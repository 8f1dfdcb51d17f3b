/* The tape as a source: in its owner's order, no faster than the engine takes. */
#include "tests/unit/leaf.h"

#include "worker/adapter/source_tape.h"

#define RECORDS 1000

/* Stands in for the engine. */
struct engine {
    struct source *source;
    size_t claims;
    int64_t seen[RECORDS];
    size_t count;
    size_t pause_at; /* SIZE_MAX: never */
};

static struct engine engine;
static struct record records[RECORDS];
static size_t next_record;
static size_t allowed; /* records that may go */

static void on_claim(struct engine *to, struct claim *claims, size_t count)
{
    (void)claims;
    to->claims += count;
}

static void on_record(struct engine *to, const struct record *record)
{
    const struct partition_id id = { record->topic, record->partition };
    to->seen[to->count++] = record->offset;
    if (to->count == to->pause_at) {
        to->source->ops->pause(to->source, id);
    }
}

static const struct source_events events = { .on_claim = on_claim, .on_record = on_record };

static const struct record *give(void *owner)
{
    (void)owner;
    return next_record < allowed ? &records[next_record++] : NULL;
}

/* Ends the loop some time after everything that is under way has happened. */
static int idle_rounds;

static int64_t count_rounds(void *owner)
{
    struct loop *loop = owner;
    if (++idle_rounds > 20) {
        loop_stop(loop);
    }
    return loop_clock(loop)->mono_ms;
}

static struct loop *loop;

static int set_up(void **state)
{
    (void)state;
    loop = loop_create();
    for (int64_t i = 0; i < RECORDS; i++) {
        records[i] = (struct record){ .partition = (int32_t)(i % 3), .offset = i };
    }
    const struct source_tape_options options = { .loop = loop, .next = give };
    engine = (struct engine){ .source = source_tape_create(&options), .pause_at = SIZE_MAX };
    engine.source->engine = &engine;
    engine.source->events = &events;
    next_record = 0;
    allowed = RECORDS;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    source_tape_destroy(engine.source);
    loop_destroy(loop);
    return 0;
}

static void start(void)
{
    struct claim claims[3] = { { .start = 0 } };
    source_tape_start(engine.source, claims, countof(claims));
}

static void run(void)
{
    idle_rounds = 0;
    loop_on_tick(loop, count_rounds, loop);
    loop_run(loop);
    loop_on_tick(loop, NULL, NULL);
}

static void assert_seen(size_t count)
{
    assert_int_equal(engine.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(engine.seen[i], i);
    }
}

static void every_record_comes_in_its_owners_order_and_not_before_the_loop_runs(void **state)
{
    (void)state;
    start();
    assert_int_equal(engine.claims, 3);
    assert_int_equal(engine.count, 0);
    run();
    assert_seen(RECORDS);
}

static void while_one_partition_is_paused_all_wait(void **state)
{
    (void)state;
    engine.pause_at = 300;
    start();
    run();
    assert_seen(300);
    const struct partition_id id = { records[299].topic, records[299].partition };
    engine.source->ops->resume(engine.source, id);
    run();
    assert_seen(RECORDS);
}

static void when_none_may_go_it_waits_to_be_woken(void **state)
{
    (void)state;
    allowed = 7;
    start();
    run();
    assert_seen(7);
    allowed = 8;
    run();
    assert_seen(7);
    source_tape_wake(engine.source);
    run();
    assert_seen(8);
}

static void nothing_comes_after_a_stop(void **state)
{
    (void)state;
    start();
    engine.source->ops->stop(engine.source);
    source_tape_wake(engine.source);
    run();
    assert_seen(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_record_comes_in_its_owners_order_and_not_before_the_loop_runs),
        TEST(while_one_partition_is_paused_all_wait),
        TEST(when_none_may_go_it_waits_to_be_woken),
        TEST(nothing_comes_after_a_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
