/* now.c - see now.h. */
#include "worker/adapter/now.h"

#include <time.h>

static int64_t now_of(clockid_t clock, int64_t units_per_s)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * units_per_s + now.tv_nsec / (1000000000 / units_per_s);
}

int64_t now_mono_us(void)
{
    return now_of(CLOCK_MONOTONIC, 1000000);
}

int64_t now_wall_ms(void)
{
    return now_of(CLOCK_REALTIME, 1000);
}

int64_t now_cpu_us(void)
{
    return now_of(CLOCK_THREAD_CPUTIME_ID, 1000000);
}
