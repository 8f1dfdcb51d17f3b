/* retry_budget.h - how many repeated model calls are fair to a backend.
 *
 * Every call pays a share of a retry in, every retry takes a whole one out, so that at most that
 * share of all calls are repeats, however many turns want one. A backend that fails is then not
 * also asked several times as often. This is the retry budget of Finagle (RetryBudget: a token
 * bucket with a share and a reserve) and of "Site Reliability Engineering", chapter 21.
 *
 * A small reserve is there from the start, so that a new worker may retry at all; it is an advance
 * on the first calls, which pay it back. Time pays only where calls do not: a worker of less than
 * one call a second (with a share of a tenth) gets one retry in ten seconds in all. So in any
 * stretch of a busy worker's time repeats are at most its share, and what was saved up before,
 * which is bounded, so that a calm day does not pay for a storm.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_RETRY_BUDGET_H
#define ENGINE_RETRY_BUDGET_H

#include "common/base.h"

#define RETRY_RESERVE 10             /* retries that are there from the start */
#define RETRY_RESERVE_EVERY_MS 10000 /* up to that, time pays one in as much, less what calls pay */
#define RETRY_SAVED_MAX 100          /* retries that calls may save up */

struct retry_budget {
    double share;   /* retries for one call, 0 to 1 */
    double left;    /* retries that may be made, 0 to RETRY_SAVED_MAX */
    double owed;    /* of the advance, what calls have not paid back yet */
    double ahead;   /* what calls have paid and time would have had to, 0 to RETRY_RESERVE */
    int64_t filled_ms; /* until when time has paid */
};

void retry_budget_init(struct retry_budget *budget, double share, int64_t now_ms);

/* A model call is made, the first one for its turn or a repeat. */
void retry_budget_pay(struct retry_budget *budget);

/* True: one retry has been taken out, and may be made. */
bool retry_budget_take(struct retry_budget *budget, int64_t now_ms);

#endif
