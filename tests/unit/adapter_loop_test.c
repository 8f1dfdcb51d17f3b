/* The event loop: order of a turn, timers, threads, descriptors, names, and a clean end. */
#include "tests/unit/cm.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/mem.h"
#include "worker/adapter/loop.h"
#include "worker/adapter/now.h"

struct seen {
    struct loop *loop;
    struct loop_task task;
    int runs;
    int ticks;
    int stop_after;
    unsigned events;
    int64_t at_ms;
    enum err err;
    bool has_address;
    struct loop_fd *fd;
    struct loop_wake *wake;
};

static void seen_stop(void *owner)
{
    struct seen *seen = owner;
    seen->runs++;
    seen->at_ms = loop_clock(seen->loop)->mono_ms;
    if (seen->runs >= seen->stop_after) {
        loop_stop(seen->loop);
    }
}

static struct seen seen_of(struct loop *loop)
{
    return (struct seen){ .loop = loop, .stop_after = 1 };
}

static void a_timer_runs_once_and_not_before_its_deadline(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    struct loop_timer *timer = loop_timer_create(loop, seen_stop, &seen);
    int64_t due_ms = loop_clock(loop)->mono_ms + 20;
    loop_timer_set(timer, due_ms);
    loop_run(loop);
    assert_int_equal(seen.runs, 1);
    assert_true(seen.at_ms >= due_ms);
    loop_timer_destroy(timer);
    loop_destroy(loop);
}

static void a_timer_of_the_past_runs_in_the_next_turn(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    struct loop_timer *timer = loop_timer_create(loop, seen_stop, &seen);
    loop_timer_set(timer, 1);
    assert_int_equal(seen.runs, 0);
    loop_run(loop);
    assert_int_equal(seen.runs, 1);
    loop_timer_destroy(timer);
    loop_destroy(loop);
}

static void a_destroyed_timer_does_not_run(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen gone = seen_of(loop);
    struct seen seen = seen_of(loop);
    struct loop_timer *first = loop_timer_create(loop, seen_stop, &gone);
    struct loop_timer *second = loop_timer_create(loop, seen_stop, &seen);
    loop_timer_set(first, 1);
    loop_timer_set(second, loop_clock(loop)->mono_ms + 5);
    loop_timer_destroy(first);
    loop_run(loop);
    assert_int_equal(gone.runs, 0);
    assert_int_equal(seen.runs, 1);
    loop_timer_destroy(second);
    loop_destroy(loop);
}

static int64_t seen_on_tick(void *owner)
{
    struct seen *seen = owner;
    int64_t now_ms = loop_clock(seen->loop)->mono_ms;
    seen->ticks++;
    if (now_ms >= seen->at_ms + 30) {
        loop_stop(seen->loop);
    }
    return now_ms + 10;
}

/* A turn of the loop without news may come in between (newer libuv wakes a little early), so
 * only the end is fixed: nothing else than the named deadlines gets this loop there. */
static void the_tick_is_called_again_at_the_deadline_it_named(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    seen.at_ms = loop_clock(loop)->mono_ms;
    loop_on_tick(loop, seen_on_tick, &seen);
    loop_run(loop);
    assert_true(seen.ticks >= 2);
    assert_true(loop_clock(loop)->mono_ms >= seen.at_ms + 30);
    loop_on_tick(loop, NULL, NULL);
    loop_destroy(loop);
}

struct worked {
    struct loop *loop;
    int64_t started_us;
    int64_t spun_us;
    int64_t longest_us;
    int64_t sum_us;
};

static void worked_on_turn(void *owner, int64_t busy_us)
{
    struct worked *worked = owner;
    worked->longest_us = max_i64(worked->longest_us, busy_us);
    worked->sum_us += busy_us;
    if (worked->spun_us > 0 && busy_us >= worked->spun_us) {
        loop_stop(worked->loop);
    }
}

static void worked_spin(void *owner)
{
    struct worked *worked = owner;
    clock_t from = clock(); /* of the process, which has this thread alone */
    while (clock() - from < 3 * CLOCKS_PER_SEC / 1000) {
    }
    worked->spun_us = 3000;
}

/* The loop waits for 40 ms, then a callback keeps it for 3 ms. */
static void what_keeps_the_loop_is_told_and_what_it_waits_is_not(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct worked worked = { .loop = loop, .started_us = now_mono_us() };
    struct loop_timer *timer = loop_timer_create(loop, worked_spin, &worked);
    loop_on_turn(loop, worked_on_turn, &worked);
    loop_timer_set(timer, loop_clock(loop)->mono_ms + 40);
    loop_run(loop);
    int64_t passed_us = now_mono_us() - worked.started_us;
    assert_true(worked.longest_us >= 3000);
    assert_true(worked.sum_us >= worked.longest_us);
    assert_true(worked.sum_us <= passed_us - 30000); /* it waited for at least that */
    loop_timer_destroy(timer);
    loop_destroy(loop);
}

static void seen_run_task(struct loop_task *task)
{
    struct seen *seen = container_of(task, struct seen, task);
    seen_stop(seen);
    if (seen->runs < seen->stop_after) {
        loop_later(seen->loop, task);
    }
}

static void a_task_runs_after_the_call_that_queued_it(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    seen.stop_after = 3;
    seen.task.run = seen_run_task;
    loop_later(loop, &seen.task);
    assert_int_equal(seen.runs, 0);
    loop_run(loop);
    assert_int_equal(seen.runs, 3);
    loop_destroy(loop);
}

static void a_dropped_task_does_not_run(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen gone = seen_of(loop);
    struct seen seen = seen_of(loop);
    gone.task.run = seen_run_task;
    seen.task.run = seen_run_task;
    loop_later(loop, &gone.task);
    loop_later(loop, &seen.task);
    loop_task_drop(loop, &gone.task);
    loop_task_drop(loop, &gone.task);
    loop_run(loop);
    assert_int_equal(gone.runs, 0);
    loop_destroy(loop);
}

static void *ring_from_a_thread(void *owner)
{
    struct seen *seen = owner;
    loop_wake_send(seen->wake);
    return NULL;
}

static void another_thread_wakes_the_loop(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    pthread_t thread;
    seen.wake = loop_wake_create(loop, seen_stop, &seen);
    assert_int_equal(pthread_create(&thread, NULL, ring_from_a_thread, &seen), 0);
    loop_run(loop);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(seen.runs, 1);
    loop_wake_destroy(seen.wake);
    loop_destroy(loop);
}

static void seen_on_events(void *owner, unsigned events)
{
    struct seen *seen = owner;
    seen->events |= events;
    seen_stop(seen);
}

static void a_descriptor_reports_what_was_wanted(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    seen.fd = loop_fd_create(loop, pair[0], seen_on_events, &seen);
    loop_fd_want(seen.fd, LOOP_WRITABLE);
    loop_run(loop);
    assert_int_equal(seen.events, LOOP_WRITABLE);
    seen.events = 0;
    loop_fd_want(seen.fd, LOOP_READABLE);
    assert_int_equal(write(pair[1], "x", 1), 1);
    loop_run(loop);
    assert_int_equal(seen.events, LOOP_READABLE);
    loop_fd_destroy(seen.fd);
    close(pair[0]);
    close(pair[1]);
    loop_destroy(loop);
}

static void a_broken_descriptor_is_reported_until_it_is_let_go(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    seen.stop_after = 2;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    seen.fd = loop_fd_create(loop, ends[1], seen_on_events, &seen);
    loop_fd_want(seen.fd, LOOP_WRITABLE);
    loop_run(loop);
    assert_int_equal(seen.runs, 2);
    assert_int_equal(seen.events, LOOP_WRITABLE);
    loop_fd_destroy(seen.fd);
    close(ends[1]);
    loop_destroy(loop);
}

static void a_regular_file_cannot_be_watched(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    FILE *file = tmpfile();
    assert_null(loop_fd_create(loop, fileno(file), seen_on_events, NULL));
    fclose(file);
    loop_destroy(loop);
}

static void seen_on_signal(void *owner, int number)
{
    struct seen *seen = owner;
    seen->events = (unsigned)number;
    seen_stop(seen);
}

static void a_signal_arrives_on_the_loop(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    struct loop_signal *watch = loop_signal_create(loop, SIGUSR1, seen_on_signal, &seen);
    assert_int_equal(raise(SIGUSR1), 0);
    loop_run(loop);
    assert_int_equal(seen.events, SIGUSR1);
    loop_signal_destroy(watch);
    loop_destroy(loop);
}

static void seen_on_found(void *owner, enum err err, const struct addrinfo *addresses,
                          const char *why)
{
    struct seen *seen = owner;
    seen->err = err;
    seen->has_address = addresses != NULL;
    assert_non_null(why);
    seen_stop(seen);
}

static void names_are_looked_up_without_blocking(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    assert_non_null(loop_resolve(loop, "127.0.0.1", 80, seen_on_found, &seen));
    assert_int_equal(seen.runs, 0);
    loop_run(loop);
    assert_int_equal(seen.err, OK);
    assert_true(seen.has_address);
    loop_destroy(loop);
}

static void an_impossible_name_fails_later_and_once(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    char name[400];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_non_null(loop_resolve(loop, name, 80, seen_on_found, &seen));
    assert_int_equal(seen.runs, 0);
    loop_run(loop);
    assert_int_equal(seen.runs, 1);
    assert_int_equal(seen.err, ERR_UNREACHABLE);
    assert_false(seen.has_address);
    loop_destroy(loop);
}

static void a_lookup_that_was_let_go_is_silent(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    loop_lookup_destroy(loop_resolve(loop, "127.0.0.1", 80, seen_on_found, &seen));
    loop_lookup_destroy(NULL);
    loop_destroy(loop);
    assert_int_equal(seen.runs, 0);
}

static void wall_and_monotonic_time_go_together(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    assert_true(loop_clock(loop)->mono_ms >= 0);
    assert_true(loop_clock(loop)->wall_ms > 1600000000000);
    loop_destroy(loop);
}

static void no_constructor_leaks_without_memory(void **state)
{
    (void)state;
    mem_fail_nth(1);
    assert_null(loop_create());
    struct loop *loop = loop_create();
    struct seen seen = seen_of(loop);
    mem_fail_nth(1);
    assert_null(loop_timer_create(loop, seen_stop, &seen));
    mem_fail_nth(1);
    assert_null(loop_wake_create(loop, seen_stop, &seen));
    mem_fail_nth(1);
    assert_null(loop_signal_create(loop, SIGUSR1, seen_on_signal, &seen));
    mem_fail_nth(1);
    assert_null(loop_fd_create(loop, 0, seen_on_events, &seen));
    mem_fail_nth(1);
    assert_null(loop_resolve(loop, "127.0.0.1", 80, seen_on_found, &seen));
    mem_fail_nth(0);
    loop_destroy(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_runs_once_and_not_before_its_deadline),
        cmocka_unit_test(a_timer_of_the_past_runs_in_the_next_turn),
        cmocka_unit_test(a_destroyed_timer_does_not_run),
        cmocka_unit_test(the_tick_is_called_again_at_the_deadline_it_named),
        cmocka_unit_test(what_keeps_the_loop_is_told_and_what_it_waits_is_not),
        cmocka_unit_test(a_task_runs_after_the_call_that_queued_it),
        cmocka_unit_test(a_dropped_task_does_not_run),
        cmocka_unit_test(another_thread_wakes_the_loop),
        cmocka_unit_test(a_descriptor_reports_what_was_wanted),
        cmocka_unit_test(a_broken_descriptor_is_reported_until_it_is_let_go),
        cmocka_unit_test(a_regular_file_cannot_be_watched),
        cmocka_unit_test(a_signal_arrives_on_the_loop),
        cmocka_unit_test(names_are_looked_up_without_blocking),
        cmocka_unit_test(an_impossible_name_fails_later_and_once),
        cmocka_unit_test(a_lookup_that_was_let_go_is_silent),
        cmocka_unit_test(wall_and_monotonic_time_go_together),
        cmocka_unit_test(no_constructor_leaks_without_memory),
    };
    return cmocka_run_group_tests_name("adapter_loop", tests, NULL, NULL);
}
