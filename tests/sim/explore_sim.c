/* explore_sim.c - the commit and rebalance machine: all interleavings of small worlds.
 *
 * Each world is looked at breadth first until STATES states were met: whatever comes in whatever
 * order, one trouble among it, nothing is lost, doubled, torn or stuck. EXPLORE=100 looks at a
 * hundred times as many, TROUBLES=2 at two of them on one path. Each defence that is lowered has
 * to be noticed. */
#include <malloc.h>
#include <stdlib.h>

#include "tests/sim/explore.h"
#include "tests/unit/cm.h"
#include "worker/engine/engine.h"

#define STATES 1500
#define CONTROL_STATES_MAX 10000

/* A pod alone takes all partitions over, and its producer stands. */
#define ALONE                                                                                      \
    "start 0; beat 0; beat 0; beat 0; beat 0; poll 0 0; work 0 fine; work 0 fine; tell 0; tell 0; "
#define ANSWERED "model 0 0 fine; model 0 0 fine; model 0 0 fine; "
#define JOINS "start 1; work 1 fine; tell 1; beat 1; beat 1; "

/* Two conversations on one partition; both questions are with the model, one waits in its lane. */
#define BATCH "ask 0 0; ask 0 1; ask 0 0; " ALONE "poll 0 3; "
/* One answer is written and its end is asked for next; two more are ready. */
#define AT_ITS_END                                                                                 \
    BATCH ANSWERED "work 0 fine; work 0 fine; work 0 fine; work 0 fine; "
/* Two partitions; an answer of each is ready, and another pod asks to join. */
#define HANDOVER "ask 0 0; ask 1 1; ask 1 2; " ALONE "poll 0 3; " ANSWERED JOINS
/* The other one has been given partition 1, which still drains. */
#define DRAINS                                                                                     \
    HANDOVER "beat 0; beat 0; beat 0; beat 1; beat 1; poll 1 0; beat 0; poll 0 0; "
/* The first one has slept for too long, and knows it; the other one has read and taken all. */
#define SLEPT                                                                                      \
    HANDOVER "work 0 fine; oversleep 0; poll 0 0; beat 1; beat 1; beat 1; beat 1; poll 1 0; "      \
             "work 1 fine; tell 1; "

static const struct scene scenes[] = {
    { "a batch", { .pods = 1, .parts = 1, .backlog_max = 10 }, BATCH },
    { "an end", { .pods = 1, .parts = 1, .backlog_max = 10 }, AT_ITS_END },
    { "a handover", { .pods = 2, .parts = 2, .backlog_max = 10 }, HANDOVER },
    { "a drain", { .pods = 2, .parts = 2, .backlog_max = 10 }, DRAINS },
    { "a static member's drain",
      { .pods = 2, .parts = 2, .is_static = true, .backlog_max = 10 },
      DRAINS },
    { "an eager group",
      { .pods = 2, .parts = 2, .is_eager = true, .backlog_max = 10 },
      HANDOVER },
    { "a late owner", { .pods = 2, .parts = 2, .backlog_max = 10 }, SLEPT },
};

static const struct scene *scene_of(const char *name)
{
    for (size_t i = 0; i < countof(scenes); i++) {
        if (strcmp(scenes[i].name, name) == 0) {
            return &scenes[i];
        }
    }
    BUG("no such scene");
}

static size_t number_from(const char *name)
{
    const char *text = getenv(name);
    return text && *text ? (size_t)strtoul(text, NULL, 10) : 1;
}

static void whatever_comes_in_whatever_order_nothing_is_lost_doubled_torn_or_stuck(void **state)
{
    (void)state;
    static struct explored explored;
    unsigned way_states = 0;
    const struct bounds bounds = { STATES * number_from("EXPLORE"), (int)number_from("TROUBLES") };
    for (size_t i = 0; i < countof(scenes); i++) {
        explore(&scenes[i], &bounds, &explored);
        printf("%-24s %zu states by %zu acts, all of them up to depth %zu\n", scenes[i].name,
               explored.states, explored.acts, explored.depth);
        if (explored.outcome.violation[0] != '\0') {
            schedule_print(&explored.schedule, &explored.outcome);
            fail_msg("%s: %s", scenes[i].name, explored.outcome.violation);
        }
        way_states |= explored.way_states;
    }
    /* FAILED ends the pod. */
    assert_int_equal(way_states, (BIT(TXN_STATE_COUNT) - 1) & ~BIT(TXN_FAILED));
}

/* One answer is ready; all but its end is done. */
#define ANSWER                                                                                     \
    "ask 0 0; " ALONE "poll 0 3; store 0 fine; store 0 fine; model 0 0 fine; store 0 fine; "
#define ITS_END ANSWER "work 0 fine; work 0 fine; work 0 fine; work 0 fine; "

/* What was sent again behind an answer is normal, without one it replaces the producer. */
static void only_a_copy_without_an_answer_replaces_the_producer(void **state)
{
    (void)state;
    static const struct {
        const char *acts;
        size_t replaced;
    } rows[] = {
        { ANSWER "work 0 fine; work 0 busy; work 0 fine; work 0 busy; work 0 busy; ", 0 },
        { ANSWER "work 0 fine; work 0 unsure; work 0 fine; work 0 unsure; work 0 fine; ", 0 },
        { ANSWER "work 0 fine; work 0 repeated; work 0 fine; work 0 fine; work 0 fine; ", 1 },
        { ITS_END "work 0 unsure; ", 0 },
        { ITS_END "work 0 repeated; ", 1 },
        { ITS_END "work 0 resent; ", 1 },
        { ITS_END "work 0 late; ", 1 },
    };
    static struct schedule schedule;
    for (size_t i = 0; i < countof(rows); i++) {
        schedule.options = scene_of("an end")->options;
        schedule_read(rows[i].acts, &schedule);
        struct outcome_of_run outcome;
        schedule_run(&schedule, &outcome);
        assert_string_equal(outcome.violation, "");
        assert_int_equal(outcome.replaced, rows[i].replaced);
    }
}

/* --- negative controls ---------------------------------------------------------------------- */

static bool is_clean(const char *name, const struct sim_options *lowered, size_t states_max)
{
    static struct explored explored;
    struct scene scene = *scene_of(name);
    scene.options.engine_lowered = lowered->engine_lowered;
    scene.options.txn_lowered = lowered->txn_lowered;
    scene.options.is_unfenced = lowered->is_unfenced;
    const struct bounds bounds = { states_max, 1 };
    explore(&scene, &bounds, &explored);
    if (explored.outcome.violation[0] == '\0') {
        return true;
    }
    printf("caught behind %zu states: %s\n", explored.states, explored.outcome.violation);
    schedule_print(&explored.schedule, &explored.outcome);
    return false;
}

static void is_caught(const char *name, const struct sim_options *lowered)
{
    if (is_clean(name, lowered, CONTROL_STATES_MAX)) {
        fail_msg("not caught in %d states", CONTROL_STATES_MAX);
    }
}

static void sending_offsets_of_a_partition_that_was_lost_is_caught(void **state)
{
    (void)state;
    assert_true(is_clean("a late owner", &(struct sim_options){ .is_unfenced = true }, 1000));
    is_caught("a late owner",
              &(struct sim_options){ .is_unfenced = true, .txn_lowered = TXN_LOWER_EPOCHS });
}

static void going_on_with_a_producer_in_doubt_is_caught(void **state)
{
    (void)state;
    is_caught("a batch", &(struct sim_options){ .txn_lowered = TXN_LOWER_DOUBT });
}

static void believing_a_success_that_was_sent_twice_is_caught(void **state)
{
    (void)state;
    is_caught("an end", &(struct sim_options){ .txn_lowered = TXN_LOWER_RESENDS });
}

static void not_reading_back_what_was_committed_is_caught(void **state)
{
    (void)state;
    is_caught("a batch", &(struct sim_options){ .txn_lowered = TXN_LOWER_READING });
}

static void not_skipping_what_the_done_map_names_is_caught(void **state)
{
    (void)state;
    is_caught("a batch", &(struct sim_options){ .engine_lowered = ENGINE_LOWER_DONE_MAP });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_comes_in_whatever_order_nothing_is_lost_doubled_torn_or_stuck),
        cmocka_unit_test(only_a_copy_without_an_answer_replaces_the_producer),
        cmocka_unit_test(sending_offsets_of_a_partition_that_was_lost_is_caught),
        cmocka_unit_test(going_on_with_a_producer_in_doubt_is_caught),
        cmocka_unit_test(believing_a_success_that_was_sent_twice_is_caught),
        cmocka_unit_test(not_reading_back_what_was_committed_is_caught),
        cmocka_unit_test(not_skipping_what_the_done_map_names_is_caught),
    };
    /* The engine's empty tables are made again for each path: untouched pages cost nothing. */
    (void)mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
