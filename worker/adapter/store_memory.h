/* store_memory.h - a store inside the process, bounded: what was used longest ago goes first.
 *
 * Nothing of it survives the process, and nothing of it is shared: for the demo, for chat and
 * for tests.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_STORE_MEMORY_H
#define ADAPTER_STORE_MEMORY_H

#include "worker/adapter/loop.h"
#include "worker/engine/store.h"

struct store_memory_options {
    struct loop *loop;
    size_t entries_max; /* keys */
    size_t bytes_max;   /* keys, fields and values */
    uint64_t seed[2];   /* random: keys may come from strangers */
};

/* NULL when out of memory. */
struct store *store_memory_create(const struct store_memory_options *options);
void store_memory_destroy(struct store *store); /* no call is under way; accepts NULL */

#endif
