/* spending.c - see spending.h. */
#include "worker/command/spending.h"

#include "worker/adapter/secret_file.h"

#define SPENDING_ARENA_BYTES ((size_t)4 << 20)
#define SPENDING_FILE_BYTES ((size_t)1 << 20)
#define SPENDING_TENANTS_MAX 4096

static struct budget_limits spending_limits(const struct conf *conf, enum metric_scope of)
{
    static const enum conf_id all[METRIC_BUDGET_COUNT] = {
        [METRIC_BUDGET_REQUESTS_MINUTE] = CONF_BUDGET_REQUESTS_MINUTE,
        [METRIC_BUDGET_REQUESTS_DAY] = CONF_BUDGET_REQUESTS_DAY,
        [METRIC_BUDGET_TOKENS_MINUTE] = CONF_BUDGET_TOKENS_MINUTE,
        [METRIC_BUDGET_TOKENS_DAY] = CONF_BUDGET_TOKENS_DAY,
    };
    static const enum conf_id tenant[METRIC_BUDGET_COUNT] = {
        [METRIC_BUDGET_REQUESTS_MINUTE] = CONF_BUDGET_TENANT_REQUESTS_MINUTE,
        [METRIC_BUDGET_REQUESTS_DAY] = CONF_BUDGET_TENANT_REQUESTS_DAY,
        [METRIC_BUDGET_TOKENS_MINUTE] = CONF_BUDGET_TENANT_TOKENS_MINUTE,
        [METRIC_BUDGET_TOKENS_DAY] = CONF_BUDGET_TENANT_TOKENS_DAY,
    };
    struct budget_limits limits = { 0 };
    for (size_t i = 0; i < METRIC_BUDGET_COUNT; i++) {
        limits.of[i] = conf_int(conf, of == METRIC_SCOPE_TENANT ? tenant[i] : all[i]);
    }
    return limits;
}

/* The text of a file that a setting names; empty without one. */
static enum err spending_read(const struct conf *conf, enum conf_id id, struct buf *buf,
                              struct note *note)
{
    if (!conf_is_set(conf, id)) {
        return OK;
    }
    return text_file_read(conf_key(id), conf_str(conf, id).ptr, SPENDING_FILE_BYTES, buf, note);
}

/* Which file it is goes in front of what is wrong with it. */
static enum err spending_place(enum err err, enum conf_id id, struct note *note)
{
    if (err == ERR_CONFIG) {
        struct note why = *note;
        note_set(note, "%s: %s", conf_key(id), why.text);
    }
    return err;
}

static enum err spending_open_overrides(struct spending *spending, const struct conf *conf,
                                        const struct budget_limits *tenant, struct note *note)
{
    CLEANUP(buf_fini) struct buf text;
    buf_init(&text, SPENDING_FILE_BYTES);
    TRY(spending_read(conf, CONF_BUDGET_TENANTS_FILE, &text, note));
    enum err err = budget_overrides_read(&spending->arena, buf_str(&text), tenant,
                                         &spending->overrides, note);
    return spending_place(err, CONF_BUDGET_TENANTS_FILE, note);
}

static enum err spending_open_budget(struct spending *spending,
                                     const struct spending_options *options, struct note *note)
{
    const struct conf *conf = options->conf;
    struct budget_options budget = {
        .all = spending_limits(conf, METRIC_SCOPE_ALL),
        .tenant = spending_limits(conf, METRIC_SCOPE_TENANT),
        .overrides = &spending->overrides,
        .answer_tokens_max = conf_int(conf, CONF_MODEL_MAX_TOKENS),
        .tenants_max = SPENDING_TENANTS_MAX,
        .ports = { .store = options->store,
                   .clock = options->clock,
                   .log = options->log,
                   .metrics = options->metrics,
                   .pods_max = conf_int(conf, CONF_BUDGET_PODS_MAX),
                   .manner = (enum budget_manner)conf_enum(conf, CONF_BUDGET_EXHAUSTED) },
        .seed = { options->seed[0], options->seed[1] },
    };
    TRY(spending_open_overrides(spending, conf, &budget.tenant, note));
    if (!budget_limits_any(&budget.all) && !budget_limits_any(&budget.tenant) &&
        spending->overrides.map.count == 0) {
        return OK;
    }
    spending->budget = budget_create(&budget);
    return spending->budget ? OK : ERR_NOMEM;
}

static enum err spending_open_prices(struct spending *spending, const struct conf *conf,
                                     struct note *note)
{
    CLEANUP(buf_fini) struct buf text;
    buf_init(&text, SPENDING_FILE_BYTES);
    TRY(spending_read(conf, CONF_MODEL_PRICE_FILE, &text, note));
    enum err err = prices_read(&spending->arena, buf_str(&text), &spending->prices, note);
    return spending_place(err, CONF_MODEL_PRICE_FILE, note);
}

static enum err spending_open_parts(struct spending *spending,
                                    const struct spending_options *options, struct note *note)
{
    struct str tenants = conf_str(options->conf, CONF_METRICS_TENANTS);
    TRY(spending_place(metrics_name_tenants(options->metrics, tenants, note),
                       CONF_METRICS_TENANTS, note));
    TRY(spending_open_prices(spending, options->conf, note));
    return spending_open_budget(spending, options, note);
}

enum err spending_open(struct spending *spending, const struct spending_options *options,
                       struct note *note)
{
    *spending = (struct spending){ .budget = NULL };
    arena_init(&spending->arena, SPENDING_ARENA_BYTES);
    enum err err = spending_open_parts(spending, options, note);
    if (err != OK) {
        spending_close(spending);
    }
    return err;
}

void spending_close(struct spending *spending)
{
    budget_destroy(spending->budget);
    budget_overrides_fini(&spending->overrides);
    arena_fini(&spending->arena);
    *spending = (struct spending){ .budget = NULL };
}
