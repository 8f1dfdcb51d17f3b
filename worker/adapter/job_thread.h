/* job_thread.h - a thread on which whatever blocks is called.
 *
 * Jobs wait here in order of arrival, run one at a time on this thread, and end on the loop. A
 * worker has one for what asks Kafka, the commit thread: transactions, reading committed offsets,
 * asking for topics and rights, closing. So no commit is made while another of its jobs runs: each
 * of those has a bound on its time, as a whole (`call`, `most_ms`) or for each of its steps
 * (job_thread_enter()), so that a call which never returns is noticed. The knowledge desk has
 * others, to cut pages and to search.
 *
 * Thread: the loop's, unless said otherwise. */
#ifndef ADAPTER_JOB_THREAD_H
#define ADAPTER_JOB_THREAD_H

#include "common/list.h"
#include "common/log.h"
#include "worker/adapter/loop.h"

#define JOBS_MAX 64

struct job_thread;
struct job;

typedef void job_fn(struct job *job);

/* Embedded in its owner, who leaves it alone until on_done. */
struct job {
    job_fn *run;               /* Thread: its own */
    job_fn *on_done;           /* exactly once, on the loop */
    const char *call;          /* what it does, a literal; NULL: asks no broker, or enters itself */
    int64_t most_ms;           /* in which it should have done that */
    struct job_thread *thread; /* set by job_thread_submit() */
    struct list_node node;
};

struct job_thread_options {
    struct loop *loop;
    struct log *log;
};

/* NULL when out of memory or threads. */
struct job_thread *job_thread_create(const struct job_thread_options *options);

/* All jobs are done by then, and it is not called from inside an on_done. Accepts NULL. */
void job_thread_destroy(struct job_thread *thread);

/* ERR_FULL: JOBS_MAX wait already, nothing was queued. */
MUST_USE enum err job_thread_submit(struct job_thread *thread, struct job *job);

/* From now on, jobs give up at once where they would wait or try again. */
void job_thread_hurry(struct job_thread *thread);

/* What is marked with "its own" from here on is called in a job; from any other thread it is a bug
 * that ends the process. */

/* Thread: its own. True after job_thread_hurry(). */
bool job_thread_is_hurried(struct job_thread *thread);

/* Thread: its own. Waits, unless hurried. */
void job_thread_wait(struct job_thread *thread, int64_t wait_ms);

/* Thread: its own. Around a call that should return within `timeout_ms`; `call` is a
 * literal. librdkafka has calls whose timeout does not hold. */
void job_thread_enter(struct job_thread *thread, const char *call, int64_t timeout_ms);
void job_thread_leave(struct job_thread *thread);

/* The call that should have returned JOB_CALL_GRACE_MS ago and has not, or NULL. To be asked
 * every second or so: when nobody asked for JOB_LOOK_GAP_MS the process stood still, and its
 * calls with it, and that time does not count. */
#define JOB_CALL_GRACE_MS 15000
#define JOB_LOOK_GAP_MS 5000
const char *job_thread_overdue(struct job_thread *thread, int64_t now_us);

#endif
