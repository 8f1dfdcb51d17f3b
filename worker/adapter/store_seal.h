/* store_seal.h - seals what goes into another store and opens what comes out.
 *
 * A value is bound to its key and field. One that does not open (foreign, moved, broken, of
 * another version) is a miss, and counted in METRIC_STORE_UNOPENED.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_STORE_SEAL_H
#define ADAPTER_STORE_SEAL_H

#include "common/metric.h"
#include "common/seal.h"
#include "worker/adapter/loop.h"
#include "worker/engine/store.h"

/* All borrowed until the store is destroyed. NULL when out of memory. */
struct store *store_seal_create(struct loop *loop, struct store *inner, struct seal *seal,
                                struct metrics *metrics);
void store_seal_destroy(struct store *store); /* no call is under way; accepts NULL */

#endif
