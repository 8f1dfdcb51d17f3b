/* model_later.h - completes calls of a model on the next turn of the loop.
 *
 * What a model knows at once must still not be told inside the call that asked.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MODEL_LATER_H
#define ADAPTER_MODEL_LATER_H

#include "worker/adapter/loop.h"
#include "worker/engine/model.h"

struct model_later {
    struct loop *loop;
    struct loop_task task;
    struct list calls;
};

void model_later_init(struct model_later *later, struct loop *loop);
void model_later_fini(struct model_later *later); /* no call waits */

/* The call's node is in no list. */
void model_later_add(struct model_later *later, struct model_call *call, enum err err);

#endif
