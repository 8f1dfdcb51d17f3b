/* job_thread.c - see job_thread.h. Two lists under one lock: what is to be run, and what
 * is to be told on the loop. */
#include "worker/adapter/job_thread.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "common/mem.h"
#include "worker/adapter/now.h"

struct job_thread {
    struct loop *loop;
    struct log *log;
    struct loop_wake *wake;
    pthread_t id;
    bool is_started;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* on CLOCK_MONOTONIC */
    struct list waiting;    /* struct job; under the lock from here on */
    struct list done;
    const char *call; /* NULL: none that blocks */
    int64_t call_until_us;
    int64_t looked_us; /* when someone last asked whether the call is overdue */
    bool is_hurried;
    bool is_ending;
    size_t under_way; /* of the loop: submitted and not told yet */
};

static struct job *job_thread_next(struct job_thread *thread)
{
    pthread_mutex_lock(&thread->lock);
    while (list_is_empty(&thread->waiting) && !thread->is_ending) {
        pthread_cond_wait(&thread->changed, &thread->lock);
    }
    struct list_node *node = list_pop(&thread->waiting);
    pthread_mutex_unlock(&thread->lock);
    return list_entry(node, struct job, node);
}

static void job_thread_run(struct job_thread *thread, struct job *job)
{
    if (!job->call) {
        job->run(job);
        return;
    }
    job_thread_enter(thread, job->call, job->most_ms);
    job->run(job);
    job_thread_leave(thread);
}

static void *job_thread_main(void *arg)
{
    struct job_thread *thread = arg;
    struct job *job;
    while ((job = job_thread_next(thread)) != NULL) {
        job_thread_run(thread, job);
        pthread_mutex_lock(&thread->lock);
        list_append(&thread->done, &job->node);
        pthread_mutex_unlock(&thread->lock);
        loop_wake_send(thread->wake);
    }
    return NULL;
}

/* On the loop. */
static void job_thread_tell(void *owner)
{
    struct job_thread *thread = owner;
    for (;;) {
        pthread_mutex_lock(&thread->lock);
        struct list_node *node = list_pop(&thread->done);
        pthread_mutex_unlock(&thread->lock);
        if (!node) {
            return;
        }
        struct job *job = container_of(node, struct job, node);
        thread->under_way--;
        job->on_done(job);
    }
}

/* Signals belong to the loop. */
static bool job_thread_start(struct job_thread *thread)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread->is_started = pthread_create(&thread->id, NULL, job_thread_main, thread) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread->is_started;
}

struct job_thread *job_thread_create(const struct job_thread_options *options)
{
    struct job_thread *thread = mem_zero(1, sizeof(*thread));
    if (!thread) {
        return NULL;
    }
    thread->loop = options->loop;
    thread->log = options->log;
    list_init(&thread->waiting);
    list_init(&thread->done);
    pthread_mutex_init(&thread->lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&thread->changed, &clock);
    pthread_condattr_destroy(&clock);
    thread->looked_us = now_mono_us();
    thread->wake = loop_wake_create(thread->loop, job_thread_tell, thread);
    if (!thread->wake || !job_thread_start(thread)) {
        job_thread_destroy(thread);
        return NULL;
    }
    return thread;
}

void job_thread_destroy(struct job_thread *thread)
{
    if (!thread) {
        return;
    }
    assert(thread->under_way == 0);
    if (thread->is_started) {
        pthread_mutex_lock(&thread->lock);
        thread->is_ending = true;
        pthread_cond_broadcast(&thread->changed);
        pthread_mutex_unlock(&thread->lock);
        pthread_join(thread->id, NULL);
    }
    if (thread->wake) {
        loop_wake_destroy(thread->wake);
    }
    pthread_cond_destroy(&thread->changed);
    pthread_mutex_destroy(&thread->lock);
    mem_free(thread);
}

enum err job_thread_submit(struct job_thread *thread, struct job *job)
{
    if (thread->under_way == JOBS_MAX) {
        return ERR_FULL;
    }
    thread->under_way++;
    job->thread = thread;
    pthread_mutex_lock(&thread->lock);
    list_append(&thread->waiting, &job->node);
    pthread_cond_signal(&thread->changed);
    pthread_mutex_unlock(&thread->lock);
    return OK;
}

void job_thread_hurry(struct job_thread *thread)
{
    pthread_mutex_lock(&thread->lock);
    thread->is_hurried = true;
    pthread_cond_broadcast(&thread->changed);
    pthread_mutex_unlock(&thread->lock);
}

/* Its id was written before any job came through the lock. */
static bool job_thread_is_here(const struct job_thread *thread)
{
    return pthread_equal(pthread_self(), thread->id) != 0;
}

bool job_thread_is_hurried(struct job_thread *thread)
{
    assert(job_thread_is_here(thread));
    pthread_mutex_lock(&thread->lock);
    bool is_hurried = thread->is_hurried;
    pthread_mutex_unlock(&thread->lock);
    return is_hurried;
}

void job_thread_wait(struct job_thread *thread, int64_t wait_ms)
{
    assert(job_thread_is_here(thread));
    int64_t until_us = now_mono_us() + wait_ms * 1000;
    struct timespec until = {
        .tv_sec = (time_t)(until_us / 1000000),
        .tv_nsec = (long)(until_us % 1000000) * 1000,
    };
    pthread_mutex_lock(&thread->lock);
    int status = 0;
    while (!thread->is_hurried && status == 0) {
        status = pthread_cond_timedwait(&thread->changed, &thread->lock, &until);
    }
    pthread_mutex_unlock(&thread->lock);
}

void job_thread_enter(struct job_thread *thread, const char *call, int64_t timeout_ms)
{
    assert(job_thread_is_here(thread));
    pthread_mutex_lock(&thread->lock);
    thread->call = call;
    thread->call_until_us = now_mono_us() + timeout_ms * 1000;
    pthread_mutex_unlock(&thread->lock);
}

void job_thread_leave(struct job_thread *thread)
{
    assert(job_thread_is_here(thread));
    pthread_mutex_lock(&thread->lock);
    thread->call = NULL;
    pthread_mutex_unlock(&thread->lock);
}

const char *job_thread_overdue(struct job_thread *thread, int64_t now_us)
{
    pthread_mutex_lock(&thread->lock);
    int64_t gap_us = now_us - thread->looked_us;
    thread->call_until_us += gap_us > (int64_t)JOB_LOOK_GAP_MS * 1000 ? gap_us : 0;
    thread->looked_us = now_us;
    int64_t late_us = now_us - thread->call_until_us;
    const char *call = late_us > (int64_t)JOB_CALL_GRACE_MS * 1000 ? thread->call : NULL;
    pthread_mutex_unlock(&thread->lock);
    return call;
}
