/* retry.h - whether a turn that failed is tried again, and when.
 *
 * The class of the error alone decides. A retried turn waits in its lane, so later ones of
 * its conversation wait behind it and order holds. Back-off doubles, with full jitter
 * (Brooker, "Exponential Backoff And Jitter").
 *
 * Pure: no I/O, no clock; chance is an argument. */
#ifndef ENGINE_RETRY_H
#define ENGINE_RETRY_H

#include "common/base.h"

struct retry_policy {
    int attempts_max;       /* the first one counts */
    int64_t backoff_ms;     /* before the second attempt, at most */
    int64_t backoff_max_ms;
};

enum fate_next {
    FATE_AGAIN,       /* after wait_ms */
    FATE_HANDOFF,     /* a person answers */
    FATE_DEAD_LETTER, /* it can never succeed */
    FATE_STOP         /* the process cannot go on */
};

struct fate {
    enum fate_next next;
    int64_t wait_ms;
    enum err why; /* what the outcome says */
};

/* `attempt` counts from 1: the one that failed with `why`. `retry_after_ms` is what the
 * backend asked for, -1 if it did not. `chance` is any random number. */
struct fate retry_decide(const struct retry_policy *policy, enum err why, int attempt,
                         int64_t retry_after_ms, uint64_t chance);

/* The wait of a repeat that there is no budget for: in the upper half of the longest back-off, so
 * that those who are held back do not come back together. */
int64_t retry_long_wait_ms(const struct retry_policy *policy, uint64_t chance);

/* The wait before attempt `attempt + 1`. */
int64_t retry_wait_ms(const struct retry_policy *policy, int attempt, uint64_t chance);

#endif
