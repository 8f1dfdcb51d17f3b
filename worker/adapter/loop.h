/* loop.h - the one event loop: descriptors, timers, signals, other threads, names.
 *
 * Wraps libuv so that ownership is simple: a watch is made by ..._create() and gone, for its
 * owner, with ..._destroy(): its callback does not run again, and the memory is given back by
 * the loop. Each callback sees a clock that was read after the loop last waited.
 *
 * Thread: the loop's, but for loop_wake_send(). */
#ifndef ADAPTER_LOOP_H
#define ADAPTER_LOOP_H

#include "common/clock.h"
#include "common/list.h"

struct addrinfo;
struct uv_loop_s;

struct loop;

/* NULL when out of memory or descriptors. From then on the process ignores SIGPIPE: a peer that
 * has gone is an error of the write. */
struct loop *loop_create(void);

/* All watches are destroyed by then. Waits for lookups that are under way: the system's
 * resolver cannot be interrupted. Accepts NULL. */
void loop_destroy(struct loop *loop);

/* The clock of this turn; lives as long as the loop. */
const struct clock *loop_clock(const struct loop *loop);

/* For adapters that use libuv's own streams. Their callbacks begin with loop_refresh(). */
struct uv_loop_s *loop_uv(struct loop *loop);
void loop_refresh(struct loop *loop);

/* Runs until loop_stop(). May be called again. */
void loop_run(struct loop *loop);

/* Makes loop_run() return after this turn of the loop. */
void loop_stop(struct loop *loop);

/* Called once per turn of the loop, before it waits; returns when it wants to be called at
 * the latest (monotonic; INT64_MAX: when something happens). One per loop; NULL for none. */
typedef int64_t loop_tick_fn(void *owner);
void loop_on_tick(struct loop *loop, loop_tick_fn *on_tick, void *owner);

/* Told after each turn's tick how much processor time the loop has taken since the turn before: so
 * long at least everything else had to wait for it. Set it before loop_run(), in its thread. One
 * per loop; NULL for none. */
typedef void loop_turn_fn(void *owner, int64_t busy_us);
void loop_on_turn(struct loop *loop, loop_turn_fn *on_turn, void *owner);

/* Work for the next turn of the loop, before its tick: how completions stay out of the call
 * that started them. Embedded in its owner; may be queued again from its own `run`. */
struct loop_task {
    struct list_node node;
    void (*run)(struct loop_task *task);
};
void loop_later(struct loop *loop, struct loop_task *task);
void loop_task_drop(struct loop *loop, struct loop_task *task); /* not queued: nothing happens */

/* Descriptors. Errors and hang-ups are reported as what was wanted: reading or writing then
 * tells. The descriptor stays the owner's, and open until the watch is destroyed. */
enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2 };
struct loop_fd;
typedef void loop_fd_fn(void *owner, unsigned events);

/* NULL when out of memory or if the descriptor cannot be waited for (a regular file). */
struct loop_fd *loop_fd_create(struct loop *loop, int fd, loop_fd_fn *on_events, void *owner);
void loop_fd_want(struct loop_fd *fd, unsigned events); /* 0: nothing for now */
void loop_fd_destroy(struct loop_fd *fd);               /* accepts NULL */

/* One-shot timers. */
struct loop_timer;
typedef void loop_timer_fn(void *owner);
struct loop_timer *loop_timer_create(struct loop *loop, loop_timer_fn *on_due, void *owner);
void loop_timer_set(struct loop_timer *timer, int64_t deadline_ms); /* INT64_MAX: never */
void loop_timer_destroy(struct loop_timer *timer);                  /* accepts NULL */

/* A bell that other threads ring. Rings in quick succession may be heard as one. */
struct loop_wake;
typedef void loop_wake_fn(void *owner);
struct loop_wake *loop_wake_create(struct loop *loop, loop_wake_fn *on_wake, void *owner);
void loop_wake_send(struct loop_wake *wake); /* Thread: any, until the wake is destroyed */
void loop_wake_destroy(struct loop_wake *wake);

/* Signals. */
struct loop_signal;
typedef void loop_signal_fn(void *owner, int number);
struct loop_signal *loop_signal_create(struct loop *loop, int number, loop_signal_fn *on_signal,
                                       void *owner);
void loop_signal_destroy(struct loop_signal *signal);

/* Names to addresses, without blocking. `on_found` runs once, later: OK and a list of stream
 * addresses, borrowed until return; ERR_UNREACHABLE and a phrase. `lookup` is gone with it. */
struct loop_lookup;
typedef void loop_lookup_fn(void *owner, enum err err, const struct addrinfo *addresses,
                            const char *why);
struct loop_lookup *loop_resolve(struct loop *loop, const char *host, int port,
                                 loop_lookup_fn *on_found, void *owner);
void loop_lookup_destroy(struct loop_lookup *lookup); /* `on_found` will not run; accepts NULL */

#endif
