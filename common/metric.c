/* metric.c - see metric.h. Each metric has a run of cells: one for each pair of label values,
 * and for a histogram one for each bucket, the sum and the count. */
#include "common/metric.h"

#include <stdatomic.h>

#include "common/mem.h"

/* AMOUNT: a counter of millionths. */
enum metric_type { COUNTER, GAUGE, HISTOGRAM, AMOUNT };

struct metric_labels {
    const char *name;
    const char *const *values;
    size_t count;
};

static const char *const metric_outcomes[] = { "answer",      "recommendation", "copy",   "handoff",
                                               "dead-letter", "duplicate",      "nothing" };
static const char *const metric_lookups[] = { "hit", "miss", "error" };
static const char *const metric_models[] = { "1", "2", "3", "4", "builtin" };
static const char *const metric_rebalances[] = { "assigned", "revoked", "lost" };
static const char *const metric_tokens[] = { "in", "out", "cached" };
static const char *const metric_budgets[] = { "requests_minute", "requests_day", "tokens_minute",
                                              "tokens_day" };
static const char *const metric_scopes[] = { "all", "tenant" };
static const char *const metric_meanings[] = { "used", "late", "full", "failed" };
static const char *const metric_txns[] = { "committed", "aborted", "unknown" };
static const char *const metric_feedbacks[] = {
    "rating", "shown", "clicked", "bought", "refused", "correction",
};
static const char *const metric_ratings[] = { "1", "2", "3", "4", "5" };
static const char *const metric_errs[] = {
    "ok",
#define X(name, class, label, text) label,
#include "common/err.def"
#undef X
};

static const char *const metric_flaws[] = {
#define X(name, label, words) label,
#include "common/flaw.def"
#undef X
};

enum metric_set {
    NONE,
    BUDGET,
    SCOPE,
    TENANT,
    OUTCOME,
    LOOKUP,
    MODEL,
    REBALANCE,
    TOKENS,
    TXN,
    MEANING,
    FLAW,
    FEEDBACK,
    RATING,
    ERR
};

static const struct metric_labels metric_sets[] = {
    [NONE] = { NULL, NULL, 1 },
    [BUDGET] = { "budget", metric_budgets, countof(metric_budgets) },
    [SCOPE] = { "of", metric_scopes, countof(metric_scopes) },
    [TENANT] = { "tenant", NULL, METRIC_TENANTS_MAX + 1 }, /* see metric_value() */
    [OUTCOME] = { "outcome", metric_outcomes, countof(metric_outcomes) },
    [LOOKUP] = { "result", metric_lookups, countof(metric_lookups) },
    [MODEL] = { "backend", metric_models, countof(metric_models) },
    [REBALANCE] = { "kind", metric_rebalances, countof(metric_rebalances) },
    [TOKENS] = { "direction", metric_tokens, countof(metric_tokens) },
    [TXN] = { "result", metric_txns, countof(metric_txns) },
    [MEANING] = { "result", metric_meanings, countof(metric_meanings) },
    [FLAW] = { "flaw", metric_flaws, countof(metric_flaws) },
    [FEEDBACK] = { "kind", metric_feedbacks, countof(metric_feedbacks) },
    [RATING] = { "rating", metric_ratings, countof(metric_ratings) },
    [ERR] = { "reason", metric_errs, countof(metric_errs) },
};

struct metric_row {
    const char *name;
    enum metric_type type;
    enum metric_set first;
    enum metric_set second;
    const char *text;
};

static const struct metric_row metric_rows[] = {
#define X(id, name, type, labels, labels2, text) [id] = { name, type, labels, labels2, text },
#include "common/metric.def"
#undef X
};

/* Upper bounds: a millisecond for the store, minutes for a slow model. */
static const int64_t metric_bounds_us[] = { 500,     1000,     2500,     5000,    10000,   25000,
                                            50000,   100000,   250000,   500000,  1000000, 2500000,
                                            5000000, 10000000, 30000000, 60000000 };

#define METRIC_BUCKETS countof(metric_bounds_us)
#define METRIC_BOUND_BYTES 16
#define METRIC_SUM METRIC_BUCKETS
#define METRIC_SAMPLES (METRIC_BUCKETS + 1)
#define METRIC_HISTOGRAM_CELLS (METRIC_BUCKETS + 2)

struct metrics {
    char bounds[METRIC_BUCKETS][METRIC_BOUND_BYTES]; /* in seconds, as they are shown */
    char tenants[METRIC_TENANTS_MAX][METRIC_TENANT_BYTES_MAX + 1];
    size_t tenants_count;
    size_t starts[METRIC_COUNT];
    _Atomic int64_t cells[];
};

static size_t metric_series(const struct metric_row *row)
{
    return metric_sets[row->first].count * metric_sets[row->second].count;
}

static size_t metric_width(const struct metric_row *row)
{
    return row->type == HISTOGRAM ? METRIC_HISTOGRAM_CELLS : 1;
}

struct metrics *metrics_create(void)
{
    size_t cells = 0;
    for (size_t id = 0; id < METRIC_COUNT; id++) {
        cells += metric_series(&metric_rows[id]) * metric_width(&metric_rows[id]);
    }
    struct metrics *metrics = mem_zero(1, sizeof(*metrics) + cells * sizeof(metrics->cells[0]));
    if (!metrics) {
        return NULL;
    }
    size_t start = 0;
    for (size_t id = 0; id < METRIC_COUNT; id++) {
        metrics->starts[id] = start;
        start += metric_series(&metric_rows[id]) * metric_width(&metric_rows[id]);
    }
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        snprintf(metrics->bounds[i], METRIC_BOUND_BYTES, "%g", (double)metric_bounds_us[i] / 1e6);
    }
    return metrics;
}

void metrics_destroy(struct metrics *metrics)
{
    mem_free(metrics);
}

static size_t metric_cell(const struct metrics *metrics, enum metric_id id, unsigned label,
                          unsigned label2)
{
    const struct metric_row *row = &metric_rows[id];
    assert(label < metric_sets[row->first].count && label2 < metric_sets[row->second].count);
    size_t series = label * metric_sets[row->second].count + label2;
    return metrics->starts[id] + series * metric_width(row);
}

static void metric_bump(struct metrics *metrics, size_t cell, int64_t amount)
{
    atomic_fetch_add_explicit(&metrics->cells[cell], amount, memory_order_relaxed);
}

static int64_t metric_load(const struct metrics *metrics, size_t cell)
{
    return atomic_load_explicit(&metrics->cells[cell], memory_order_relaxed);
}

void metric_add2(struct metrics *metrics, enum metric_id id, unsigned label, unsigned label2,
                 uint64_t amount)
{
    assert(metric_rows[id].type == COUNTER || metric_rows[id].type == AMOUNT);
    metric_bump(metrics, metric_cell(metrics, id, label, label2), (int64_t)amount);
}

void metric_add(struct metrics *metrics, enum metric_id id, unsigned label, uint64_t amount)
{
    metric_add2(metrics, id, label, 0, amount);
}

void metric_set2(struct metrics *metrics, enum metric_id id, unsigned label, unsigned label2,
                 int64_t value)
{
    assert(metric_rows[id].type == GAUGE);
    atomic_store_explicit(&metrics->cells[metric_cell(metrics, id, label, label2)], value,
                          memory_order_relaxed);
}

void metric_set(struct metrics *metrics, enum metric_id id, int64_t value)
{
    metric_set2(metrics, id, 0, 0, value);
}

void metric_observe_us(struct metrics *metrics, enum metric_id id, unsigned label, int64_t time_us)
{
    assert(metric_rows[id].type == HISTOGRAM);
    size_t cell = metric_cell(metrics, id, label, 0);
    size_t bucket = 0;
    while (bucket < METRIC_BUCKETS && time_us > metric_bounds_us[bucket]) {
        bucket++;
    }
    if (bucket < METRIC_BUCKETS) {
        metric_bump(metrics, cell + bucket, 1);
    }
    metric_bump(metrics, cell + METRIC_SUM, max_i64(time_us, 0));
    metric_bump(metrics, cell + METRIC_SAMPLES, 1);
}

int64_t metric_get(const struct metrics *metrics, enum metric_id id, unsigned label,
                   unsigned label2)
{
    size_t cell = metric_cell(metrics, id, label, label2);
    return metric_load(metrics, metric_rows[id].type == HISTOGRAM ? cell + METRIC_SAMPLES : cell);
}

#define METRIC_LABELS_BYTES 160
#define METRIC_DECIMAL_BYTES (STR_INT_BYTES + 8)

/* NULL: this one has no name, so it is not shown. */
static const char *metric_value(const struct metrics *metrics, enum metric_set set, size_t label)
{
    if (set != TENANT) {
        return metric_sets[set].values[label];
    }
    if (label == METRIC_TENANTS_MAX) {
        return "other";
    }
    return label < metrics->tenants_count ? metrics->tenants[label] : NULL;
}

static bool metric_is_shown(const struct metrics *metrics, const struct metric_row *row,
                            size_t label)
{
    return row->first != TENANT || metric_value(metrics, TENANT, label);
}

/* Letters, digits and . _ - : what needs no escape anywhere. */
static bool metric_is_tenant(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!is_plain) {
            return false;
        }
    }
    return name.len > 0 && name.len <= METRIC_TENANT_BYTES_MAX;
}

enum err metrics_name_tenants(struct metrics *metrics, struct str names, struct note *note)
{
    struct str name;
    size_t count = 0;
    while (names.len > 0 && str_split(&names, ',', &name)) {
        name = str_trim(name);
        if (!metric_is_tenant(name)) {
            note_set(note, "a name has 1 to %d letters, digits, . _ or -", METRIC_TENANT_BYTES_MAX);
            return ERR_CONFIG;
        }
        if (count == METRIC_TENANTS_MAX) {
            note_set(note, "at most %d names", METRIC_TENANTS_MAX);
            return ERR_CONFIG;
        }
        char *copy = metrics->tenants[count++];
        snprintf(copy, METRIC_TENANT_BYTES_MAX + 1, "%.*s", STR_ARG(name));
    }
    metrics->tenants_count = count;
    return OK;
}

unsigned metric_tenant(const struct metrics *metrics, struct str name)
{
    for (size_t i = 0; i < metrics->tenants_count; i++) {
        if (str_is(name, metrics->tenants[i])) {
            return (unsigned)i;
        }
    }
    return METRIC_TENANTS_MAX;
}

/* A scrape has more than a thousand lines, so they are put together without printf. */
static enum err metric_put(struct buf *buf, const struct str *parts, size_t parts_count)
{
    for (size_t i = 0; i < parts_count; i++) {
        TRY(buf_add(buf, parts[i]));
    }
    return OK;
}

/* `{a="x",b="y"}`; empty without labels. */
static struct str metric_labels(const struct metrics *metrics, const struct metric_row *row,
                                size_t label, size_t label2, char out[METRIC_LABELS_BYTES])
{
    const struct metric_labels *first = &metric_sets[row->first];
    const struct metric_labels *second = &metric_sets[row->second];
    if (!first->name) {
        return STR_NONE;
    }
    const struct str parts[] = {
        STR("{"),
        str_from(first->name),
        STR("=\""),
        str_from(metric_value(metrics, row->first, label)),
        STR("\""),
        second->name ? STR(",") : STR("}"),
        str_from(second->name ? second->name : ""),
        STR("=\""),
        str_from(second->name ? second->values[label2] : ""),
        STR("\"}"),
    };
    return str_join(parts, second->name ? countof(parts) : 6, out, METRIC_LABELS_BYTES);
}

/* Millionths as a decimal number with all of their six digits. */
static struct str metric_millionths(int64_t number, char out[METRIC_DECIMAL_BYTES])
{
    char digits[STR_INT_BYTES];
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    struct str fraction = str_from_int((int64_t)(1000000 + size % 1000000), digits);
    char whole[STR_INT_BYTES];
    const struct str parts[] = { number < 0 ? STR("-") : STR_NONE,
                                 str_from_int((int64_t)(size / 1000000), whole), STR("."),
                                 str_slice(fraction, 1, 6) };
    return str_join(parts, countof(parts), out, METRIC_DECIMAL_BYTES);
}

/* The line of one bucket: up to `bound`. */
static enum err metric_render_bucket(struct str name, struct str labels, const char *bound,
                                     int64_t below, struct buf *buf)
{
    char number[STR_INT_BYTES];
    const struct str parts[] = {
        name,
        STR("_bucket"),
        labels.len > 0 ? str_slice(labels, 0, labels.len - 1) : STR("{"),
        labels.len > 0 ? STR(",le=\"") : STR("le=\""),
        str_from(bound),
        STR("\"} "),
        str_from_int(below, number),
        STR("\n"),
    };
    return metric_put(buf, parts, countof(parts));
}

static enum err metric_render_histogram(const struct metrics *metrics, struct str name,
                                        struct str labels, size_t cell, struct buf *buf)
{
    int64_t below = 0;
    for (size_t bucket = 0; bucket < METRIC_BUCKETS; bucket++) {
        below += metric_load(metrics, cell + bucket);
        TRY(metric_render_bucket(name, labels, metrics->bounds[bucket], below, buf));
    }
    char sum[METRIC_DECIMAL_BYTES];
    char number[STR_INT_BYTES];
    int64_t samples = metric_load(metrics, cell + METRIC_SAMPLES);
    TRY(metric_render_bucket(name, labels, "+Inf", samples, buf));
    const struct str parts[] = {
        name,
        STR("_sum"),
        labels,
        STR(" "),
        metric_millionths(metric_load(metrics, cell + METRIC_SUM), sum),
        STR("\n"),
        name,
        STR("_count"),
        labels,
        STR(" "),
        str_from_int(samples, number),
        STR("\n"),
    };
    return metric_put(buf, parts, countof(parts));
}

static enum err metric_render_series(const struct metrics *metrics, enum metric_id id, size_t label,
                                     size_t label2, struct buf *buf)
{
    const struct metric_row *row = &metric_rows[id];
    char text[METRIC_LABELS_BYTES];
    struct str labels = metric_labels(metrics, row, label, label2, text);
    size_t cell = metric_cell(metrics, id, (unsigned)label, (unsigned)label2);
    struct str name = str_from(row->name);
    if (row->type == HISTOGRAM) {
        return metric_render_histogram(metrics, name, labels, cell, buf);
    }
    char decimal[METRIC_DECIMAL_BYTES];
    char number[STR_INT_BYTES];
    int64_t value = metric_load(metrics, cell);
    const struct str parts[] = {
        name,
        labels,
        STR(" "),
        row->type == AMOUNT ? metric_millionths(value, decimal) : str_from_int(value, number),
        STR("\n"),
    };
    return metric_put(buf, parts, countof(parts));
}

static const char *metric_type_name(enum metric_type type)
{
    static const char *const names[] = { "counter", "gauge", "histogram", "counter" };
    return names[type];
}

static enum err metric_render_all(const struct metrics *metrics, struct buf *buf)
{
    for (size_t id = 0; id < METRIC_COUNT; id++) {
        const struct metric_row *row = &metric_rows[id];
        TRY(buf_printf(buf, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->text, row->name,
                       metric_type_name(row->type)));
        for (size_t label = 0; label < metric_sets[row->first].count; label++) {
            bool is_shown = metric_is_shown(metrics, row, label);
            size_t shown = is_shown ? metric_sets[row->second].count : 0;
            for (size_t label2 = 0; label2 < shown; label2++) {
                TRY(metric_render_series(metrics, (enum metric_id)id, label, label2, buf));
            }
        }
    }
    return OK;
}

/* The name with its values, which for errors are a table of their own. */
static enum err metric_docs_labels(enum metric_set set, const char *before, struct buf *buf)
{
    const struct metric_labels *labels = &metric_sets[set];
    if (!labels->name) {
        return OK;
    }
    TRY(buf_printf(buf, "%s`%s`: ", before, labels->name));
    if (set == ERR) {
        return buf_add(buf, STR("`ok` or an [error](#errors)"));
    }
    if (set == TENANT) {
        return buf_add(buf, STR("a name of `metrics.tenants`, or `other`"));
    }
    for (size_t i = 0; i < labels->count; i++) {
        TRY(buf_printf(buf, "%s`%s`", i > 0 ? ", " : "", labels->values[i]));
    }
    return OK;
}

enum err metrics_render(const struct metrics *metrics, struct buf *buf)
{
    size_t before = buf->len;
    enum err err = metric_render_all(metrics, buf);
    buf->len = err == OK ? buf->len : before;
    return err;
}

static enum err metric_docs_all(struct buf *buf)
{
    TRY(buf_add(buf, STR("| metric | type | labels | meaning |\n"
                         "| --- | --- | --- | --- |\n")));
    for (size_t id = 0; id < METRIC_COUNT; id++) {
        const struct metric_row *row = &metric_rows[id];
        TRY(buf_printf(buf, "| `%s` | %s | ", row->name, metric_type_name(row->type)));
        TRY(metric_docs_labels(row->first, "", buf));
        TRY(metric_docs_labels(row->second, "; ", buf));
        TRY(buf_printf(buf, " | %s |\n", row->text));
    }
    return OK;
}

enum err metrics_docs(struct buf *buf)
{
    size_t before = buf->len;
    enum err err = metric_docs_all(buf);
    buf->len = err == OK ? buf->len : before;
    return err;
}
