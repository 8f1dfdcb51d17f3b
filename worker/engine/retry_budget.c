/* retry_budget.c - see retry_budget.h. */
#include "worker/engine/retry_budget.h"

/* Sums of shares such as 0.1 are not exact: ten of them are one retry all the same. */
#define RETRY_WHOLE (1.0 - 1e-9)

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

void retry_budget_init(struct retry_budget *budget, double share, int64_t now_ms)
{
    assert(share >= 0 && share <= 1);
    *budget = (struct retry_budget){ .share = share,
                                     .reserve = RETRY_RESERVE,
                                     .filled_ms = now_ms };
}

void retry_budget_pay(struct retry_budget *budget)
{
    budget->saved = smaller(budget->saved + budget->share, RETRY_SAVED_MAX);
}

static void retry_budget_fill(struct retry_budget *budget, int64_t now_ms)
{
    double came = (double)max_i64(0, now_ms - budget->filled_ms) / RETRY_RESERVE_EVERY_MS;
    budget->reserve = smaller(budget->reserve + came, RETRY_RESERVE);
    budget->filled_ms = max_i64(now_ms, budget->filled_ms);
}

bool retry_budget_take(struct retry_budget *budget, int64_t now_ms)
{
    retry_budget_fill(budget, now_ms);
    if (budget->saved >= RETRY_WHOLE) {
        budget->saved -= smaller(budget->saved, 1);
        return true;
    }
    if (budget->reserve >= RETRY_WHOLE) {
        budget->reserve -= smaller(budget->reserve, 1);
        return true;
    }
    return false;
}
