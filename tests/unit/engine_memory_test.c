/* engine_memory_test.c - whichever allocation fails once, the engine loses and doubles nothing. */
#include "common/mem.h"
#include "tests/unit/world.h"

#define QUESTIONS 4
#define HISTORY_TURNS 4
#define ALLOCATIONS_MAX 20000
#define STEPS 400
#define NOTHING_REFUSED (-1)

static struct world world;
static struct world successor;

static struct engine_options made_with;
static struct engine_ports made_on;

static void note_options(struct engine_options *options)
{
    made_with = *options;
}

static void note_ports(struct world *of, struct engine_ports *ports)
{
    (void)of;
    made_on = *ports;
}

static void without_memory_no_engine_is_made(void **state)
{
    (void)state;
    world_open_wired(&world, note_options, note_ports);
    const struct engine_events events = { .owner = &world };
    struct engine *engine = NULL;
    long nth = 0;
    while (!engine) {
        mem_fail_nth(++nth);
        engine = engine_create(&made_with, &made_on, &events);
        assert_int_equal(engine == NULL, mem_has_failed());
        mem_fail_nth(0);
    }
    assert_true(nth > 3);
    engine_destroy(engine);
    world.source.engine = world.engine;
    world_close(&world);
}

/* What becomes of the records of a day, by offset. */
static const enum outcome_kind ends[QUESTIONS] = { OUTCOME_ANSWER, OUTCOME_ANSWER,
                                                   OUTCOME_DEAD_LETTER, OUTCOME_HANDOFF };

/* A day of two conversations on two partitions, one of whose records is no event. */
static void a_day(struct world *at)
{
    world_claim(at, 0);
    world_claim(at, 1);
    world_say(at, 0, 0, "ann", "do you gift wrap?");
    world_say(at, 0, 1, "ann", "and the second one?");
    world_deliver(at, 1, 2, "bob", "not json");
    world_say(at, 1, 3, "bob", "I want to talk to a person");
    world_step(at, STEPS);
}

/* What brokers refuse is no answer, but what goes with it is; it stays so when a map fails then. */
static int64_t refused = NOTHING_REFUSED;

static bool may_end_so(int64_t offset, enum outcome_kind kind)
{
    if (offset == refused) {
        return kind == OUTCOME_DEAD_LETTER;
    }
    /* Without memory for what an answer needs, a person may have to give it. */
    return kind == ends[offset] || kind == OUTCOME_HANDOFF;
}

static void remember(struct engine_options *options)
{
    options->history_turns = HISTORY_TURNS;
}

/* The worker ended because it had no memory: another one goes on from what was committed. */
static void a_successor_goes_on(void)
{
    const struct partition_id ids[] = { { TOPIC_MESSAGES, 0 }, { TOPIC_MESSAGES, 1 } };
    assert_int_equal(world.fatal, ERR_NOMEM);
    world.source.events->on_lost(world.engine, ids, countof(ids));
    world_open(&successor, remember);
    successor.poison = refused;
    successor.shelf = &world;
    memcpy(successor.committed, world.committed, sizeof(successor.committed));
    memcpy(successor.metadata, world.metadata, sizeof(successor.metadata));
    a_day(&successor);
    assert_int_equal(successor.fatal, OK);
}

static void count_outputs(const struct world *of, int times[QUESTIONS])
{
    for (size_t i = 0; i < of->outputs_count; i++) {
        assert_in_range(of->outputs[i].offset, 0, QUESTIONS - 1);
        assert_true(may_end_so(of->outputs[i].offset, of->outputs[i].kind));
        times[of->outputs[i].offset]++;
    }
}

static void all_is_settled_once(const struct world *last)
{
    int times[QUESTIONS] = { 0 };
    count_outputs(&world, times);
    if (last != &world) {
        count_outputs(last, times);
    }
    for (size_t i = 0; i < QUESTIONS; i++) {
        assert_int_equal(times[i], 1);
    }
    assert_int_equal(last->committed[0], QUESTIONS / 2);
    assert_int_equal(last->committed[1], QUESTIONS);
}

/* True if the nth allocation came to pass. */
static bool live_without(long nth)
{
    world_open(&world, remember);
    world.poison = refused;
    assert_non_null(arena_alloc(&world.arena, 60000)); /* what the world itself needs is there: */
    assert_non_null(arena_alloc(&world.arena, 10000)); /* its next chunk is of 64 KiB */
    mem_fail_nth(nth);
    a_day(&world);
    bool has_failed = mem_has_failed();
    mem_fail_nth(0);
    world_step(&world, STEPS);
    bool has_ended = world.fatal != OK;
    if (has_ended) {
        a_successor_goes_on();
    }
    all_is_settled_once(has_ended ? &successor : &world);
    if (has_ended) {
        world_close(&successor);
    }
    world_close(&world);
    return has_failed;
}

static void live_without_each(void)
{
    long nth = 1;
    while (live_without(nth)) {
        nth++;
        assert_true(nth < ALLOCATIONS_MAX);
    }
    print_message("%ld allocations\n", nth - 1);
    assert_true(nth > QUESTIONS);
}

static void whichever_allocation_fails_each_event_is_settled_once(void **state)
{
    (void)state;
    live_without_each();
}

static void beside_what_brokers_refuse_as_well(void **state)
{
    (void)state;
    refused = 0;
    live_without_each();
    refused = NOTHING_REFUSED;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_no_engine_is_made),
        cmocka_unit_test(whichever_allocation_fails_each_event_is_settled_once),
        cmocka_unit_test(beside_what_brokers_refuse_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
