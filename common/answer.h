/* answer.h - a reply to a customer's message: schemas/answer.schema.json.
 *
 * Pure: no I/O, no clock; the time is an argument. */
#ifndef COMMON_ANSWER_H
#define COMMON_ANSWER_H

#include "common/reply.h"

/* Where the words come from. */
enum answer_source { SOURCE_MODEL, SOURCE_CACHE, SOURCE_MEMO, SOURCE_FALLBACK };

/* "model", "cache", "memo", "fallback". */
const char *answer_source_name(enum answer_source source);

struct answer {
    struct str text;
    struct str language;
    struct str model;
    enum answer_source source;
    const struct fact *facts;
    size_t facts_count;
};

/* `to` is a message. ERR_ANSWER: the text is empty or longer than the schema allows. */
MUST_USE enum err answer_encode(struct arena *arena, const struct reply_to *to,
                                const struct answer *answer, struct output *ret_output);

#endif
