/* chance.h - numbers that look random and depend on a seed alone.
 *
 * SplitMix64 (Steele, Lea and Flood, 2014). */
#ifndef TESTS_SIM_CHANCE_H
#define TESTS_SIM_CHANCE_H

#include "common/base.h"

struct chance {
    uint64_t state;
};

static inline uint64_t chance_next(struct chance *chance)
{
    chance->state += 0x9e3779b97f4a7c15u;
    uint64_t z = chance->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 to below - 1. */
static inline unsigned chance_below(struct chance *chance, unsigned below)
{
    return (unsigned)(chance_next(chance) % below);
}

/* True in `percent` of 100 cases. */
static inline bool chance_is(struct chance *chance, unsigned percent)
{
    return chance_below(chance, 100) < percent;
}

#endif
