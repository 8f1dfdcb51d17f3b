/* flaw.h - what can be wrong with an answer of a model.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_FLAW_H
#define COMMON_FLAW_H

#include "common/str.h"

enum flaw {
#define X(id, label, words) id,
#include "common/flaw.def"
#undef X
    FLAW_COUNT
};

/* "price", ...: for metrics and logs. */
const char *flaw_label(enum flaw flaw);

/* What the model is told, as the rest of a sentence. */
const char *flaw_words(enum flaw flaw);

/* True if the answer says what the facts do not: then it failed screening, and was not only of
 * no use. */
bool flaw_is_of_facts(enum flaw flaw);

#endif
