/* knowledge.h - port: what the shop has written down.
 *
 * Thread: the loop's. */
#ifndef ENGINE_KNOWLEDGE_H
#define ENGINE_KNOWLEDGE_H

#include "common/arena.h"
#include "common/list.h"
#include "worker/answer/brief.h"

struct knowledge_call;

/* `err` is OK or ERR_NOMEM. */
typedef void knowledge_done_fn(struct knowledge_call *call, enum err err);

/* Embedded in its owner, who leaves it alone until on_done; so is what the strings point to. */
struct knowledge_call {
    struct str tenant;
    struct passage_question question;
    struct arena *arena; /* what is found is copied here, on the loop */
    knowledge_done_fn *on_done;

    struct passage *passages; /* the result: best first */
    const unsigned *covers;   /* of each, see struct brief; NULL: it is not known */
    size_t passages_count;

    struct list_node node; /* the port's while the call runs */
    enum err err;          /* the port's */
    int64_t late_ms;       /* the port's: when words alone decide */
    struct passage_found found[BRIEF_PASSAGES_MAX]; /* the port's */
};

struct knowledge;

struct knowledge_ops {
    const char *name;
    /* False: the tenant has no pages, so there is nothing to ask. */
    bool (*has)(struct knowledge *knowledge, struct str tenant);
    /* on_done runs exactly once, later, on the loop. It cannot be cancelled and takes
     * milliseconds. */
    void (*find)(struct knowledge *knowledge, struct knowledge_call *call);
};

struct knowledge {
    const struct knowledge_ops *ops;
};

#endif
