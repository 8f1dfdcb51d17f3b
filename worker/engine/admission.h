/* admission.h - port: whether a call that has its place may be made, before it is made.
 *
 * The gate asks it for whoever is next, so that a budget can hold calls back without a hand on
 * the gate. It answers at once; what it has to fetch first it answers with "wait".
 *
 * Pure: no I/O, no clock. Thread: the loop's. */
#ifndef ENGINE_ADMISSION_H
#define ENGINE_ADMISSION_H

#include "common/str.h"

/* What is asked for: a reply, or words that sell. */
enum ask_kind { ASK_MESSAGE, ASK_COPY, ASK_KIND_COUNT };

#define ASK_KINDS_ALL (BIT(ASK_KIND_COUNT) - 1)

enum admission_verdict {
    ADMISSION_GO,
    ADMISSION_WAIT,  /* all of that tenant until `until_ms` */
    ADMISSION_REFUSE /* because of `why`, of class HANDOFF: the last step of the chain */
};

struct admission {
    enum admission_verdict verdict;
    int64_t until_ms; /* monotonic */
    enum err why;
};

/* Of whom a call is, and what it will take. */
struct errand {
    struct str tenant; /* empty: there is only one. Borrowed while it waits */
    uint64_t tenant_hash;
    enum ask_kind kind;
    size_t backend;    /* place in the chain, from 0 */
    int64_t answers;   /* texts as long as an answer that it wishes for; 0: one */
    int64_t tokens;    /* in and out, as far as that can be told before; of one that may go, what
                        * the admitter has set aside for it */
};

struct admitter {
    /* Asked once for each call, right before it is made: "go" counts as made. */
    struct admission (*admit)(struct admitter *admitter, struct errand *errand, int64_t now_ms);
};

#endif
