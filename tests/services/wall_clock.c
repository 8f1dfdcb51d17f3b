/* wall_clock.c - a wall clock that jumps, for one process: preloaded into a worker.
 *
 *   cc -shared -fPIC -o wall_clock.so wall_clock.c
 *   WALL_CLOCK_FILE=offset LD_PRELOAD=./wall_clock.so deskhand run ...
 *
 * The file holds seconds, eight bytes in the machine's order, by which the process sees the wall
 * clock ahead; what is written there holds at once. The monotonic clock stays as it is, as it does
 * when a real clock is set. Who waits until a time of the wall clock waits by the changed one, also
 * when it changes meanwhile, as the kernel has it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 20000000 /* how often who waits looks at the clock */
#define PLACES 65536 /* far more than conditions at once; a power of two */

typedef int gettime_fn(clockid_t, struct timespec *);
typedef int wait_fn(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
typedef int init_fn(pthread_cond_t *, const pthread_condattr_t *);

static const _Atomic int64_t *ahead_s;
static gettime_fn *real_gettime;
static wait_fn *real_wait;
static init_fn *real_init;

/* Conditions that wait by the monotonic clock: a hash table with linear probing. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const void *steady[PLACES];
static const char was_here; /* the mark of a place that is free again */

static void *find(const char *name, const char *version)
{
    void *found = dlvsym(RTLD_NEXT, name, version);
    return found ? found : dlsym(RTLD_NEXT, name);
}

static void map_file(void)
{
    static const _Atomic int64_t none;
    const char *path = getenv("WALL_CLOCK_FILE");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *bytes = file < 0 ? MAP_FAILED : mmap(NULL, sizeof(none), PROT_READ, MAP_SHARED, file, 0);
    ahead_s = bytes == MAP_FAILED ? &none : bytes;
    if (file >= 0) {
        close(file);
    }
}

/* Others may ask for the time before this library is initialised. */
static void begin(void)
{
    if (ahead_s) {
        return;
    }
    real_gettime = (gettime_fn *)dlsym(RTLD_NEXT, "clock_gettime");
    real_wait = (wait_fn *)find("pthread_cond_timedwait", "GLIBC_2.3.2");
    real_init = (init_fn *)find("pthread_cond_init", "GLIBC_2.3.2");
    map_file();
}

static void __attribute__((constructor)) begin_early(void)
{
    begin();
}

int clock_gettime(clockid_t clock, struct timespec *ret_now)
{
    begin();
    int status = real_gettime(clock, ret_now);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        ret_now->tv_sec += atomic_load(ahead_s);
    }
    return status;
}

int gettimeofday(struct timeval *restrict ret_now, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    int status = clock_gettime(CLOCK_REALTIME, &now);
    *ret_now = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
    return status;
}

time_t time(time_t *ret_now)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now) {
        *ret_now = now.tv_sec;
    }
    return now.tv_sec;
}

/* Its place, or the one behind all that it may have. */
static size_t find_steady(const pthread_cond_t *condition)
{
    size_t i = (uintptr_t)condition / sizeof(*condition) % PLACES;
    for (size_t tries = 0; steady[i] && steady[i] != condition; i = (i + 1) % PLACES) {
        if (++tries == PLACES) {
            abort();
        }
    }
    return i;
}

static int is_steady(const pthread_cond_t *condition)
{
    pthread_mutex_lock(&lock);
    int is = steady[find_steady(condition)] == condition;
    pthread_mutex_unlock(&lock);
    return is;
}

/* The memory may have been another condition's before. */
static void note(const pthread_cond_t *condition, clockid_t clock)
{
    pthread_mutex_lock(&lock);
    size_t i = find_steady(condition);
    if (clock == CLOCK_MONOTONIC) {
        steady[i] = condition;
    } else if (steady[i] == condition) {
        steady[i] = &was_here;
    }
    pthread_mutex_unlock(&lock);
}

int pthread_cond_init(pthread_cond_t *restrict condition,
                      const pthread_condattr_t *restrict attributes)
{
    clockid_t clock = CLOCK_REALTIME;
    begin();
    if (attributes) {
        pthread_condattr_getclock(attributes, &clock);
    }
    note(condition, clock);
    return real_init(condition, attributes);
}

static int is_before(const struct timespec *one, const struct timespec *other)
{
    return one->tv_sec != other->tv_sec ? one->tv_sec < other->tv_sec
                                        : one->tv_nsec < other->tv_nsec;
}

static struct timespec shifted(struct timespec at, int64_t by_s, long by_ns)
{
    at.tv_sec += by_s + (at.tv_nsec + by_ns) / 1000000000;
    at.tv_nsec = (at.tv_nsec + by_ns) % 1000000000;
    return at;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    begin();
    if (is_steady(condition)) {
        return real_wait(condition, mutex, until);
    }
    for (;;) {
        struct timespec real_now;
        (void)real_gettime(CLOCK_REALTIME, &real_now);
        struct timespec real_until = shifted(*until, -atomic_load(ahead_s), 0);
        struct timespec look = shifted(real_now, 0, LOOK_NS);
        int is_last = is_before(&real_until, &look);
        int status = real_wait(condition, mutex, is_last ? &real_until : &look);
        if (status != ETIMEDOUT || is_last) {
            return status;
        }
    }
}
