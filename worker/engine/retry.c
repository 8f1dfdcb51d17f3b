/* retry.c - see retry.h. */
#include "worker/engine/retry.h"

int64_t retry_wait_ms(const struct retry_policy *policy, int attempt, uint64_t chance)
{
    assert(attempt >= 1);
    int64_t cap_ms = policy->backoff_ms;
    for (int i = 1; i < attempt && cap_ms < policy->backoff_max_ms; i++) {
        cap_ms *= 2;
    }
    cap_ms = min_i64(cap_ms, policy->backoff_max_ms);
    return 1 + (int64_t)(chance % (uint64_t)max_i64(cap_ms, 1));
}

int64_t retry_long_wait_ms(const struct retry_policy *policy, uint64_t chance)
{
    int64_t half_ms = policy->backoff_max_ms / 2;
    return 1 + half_ms + (int64_t)(chance % (uint64_t)max_i64(half_ms, 1));
}

static struct fate retry_again(const struct retry_policy *policy, enum err why, int attempt,
                               int64_t retry_after_ms, uint64_t chance)
{
    if (attempt >= policy->attempts_max) {
        return (struct fate){ .next = FATE_HANDOFF, .why = ERR_ATTEMPTS };
    }
    int64_t wait_ms = retry_wait_ms(policy, attempt, chance);
    if (retry_after_ms > 0) {
        /* The backend's wish is a lower bound, with a little jitter so that all who were told
         * the same do not come back in the same millisecond. It is kept within a tenth; half of
         * that is left for the way to the backend. */
        int64_t asked_ms = min_i64(retry_after_ms, policy->backoff_max_ms);
        wait_ms = asked_ms + (int64_t)(chance % (uint64_t)(asked_ms / 20 + 1));
    }
    return (struct fate){ .next = FATE_AGAIN, .wait_ms = wait_ms, .why = why };
}

struct fate retry_decide(const struct retry_policy *policy, enum err why, int attempt,
                         int64_t retry_after_ms, uint64_t chance)
{
    assert(why != OK && attempt >= 1);
    switch (err_class(why)) {
    case ERR_CLASS_RETRY:
        return retry_again(policy, why, attempt, retry_after_ms, chance);
    case ERR_CLASS_REJECT:
        return (struct fate){ .next = FATE_DEAD_LETTER, .why = why };
    case ERR_CLASS_HANDOFF:
        return (struct fate){ .next = FATE_HANDOFF, .why = why };
    case ERR_CLASS_NONE:
    case ERR_CLASS_ABORT:
    case ERR_CLASS_FATAL:
        break;
    }
    return (struct fate){ .next = FATE_STOP, .why = why };
}
