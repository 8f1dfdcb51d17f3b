/* loop.c - see loop.h. The tick runs in libuv's prepare phase, so everything that happened in
 * a turn is there before the engine decides, and what it starts is waited for at once. */
#include "worker/adapter/loop.h"

#include <signal.h>
#include <uv.h>

#include "common/mem.h"
#include "worker/adapter/crash_point.h"
#include "worker/adapter/now.h"

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_timer_t wait; /* ends the wait when the tick or a task is due */
    int64_t wait_ms; /* what `wait` is set to; INT64_MAX: it is not */
    struct clock clock;
    int64_t wall_ahead_ms; /* of the monotonic clock, when the loop was made */
    struct list tasks;
    loop_tick_fn *on_tick;
    void *tick_owner;
    loop_turn_fn *on_turn;
    void *turn_owner;
    int64_t turn_cpu_us; /* processor time when the last turn ended */
};

struct loop_fd {
    uv_poll_t poll;
    loop_fd_fn *on_events;
    void *owner;
    unsigned wanted;
};

struct loop_timer {
    uv_timer_t timer;
    loop_timer_fn *on_due;
    void *owner;
};

struct loop_wake {
    uv_async_t async;
    loop_wake_fn *on_wake;
    void *owner;
};

struct loop_signal {
    uv_signal_t signal;
    loop_signal_fn *on_signal;
    void *owner;
};

/* What deadlines are counted by, which is never the date. A test lowers that. */
static int64_t loop_now_ms(const struct loop *loop)
{
    int64_t mono_ms = (int64_t)uv_now(&loop->uv);
    return DEFENCE_IS_LOWERED("monotonic") ? now_wall_ms() - loop->wall_ahead_ms : mono_ms;
}

void loop_refresh(struct loop *loop)
{
    int64_t mono_ms = loop_now_ms(loop);
    if (mono_ms == loop->clock.mono_ms) {
        return;
    }
    loop->clock.mono_ms = mono_ms;
    loop->clock.wall_ms = now_wall_ms();
}

/* Callbacks read the clock first; `handle` is any libuv handle. */
static void loop_enter(uv_loop_t *uv)
{
    loop_refresh(container_of(uv, struct loop, uv));
}

static void loop_start_timer(uv_timer_t *timer, uv_timer_cb on_due, int64_t deadline_ms)
{
    int64_t now_ms = loop_now_ms(container_of(timer->loop, struct loop, uv));
    int64_t wait_ms = max_i64(0, deadline_ms - now_ms);
    if (uv_timer_start(timer, on_due, (uint64_t)wait_ms, 0) != 0) {
        BUG("a timer was set after it was destroyed");
    }
}

static void loop_on_wait(uv_timer_t *timer)
{
    container_of(timer, struct loop, wait)->wait_ms = INT64_MAX;
}

static void loop_wait_until(struct loop *loop, int64_t deadline_ms)
{
    if (deadline_ms == loop->wait_ms) {
        return;
    }
    loop->wait_ms = deadline_ms;
    if (deadline_ms == INT64_MAX) {
        uv_timer_stop(&loop->wait);
        return;
    }
    loop_start_timer(&loop->wait, loop_on_wait, deadline_ms);
}

/* libuv's own measure of waiting leaves some of it out in version 1.50, and takes one more call of
 * the kernel a turn. */
static void loop_note_turn(struct loop *loop)
{
    int64_t cpu_us = now_cpu_us();
    int64_t busy_us = cpu_us - loop->turn_cpu_us;
    loop->turn_cpu_us = cpu_us;
    loop->on_turn(loop->turn_owner, busy_us);
}

static void loop_on_prepare(uv_prepare_t *prepare)
{
    struct loop *loop = container_of(prepare, struct loop, prepare);
    loop_refresh(loop);
    for (size_t left = loop->tasks.count; left > 0 && !list_is_empty(&loop->tasks); left--) {
        struct loop_task *task = list_entry(list_pop(&loop->tasks), struct loop_task, node);
        task->run(task);
    }
    int64_t due_ms = loop->on_tick ? loop->on_tick(loop->tick_owner) : INT64_MAX;
    loop_wait_until(loop, list_is_empty(&loop->tasks) ? due_ms : loop->clock.mono_ms);
    if (loop->on_turn) {
        loop_note_turn(loop);
    }
}

struct loop *loop_create(void)
{
    struct loop *loop = mem_zero(1, sizeof(*loop));
    if (!loop) {
        return NULL;
    }
    if (uv_loop_init(&loop->uv) != 0) {
        mem_free(loop);
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);
    list_init(&loop->tasks);
    loop->wait_ms = INT64_MAX;
    loop->wall_ahead_ms = now_wall_ms() - (int64_t)uv_now(&loop->uv);
    loop->clock.mono_ms = -1;
    loop_refresh(loop);
    uv_prepare_init(&loop->uv, &loop->prepare);
    uv_prepare_start(&loop->prepare, loop_on_prepare);
    uv_timer_init(&loop->uv, &loop->wait);
    return loop;
}

static void loop_check_closing(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle)) {
        BUG("the loop was destroyed before one of its watches");
    }
}

void loop_destroy(struct loop *loop)
{
    if (!loop) {
        return;
    }
    assert(list_is_empty(&loop->tasks));
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->wait, NULL);
    uv_walk(&loop->uv, loop_check_closing, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop->uv) != 0) {
        BUG("the loop has work left");
    }
    mem_free(loop);
}

const struct clock *loop_clock(const struct loop *loop)
{
    return &loop->clock;
}

struct uv_loop_s *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

void loop_on_turn(struct loop *loop, loop_turn_fn *on_turn, void *owner)
{
    loop->on_turn = on_turn;
    loop->turn_owner = owner;
    loop->turn_cpu_us = now_cpu_us();
}

void loop_on_tick(struct loop *loop, loop_tick_fn *on_tick, void *owner)
{
    loop->on_tick = on_tick;
    loop->tick_owner = owner;
}

void loop_later(struct loop *loop, struct loop_task *task)
{
    list_append(&loop->tasks, &task->node);
    loop_wait_until(loop, loop->clock.mono_ms);
}

void loop_task_drop(struct loop *loop, struct loop_task *task)
{
    if (task->node.next) {
        list_remove(&loop->tasks, &task->node);
    }
}

static void loop_fd_on_close(uv_handle_t *handle)
{
    mem_free(container_of((uv_poll_t *)handle, struct loop_fd, poll));
}

static void loop_fd_on_poll(uv_poll_t *poll, int status, int events);

static void loop_fd_arm(struct loop_fd *fd)
{
    int events = (fd->wanted & LOOP_READABLE ? UV_READABLE : 0) |
                 (fd->wanted & LOOP_WRITABLE ? UV_WRITABLE : 0);
    if (events == 0) {
        uv_poll_stop(&fd->poll);
        return;
    }
    if (uv_poll_start(&fd->poll, events, loop_fd_on_poll) != 0) {
        BUG("a descriptor was closed before its watch");
    }
}

/* libuv stops watching after an error; we go on, as poll() does, until the owner, who reads
 * or writes and so learns of it, lets go. */
static void loop_fd_on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_fd *fd = container_of(poll, struct loop_fd, poll);
    loop_enter(poll->loop);
    unsigned seen = (events & UV_READABLE ? LOOP_READABLE : 0u) |
                    (events & UV_WRITABLE ? LOOP_WRITABLE : 0u);
    fd->on_events(fd->owner, status < 0 ? fd->wanted : seen);
    if (status < 0 && !uv_is_closing((uv_handle_t *)poll) && !uv_is_active((uv_handle_t *)poll)) {
        loop_fd_arm(fd);
    }
}

struct loop_fd *loop_fd_create(struct loop *loop, int number, loop_fd_fn *on_events, void *owner)
{
    struct loop_fd *fd = mem_zero(1, sizeof(*fd));
    if (!fd) {
        return NULL;
    }
    fd->on_events = on_events;
    fd->owner = owner;
    if (uv_poll_init(&loop->uv, &fd->poll, number) != 0) {
        mem_free(fd);
        return NULL;
    }
    return fd;
}

void loop_fd_want(struct loop_fd *fd, unsigned events)
{
    if (fd->wanted != events) {
        fd->wanted = events;
        loop_fd_arm(fd);
    }
}

void loop_fd_destroy(struct loop_fd *fd)
{
    if (fd) {
        uv_close((uv_handle_t *)&fd->poll, loop_fd_on_close);
    }
}

static void loop_timer_on_close(uv_handle_t *handle)
{
    mem_free(container_of((uv_timer_t *)handle, struct loop_timer, timer));
}

static void loop_timer_on_due(uv_timer_t *uv)
{
    struct loop_timer *timer = container_of(uv, struct loop_timer, timer);
    loop_enter(uv->loop);
    timer->on_due(timer->owner);
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_timer_fn *on_due, void *owner)
{
    struct loop_timer *timer = mem_zero(1, sizeof(*timer));
    if (!timer) {
        return NULL;
    }
    timer->on_due = on_due;
    timer->owner = owner;
    uv_timer_init(&loop->uv, &timer->timer);
    return timer;
}

void loop_timer_set(struct loop_timer *timer, int64_t deadline_ms)
{
    if (deadline_ms == INT64_MAX) {
        uv_timer_stop(&timer->timer);
        return;
    }
    loop_start_timer(&timer->timer, loop_timer_on_due, deadline_ms);
}

void loop_timer_destroy(struct loop_timer *timer)
{
    if (timer) {
        uv_close((uv_handle_t *)&timer->timer, loop_timer_on_close);
    }
}

static void loop_wake_on_close(uv_handle_t *handle)
{
    mem_free(container_of((uv_async_t *)handle, struct loop_wake, async));
}

static void loop_wake_on_async(uv_async_t *async)
{
    struct loop_wake *wake = container_of(async, struct loop_wake, async);
    loop_enter(async->loop);
    wake->on_wake(wake->owner);
}

struct loop_wake *loop_wake_create(struct loop *loop, loop_wake_fn *on_wake, void *owner)
{
    struct loop_wake *wake = mem_zero(1, sizeof(*wake));
    if (!wake) {
        return NULL;
    }
    wake->on_wake = on_wake;
    wake->owner = owner;
    if (uv_async_init(&loop->uv, &wake->async, loop_wake_on_async) != 0) {
        mem_free(wake);
        return NULL;
    }
    return wake;
}

void loop_wake_send(struct loop_wake *wake)
{
    uv_async_send(&wake->async);
}

void loop_wake_destroy(struct loop_wake *wake)
{
    if (wake) {
        uv_close((uv_handle_t *)&wake->async, loop_wake_on_close);
    }
}

static void loop_signal_on_close(uv_handle_t *handle)
{
    mem_free(container_of((uv_signal_t *)handle, struct loop_signal, signal));
}

static void loop_signal_on_number(uv_signal_t *uv, int number)
{
    struct loop_signal *signal = container_of(uv, struct loop_signal, signal);
    loop_enter(uv->loop);
    signal->on_signal(signal->owner, number);
}

struct loop_signal *loop_signal_create(struct loop *loop, int number, loop_signal_fn *on_signal,
                                       void *owner)
{
    struct loop_signal *signal = mem_zero(1, sizeof(*signal));
    if (!signal) {
        return NULL;
    }
    signal->on_signal = on_signal;
    signal->owner = owner;
    uv_signal_init(&loop->uv, &signal->signal);
    if (uv_signal_start(&signal->signal, loop_signal_on_number, number) != 0) {
        loop_signal_destroy(signal);
        return NULL;
    }
    return signal;
}

void loop_signal_destroy(struct loop_signal *signal)
{
    if (signal) {
        uv_close((uv_handle_t *)&signal->signal, loop_signal_on_close);
    }
}
