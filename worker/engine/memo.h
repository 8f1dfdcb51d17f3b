/* memo.h - what a model said, in the form in which it is stored.
 *
 * A memo belongs to one event: a redelivered event reuses what was already paid for, and a
 * second record of the same event settles as a duplicate. A cache entry is the same thing
 * without a position.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_MEMO_H
#define ENGINE_MEMO_H

#include "common/arena.h"
#include "common/fact.h"
#include "worker/engine/partition.h"

struct memo {
    bool has_position;
    struct partition_id id; /* of the record that was answered, if has_position */
    int64_t offset;
    struct str said;  /* by the model; empty: the event was settled without one */
    struct str model; /* its name */
    struct fact facts[FACTS_MAX];
    size_t facts_count;
};

/* JSON of the stored version `version`. */
MUST_USE enum err memo_encode(struct arena *arena, int version, const struct memo *memo,
                               struct str *ret_bytes);

/* False: foreign, damaged or of a newer version, which is a miss. */
bool memo_decode(struct arena *arena, struct str bytes, struct memo *ret_memo);

bool memo_is_of(const struct memo *memo, struct partition_id id, int64_t offset);

#endif
