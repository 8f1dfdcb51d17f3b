/* source_tape.h - events that were recorded earlier, in the order in which their owner gives
 * them.
 *
 * For replay: the owner has read the events and knows when each may go. Delivers no faster than
 * the engine takes, and commits nothing.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_SOURCE_TAPE_H
#define ADAPTER_SOURCE_TAPE_H

#include "worker/adapter/loop.h"
#include "worker/engine/source.h"

struct source_tape_options {
    struct loop *loop;
    /* The next record, which is then delivered; NULL: none may go now. */
    const struct record *(*next)(void *owner);
    void *owner;
};

/* NULL when out of memory. */
struct source *source_tape_create(const struct source_tape_options *options);
void source_tape_destroy(struct source *source); /* accepts NULL */

/* Gives the engine its partitions, then begins. Engine and events are set by then. */
void source_tape_start(struct source *source, struct claim *claims, size_t claims_count);

/* `next` may have one again. */
void source_tape_wake(struct source *source);

#endif
