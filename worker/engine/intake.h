/* intake.h - records become turns and stand in their lanes.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "worker/engine/engine.h"

/* What a source calls for each record, and at the end of a partition. */
void intake_record(struct engine *engine, const struct record *record);
void intake_end(struct engine *engine, struct partition_id id, int64_t next);

#endif
