/* limit.h - how many calls a backend bears at once, found out from how it takes them.
 *
 * Nobody tells a worker what a model server can do, and it changes. The limit grows as CUBIC's
 * window does (RFC 9438): fast up to the doubling slow start ends, then along a cubic curve
 * whose flat middle is where the backend refused last, so that it stays near what is possible
 * and asks for more rarely. A refusal (429, 503), a share of failures, or calls that take twice
 * as long as they did are congestion; the last is the signal of TCP Vegas and of Gradient2 in
 * Netflix's concurrency-limits. Only calls made after the last step down can cause another one
 * (RFC 6582, "recover"), so an overload that comes at once is left within a few calls.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_LIMIT_H
#define ENGINE_LIMIT_H

#include "common/base.h"

#define LIMIT_SAMPLES 128

enum limit_result {
    LIMIT_OK,
    LIMIT_REFUSED, /* because of load */
    LIMIT_FAILED,  /* failed or timed out: a sign of load only when many do */
    LIMIT_OTHER    /* says nothing about load */
};

/* A call that has ended. */
struct limit_sample {
    enum limit_result result;
    uint64_t serial;  /* calls are numbered as they are made, from 1 */
    uint64_t made;    /* the number of the last call that was made */
    size_t running;   /* with this one */
    bool was_held;    /* while it ran, the limit made another one wait */
    int64_t took_ms;
    int64_t now_ms;
};

struct limit {
    size_t max;
    double window;         /* the limit, with its fraction */
    double ceiling;        /* the last level that was borne */
    double proven;         /* the same, as of when enough calls in a row had gone well */
    bool is_starting;      /* slow start: nothing was refused yet */
    double grown_s;        /* since the last step down, while there was demand */
    int64_t grown_at_ms;
    double pace_ms;        /* of a call, smoothed */
    uint64_t reduced_at;   /* calls up to this number cannot reduce it again */
    size_t borne;          /* calls made since the last step down that went well */
    int32_t took_ms[LIMIT_SAMPLES]; /* of the newest calls that went well */
    size_t took_count;
    size_t failed;         /* while those were gathered */
    double usual_ms[2];    /* the lowest median of this epoch, and of the one before; 0: none */
    int64_t epoch_ms;      /* when this one began */
    bool is_slow;          /* the last median forbids growing */
};

/* From 1 to `max`, beginning with `start`. */
void limit_init(struct limit *limit, size_t max, size_t start);

size_t limit_now(const struct limit *limit);

/* A call has ended. */
void limit_take(struct limit *limit, const struct limit_sample *sample);

/* The backend is back from an outage: starts low, doubles up to the level it bore before. What it
 * refused while it was away is no sign of what it bears, nor is how calls up to the number `made`
 * end. */
void limit_restart(struct limit *limit, uint64_t made);

#endif
