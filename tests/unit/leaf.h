/* leaf.h - what the tests of the leaf library share: texts, chance with a seed, and running
 * out of memory at every allocation in turn. */
#ifndef TESTS_UNIT_LEAF_H
#define TESTS_UNIT_LEAF_H

#include "tests/unit/cm.h"

#include "common/mem.h"
#include "common/str.h"

#define assert_text(actual, expected)                                                              \
    do {                                                                                           \
        struct str actual_ = (actual);                                                             \
        if (!str_is(actual_, (expected))) {                                                        \
            fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(actual_), (expected));                      \
        }                                                                                          \
    } while (0)

/* Bytes that may hold a NUL: BYTES("a\0b"). */
#define BYTES(literal) STR(literal)

/* Numbers that look random and are the same in every run (xorshift64*). */
struct luck {
    uint64_t state;
};

static inline struct luck luck_of(uint64_t seed)
{
    print_message("seed %llu\n", (unsigned long long)seed);
    return (struct luck){ seed };
}

static inline uint64_t luck_next(struct luck *luck, uint64_t below)
{
    luck->state ^= luck->state >> 12;
    luck->state ^= luck->state << 25;
    luck->state ^= luck->state >> 27;
    return (luck->state * 0x2545F4914F6CDD1Du >> 16) % below;
}

static inline void luck_bytes(struct luck *luck, char *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = (char)luck_next(luck, 256);
    }
}

/* Tries once; on an error it must have left its outputs untouched and everything freed. */
typedef enum err try_fn(void *owner);

/* Lets the first, the second, ... allocation of `attempt` fail, until none is left to fail.
 * Gives how many there were. */
static inline long starve(try_fn *attempt, void *owner)
{
    for (long nth = 1;; nth++) {
        mem_fail_nth(nth);
        enum err err = attempt(owner);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        if (err != (has_failed ? ERR_NOMEM : OK)) {
            fail_msg("allocation %ld fails: %s", nth, err_name(err));
        }
        if (!has_failed) {
            return nth - 1;
        }
    }
}

#endif
