/* model_builtin.h - the builtin answers behind the model's port.
 *
 * Needs no server.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MODEL_BUILTIN_H
#define ADAPTER_MODEL_BUILTIN_H

#include "worker/adapter/loop.h"
#include "worker/engine/model.h"

/* NULL when out of memory. */
struct model *model_builtin_create(struct loop *loop);
void model_builtin_destroy(struct model *model); /* no call is under way; accepts NULL */

#endif
