/* budget.c - see budget.h. A scope is one tenant, or all, with a jar for each of its limits. */
#include "worker/engine/budget.h"

#include "common/mem.h"

#define BUDGET_REST_MS 250  /* how often leases that rest are looked for */
#define BUDGET_FULL_MS 1000 /* a tenant for whom there is no room comes again after that */

struct budget_scope {
    struct map_entry entry; /* by name */
    struct list_node node;  /* in budget->scopes; not that of all */
    struct list_node lender_node; /* in budget->lenders, if is_lender */
    bool is_lender;               /* a jar is calling, or something may have to go back */
    bool has_mean;
    double tokens_mean; /* of a call */
    double tokens_deviation;
    struct str name; /* lies behind the jars */
    size_t jars_count;
    struct budget_jar jars[];
};

struct budget {
    struct admitter admitter;
    struct budget_options options;
    struct map tenants;
    struct list scopes;  /* of tenants, least recently used first */
    struct list lenders;
    struct budget_scope *all; /* NULL: without limits */
    int64_t rest_ms;          /* when leases are looked at again */
};

static int64_t budget_now_ms(const struct budget *budget)
{
    return budget->options.ports.clock->mono_ms;
}

/* --- scopes --------------------------------------------------------------------------------- */

static void scope_fill(struct budget_scope *scope, const struct budget *budget,
                       const struct budget_limits *limits, enum metric_scope of)
{
    for (size_t i = 0; i < METRIC_BUDGET_COUNT; i++) {
        if (limits->of[i] > 0) {
            struct budget_jar *jar = &scope->jars[scope->jars_count++];
            budget_jar_init(jar, &budget->options.ports, (enum metric_budget)i, limits->of[i]);
            jar->of = of;
            jar->name = scope->name;
        }
    }
}

static struct budget_scope *scope_create(const struct budget *budget,
                                         const struct budget_limits *limits, enum metric_scope of,
                                         struct str name)
{
    struct budget_scope *scope;
    size_t bytes = sizeof(*scope) + METRIC_BUDGET_COUNT * sizeof(scope->jars[0]);
    scope = mem_zero(1, bytes + name.len);
    if (!scope) {
        return NULL;
    }
    char *copy = (char *)scope + bytes;
    memcpy(copy, name.len > 0 ? name.ptr : "", name.len);
    scope->name = (struct str){ copy, name.len };
    scope_fill(scope, budget, limits, of);
    return scope;
}

static void scope_lend(struct budget *budget, struct budget_scope *scope)
{
    if (scope->is_lender) {
        return;
    }
    if (list_is_empty(&budget->lenders)) {
        budget->rest_ms = budget_now_ms(budget) + BUDGET_REST_MS;
    }
    scope->is_lender = true;
    list_append(&budget->lenders, &scope->lender_node);
}

static void scope_drop(struct budget *budget, struct budget_scope *scope)
{
    map_remove(&budget->tenants, &scope->entry);
    list_remove(&budget->scopes, &scope->node);
    mem_free(scope);
}

/* The one that was used longest ago and holds nothing makes room. */
static bool budget_make_room(struct budget *budget)
{
    struct list_node *node = list_first(&budget->scopes);
    for (; node; node = list_next(&budget->scopes, node)) {
        struct budget_scope *scope = container_of(node, struct budget_scope, node);
        if (!scope->is_lender) {
            scope_drop(budget, scope);
            return true;
        }
    }
    return false;
}

static enum err scope_make(struct budget *budget, const struct budget_limits *limits,
                           struct str tenant, struct budget_scope **ret_scope)
{
    if (budget->tenants.count >= budget->tenants.max && !budget_make_room(budget)) {
        return ERR_FULL;
    }
    struct budget_scope *scope = scope_create(budget, limits, METRIC_SCOPE_TENANT, tenant);
    if (!scope) {
        return ERR_NOMEM;
    }
    enum err err = map_add(&budget->tenants, &scope->entry, scope->name);
    if (err != OK) {
        mem_free(scope);
        return err;
    }
    list_append(&budget->scopes, &scope->node);
    *ret_scope = scope;
    return OK;
}

static struct budget_scope *scope_find(struct budget *budget, struct str tenant)
{
    struct map_entry *entry =
        budget->tenants.count > 0 ? map_find(&budget->tenants, tenant) : NULL;
    if (!entry) {
        return NULL;
    }
    struct budget_scope *scope = container_of(entry, struct budget_scope, entry);
    list_remove(&budget->scopes, &scope->node);
    list_append(&budget->scopes, &scope->node);
    return scope;
}

/* `*ret_scope` is NULL when this tenant has no limits. ERR_FULL, ERR_NOMEM. */
static enum err scope_of(struct budget *budget, struct str tenant, struct budget_scope **ret_scope)
{
    *ret_scope = scope_find(budget, tenant);
    if (*ret_scope) {
        return OK;
    }
    const struct budget_overrides *overrides = budget->options.overrides;
    const struct budget_limits *limits =
        overrides ? budget_overrides_find(overrides, tenant) : NULL;
    limits = limits ? limits : &budget->options.tenant;
    return budget_limits_any(limits) ? scope_make(budget, limits, tenant, ret_scope) : OK;
}

/* --- tokens --------------------------------------------------------------------------------- */

static void scope_learn(struct budget_scope *scope, int64_t tokens)
{
    double seen = (double)tokens;
    if (!scope->has_mean) {
        scope->has_mean = true;
        scope->tokens_mean = seen;
        scope->tokens_deviation = seen / 2;
        return;
    }
    double off = seen - scope->tokens_mean;
    scope->tokens_mean += off / 8;
    scope->tokens_deviation += ((off < 0 ? -off : off) - scope->tokens_deviation) / 4;
}

/* What a call may take of which nothing is known yet: each text may be as long as an answer. */
static int64_t budget_most(const struct budget *budget, const struct errand *errand)
{
    return errand->tokens + budget->options.answer_tokens_max * max_i64(errand->answers, 1);
}

/* What a call will take, as far as the tenant's calls or all calls so far tell; they tell nothing
 * of one that wishes for several texts. */
static int64_t budget_expect(const struct budget *budget, struct budget_scope *const scopes[2],
                             const struct errand *errand)
{
    for (size_t i = 0; i < 2 && errand->answers <= 1; i++) {
        if (scopes[i] && scopes[i]->has_mean) {
            return (int64_t)(scopes[i]->tokens_mean + 2 * scopes[i]->tokens_deviation) + 1;
        }
    }
    return budget_most(budget, errand);
}

/* --- admission ------------------------------------------------------------------------------ */

/* All jars are asked, so that what is missing is fetched side by side; the worst verdict of them
 * counts. */
static struct admission scope_ask(struct budget *budget, struct budget_scope *scope,
                                  int64_t tokens, struct admission worst)
{
    for (size_t i = 0; scope && i < scope->jars_count; i++) {
        struct admission one = budget_jar_ask(&scope->jars[i], tokens);
        bool is_later = one.verdict == worst.verdict && one.until_ms > worst.until_ms;
        if (one.verdict > worst.verdict || is_later) {
            worst = one;
        }
    }
    if (scope) {
        scope_lend(budget, scope);
    }
    return worst;
}

static void scope_spend(struct budget_scope *scope, int64_t tokens)
{
    for (size_t i = 0; scope && i < scope->jars_count; i++) {
        budget_jar_spend(&scope->jars[i], tokens);
    }
}

static struct admission budget_admit(struct admitter *admitter, struct errand *errand,
                                     int64_t now_ms)
{
    struct budget *budget = container_of(admitter, struct budget, admitter);
    struct budget_scope *scopes[2] = { NULL, budget->all };
    if (scope_of(budget, errand->tenant, &scopes[0]) != OK) {
        return (struct admission){ .verdict = ADMISSION_WAIT, .until_ms = now_ms + BUDGET_FULL_MS };
    }
    int64_t tokens = budget_expect(budget, scopes, errand);
    struct admission said = { .verdict = ADMISSION_GO };
    said = scope_ask(budget, scopes[0], tokens, said);
    said = scope_ask(budget, scopes[1], tokens, said);
    if (said.verdict == ADMISSION_GO) {
        scope_spend(scopes[0], tokens);
        scope_spend(scopes[1], tokens);
        errand->tokens = tokens;
    }
    return said;
}

static void scope_settle(struct budget *budget, struct budget_scope *scope, int64_t more,
                         int64_t started_wall_ms)
{
    for (size_t i = 0; i < scope->jars_count; i++) {
        budget_jar_settle(&scope->jars[i], more, started_wall_ms);
    }
    scope_lend(budget, scope);
}

void budget_settle(struct budget *budget, const struct errand *errand, int64_t tokens,
                   int64_t started_ms)
{
    const struct clock *clock = budget->options.ports.clock;
    int64_t started_wall_ms = clock->wall_ms - (clock->mono_ms - started_ms);
    struct budget_scope *scopes[2] = { scope_find(budget, errand->tenant), budget->all };
    int64_t more = tokens >= 0 ? tokens - errand->tokens : 0; /* unknown: as was set aside */
    for (size_t i = 0; i < 2; i++) {
        if (scopes[i] && tokens > 0) {
            scope_learn(scopes[i], tokens);
        }
        if (scopes[i]) {
            scope_settle(budget, scopes[i], more, started_wall_ms);
        }
    }
}

/* --- leases that rest ----------------------------------------------------------------------- */

/* True: it still holds something. */
static bool scope_rest(struct budget_scope *scope)
{
    bool has_more = false;
    for (size_t i = 0; i < scope->jars_count; i++) {
        has_more = budget_jar_rest(&scope->jars[i]) || has_more;
    }
    return has_more;
}

static void budget_rest(struct budget *budget)
{
    for (size_t left = budget->lenders.count; left > 0; left--) {
        struct budget_scope *scope =
            container_of(list_pop(&budget->lenders), struct budget_scope, lender_node);
        scope->is_lender = scope_rest(scope);
        if (scope->is_lender) {
            list_append(&budget->lenders, &scope->lender_node);
        }
    }
}

int64_t budget_tick(struct budget *budget)
{
    int64_t now_ms = budget_now_ms(budget);
    if (now_ms >= budget->rest_ms && !list_is_empty(&budget->lenders)) {
        budget->rest_ms = now_ms + BUDGET_REST_MS;
        budget_rest(budget);
    }
    return list_is_empty(&budget->lenders) ? INT64_MAX : budget->rest_ms;
}

void budget_close(struct budget *budget)
{
    struct list_node *node = list_first(&budget->lenders);
    for (; node; node = list_next(&budget->lenders, node)) {
        struct budget_scope *scope = container_of(node, struct budget_scope, lender_node);
        for (size_t i = 0; i < scope->jars_count; i++) {
            budget_jar_close(&scope->jars[i]);
        }
    }
}

bool budget_is_idle(const struct budget *budget)
{
    struct list_node *node = list_first(&budget->lenders);
    for (; node; node = list_next(&budget->lenders, node)) {
        const struct budget_scope *scope = container_of(node, struct budget_scope, lender_node);
        for (size_t i = 0; i < scope->jars_count; i++) {
            if (scope->jars[i].is_calling) {
                return false;
            }
        }
    }
    return true;
}

/* --- life ----------------------------------------------------------------------------------- */

struct admitter *budget_admitter(struct budget *budget)
{
    return &budget->admitter;
}

static bool budget_init(struct budget *budget)
{
    const struct budget_options *options = &budget->options;
    if (map_init(&budget->tenants, options->tenants_max, options->seed) != OK) {
        return false;
    }
    if (!budget_limits_any(&options->all)) {
        return true;
    }
    budget->all = scope_create(budget, &options->all, METRIC_SCOPE_ALL, STR_NONE);
    return budget->all != NULL;
}

struct budget *budget_create(const struct budget_options *options)
{
    assert(options->tenants_max > 0);
    struct budget *budget = mem_zero(1, sizeof(*budget));
    if (!budget) {
        return NULL;
    }
    budget->admitter.admit = budget_admit;
    budget->options = *options;
    list_init(&budget->scopes);
    list_init(&budget->lenders);
    if (!budget_init(budget)) {
        budget_destroy(budget);
        return NULL;
    }
    return budget;
}

void budget_destroy(struct budget *budget)
{
    if (!budget) {
        return;
    }
    assert(budget_is_idle(budget));
    while (!list_is_empty(&budget->scopes)) {
        scope_drop(budget, container_of(list_first(&budget->scopes), struct budget_scope, node));
    }
    mem_free(budget->all);
    map_fini(&budget->tenants);
    mem_free(budget);
}
