/* A thread for what blocks: jobs in order, ends on the loop, calls that do not return are named. */
#include "tests/unit/cm.h"

#include <string.h>

#include "tests/unit/aborts.h"
#include "worker/adapter/job_thread.h"
#include "worker/adapter/now.h"

struct step {
    struct job job;
    struct loop *loop;
    const char *trace_name;
    char *trace;
    bool is_last;
};

static void step_run(struct job *job)
{
    struct step *step = container_of(job, struct step, job);
    step->trace[strlen(step->trace)] = step->trace_name[0];
}

static void step_done(struct job *job)
{
    struct step *step = container_of(job, struct step, job);
    if (step->is_last) {
        loop_stop(step->loop);
    }
}

static void jobs_run_in_order_and_end_on_the_loop(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    const struct job_thread_options options = { .loop = loop };
    struct job_thread *thread = job_thread_create(&options);
    char trace[8] = { 0 };
    struct step steps[] = { { .trace_name = "a" }, { .trace_name = "b" }, { .trace_name = "c" } };
    for (size_t i = 0; i < countof(steps); i++) {
        steps[i].job.run = step_run;
        steps[i].job.on_done = step_done;
        steps[i].loop = loop;
        steps[i].trace = trace;
        steps[i].is_last = i + 1 == countof(steps);
        assert_int_equal(job_thread_submit(thread, &steps[i].job), OK);
    }
    loop_run(loop);
    assert_string_equal(trace, "abc");
    job_thread_destroy(thread);
    loop_destroy(loop);
}

/* Runs `look` in a job that names its call or names none. */
struct watch {
    struct job job;
    struct loop *loop;
};

static void watch_done(struct job *job)
{
    loop_stop(container_of(job, struct watch, job)->loop);
}

static int64_t started_us;

static void watch_over(job_fn *look, const char *call, int64_t most_ms)
{
    struct watch watch = { .loop = loop_create() };
    started_us = now_mono_us();
    const struct job_thread_options options = { .loop = watch.loop };
    struct job_thread *thread = job_thread_create(&options);
    watch.job = (struct job){
        .run = look, .on_done = watch_done, .call = call, .most_ms = most_ms
    };
    assert_int_equal(job_thread_submit(thread, &watch.job), OK);
    loop_run(watch.loop);
    assert_null(job_thread_overdue(thread, now_mono_us()));
    job_thread_destroy(thread);
    loop_destroy(watch.loop);
}

/* When a call is overdue for who looks each second from `now_us` on; -1: never in a minute. */
static int64_t overdue_at_us(struct job_thread *thread, const char *call, int64_t now_us)
{
    for (int second = 0; second < 60; second++) {
        int64_t at_us = now_us + second * 1000000LL;
        const char *late = job_thread_overdue(thread, at_us);
        if (late) {
            assert_string_equal(late, call);
            return at_us;
        }
    }
    return -1;
}

static void look_at_a_late_call(struct job *job)
{
    int64_t now_us = now_mono_us();
    assert_null(job_thread_overdue(job->thread, now_us));
    job_thread_enter(job->thread, "commit", 1000);
    assert_null(job_thread_overdue(job->thread, now_us));
    job_thread_enter(job->thread, "commit", -JOB_CALL_GRACE_MS - 1);
    assert_string_equal(job_thread_overdue(job->thread, now_mono_us()), "commit");
    job_thread_leave(job->thread);
    assert_null(job_thread_overdue(job->thread, now_mono_us()));
}

static void a_call_that_is_late_beyond_grace_is_named(void **state)
{
    (void)state;
    watch_over(look_at_a_late_call, NULL, 0);
}

static void look_at_the_own_call(struct job *job)
{
    int64_t now_us = now_mono_us();
    int64_t at_us = overdue_at_us(job->thread, "rights", now_us);
    /* It was begun between the two; what the machine stood still until now may be given back. */
    assert_in_range(at_us, started_us + (JOB_CALL_GRACE_MS + 5000) * 1000LL,
                    now_us + (JOB_CALL_GRACE_MS + 7000) * 1000LL + (now_us - started_us));
}

static void a_job_that_names_its_call_is_watched_for_as_long_as_it_runs(void **state)
{
    (void)state;
    watch_over(look_at_the_own_call, "rights", 5000);
}

static void look_at_nothing(struct job *job)
{
    assert_int_equal(overdue_at_us(job->thread, NULL, now_mono_us()), -1);
}

static void a_job_that_names_none_is_not_watched(void **state)
{
    (void)state;
    watch_over(look_at_nothing, NULL, 0);
}

static void look_after_a_minute_of_standing_still(struct job *job)
{
    struct job_thread *thread = job->thread;
    int64_t now_us = now_mono_us();
    assert_null(job_thread_overdue(thread, now_us));
    job_thread_enter(thread, "commit", 1000);
    int64_t entering_us = now_mono_us() - now_us;
    now_us += 60 * 1000000LL; /* SIGSTOP for a minute */
    assert_null(job_thread_overdue(thread, now_us));
    int64_t resumed_us = now_us;
    while (!job_thread_overdue(thread, now_us)) {
        now_us += 1000000;
        assert_true(now_us - resumed_us < 60 * 1000000LL);
    }
    assert_in_range(now_us - resumed_us, JOB_CALL_GRACE_MS * 1000LL,
                    (JOB_CALL_GRACE_MS + 3000) * 1000LL + entering_us);
    job_thread_leave(thread);
}

static void a_process_that_stood_still_is_given_its_time_back(void **state)
{
    (void)state;
    watch_over(look_after_a_minute_of_standing_still, NULL, 0);
}

static void enter_here(void *thread)
{
    job_thread_enter(thread, "commit", 1000);
}

static void leave_here(void *thread)
{
    job_thread_leave(thread);
}

static void wait_here(void *thread)
{
    job_thread_wait(thread, 0);
}

static void ask_here(void *thread)
{
    (void)job_thread_is_hurried(thread);
}

static void look_here(void *thread)
{
    (void)job_thread_overdue(thread, now_mono_us());
}

static void what_belongs_to_the_job_thread_aborts_on_any_other(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    const struct job_thread_options options = { .loop = loop };
    struct job_thread *thread = job_thread_create(&options);
    assert_true(aborts(enter_here, thread));
    assert_true(aborts(leave_here, thread));
    assert_true(aborts(wait_here, thread));
    assert_true(aborts(ask_here, thread));
    assert_false(aborts(look_here, thread)); /* is the loop's */
    job_thread_destroy(thread);
    loop_destroy(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_in_order_and_end_on_the_loop),
        cmocka_unit_test(a_call_that_is_late_beyond_grace_is_named),
        cmocka_unit_test(a_job_that_names_its_call_is_watched_for_as_long_as_it_runs),
        cmocka_unit_test(a_job_that_names_none_is_not_watched),
        cmocka_unit_test(what_belongs_to_the_job_thread_aborts_on_any_other),
        cmocka_unit_test(a_process_that_stood_still_is_given_its_time_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
