/* crash_point.c - see crash_point.h. SIGKILL, so that nothing is flushed, closed or told. */
#include "worker/adapter/crash_point.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/str.h"

struct crash_order {
    const char *variable;
    int signal;
    struct str name;
    int64_t times;
    atomic_llong seen;
};

static struct crash_order crash_orders[] = {
    { .variable = "DESKHAND_TEST_CRASH_AT", .signal = SIGKILL },
    { .variable = "DESKHAND_TEST_STOP_AT", .signal = SIGSTOP },
};
static pthread_once_t crash_once = PTHREAD_ONCE_INIT;

static void crash_point_read(void)
{
    for (size_t i = 0; i < countof(crash_orders); i++) {
        struct crash_order *order = &crash_orders[i];
        struct str rest = str_from(getenv(order->variable));
        struct str times;
        order->times = 1;
        if (str_split(&rest, ':', &order->name) && str_split(&rest, ':', &times)) {
            (void)str_to_i64(times, 1, INT64_MAX, &order->times);
        }
    }
}

void crash_point_reach(const char *name)
{
    pthread_once(&crash_once, crash_point_read);
    for (size_t i = 0; i < countof(crash_orders); i++) {
        struct crash_order *order = &crash_orders[i];
        if (order->name.len > 0 && str_is(order->name, name) &&
            atomic_fetch_add(&order->seen, 1) + 1 == order->times) {
            raise(order->signal);
        }
    }
}

bool defence_is_lowered(const char *name)
{
    struct str rest = str_from(getenv("DESKHAND_TEST_LOWER"));
    struct str one;
    while (str_split(&rest, ',', &one)) {
        if (str_is(one, name)) {
            return true;
        }
    }
    return false;
}
