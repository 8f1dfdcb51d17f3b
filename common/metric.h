/* metric.h - the numbers that the worker shows to Prometheus.
 *
 * One table (metric.def), with label values from fixed sets: nothing is allocated after the
 * start and no text of a stranger becomes a label. Cells are relaxed atomics, so that any
 * thread may count.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_METRIC_H
#define COMMON_METRIC_H

#include "common/buf.h"
#include "common/note.h"

enum metric_id {
#define X(id, name, type, labels, labels2, text) id,
#include "common/metric.def"
#undef X
    METRIC_COUNT
};

/* Label values. The set ERR is enum err, with OK as "ok". */
enum metric_outcome {
    METRIC_OUTCOME_ANSWER,
    METRIC_OUTCOME_RECOMMENDATION,
    METRIC_OUTCOME_COPY,
    METRIC_OUTCOME_HANDOFF,
    METRIC_OUTCOME_DEAD_LETTER,
    METRIC_OUTCOME_DUPLICATE,
    METRIC_OUTCOME_NOTHING
};
enum metric_lookup { METRIC_LOOKUP_HIT, METRIC_LOOKUP_MISS, METRIC_LOOKUP_ERROR };
/* Place in the chain, and the builtin wording wherever it stands. */
enum metric_model {
    METRIC_MODEL_1,
    METRIC_MODEL_2,
    METRIC_MODEL_3,
    METRIC_MODEL_4,
    METRIC_MODEL_BUILTIN,
    METRIC_MODEL_COUNT
};
enum metric_rebalance {
    METRIC_REBALANCE_ASSIGNED,
    METRIC_REBALANCE_REVOKED,
    METRIC_REBALANCE_LOST
};
enum metric_tokens { METRIC_TOKENS_IN, METRIC_TOKENS_OUT, METRIC_TOKENS_CACHED };
enum metric_budget {
    METRIC_BUDGET_REQUESTS_MINUTE,
    METRIC_BUDGET_REQUESTS_DAY,
    METRIC_BUDGET_TOKENS_MINUTE,
    METRIC_BUDGET_TOKENS_DAY,
    METRIC_BUDGET_COUNT
};
enum metric_meaning {
    METRIC_MEANING_USED,
    METRIC_MEANING_LATE,
    METRIC_MEANING_FULL,
    METRIC_MEANING_FAILED
};
enum metric_scope { METRIC_SCOPE_ALL, METRIC_SCOPE_TENANT };
enum metric_txn { METRIC_TXN_COMMITTED, METRIC_TXN_ABORTED, METRIC_TXN_UNKNOWN };

struct metrics;

/* All zero. NULL when out of memory. */
struct metrics *metrics_create(void);
void metrics_destroy(struct metrics *metrics); /* accepts NULL */

/* Names the tenants that have labels of their own, parted by commas; all others are "other". Once,
 * before anything is counted. ERR_CONFIG: the note says what is wrong. */
#define METRIC_TENANTS_MAX 32
#define METRIC_TENANT_BYTES_MAX 64
MUST_USE enum err metrics_name_tenants(struct metrics *metrics, struct str names,
                                       struct note *note);

/* The label of that tenant. */
unsigned metric_tenant(const struct metrics *metrics, struct str name);

/* Counters. `label` is 0 for a metric without labels. */
void metric_add(struct metrics *metrics, enum metric_id id, unsigned label, uint64_t amount);
void metric_add2(struct metrics *metrics, enum metric_id id, unsigned label, unsigned label2,
                 uint64_t amount);

/* Gauges, without labels and with. */
void metric_set(struct metrics *metrics, enum metric_id id, int64_t value);
void metric_set2(struct metrics *metrics, enum metric_id id, unsigned label, unsigned label2,
                 int64_t value);

/* Histograms. */
void metric_observe_us(struct metrics *metrics, enum metric_id id, unsigned label, int64_t time_us);

/* The value of a counter or gauge; the count of a histogram. For tests and summaries. */
int64_t metric_get(const struct metrics *metrics, enum metric_id id, unsigned label,
                   unsigned label2);

/* Appends the text exposition format. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err metrics_render(const struct metrics *metrics, struct buf *buf);

/* The table as Markdown, for docs/metrics.md. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err metrics_docs(struct buf *buf);

#endif
