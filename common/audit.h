/* audit.h - one record for each settled input: what it ended with and what that was made from;
 * schemas/audit.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_AUDIT_H
#define COMMON_AUDIT_H

#include "common/answer.h"

struct audit {
    enum outcome_kind outcome;
    bool has_source;
    enum answer_source source;
    struct str model;
    struct str prompt_version;
    struct str reason; /* of a hand-off, a dead letter, or of having nothing to say */
    const struct fact *facts;
    size_t facts_count;
    struct str cache_key; /* 64 hex digits; empty: not cacheable */
    int attempts;
    int64_t started_wall_ms;
    int64_t model_ms; /* -1: no call was made */
    int64_t calls;    /* that this record pays for */
    int64_t tokens_in;
    int64_t tokens_out;
    int64_t tokens_cached; /* part of tokens_in */
    int64_t cost_micros;   /* -1: the price is not known */
};

/* Its id is that of the outcome's own record. */
MUST_USE enum err audit_encode(struct arena *arena, const struct reply_to *to,
                               const struct audit *audit, struct output *ret_output);

#endif
