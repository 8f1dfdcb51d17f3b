/* model_builtin.h - the builtin answers behind the model's port.
 *
 * Needs no server. Counts METRIC_MODEL_*.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MODEL_BUILTIN_H
#define ADAPTER_MODEL_BUILTIN_H

#include "common/metric.h"
#include "worker/adapter/loop.h"
#include "worker/engine/model.h"

/* `metrics` is borrowed until the model is destroyed. NULL when out of memory. */
struct model *model_builtin_create(struct loop *loop, struct metrics *metrics);
void model_builtin_destroy(struct model *model); /* no call is under way; accepts NULL */

#endif
