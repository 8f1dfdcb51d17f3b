/* model.h - port: asks a language model.
 *
 * Thread: the loop's. */
#ifndef ENGINE_MODEL_H
#define ENGINE_MODEL_H

#include "common/arena.h"
#include "common/list.h"
#include "common/note.h"
#include "worker/answer/brief.h"
#include "worker/answer/prompt.h"

struct model_call;

/* `err`: OK, or of class RETRY or HANDOFF. */
typedef void model_done_fn(struct model_call *call, enum err err);

/* Embedded in its owner. `brief` and `prompt` are borrowed until ops->ask returns. */
struct model_call {
    const struct brief *brief;   /* what the builtin model answers from */
    const struct prompt *prompt; /* what the others are sent */
    struct str trace;            /* traceparent to pass on, or empty */
    int64_t deadline_ms;         /* monotonic */
    struct arena *arena;         /* results are copied here */
    model_done_fn *on_done;
    void *owner;

    struct str text;         /* result: valid UTF-8, no NUL, at most model.response.bytes.max */
    bool is_json;            /* result: the text was asked for as JSON, by the prompt's schema */
    struct str model;        /* result, also of an error: the name that the backend gave, else
                                model.name, or nothing */
    int64_t retry_after_ms;  /* result of an error: -1 if the backend did not say */
    int64_t tokens_in;       /* result, also of an error: -1 if the backend did not say */
    int64_t tokens_out;
    int64_t tokens_cached;   /* of tokens_in: those that the backend had in its own cache */
    int64_t took_us;         /* result: from asking to the reply; 0 if nobody measured it */
    struct note note;        /* result of an error */

    struct list_node node;   /* the model's while the call runs */
    enum err err;            /* the model's: of a completion that is on its way */
    void *inner;             /* the model's */
};

struct model;

struct model_ops {
    const char *name;
    /* on_done runs exactly once, later, on the loop, and not after deadline_ms. */
    void (*ask)(struct model *model, struct model_call *call);
    /* on_done runs later with ERR_CANCELLED, unless it is on its way already. */
    void (*cancel)(struct model *model, struct model_call *call);
};

struct model {
    const struct model_ops *ops;
    struct str label; /* for metrics and cache keys: kind and name */
};

#endif
