/* retry_after.h - when a backend wants to be asked again, from what it said in headers.
 *
 * Three forms are in use: Retry-After (RFC 9110, section 10.2.3: seconds or a date),
 * retry-after-ms, and x-ratelimit-remaining-... with x-ratelimit-reset-... beside it, one pair
 * for each limit. The more exact one wins. What makes no sense is as if it had not been said.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_RETRY_AFTER_H
#define COMMON_RETRY_AFTER_H

#include "common/str.h"

/* Whatever is longer is this: a year. How much of it is obeyed is the policy's (retry.h). */
#define RETRY_AFTER_MS_MAX ((int64_t)366 * 86400 * 1000)

#define RETRY_LIMITS_MAX 3 /* requests, tokens, and one without a name */

/* What is left of one limit, and when it is whole again: a time span ("6m0s", "20ms"), seconds,
 * seconds or milliseconds since 1970, or a date (RFC 3339). */
struct retry_limit {
    struct str remaining;
    struct str reset;
};

/* The values of the headers; empty where there is none. */
struct retry_said {
    struct str retry_after_ms;
    struct str retry_after;
    struct retry_limit limits[RETRY_LIMITS_MAX];
};

/* Milliseconds to wait, 0 to RETRY_AFTER_MS_MAX; -1: nothing was said that makes sense. Of the
 * limits only those count of which nothing is left, or which do not say what is. */
int64_t retry_after_ms(const struct retry_said *said, int64_t now_wall_ms);

#endif
