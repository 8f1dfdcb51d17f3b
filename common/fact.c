/* fact.c - see fact.h. */
#include "common/fact.h"

static const char *const fact_kind_names[] = {
    [FACT_ORDER] = "order",
    [FACT_PRODUCT] = "product",
    [FACT_PASSAGE] = "passage",
    [FACT_HISTORY] = "history",
};

const char *fact_kind_name(enum fact_kind kind)
{
    assert((size_t)kind < countof(fact_kind_names));
    return fact_kind_names[kind];
}
