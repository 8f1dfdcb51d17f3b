/* spending.h - what may be spent on the model, made from the settings.
 *
 * Thread: the loop's. */
#ifndef COMMAND_SPENDING_H
#define COMMAND_SPENDING_H

#include "common/conf.h"
#include "worker/engine/budget.h"
#include "worker/engine/price.h"

struct spending {
    struct arena arena;
    struct budget_overrides overrides;
    struct budget *budget; /* NULL: without any limit */
    struct prices prices;
};

/* Borrowed until close. */
struct spending_options {
    const struct conf *conf;
    struct store *store;
    const struct clock *clock;
    struct log *log;
    struct metrics *metrics;
    uint64_t seed[2];
};

/* ERR_CONFIG: a file cannot be used, the note says which and why. ERR_NOMEM. On failure nothing is
 * left open. */
MUST_USE enum err spending_open(struct spending *spending, const struct spending_options *options,
                                struct note *note);
void spending_close(struct spending *spending); /* accepts a zeroed one */

#endif
