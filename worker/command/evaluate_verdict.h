/* evaluate_verdict.h - whether a reply is what its case expects, and how many were.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_EVALUATE_VERDICT_H
#define COMMAND_EVALUATE_VERDICT_H

#include "common/outcome.h"
#include "worker/command/evaluate_cases.h"

/* What became of the question. */
struct told {
    enum outcome_kind kind;
    struct str text; /* of an answer */
    struct str language;
    struct str intent;
    struct str reason; /* of a hand-off */
    bool is_grounded;  /* the answer says only what its facts say */
};

/* Each question has one of these. */
enum verdict_kind {
    VERDICT_ANSWERED,   /* with what was expected, grounded, in the right language */
    VERDICT_HANDED_OFF, /* where that was expected or left open, with the right reason */
    VERDICT_NEEDLESS,   /* handed off otherwise */
    VERDICT_WRONG,      /* answered otherwise, or not at all */
    VERDICTS
};

struct verdict {
    enum verdict_kind kind;
    bool is_grounded; /* a hand-off is */
    bool is_language; /* right, or not asked for */
    bool is_intent;
    bool is_action;
    bool has_facts; /* those that must be there are, the others are not */
};

struct verdict verdict_of(const struct expectation *expect, const struct told *told);

/* "answered", "handed_off", "needless", "wrong". */
const char *verdict_kind_name(enum verdict_kind kind);

struct tally {
    size_t cases;
    size_t kinds[VERDICTS];
    size_t answers; /* right or wrong */
    size_t grounded; /* of those */
    size_t languages;
    size_t intents;
    size_t actions;
};

void tally_add(struct tally *tally, const struct verdict *verdict, enum outcome_kind kind);

#endif
