/* retry_budget.h - how many repeated model calls are fair to a backend.
 *
 * Every call pays a share of a retry in, every retry takes a whole one out, so that at most that
 * share of all calls are repeats, however many turns want one. A backend that fails is then not
 * also asked several times as often. This is the retry budget of Finagle (RetryBudget: a token
 * bucket with a share and a reserve) and of "Site Reliability Engineering", chapter 21.
 *
 * A small reserve fills by itself, so that a quiet worker may retry at all. What is saved up is
 * bounded, so that a calm day does not pay for a storm.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_RETRY_BUDGET_H
#define ENGINE_RETRY_BUDGET_H

#include "common/base.h"

#define RETRY_RESERVE 10            /* retries that are there from the start */
#define RETRY_RESERVE_EVERY_MS 10000 /* up to that, one more comes back in this time */
#define RETRY_SAVED_MAX 100         /* retries that calls may save up */

struct retry_budget {
    double share;   /* retries for one call, 0 to 1 */
    double reserve; /* retries that are left, 0 to RETRY_RESERVE */
    double saved;   /* the same, paid in by calls, 0 to RETRY_SAVED_MAX */
    int64_t filled_ms; /* until when the reserve has been filled */
};

void retry_budget_init(struct retry_budget *budget, double share, int64_t now_ms);

/* A model call is made, the first one for its turn or a repeat. */
void retry_budget_pay(struct retry_budget *budget);

/* True: one retry has been taken out, and may be made. */
bool retry_budget_take(struct retry_budget *budget, int64_t now_ms);

#endif
