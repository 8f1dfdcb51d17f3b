/* store_later.h - completes calls of a store on the next turn of the loop.
 *
 * What a store knows at once must still not be told inside the call that asked.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_STORE_LATER_H
#define ADAPTER_STORE_LATER_H

#include "worker/adapter/loop.h"
#include "worker/engine/store.h"

struct store_later {
    struct loop *loop;
    struct loop_task task;
    struct list calls;
};

void store_later_init(struct store_later *later, struct loop *loop);
void store_later_fini(struct store_later *later); /* no call waits */

/* The call's node is in no list. */
void store_later_add(struct store_later *later, struct store_call *call, enum err err);

#endif
