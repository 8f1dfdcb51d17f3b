/* intake.h - records become turns and stand in their lanes.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "worker/engine/engine_state.h"

/* What a source calls for each record, and at the end of a partition. */
void intake_record(struct engine *engine, const struct record *record);
void intake_end(struct engine *engine, struct partition_id id, int64_t next);

/* Decodes the record of a turn: its event, or the fault with a note. For one whose last attempt
 * found no memory it may be called again. */
void intake_decode(struct turn *turn);

#endif
