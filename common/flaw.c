/* flaw.c - see flaw.h. */
#include "common/flaw.h"

struct flaw_row {
    const char *label;
    const char *words;
};

static const struct flaw_row flaw_rows[FLAW_COUNT] = {
#define X(id, label, words) { label, words },
#include "common/flaw.def"
#undef X
};

const char *flaw_label(enum flaw flaw)
{
    assert(flaw < FLAW_COUNT);
    return flaw_rows[flaw].label;
}

const char *flaw_words(enum flaw flaw)
{
    assert(flaw < FLAW_COUNT);
    return flaw_rows[flaw].words;
}

bool flaw_is_of_facts(enum flaw flaw)
{
    return flaw >= FLAW_PRICE;
}
