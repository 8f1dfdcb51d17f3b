/* explore.c - see explore.h. */
#include "tests/sim/explore.h"

#include <stdlib.h>

#include "tests/sim/fingerprint.h"

#define PATH_MAX_ACTS 64

/* One act in the tree of paths. */
struct step {
    uint32_t parent;
    uint16_t depth;
    uint16_t troubles;
    struct act act;
};

struct frontier {
    const struct scene *scene;
    const struct bounds *bounds;
    struct explored *explored;
    struct schedule prefix;
    struct step *steps; /* states, by when they were met; the first one is the scene itself */
    uint64_t *seen;     /* open addressing, 0 is free */
    size_t seen_size;   /* a power of two */
    struct act path[PATH_MAX_ACTS];
};

/* --- what may be tried ---------------------------------------------------------------------- */

/* Acts of normal life, for each pod and for all. */
static const struct act explore_life[] = {
    { ACT_BEAT, { 0 } },  { ACT_POLL, { 0, 0 } },  { ACT_WORK, { 0, FAULT_NONE } },
    { ACT_TELL, { 0 } },  { ACT_MODEL, { 0, 0 } }, { ACT_MODEL, { 0, 1 } },
    { ACT_START, { 0 } }, { ACT_MARK, { 0 } },
};
static const struct act explore_time[] = {
    { ACT_LATE, { 0 } }, { ACT_GROUP, { 0 } }, { ACT_ABSENT, { 0 } }, { ACT_PASS, { 3 } },
};
/* Troubles, for each pod. */
static const struct act explore_troubles[] = {
    { ACT_WORK, { 0, FAULT_DROPPED } },  { ACT_WORK, { 0, FAULT_MUTE } },
    { ACT_WORK, { 0, FAULT_LATE } },     { ACT_WORK, { 0, FAULT_RESENT } },
    { ACT_WORK, { 0, FAULT_REPEATED } }, { ACT_WORK, { 0, FAULT_BUSY } },
    { ACT_WORK, { 0, FAULT_UNSURE } },   { ACT_WORK, { 0, FAULT_REFUSED } },
    { ACT_WORK, { 0, FAULT_BROKEN } },   { ACT_KILL, { 0 } },
    { ACT_OVERSLEEP, { 0 } },            { ACT_EXPIRE, { 0 } },
    { ACT_TIMEOUT, { 0 } },              { ACT_FORGET, { 0 } },
    { ACT_TERM, { 0 } },                 { ACT_RETAKE, { 0, 0 } },
};

/* The n-th of all; false behind the last one. */
static bool explore_choice(const struct frontier *frontier, size_t n, struct act *ret_act,
                           bool *ret_is_trouble)
{
    size_t pods = (size_t)frontier->scene->options.pods;
    size_t life = countof(explore_life) * pods;
    size_t calm = life + countof(explore_time);
    *ret_is_trouble = n >= calm;
    if (n < life) {
        *ret_act = explore_life[n / pods];
        ret_act->args[0] = (uint8_t)(n % pods);
        return true;
    }
    if (n < calm) {
        *ret_act = explore_time[n - life];
        return true;
    }
    n -= calm;
    if (n >= countof(explore_troubles) * pods) {
        return false;
    }
    *ret_act = explore_troubles[n / pods];
    ret_act->args[0] = (uint8_t)(n % pods);
    return true;
}

/* --- states that were met ------------------------------------------------------------------- */

/* The same state with fewer troubles behind it has more before it. */
static bool explore_is_new(struct frontier *frontier, const struct sim *sim, unsigned troubles)
{
    uint64_t print = fingerprint(sim) * 31 + troubles;
    print += print == 0;
    size_t at = (size_t)print & (frontier->seen_size - 1);
    while (frontier->seen[at] != 0 && frontier->seen[at] != print) {
        at = (at + 1) & (frontier->seen_size - 1);
    }
    bool is_new = frontier->seen[at] == 0;
    frontier->seen[at] = print;
    return is_new;
}

/* --- playing -------------------------------------------------------------------------------- */

/* What only one pod sees needs no choice: the store answers at once. */
static void explore_do(struct frontier *frontier, struct sim *sim, const struct act *act)
{
    (void)act_do(sim, act);
    for (int i = 0; i < sim->options.pods; i++) {
        while (pod_store(&sim->pods[i], SHELF_FINE)) {
        }
        frontier->explored->way_states |= BIT(sim->pods[i].way.state);
    }
}

static size_t explore_path(struct frontier *frontier, uint32_t at)
{
    size_t count = frontier->steps[at].depth;
    for (size_t i = count; i > 0; i--) {
        frontier->path[i - 1] = frontier->steps[at].act;
        at = frontier->steps[at].parent;
    }
    return count;
}

static struct sim *explore_open(struct frontier *frontier, uint32_t at)
{
    struct sim *sim = sim_create(&frontier->scene->options);
    for (size_t i = 0; i < frontier->prefix.count; i++) {
        explore_do(frontier, sim, &frontier->prefix.acts[i]);
    }
    size_t count = explore_path(frontier, at);
    for (size_t i = 0; i < count; i++) {
        explore_do(frontier, sim, &frontier->path[i]);
    }
    return sim;
}

/* Nothing happens any more but what should: the damage that was done shows. */
static bool explore_judge(struct frontier *frontier, struct sim *sim, uint32_t at)
{
    struct explored *explored = frontier->explored;
    sim_settle(sim);
    if (!judge_has_failed(&sim->judge)) {
        return true;
    }
    memcpy(explored->outcome.violation, sim->judge.violation, sizeof(sim->judge.violation));
    explored->schedule = frontier->prefix;
    explored->schedule.options = frontier->scene->options;
    size_t count = explore_path(frontier, at);
    memcpy(&explored->schedule.acts[explored->schedule.count], frontier->path,
           count * sizeof(struct act));
    explored->schedule.count += count;
    return false;
}

/* --- breadth first -------------------------------------------------------------------------- */

static uint32_t explore_add(struct frontier *frontier, uint32_t parent, const struct act *act,
                            unsigned troubles)
{
    frontier->steps[frontier->explored->states] = (struct step){
        .parent = parent,
        .depth = (uint16_t)(frontier->steps[parent].depth + 1),
        .troubles = (uint16_t)troubles,
        .act = *act,
    };
    return (uint32_t)frontier->explored->states++;
}

/* Tries all acts in one state. False: it is over. An act that leads to where one was before has
 * changed nothing that counts when that is where it began, and the next one is tried in place. */
static bool explore_from(struct frontier *frontier, uint32_t at)
{
    struct sim *sim = explore_open(frontier, at);
    const struct step from = frontier->steps[at];
    uint64_t before = fingerprint(sim);
    bool is_over = false;
    bool is_trouble;
    struct act act;
    for (size_t n = 0; !is_over && explore_choice(frontier, n, &act, &is_trouble); n++) {
        unsigned troubles = from.troubles + (is_trouble ? 1u : 0u);
        if (troubles > (unsigned)frontier->bounds->troubles_max) {
            continue;
        }
        explore_do(frontier, sim, &act);
        if (fingerprint(sim) == before) {
            continue;
        }
        frontier->explored->acts++;
        if (explore_is_new(frontier, sim, troubles)) {
            uint32_t added = explore_add(frontier, at, &act, troubles);
            is_over = !explore_judge(frontier, sim, added) ||
                      frontier->explored->states == frontier->bounds->states_max;
        }
        sim_destroy(sim);
        sim = explore_open(frontier, at);
    }
    sim_destroy(sim);
    return !is_over;
}

static void explore_all(struct frontier *frontier)
{
    struct explored *explored = frontier->explored;
    for (uint32_t at = 0; at < explored->states; at++) {
        explored->depth = frontier->steps[at].depth;
        if (explored->depth == PATH_MAX_ACTS || !explore_from(frontier, at)) {
            return;
        }
    }
}

void explore(const struct scene *scene, const struct bounds *bounds, struct explored *ret_explored)
{
    struct frontier frontier = { .scene = scene, .bounds = bounds, .explored = ret_explored };
    memset(ret_explored, 0, sizeof(*ret_explored));
    ret_explored->states = 1;
    schedule_read(scene->acts, &frontier.prefix);
    frontier.seen_size = 1024;
    while (frontier.seen_size < bounds->states_max * 2) {
        frontier.seen_size *= 2;
    }
    frontier.steps = calloc(bounds->states_max, sizeof(*frontier.steps));
    frontier.seen = calloc(frontier.seen_size, sizeof(*frontier.seen));
    if (!frontier.steps || !frontier.seen) {
        BUG("out of memory");
    }
    explore_all(&frontier);
    free(frontier.steps);
    free(frontier.seen);
}
