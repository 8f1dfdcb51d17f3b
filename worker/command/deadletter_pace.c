/* deadletter_pace.c - see deadletter_pace.h. */
#include "worker/command/deadletter_pace.h"

#define SECOND_US 1000000

void pace_init(struct pace *pace, int64_t rate, int64_t now_us)
{
    assert(rate >= 1 && rate <= PACE_RATE_MAX);
    *pace = (struct pace){
        .step_us = (SECOND_US + rate - 1) / rate,
        .due_us = now_us,
        .at_once_max = (size_t)max_i64(rate * PACE_CREDIT_US / SECOND_US, 1),
    };
}

int64_t pace_wait_us(const struct pace *pace, int64_t now_us)
{
    return max_i64(pace->due_us - now_us, 0);
}

void pace_take(struct pace *pace, int64_t now_us)
{
    pace->due_us = max_i64(pace->due_us, now_us - PACE_CREDIT_US) + pace->step_us;
}

size_t pace_at_once(const struct pace *pace, size_t max)
{
    return pace->at_once_max < max ? pace->at_once_max : max;
}
