/* runs.h - a set of offsets, kept as sorted runs.
 *
 * A partition works on many conversations at once, so its settled offsets are long runs with
 * few holes: one hole for each turn that is still open. That bounds the memory by the turns
 * in flight, not by how far the partition has run ahead.
 *
 * Pure: no I/O, no clock. */
#ifndef ENGINE_RUNS_H
#define ENGINE_RUNS_H

#include "common/base.h"

struct run {
    int64_t start;
    int64_t end; /* one past the last */
};

struct runs {
    struct run *items; /* sorted, never touching each other */
    size_t count;
    size_t size;
    size_t max;
};

/* Allocates nothing yet. Holds at most `max` runs. */
void runs_init(struct runs *runs, size_t max);
void runs_fini(struct runs *runs); /* may be called again */

bool runs_has(const struct runs *runs, int64_t offset);

/* The run that `offset` is in; NULL: none. Until the next change. */
const struct run *runs_at(const struct runs *runs, int64_t offset);

/* Adds [start, end), which may overlap what is there. ERR_FULL, ERR_NOMEM: nothing changed. */
MUST_USE enum err runs_add(struct runs *runs, int64_t start, int64_t end);

/* Takes [start, end) out. ERR_FULL, ERR_NOMEM: a run could not be split, nothing changed. */
MUST_USE enum err runs_remove(struct runs *runs, int64_t start, int64_t end);

/* Drops all offsets below `offset`. */
void runs_drop_below(struct runs *runs, int64_t offset);

/* Makes `runs` a copy of `from`. */
MUST_USE enum err runs_copy(struct runs *runs, const struct runs *from);

#endif
