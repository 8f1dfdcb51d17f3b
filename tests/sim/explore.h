/* explore.h - all interleavings of a small world, breadth first, up to a bound.
 *
 * A scene is where it begins: some pods, and acts that lead to the interesting moment. From there
 * each act that is possible is tried in each state; a state that was met before is not gone
 * on from again (fingerprint.h). Troubles cost; a path may have `troubles_max` of them. From each
 * new state on, the world is also left alone until all is settled, and judged: so what was done
 * wrong shows, however late its damage would come.
 *
 * States are not kept but played again from the scene's beginning. */
#ifndef TESTS_SIM_EXPLORE_H
#define TESTS_SIM_EXPLORE_H

#include "tests/sim/schedule.h"

struct scene {
    const char *name;
    struct sim_options options;
    const char *acts; /* up to the moment from which all is tried */
};

struct bounds {
    size_t states_max;
    int troubles_max;
};

struct explored {
    size_t states;
    size_t acts;           /* that were tried and have led somewhere */
    size_t depth;          /* acts up to which nothing was left out */
    unsigned way_states;   /* bits of enum txn_state that a pod was seen in */
    struct outcome_of_run outcome; /* its violation is empty, or `schedule` leads to it */
    struct schedule schedule;
};

/* Ends at the first violation. */
void explore(const struct scene *scene, const struct bounds *bounds,
             struct explored *ret_explored);

#endif
