/* budget.h - lets model calls be made within what may be spent: requests and tokens, in a minute
 * and in a day, of each tenant and in all.
 *
 * The limits are of all pods together, kept with sums in the store (budget_pot.h). No call waits
 * for the store while a lease lasts; the first of a window, or after a silence, waits for one
 * reply. With the store away each pod keeps to limit / pods_max.
 *
 * How many tokens a call takes is known only afterwards. Until then what is set aside for it is
 * the mean of calls before and twice their mean deviation, the estimate of round-trip times of
 * Jacobson ("Congestion Avoidance and Control", 1988) with a smaller factor; then it is corrected.
 *
 * Windows are of wall time, from midnight UTC.
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_BUDGET_H
#define ENGINE_BUDGET_H

#include "worker/engine/budget_jar.h"

/* What is pointed to is borrowed until destroy. */
struct budget_options {
    struct budget_limits all;
    struct budget_limits tenant; /* of each one that has no override */
    const struct budget_overrides *overrides; /* NULL: none */
    int64_t answer_tokens_max; /* of an answer, before anything is known of them */
    size_t tenants_max;        /* with limits, and calls within the last second or so */
    struct budget_ports ports;
    uint64_t seed[2];
};

struct budget;

/* NULL when out of memory. */
struct budget *budget_create(const struct budget_options *options);
void budget_destroy(struct budget *budget); /* idle; accepts NULL */

/* For the gate. Writes to an errand that may go how many tokens are set aside for it. */
struct admitter *budget_admitter(struct budget *budget);

/* A call that was let in has ended. `tokens` is what it took: 0 if it never got to a model, -1 if
 * nobody said. `started_ms`: monotonic. */
void budget_settle(struct budget *budget, const struct errand *errand, int64_t tokens,
                   int64_t started_ms);

/* Gives back leases that rest. Returns when it wants to be called again, INT64_MAX: never. */
int64_t budget_tick(struct budget *budget);

/* Gives all leases back. Nobody asks any more. */
void budget_close(struct budget *budget);

/* No request to the store is under way. */
bool budget_is_idle(const struct budget *budget);

#endif
