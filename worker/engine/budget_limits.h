/* budget_limits.h - how much may be asked of the model, in all and by each tenant.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_BUDGET_LIMITS_H
#define ENGINE_BUDGET_LIMITS_H

#include "common/arena.h"
#include "common/map.h"
#include "common/metric.h"
#include "common/note.h"

#define BUDGET_LIMIT_MAX 1000000000000000 /* of any limit: far from where sums overflow */
#define BUDGET_OVERRIDES_MAX 4096
#define BUDGET_MINUTE_MS ((int64_t)60000)
#define BUDGET_DAY_MS ((int64_t)86400000)

/* By enum metric_budget; 0: no limit. */
struct budget_limits {
    int64_t of[METRIC_BUDGET_COUNT];
};

int64_t budget_window_ms(enum metric_budget kind);
bool budget_is_of_tokens(enum metric_budget kind);
bool budget_limits_any(const struct budget_limits *limits);

/* Limits of single tenants, by name. */
struct budget_overrides {
    struct map map;
};

/* Reads lines TENANT.requests.minute = N (also .day, and tokens.); what a tenant's lines do not
 * name is as in `defaults`. The text is a file's; names are the arena's. ERR_CONFIG: the note says
 * which line and why. ERR_NOMEM. */
MUST_USE enum err budget_overrides_read(struct arena *arena, struct str text,
                                        const struct budget_limits *defaults,
                                        struct budget_overrides *ret_overrides, struct note *note);
void budget_overrides_fini(struct budget_overrides *overrides); /* accepts a zeroed one */

/* NULL: this tenant has none of its own. */
const struct budget_limits *budget_overrides_find(const struct budget_overrides *overrides,
                                                  struct str tenant);

#endif
