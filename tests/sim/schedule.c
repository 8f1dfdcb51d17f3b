/* schedule.c - see schedule.h. A broken assertion of the engine is a violation like any other: the
 * run is left in the middle, its memory is not given back. */
#include "tests/sim/schedule.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

#include "common/mem.h"
#include "tests/sim/chance.h"

#define SHRINK_RUNS_MAX 3000

/* --- running -------------------------------------------------------------------------------- */

static sigjmp_buf schedule_rescue;

static void schedule_on_abort(int signal)
{
    (void)signal;
    siglongjmp(schedule_rescue, 1);
}

static void schedule_catch(void (*on_abort)(int signal))
{
    struct sigaction action = { .sa_handler = on_abort, .sa_flags = SA_NODEFER };
    sigaction(SIGABRT, &action, NULL);
}

static void schedule_note(const struct sim *sim, struct outcome_of_run *outcome)
{
    memcpy(outcome->violation, sim->judge.violation, sizeof(outcome->violation));
    outcome->asked = sim->judge.asked;
    outcome->repeated = sim->judge.repeated;
    outcome->writes = sim->cluster.writes_count;
    for (int i = 0; i < sim->options.pods; i++) {
        outcome->replaced += sim->pods[i].producer.dropped;
    }
}

typedef void schedule_body_fn(struct sim *sim, void *arg, struct outcome_of_run *outcome);

static void schedule_guard(const struct sim_options *options, schedule_body_fn *body, void *arg,
                           struct outcome_of_run *ret_outcome)
{
    struct sim *sim = sim_create(options);
    *ret_outcome = (struct outcome_of_run){ .acts = 0 };
    schedule_catch(schedule_on_abort);
    if (sigsetjmp(schedule_rescue, 1) == 0) {
        body(sim, arg, ret_outcome);
        schedule_note(sim, ret_outcome);
        sim_destroy(sim);
    } else {
        snprintf(ret_outcome->violation, sizeof(ret_outcome->violation),
                 "bug: an assertion has failed");
    }
    schedule_catch(SIG_DFL);
}

static void schedule_play(struct sim *sim, void *arg, struct outcome_of_run *outcome)
{
    const struct schedule *schedule = arg;
    while (outcome->acts < schedule->count && !judge_has_failed(&sim->judge)) {
        (void)act_do(sim, &schedule->acts[outcome->acts++]);
    }
    sim_settle(sim);
}

void schedule_run(const struct schedule *schedule, struct outcome_of_run *ret_outcome)
{
    struct schedule copy = *schedule;
    schedule_guard(&copy.options, schedule_play, &copy, ret_outcome);
}

void schedule_read(const char *text, struct schedule *schedule)
{
    schedule->count = 0;
    while (schedule->count < SCHEDULE_ACTS_MAX &&
           act_read(&text, &schedule->acts[schedule->count])) {
        schedule->count++;
    }
}

/* --- making --------------------------------------------------------------------------------- */

/* How often an act is tried, and how often it is a trouble at all: a schedule with every trouble
 * gets nowhere, so each one has a few of them (Groce and others, "Swarm Testing"). */
static const struct {
    enum act_verb verb;
    unsigned weight;
    unsigned percent; /* of schedules that have it */
} schedule_weights[] = {
    { ACT_ASK, 60, 100 },    { ACT_AGAIN, 8, 50 },   { ACT_POISON, 4, 30 },
    { ACT_SKIP, 20, 60 },    { ACT_START, 40, 100 }, { ACT_KILL, 6, 50 },
    { ACT_TERM, 4, 30 },     { ACT_BEAT, 200, 100 }, { ACT_POLL, 150, 100 },
    { ACT_WORK, 450, 100 },  { ACT_TELL, 180, 100 }, { ACT_STORE, 250, 100 },
    { ACT_MODEL, 150, 100 }, { ACT_TICK, 40, 100 },  { ACT_OVERSLEEP, 3, 30 },
    { ACT_RETAKE, 3, 30 },   { ACT_EXPIRE, 5, 40 },  { ACT_ABSENT, 10, 100 },
    { ACT_GROUP, 8, 70 },    { ACT_MARK, 150, 100 }, { ACT_TIMEOUT, 4, 30 },
    { ACT_FORGET, 4, 30 },   { ACT_LATE, 8, 100 },   { ACT_FLUSH, 2, 20 },
    { ACT_PASS, 50, 100 },
};

struct making {
    struct chance chance;
    struct schedule *schedule;
    unsigned weights[ACT_COUNT];
    unsigned weights_sum;
    unsigned faults;        /* bits of enum fault that happen, */
    unsigned fault_percent; /* how often, */
    unsigned shelf_percent; /* and in the store */
    unsigned model_percent;
    unsigned tries;
};

void schedule_shape(uint64_t seed, const struct sim_options *lowered,
                    struct sim_options *ret_options)
{
    struct chance chance = { seed * 2 + 1 };
    struct sim_options options = *lowered;
    options.pods = 1 + (int)chance_below(&chance, PODS_MAX);
    options.parts = 1 + (int)chance_below(&chance, PARTS_MAX);
    options.is_static = chance_is(&chance, 35);
    options.is_eager = chance_is(&chance, 15);
    options.map_body_max = chance_is(&chance, 40) ? 2 + chance_below(&chance, 6) : 0;
    options.backlog_max = 4 + chance_below(&chance, 20);
    options.order_parts = chance_is(&chance, 50) ? 1 : 0;
    if (lowered->order_parts > 0) {
        options.order_parts = (int)min_i64(lowered->order_parts, options.parts);
    }
    *ret_options = options;
}

static void making_choose(struct making *making)
{
    static const unsigned percents[] = { 0, 2, 5, 15, 30 };
    static const unsigned sizes[] = { 1, 2, 4 };
    struct chance *chance = &making->chance;
    for (size_t i = 0; i < countof(schedule_weights); i++) {
        bool is_in = chance_is(chance, schedule_weights[i].percent);
        unsigned weight = schedule_weights[i].weight * sizes[chance_below(chance, 3)];
        making->weights[schedule_weights[i].verb] = is_in ? weight : 0;
        making->weights_sum += is_in ? weight : 0;
    }
    making->faults = (unsigned)chance_next(chance);
    making->fault_percent = percents[chance_below(chance, countof(percents))];
    making->shelf_percent = chance_is(chance, 30) ? percents[chance_below(chance, 5)] : 0;
    making->model_percent = chance_is(chance, 30) ? percents[chance_below(chance, 5)] : 0;
    making->tries = 150 + chance_below(chance, 1500);
}

static enum act_verb making_verb(struct making *making)
{
    unsigned at = chance_below(&making->chance, making->weights_sum);
    unsigned verb = 0;
    while (at >= making->weights[verb]) {
        at -= making->weights[verb++];
    }
    return (enum act_verb)verb;
}

static uint8_t making_fault(struct making *making)
{
    uint8_t fault = (uint8_t)(1 + chance_below(&making->chance, FAULT_COUNT - 1));
    bool happens = chance_is(&making->chance, making->fault_percent);
    return happens && (making->faults & BIT(fault)) ? fault : FAULT_NONE;
}

static uint8_t making_number(struct making *making, enum act_verb verb)
{
    struct chance *chance = &making->chance;
    if (verb != ACT_PASS) {
        return (uint8_t)chance_below(chance, 4);
    }
    return chance_is(chance, 90) ? (uint8_t)(1 + chance_below(chance, 2))
                                 : (uint8_t)(3 + chance_below(chance, 3));
}

static uint8_t making_arg(struct making *making, char kind, enum act_verb verb)
{
    struct chance *chance = &making->chance;
    const struct sim_options *options = &making->schedule->options;
    switch (kind) {
    case 'p':
        return (uint8_t)chance_below(chance, (unsigned)options->parts);
    case 'c':
        return (uint8_t)chance_below(chance, 5);
    case 'w':
        return (uint8_t)chance_below(chance, (unsigned)options->pods);
    case 'f':
        return making_fault(making);
    case 's':
        return chance_is(chance, making->shelf_percent) ? (uint8_t)(1 + chance_below(chance, 2))
                                                        : 0;
    case 'm':
        return chance_is(chance, making->model_percent) ? (uint8_t)(1 + chance_below(chance, 2))
                                                        : 0;
    default:
        return making_number(making, verb);
    }
}

static void schedule_invent(struct sim *sim, void *arg, struct outcome_of_run *outcome)
{
    struct making *making = arg;
    struct schedule *schedule = making->schedule;
    for (unsigned i = 0; i < making->tries && schedule->count < SCHEDULE_ACTS_MAX; i++) {
        struct act *act = &schedule->acts[schedule->count];
        *act = (struct act){ .verb = (uint8_t)making_verb(making) };
        const char *kinds = act_kinds((enum act_verb)act->verb);
        for (size_t k = 0; kinds[k]; k++) {
            act->args[k] = making_arg(making, kinds[k], (enum act_verb)act->verb);
        }
        schedule->count++;
        (void)act_do(sim, act); /* one that is not possible may yet have touched something */
        if (judge_has_failed(&sim->judge)) {
            break;
        }
    }
    outcome->acts = schedule->count;
    sim_settle(sim);
}

void schedule_make(uint64_t seed, struct schedule *schedule, struct outcome_of_run *ret_outcome)
{
    struct making making = { .chance = { seed }, .schedule = schedule };
    making_choose(&making);
    schedule->count = 0;
    schedule_guard(&schedule->options, schedule_invent, &making, ret_outcome);
}

/* --- shrinking ------------------------------------------------------------------------------ */

/* The same invariant, by its first word: another one would be another story. */
static bool schedule_is_same(const struct outcome_of_run *a, const struct outcome_of_run *b)
{
    size_t len = strcspn(a->violation, " ");
    return a->violation[0] != '\0' && strncmp(a->violation, b->violation, len + 1) == 0;
}

static bool schedule_fails_without(struct schedule *schedule, size_t from, size_t count,
                                   struct outcome_of_run *outcome)
{
    struct schedule shorter = *schedule;
    memmove(&shorter.acts[from], &shorter.acts[from + count],
            (shorter.count - from - count) * sizeof(struct act));
    shorter.count -= count;
    struct outcome_of_run found;
    schedule_run(&shorter, &found);
    if (!schedule_is_same(&found, outcome)) {
        return false;
    }
    *schedule = shorter;
    *outcome = found;
    return true;
}

/* Pieces of half its length, then of a quarter, and so on, are taken out if it still fails. */
void schedule_shrink(struct schedule *schedule, struct outcome_of_run *ret_outcome)
{
    struct outcome_of_run outcome;
    schedule_run(schedule, &outcome);
    int runs = 0;
    size_t piece = schedule->count / 2;
    while (outcome.violation[0] != '\0' && piece > 0 && runs < SHRINK_RUNS_MAX) {
        bool has_shrunk = false;
        for (size_t from = 0; from + piece <= schedule->count && runs < SHRINK_RUNS_MAX; runs++) {
            if (schedule_fails_without(schedule, from, piece, &outcome)) {
                has_shrunk = true;
            } else {
                from += piece;
            }
        }
        if (!has_shrunk || piece > 1) {
            piece /= 2;
        }
    }
    *ret_outcome = outcome;
}

void schedule_print(const struct schedule *schedule, const struct outcome_of_run *outcome)
{
    const struct sim_options *options = &schedule->options;
    printf("  %s\n  %d pods, %d partitions (%d of orders), %s, %s, map %zu, backlog %zu; "
           "%zu acts:\n",
           outcome->violation, options->pods, options->parts, options->order_parts,
           options->is_static ? "static" : "dynamic", options->is_eager ? "eager" : "cooperative",
           options->map_body_max, options->backlog_max, schedule->count);
    for (size_t i = 0; i < schedule->count; i++) {
        char text[ACT_BYTES];
        act_write(&schedule->acts[i], text);
        printf("%s%s;%s", i % 8 == 0 ? "    " : " ", text,
               i % 8 == 7 || i + 1 == schedule->count ? "\n" : "");
    }
    fflush(stdout);
}
