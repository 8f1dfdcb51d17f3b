/* outcome.h - what a turn ends with, and the records that say so.
 *
 * Each input record has exactly one terminal outcome. Its output records are encoded once,
 * in the turn's arena, and stay as they are through aborted transactions.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_OUTCOME_H
#define COMMON_OUTCOME_H

#include "common/record.h"

enum outcome_kind {
    OUTCOME_ANSWER,
    OUTCOME_RECOMMENDATION,
    OUTCOME_COPY,
    OUTCOME_HANDOFF,
    OUTCOME_DEAD_LETTER,
    OUTCOME_DUPLICATE,
    OUTCOME_NOTHING,
    OUTCOME_KIND_COUNT
};

#define OUTPUTS_MAX 3 /* the terminal record, the audit record, who has the conversation */

/* One record to be produced. Borrowed from the turn's arena. */
struct output {
    enum topic topic;
    struct str key;
    bool has_key;
    struct str value;
    bool has_value;
    const struct header *headers;
    size_t headers_count;
};

struct outcome {
    enum outcome_kind kind;
    struct output outputs[OUTPUTS_MAX];
    size_t outputs_count; /* 0 for a duplicate or nothing to say without audit */
};

/* "answer", "dead-letter", "nothing", ...: in audit records and metrics. */
const char *outcome_kind_name(enum outcome_kind kind);

/* Keys, values and headers together. */
size_t outcome_bytes(const struct outcome *outcome);

#endif
