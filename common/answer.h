/* answer.h - the payloads that leave: answer, copy, hand-off, dead letter, audit.
 *
 * Each function encodes one output record as a CloudEvent in binary mode: JSON that matches
 * schemas/, ce_ headers, traceparent passed through. Same arguments, same bytes.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_ANSWER_H
#define COMMON_ANSWER_H

#include "common/event.h"
#include "common/fact.h"
#include "common/outcome.h"

enum answer_source { SOURCE_MODEL, SOURCE_CACHE, SOURCE_MEMO, SOURCE_FALLBACK };

/* "model", "cache", "memo", "fallback". */
const char *answer_source_name(enum answer_source source);

/* What is common to all outputs of one turn. Borrowed. */
struct reply_to {
    const struct event *event; /* NULL in dead letters of records that did not decode */
    const struct record *record;
    struct str topic_name; /* the input topic's real name */
    struct str worker;     /* version, for x-dlq-worker and audit */
    int64_t now_wall_ms;
};

struct answer {
    struct str text;
    struct str language;
    struct str model;
    enum answer_source source;
    const struct fact *facts;
    size_t facts_count;
};

MUST_USE enum err answer_encode(struct arena *arena, const struct reply_to *to,
                                const struct answer *answer, struct output *ret_output);

struct copy {
    struct str sku;
    struct str headline;
    struct str body;
    struct str call_to_action;
    struct str language;
    enum answer_source source;
};

MUST_USE enum err copy_encode(struct arena *arena, const struct reply_to *to,
                              const struct copy *copy, struct output *ret_output);

struct handoff {
    struct str reason;  /* an error's label, or an intent such as "person_wanted" */
    struct str summary; /* no personal values beyond what the conversation's reference gives */
};

MUST_USE enum err handoff_encode(struct arena *arena, const struct reply_to *to,
                                 const struct handoff *handoff, struct output *ret_output);

struct dead_letter {
    enum err reason;
    const struct note *note; /* may be NULL */
    int attempts;
    int64_t first_at_wall_ms;
    size_t value_bytes_max; /* a larger value goes by reference: position instead of bytes */
};

/* The original key, bytes and headers, and x-dlq- headers; schemas/dead-letter.schema.json. */
MUST_USE enum err dead_letter_encode(struct arena *arena, const struct reply_to *to,
                                     const struct dead_letter *letter, struct output *ret_output);

struct audit {
    enum outcome_kind outcome;
    bool has_source;
    enum answer_source source;
    struct str model;
    struct str prompt_version;
    struct str reason; /* of a hand-off or dead letter */
    const struct fact *facts;
    size_t facts_count;
    struct str cache_key; /* hex, empty: not cacheable */
    int attempts;
    int64_t started_wall_ms;
    int64_t model_ms; /* -1: no call was made */
};

MUST_USE enum err audit_encode(struct arena *arena, const struct reply_to *to,
                               const struct audit *audit, struct output *ret_output);

#endif
