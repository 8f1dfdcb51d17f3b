/* deadletter_marks.h - which letters are done with, as the marks on their topic say.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_DEADLETTER_MARKS_H
#define COMMAND_DEADLETTER_MARKS_H

#include "common/letter.h"
#include "worker/engine/runs.h"

/* Of one partition and state: a run of 16 bytes for each letter at worst. */
#define MARKS_MAX ((size_t)1 << 22)

struct marks_part {
    int64_t first;                         /* letters before it are gone, their marks say nothing */
    struct runs settled[LETTER_STATE_COUNT]; /* by state; that of LETTER_OPEN stays empty */
};

struct marks {
    struct marks_part *parts;
    int32_t partitions;
    struct str topic_id; /* borrowed; empty: not known */
};

MUST_USE enum err marks_init(struct marks *marks, int32_t partitions, struct str topic_id);
void marks_fini(struct marks *marks); /* accepts a zeroed one */

/* Letters of `partition` begin at offset `first`. */
void marks_begin(struct marks *marks, int32_t partition, int64_t first);

/* Takes a record, which may be a mark; one that was meant for another topic says nothing.
 * ERR_FULL, ERR_NOMEM. */
MUST_USE enum err marks_take(struct marks *marks, const struct record *record);

enum letter_state marks_state(const struct marks *marks, int32_t partition, int64_t offset);

#endif
