/* fingerprint.h - a number for what a deployment's future depends on.
 *
 * Two simulations with the same one are taken for the same state, so that an exploration goes on
 * from one of them only. What only counts (acts, calls, names of memory) is left out, times are
 * told from now on, and what has no room left to matter is cut off. */
#ifndef TESTS_SIM_FINGERPRINT_H
#define TESTS_SIM_FINGERPRINT_H

#include "tests/sim/sim.h"

uint64_t fingerprint(const struct sim *sim);

#endif
