/* fact.h - the name of something that an answer relies on.
 *
 * Travels in answers and audit records so that any answer can be explained later.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_FACT_H
#define COMMON_FACT_H

#include "common/str.h"

#define FACTS_MAX 16

enum fact_kind { FACT_ORDER, FACT_PRODUCT, FACT_PASSAGE, FACT_HISTORY };

struct fact {
    enum fact_kind kind;
    struct str id;
};

/* "order", "product", "passage", "history". */
const char *fact_kind_name(enum fact_kind kind);

#endif
