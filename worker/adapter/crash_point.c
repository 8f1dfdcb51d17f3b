/* crash_point.c - see crash_point.h. SIGKILL, so that nothing is flushed, closed or told. */
#include "worker/adapter/crash_point.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/str.h"

static struct str crash_name;
static int64_t crash_times = 1;
static atomic_llong crash_seen;
static pthread_once_t crash_once = PTHREAD_ONCE_INIT;

static void crash_point_read(void)
{
    struct str rest = str_from(getenv("DESKHAND_TEST_CRASH_AT"));
    if (rest.len == 0) {
        return;
    }
    struct str times;
    if (!str_split(&rest, ':', &crash_name)) {
        return;
    }
    if (str_split(&rest, ':', &times)) {
        (void)str_to_i64(times, 1, INT64_MAX, &crash_times);
    }
}

void crash_point_reach(const char *name)
{
    pthread_once(&crash_once, crash_point_read);
    if (crash_name.len == 0 || !str_is(crash_name, name)) {
        return;
    }
    if (atomic_fetch_add(&crash_seen, 1) + 1 == crash_times) {
        raise(SIGKILL);
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
