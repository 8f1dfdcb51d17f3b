/* retry_budget.c - see retry_budget.h. */
#include "worker/engine/retry_budget.h"

/* Sums of shares such as 0.1 are not exact: ten of them are one retry all the same. */
#define RETRY_WHOLE (1.0 - 1e-9)

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

void retry_budget_init(struct retry_budget *budget, double share, int64_t now_ms)
{
    assert(share >= 0 && share <= 1);
    *budget = (struct retry_budget){ .share = share,
                                     .left = RETRY_RESERVE,
                                     .owed = RETRY_RESERVE,
                                     .filled_ms = now_ms };
}

void retry_budget_pay(struct retry_budget *budget)
{
    double back = smaller(budget->owed, budget->share);
    budget->owed -= back;
    budget->left = smaller(budget->left + budget->share - back, RETRY_SAVED_MAX);
    budget->ahead = smaller(budget->ahead + budget->share, RETRY_RESERVE);
}

static void retry_budget_fill(struct retry_budget *budget, int64_t now_ms)
{
    double due = (double)max_i64(0, now_ms - budget->filled_ms) / RETRY_RESERVE_EVERY_MS;
    double gift = larger(0, due - budget->ahead);
    budget->ahead = larger(0, budget->ahead - due);
    if (budget->left < RETRY_RESERVE) {
        budget->left = smaller(budget->left + gift, RETRY_RESERVE);
    }
    budget->filled_ms = max_i64(now_ms, budget->filled_ms);
}

bool retry_budget_take(struct retry_budget *budget, int64_t now_ms)
{
    retry_budget_fill(budget, now_ms);
    if (budget->left < RETRY_WHOLE) {
        return false;
    }
    budget->left -= smaller(budget->left, 1);
    return true;
}
