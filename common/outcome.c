/* outcome.c - see outcome.h. */
#include "common/outcome.h"

static const char *const outcome_kind_names[OUTCOME_KIND_COUNT] = {
    [OUTCOME_ANSWER] = "answer",
    [OUTCOME_RECOMMENDATION] = "recommendation",
    [OUTCOME_COPY] = "copy",
    [OUTCOME_HANDOFF] = "handoff",
    [OUTCOME_DEAD_LETTER] = "dead-letter",
    [OUTCOME_DUPLICATE] = "duplicate",
    [OUTCOME_NOTHING] = "nothing",
};

const char *outcome_kind_name(enum outcome_kind kind)
{
    assert((size_t)kind < countof(outcome_kind_names));
    return outcome_kind_names[kind];
}

static size_t output_bytes(const struct output *output)
{
    size_t bytes = output->key.len + output->value.len;
    for (size_t i = 0; i < output->headers_count; i++) {
        bytes += output->headers[i].name.len + output->headers[i].value.len;
    }
    return bytes;
}

size_t outcome_bytes(const struct outcome *outcome)
{
    size_t bytes = 0;
    for (size_t i = 0; i < outcome->outputs_count; i++) {
        bytes += output_bytes(&outcome->outputs[i]);
    }
    return bytes;
}
