/* commit_thread.h - the one thread on which whatever blocks is called, commits above all.
 *
 * Transactions, reading committed offsets, asking for topics and rights, cutting knowledge pages
 * and closing block for as long as brokers or a disk like. Jobs wait here in order of arrival, run
 * one at a time on this thread, and end on the loop. So no commit is made while another job runs:
 * one of a worker that asks brokers has a bound on its time, as a whole (`call`, `most_ms`) or for
 * each of its steps (commit_thread_enter()), so that a call which never returns is noticed.
 *
 * Thread: the loop's, unless said otherwise. */
#ifndef ADAPTER_COMMIT_THREAD_H
#define ADAPTER_COMMIT_THREAD_H

#include "common/list.h"
#include "common/log.h"
#include "worker/adapter/loop.h"

#define COMMIT_JOBS_MAX 64
#define COMMIT_CLOSE_MS 30000 /* in which a client of librdkafka should be closed */

struct commit_thread;
struct commit_job;

typedef void commit_job_fn(struct commit_job *job);

/* Embedded in its owner, who leaves it alone until on_done. */
struct commit_job {
    commit_job_fn *run;     /* Thread: the commit thread */
    commit_job_fn *on_done; /* exactly once, on the loop */
    const char *call;       /* what it does, a literal; NULL: it asks no broker, or enters itself */
    int64_t most_ms;        /* in which it should have done that */
    struct commit_thread *thread; /* set by commit_thread_submit() */
    struct list_node node;
};

struct commit_thread_options {
    struct loop *loop;
    struct log *log;
};

/* NULL when out of memory or threads. */
struct commit_thread *commit_thread_create(const struct commit_thread_options *options);

/* All jobs are done by then, and it is not called from inside an on_done. Accepts NULL. */
void commit_thread_destroy(struct commit_thread *thread);

/* ERR_FULL: COMMIT_JOBS_MAX wait already, nothing was queued. */
MUST_USE enum err commit_thread_submit(struct commit_thread *thread, struct commit_job *job);

/* From now on, jobs give up at once where they would wait or try again. */
void commit_thread_hurry(struct commit_thread *thread);

/* What is marked with "the commit thread" from here on is called in a job; from any other thread
 * it is a bug that ends the process. */

/* Thread: the commit thread. True after commit_thread_hurry(). */
bool commit_thread_is_hurried(struct commit_thread *thread);

/* Thread: the commit thread. Waits, unless hurried. */
void commit_thread_wait(struct commit_thread *thread, int64_t wait_ms);

/* Thread: the commit thread. Around a call that should return within `timeout_ms`; `call` is a
 * literal. librdkafka has calls whose timeout does not hold. */
void commit_thread_enter(struct commit_thread *thread, const char *call, int64_t timeout_ms);
void commit_thread_leave(struct commit_thread *thread);

/* The call that should have returned COMMIT_CALL_GRACE_MS ago and has not, or NULL. To be asked
 * every second or so: when nobody asked for COMMIT_LOOK_GAP_MS the process stood still, and its
 * calls with it, and that time does not count. */
#define COMMIT_CALL_GRACE_MS 15000
#define COMMIT_LOOK_GAP_MS 5000
const char *commit_thread_overdue(struct commit_thread *thread, int64_t now_us);

/* Thread: any. Monotonic microseconds, on the same scale as the loop's milliseconds. */
int64_t commit_thread_now_us(void);

#endif
