/* breaker.h - stops calling a backend that does not answer, and finds out when it does again.
 *
 *   CLOSED     --- it fails (below) ---------------> OPEN
 *   OPEN       --- a probe is made, one a second --> HALF_OPEN
 *   HALF_OPEN  --- the last probe has failed ------> OPEN
 *   HALF_OPEN  --- a probe went well --------------> CLOSED
 *
 * It fails when calls end badly in a row, when half of them do, or when nothing ends at all
 * though calls are under way. Credentials or a model that the backend does not know are the
 * operator's matter: two such answers in a row are enough, or the first if it never answered
 * well; a lone one between good answers is that one request's (Nygard, "Release It!").
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_BREAKER_H
#define ENGINE_BREAKER_H

#include "common/base.h"

#define BREAKER_PROBE_MS 1000
#define BREAKER_PROBES_MAX 60 /* under way at once, beside the limit: they may hang */
#define BREAKER_SECONDS 4     /* over which the share of failures is taken */

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN, BREAKER_STATE_COUNT };

struct breaker {
    enum breaker_state state;
    bool is_lowered; /* by a test: it never opens */
    enum err why;    /* it opened; OK: never */
    int64_t opened_ms;
    int64_t probe_at_ms;     /* the next probe may be made */
    unsigned openings;       /* so far: a probe of an earlier one says nothing about this one */
    size_t probes;           /* of this opening that are under way */
    unsigned streak;         /* weight of the failures since the last good call */
    int64_t streak_since_ms; /* the first of them */
    bool was_good;           /* it has answered well since the start */
    int64_t quiet_since_ms;  /* nothing has ended well since, though calls were under way */
    struct {
        int64_t second;
        size_t good;
        size_t bad;
    } buckets[BREAKER_SECONDS];
};

void breaker_init(struct breaker *breaker);

/* Whether a call may be made now: any, or the next probe. */
bool breaker_lets(const struct breaker *breaker, int64_t now_ms);

/* A call is made; `running` counts it. Not 0: it is a probe, of that opening. */
unsigned breaker_start(struct breaker *breaker, size_t running, int64_t now_ms);

/* A call has ended with `err`. */
void breaker_end(struct breaker *breaker, enum err err, unsigned opening, int64_t now_ms);

/* From time to time while calls run: `pace_ms` is what a call usually takes. */
void breaker_watch(struct breaker *breaker, size_t running, int64_t pace_ms, int64_t now_ms);

/* Credentials, address or model are wrong. */
bool breaker_is_for_operator(enum err err);

/* A call that ends so tells about the backend and not about what it was asked. */
bool breaker_is_outage(enum err err);

#endif
