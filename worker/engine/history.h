/* history.h - the conversation so far, as it is stored: one field for each message.
 *
 * The field is named by the message's position, so a turn that is done again after an abort
 * replaces its own entry and nothing is told twice.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_HISTORY_H
#define ENGINE_HISTORY_H

#include "worker/answer/brief.h"
#include "worker/engine/partition.h"
#include "worker/engine/store.h"

#define HISTORY_FIELD_BYTES 40

/* What stands for the partition in a position: its number, and for notes of hand-backs, which come
 * from a topic of their own, below 0. */
int32_t history_place(struct partition_id id);

/* "place/offset" in `out`, NUL-terminated. */
struct str history_field(int32_t place, int64_t offset, char out[HISTORY_FIELD_BYTES]);

/* JSON of one exchange in the stored version `version`, without its position. */
MUST_USE enum err history_encode(struct arena *arena, int version,
                                 const struct exchange *exchange, struct str *ret_bytes);

struct history {
    struct exchange *items; /* oldest first, at most `items_max` */
    size_t count;
};

/* So many exchanges a prompt carries, with `turns` of the settings. */
size_t history_items_max(size_t turns);

/* So many exchanges of one place the store keeps: those of a prompt, and as many again, for turns
 * that are done once more after an abort and may know only what was before them. */
size_t history_fields_max(size_t turns);

/* Reads what a STORE_ALL call found: the fields before `self` that a turn of that position may
 * know, the last `items_max` of them. Foreign and damaged fields are left out. Of each place the
 * newest are opened until `items_max` are known; what is older is neither opened nor decoded.
 * ERR_NO_FACTS: one of those is of a newer version, and an answer without it would be a guess.
 * ERR_NOMEM. */
MUST_USE enum err history_read(struct arena *arena, const struct store_call *call,
                               const struct exchange *self, size_t items_max,
                               struct history *ret_history);

#endif
