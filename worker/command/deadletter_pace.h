/* deadletter_pace.h - how fast letters are settled: so many a second, at most.
 *
 * Pure: time is an argument. */
#ifndef COMMAND_DEADLETTER_PACE_H
#define COMMAND_DEADLETTER_PACE_H

#include "common/base.h"

#define PACE_RATE_MAX 1000000
/* What a pause may be made up for. Without it the time that each transaction takes would be lost;
 * with more, a long look for letters would end in a flood. */
#define PACE_CREDIT_US 100000

struct pace {
    int64_t step_us; /* from one letter to the next */
    int64_t due_us;  /* monotonic: when the next one may go */
    size_t at_once_max;
};

/* `rate` letters a second, from 1 to PACE_RATE_MAX; the first may go now. */
void pace_init(struct pace *pace, int64_t rate, int64_t now_us);

/* How long the next letter has to wait. */
int64_t pace_wait_us(const struct pace *pace, int64_t now_us);

/* One letter goes. */
void pace_take(struct pace *pace, int64_t now_us);

/* How many letters may be gathered before they are sent: at least 1. */
size_t pace_at_once(const struct pace *pace, size_t max);

#endif
