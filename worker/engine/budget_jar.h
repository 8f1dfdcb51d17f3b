/* budget_jar.h - a limit of one tenant or of all, with the sum that pods share in the store.
 *
 * A pot (budget_pot.h) and the one request to the store that it may have under way.
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_BUDGET_JAR_H
#define ENGINE_BUDGET_JAR_H

#include "common/clock.h"
#include "common/log.h"
#include "worker/engine/admission.h"
#include "worker/engine/budget_limits.h"
#include "worker/engine/budget_pot.h"
#include "worker/engine/store.h"

enum budget_manner { BUDGET_WAITS, BUDGET_REFUSES }; /* as the choices of budget.exhausted */

/* What all jars share. */
struct budget_ports {
    struct store *store;
    const struct clock *clock;
    struct log *log;
    struct metrics *metrics;
    int64_t pods_max;
    enum budget_manner manner;
};

/* Stays where it is while it is_calling. */
struct budget_jar {
    struct budget_pot pot;
    enum metric_budget kind;
    enum metric_scope of;
    struct str name; /* of the tenant; borrowed as long as the jar is there */
    const struct budget_ports *ports; /* the same */
    struct store_call call;
    bool is_calling;
    int64_t call_window;
    int64_t call_need;
    int64_t alone_until_ms; /* the store did not answer */
    int64_t told_window;    /* in which it was said that nothing is left */
    size_t under_way;       /* calls whose tokens are an estimate yet */
};

void budget_jar_init(struct budget_jar *jar, const struct budget_ports *ports,
                     enum metric_budget kind, int64_t limit);

/* Whether a call that will take so many tokens may be made; what is missing for it is fetched. */
struct admission budget_jar_ask(struct budget_jar *jar, int64_t tokens);

/* That call is made. The next lease is fetched when this one runs low. */
void budget_jar_spend(struct budget_jar *jar, int64_t tokens);

/* A call that began then has ended, and took so many tokens more than was thought. */
void budget_jar_settle(struct budget_jar *jar, int64_t more, int64_t started_wall_ms);

/* Gives back what rests. False: there is nothing that may have to go back. */
bool budget_jar_rest(struct budget_jar *jar);

/* Gives all back. */
void budget_jar_close(struct budget_jar *jar);

#endif
