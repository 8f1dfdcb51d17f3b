/* The commit thread: jobs in order, ends on the loop, calls that do not return are named. */
#include "tests/unit/cm.h"

#include <string.h>

#include "worker/adapter/commit_thread.h"

struct step {
    struct commit_job job;
    struct loop *loop;
    const char *trace_name;
    char *trace;
    bool is_last;
};

static void step_run(struct commit_job *job)
{
    struct step *step = container_of(job, struct step, job);
    step->trace[strlen(step->trace)] = step->trace_name[0];
}

static void step_done(struct commit_job *job)
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
    const struct commit_thread_options options = { .loop = loop };
    struct commit_thread *thread = commit_thread_create(&options);
    char trace[8] = { 0 };
    struct step steps[] = { { .trace_name = "a" }, { .trace_name = "b" }, { .trace_name = "c" } };
    for (size_t i = 0; i < countof(steps); i++) {
        steps[i].job.run = step_run;
        steps[i].job.on_done = step_done;
        steps[i].loop = loop;
        steps[i].trace = trace;
        steps[i].is_last = i + 1 == countof(steps);
        assert_int_equal(commit_thread_submit(thread, &steps[i].job), OK);
    }
    loop_run(loop);
    assert_string_equal(trace, "abc");
    commit_thread_destroy(thread);
    loop_destroy(loop);
}

static void a_call_that_is_late_beyond_grace_is_named(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    const struct commit_thread_options options = { .loop = loop };
    struct commit_thread *thread = commit_thread_create(&options);
    int64_t now_us = commit_thread_now_us();
    assert_null(commit_thread_overdue(thread, now_us));
    commit_thread_enter(thread, "commit", 1000);
    assert_null(commit_thread_overdue(thread, now_us));
    commit_thread_enter(thread, "commit", -COMMIT_CALL_GRACE_MS - 1);
    assert_string_equal(commit_thread_overdue(thread, commit_thread_now_us()), "commit");
    commit_thread_leave(thread);
    assert_null(commit_thread_overdue(thread, commit_thread_now_us()));
    commit_thread_destroy(thread);
    loop_destroy(loop);
}

static void a_process_that_stood_still_is_given_its_time_back(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    const struct commit_thread_options options = { .loop = loop };
    struct commit_thread *thread = commit_thread_create(&options);
    int64_t now_us = commit_thread_now_us();
    assert_null(commit_thread_overdue(thread, now_us));
    commit_thread_enter(thread, "commit", 1000);
    now_us += 60 * 1000000LL; /* SIGSTOP for a minute */
    assert_null(commit_thread_overdue(thread, now_us));
    int64_t resumed_us = now_us;
    while (!commit_thread_overdue(thread, now_us)) {
        now_us += 1000000;
        assert_true(now_us - resumed_us < 60 * 1000000LL);
    }
    assert_in_range(now_us - resumed_us, COMMIT_CALL_GRACE_MS * 1000LL,
                    (COMMIT_CALL_GRACE_MS + 3000) * 1000LL);
    commit_thread_leave(thread);
    commit_thread_destroy(thread);
    loop_destroy(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_in_order_and_end_on_the_loop),
        cmocka_unit_test(a_call_that_is_late_beyond_grace_is_named),
        cmocka_unit_test(a_process_that_stood_still_is_given_its_time_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
